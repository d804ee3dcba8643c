# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import deque
from decimal import Decimal
from itertools import islice

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import float_repr

from ..concurrency import create_once
from ..neutral import SettlementHead, SettlementReadingError

#: Type of the activity that asks which of two files is right.
OTHER_FILE = "integrator_account.mail_activity_other_file"

#: Rows that are kept at a time; memory does not grow with the number of rows.
PIECE = 1000


class IntegratorSettlementIntakeMixin(models.AbstractModel):
    """Creates a settlement from a kept document, with every row of it, once."""

    _name = "integrator.settlement.intake.mixin"
    _description = "Taking over of a settlement"

    @api.model
    def _take_over(self, document):
        """Keep the settlements of a document, each once.

        :param document: `integrator.document` with its bytes
        :return: settlements, also those that were known
        :raise SettlementReadingError: when something cannot be read; then nothing is kept
        """
        site = document.site_id
        taken = self.browse()
        for head, rows in site._adapter()._open_settlement(document._raw()):
            taken |= self._take_one(document, head, rows)
        if not taken:
            raise SettlementReadingError(self.env._("There is no settlement in this file."))
        return taken

    def _take_one(self, document, head, rows):
        site, currency = document.site_id, self._currency_of(head)
        adapter = site._adapter()
        known = self.search(
            [
                ("site_id", "in", adapter._settlement_sites(site).ids),
                ("remote_id", "=", head.remote_id),
                ("currency_id", "=", currency.id),
            ],
            order="id",
            limit=1,
        )
        if known:
            deque(rows, maxlen=0)
            if known.document_id.checksum != document.checksum and not self._is_decided(document):
                known._set_other_file(document)
            return known
        site = adapter._settlement_site(site, head)
        site._ensure_settlement_rules()
        with create_once(self.env):
            settlement = self.create(self._prepare_head(site, document, head, currency))
        settlement.rate = settlement._current_rate()
        settlement._keep_rows(rows)
        return settlement

    def _set_other_file(self, document):
        """Keep a second file of this settlement beside the first one, and ask which is right."""
        self.other_document_id = document
        self._ask_accountant(
            self.env._("Settlement %s came a second time, with other content", self.remote_id),
            self.env._("Nothing was changed. Open it and choose which of the two files is right."),
            OTHER_FILE,
            again=True,
        )

    @api.model
    def _is_decided(self, document):
        """Return whether a person has decided about these bytes before: the site may give them
        again."""
        domain = [("site_id", "=", document.site_id.id), ("checksum", "=", document.checksum)]
        domain += [("id", "!=", document.id), ("stage", "=", "done")]
        return bool(document.search_count(domain, limit=1))

    def _replace_rows(self, document):
        """Put what a document says in the place of all rows, and of the head.

        :raise UserError: when it cannot be read
        """
        try:
            for head, rows in self.site_id._adapter()._open_settlement(document._raw()):
                if (head.remote_id, head.currency) == (self.remote_id, self.currency_id.name):
                    self.line_ids.unlink()
                    values = self._prepare_head(self.site_id, document, head, self.currency_id)
                    values |= {"control_state": "none", "movements_state": "none"}
                    values |= dict.fromkeys(("movements_note", "movements_progress"), False)
                    self.write({**values, "movements_asked_at": False, "other_document_id": False})
                    self.rate = self._current_rate()
                    self._keep_rows(rows)
                else:
                    deque(rows, maxlen=0)
        except SettlementReadingError as error:
            raise UserError(error.message) from error

    @api.model
    def _currency_of(self, head):
        currencies = self.env["res.currency"].with_context(active_test=False)
        currency = currencies.search([("name", "=", head.currency)], limit=1)
        if not currency.active:
            raise SettlementReadingError(
                self.env._(
                    "The settlement %(number)s is in %(currency)s. Activate this currency under "
                    "Invoicing, Configuration, Currencies, and enter its rate.",
                    number=head.remote_id,
                    currency=head.currency or "–",
                ),
                code="settlement_currency",
            )
        return currency

    def _prepare_head(self, site, document, head, currency):
        return {
            "site_id": site.id,
            "document_id": document.id,
            "remote_id": head.remote_id,
            "account_ref": head.account_ref,
            "currency_id": currency.id,
            "start": head.start,
            "end": head.end,
            "deposit_at": head.deposit_at,
            "amount_total": float(head.total),
        }

    def _current_rate(self):
        """Company currency per unit of the settlement's, at its end, as Odoo knows it now."""
        currency, company, site = self.currency_id, self.company_id, self.site_id
        day = site._local_time(self.end).date()
        return currency._get_conversion_rate(currency, company.currency_id, company, day)

    def _keep_rows(self, rows):
        """Keep the rows, some at a time, and what they add up to.

        :param rows: iterator of `SettlementRow`
        :raise SettlementReadingError: for an amount that is not an amount of the currency
        """
        lines, found_rules = self.env["integrator.settlement.line"], {}
        total, count, rows = Decimal(0), 0, iter(rows)
        while piece := list(islice(rows, PIECE)):
            for row in piece:
                self._check_coins(row)
            total += sum(row.amount for row in piece)
            count += len(piece)
            lines._create_rows(self, piece, found_rules)
            # nothing of these rows is needed in memory any more
            lines.flush_model()
            lines.invalidate_model()
        self.write({"amount_rows": float(total), "row_count": count})

    def _check_coins(self, row):
        """No amount may be rounded when it is kept."""
        if row.amount != round(row.amount, self.currency_id.decimal_places):
            raise SettlementReadingError(
                self.env._(
                    "Row %(number)s: %(currency)s has amounts with %(places)s decimals, and this "
                    "one has more. Was the file changed by a spreadsheet? Take the original one.",
                    number=row.number,
                    currency=self.currency_id.name,
                    places=self.currency_id.decimal_places,
                )
            )

    def _head(self):
        """The site's data of the settlement, in neutral form."""
        self.ensure_one()
        exact = Decimal(float_repr(self.amount_total, self.currency_id.decimal_places))
        return SettlementHead(
            remote_id=self.remote_id,
            currency=self.currency_id.name,
            start=self.start,
            end=self.end,
            deposit_at=self.deposit_at or None,
            total=exact,
            account_ref=self.account_ref or "",
        )
