# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import deque
from datetime import timedelta
from decimal import Decimal
from itertools import islice

from markupsafe import Markup

from odoo import api, fields, models
from odoo.exceptions import AccessError, LockError, UserError
from odoo.tools import float_repr
from odoo.tools.misc import format_date

from odoo.addons.integrator.exceptions import IntegratorError, RejectedError

from ..neutral import SettlementHead, SettlementReadingError

#: Rows that are kept at a time; memory does not grow with the number of rows.
PIECE = 1000

#: Who may post, reverse, answer and upload.
ACCOUNTANTS = "account.group_account_invoice"

#: Who sets up where rows go.
MANAGERS = "account.group_account_manager"

#: Unknown rows that a held settlement names; the list behind the button has all.
MOST_NAMED = 10

#: Days after its date in which the bank's name of a payout is asked for.
TRACE_DAYS = 21


def check_accountant(records, group=ACCOUNTANTS):
    """Let people of the accounting groups pass.

    :param records: records on which an action was called
    :raise AccessError: for everybody else, and for records of another company
    """
    own = records.sudo(False)
    if not (own.env.su or own.env.user.has_group(group)):
        raise AccessError(
            records.env._(
                "Only people with accounting rights can do this. Ask your administrator to add "
                "you to the group “Invoicing”, or “Administrator” of it for the set-up."
            )
        )
    own.check_access("read")


class IntegratorSettlement(models.Model):
    """What a site has paid out for one period, in one currency, with every row of it.

    It is made from a kept document, once. What holds it is named; a posted one is never edited, but
    reversed and posted again.
    """

    _name = "integrator.settlement"
    _inherit = ["integrator.rights.mixin", "mail.thread", "mail.activity.mixin"]
    _description = "Settlement"
    _order = "end desc, id desc"
    _rec_name = "remote_id"
    _mail_post_access = "read"

    site_id = fields.Many2one(
        "integrator.site", required=True, readonly=True, ondelete="restrict", index=True
    )
    company_id = fields.Many2one(related="site_id.company_id", store=True, index=True)
    company_currency_id = fields.Many2one(
        related="company_id.currency_id", string="Currency of the company"
    )
    remote_id = fields.Char(string="Settlement", required=True, readonly=True)
    account_ref = fields.Char(string="Account on the channel", readonly=True)
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    start = fields.Datetime(readonly=True)
    end = fields.Datetime(readonly=True, index=True)
    deposit_at = fields.Datetime(string="Paid out on", readonly=True)
    amount_total = fields.Monetary(
        string="Payout", readonly=True, help="As the channel shows it. Negative: you owe it."
    )
    amount_rows = fields.Monetary(string="Sum of rows", readonly=True)
    amount_difference = fields.Monetary(
        string="Difference", compute="_compute_amount_difference", store=True
    )
    row_count = fields.Integer(string="Rows", readonly=True, aggregator=None)
    rate = fields.Float(
        readonly=True, digits=0, aggregator=None, help="Company currency per unit, at the end."
    )
    document_id = fields.Many2one(
        "integrator.document",
        readonly=True,
        ondelete="restrict",
        index="btree_not_null",
        groups="integrator.group_integrator_user",
    )
    other_document_id = fields.Many2one(
        "integrator.document",
        string="Another file",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
        groups="integrator.group_integrator_user",
    )
    has_other_file = fields.Boolean(
        compute="_compute_has_other_file", help="A file of the same settlement has other content."
    )
    line_ids = fields.One2many("integrator.settlement.line", "settlement_id", readonly=True)
    state = fields.Selection(
        [("held", "Held"), ("ready", "Ready to post"), ("posted", "Posted")],
        default="held",
        required=True,
        readonly=True,
        index=True,
        tracking=True,
    )
    hold_code = fields.Selection(
        [
            ("sum", "Rows do not add up"),
            ("rule", "Unknown rows"),
            ("account", "Accounts are missing"),
            ("chain", "Hole in the chain"),
            ("lock", "Period is locked"),
            ("error", "Cannot be posted"),
        ],
        string="Held because",
        readonly=True,
    )
    hold_reason = fields.Text(string="Reason", readonly=True)
    gap_reason = fields.Char(
        string="Hole accepted because", readonly=True, tracking=True, copy=False
    )
    move_ids = fields.One2many(
        "account.move", "integrator_settlement_id", string="Journal entries", readonly=True
    )
    summary_html = fields.Html(compute="_compute_summary_html", string="Summary")
    move_count = fields.Integer(compute="_compute_counts")
    order_count = fields.Integer(compute="_compute_counts")
    payout_line_id = fields.Many2one(
        "account.move.line", readonly=True, ondelete="set null", index="btree_not_null"
    )
    payout_state = fields.Selection(
        [("none", "Nothing to pay"), ("open", "On its way"), ("received", "In the bank")],
        string="Payout is",
        compute="_compute_payout_state",
        store=True,
    )
    payout_trace = fields.Char(
        string="Reference of the bank", readonly=True, help="As the statement of the bank shows it."
    )
    control_total = fields.Monetary(
        string="Control", readonly=True, help="The same settlement, asked for by another way."
    )
    control_source = fields.Char(readonly=True)
    control_state = fields.Selection(
        [("none", "Not asked"), ("same", "The same"), ("differs", "Differs")],
        default="none",
        readonly=True,
    )

    _remote_uniq = models.UniqueIndex(
        "(site_id, remote_id, currency_id)", "This settlement is known already."
    )

    # === COMPUTE METHODS === #

    @api.depends("amount_total", "amount_rows")
    def _compute_amount_difference(self):
        for settlement in self:
            settlement.amount_difference = settlement.amount_rows - settlement.amount_total

    def _compute_has_other_file(self):
        for settlement in self:
            settlement.has_other_file = bool(settlement.sudo().other_document_id)

    @api.depends("payout_line_id.reconciled", "amount_total")
    def _compute_payout_state(self):
        for settlement in self:
            line = settlement.payout_line_id
            open_or_done = "received" if line.reconciled else "open"
            settlement.payout_state = open_or_done if line else "none"

    def _compute_counts(self):
        lines = self.env["integrator.settlement.line"]
        for settlement in self:
            settlement.move_count = len(settlement.move_ids)
            domain = [("settlement_id", "=", settlement.id), ("order_ref", "!=", False)]
            groups = lines._read_group(domain, aggregates=["order_ref:count_distinct"])
            settlement.order_count = groups[0][0]

    def _compute_summary_html(self):
        for settlement in self:
            groups = settlement.line_ids._read_group(
                [("settlement_id", "=", settlement.id)],
                ["group_id"],
                ["__count", "amount:sum"],
                order="group_id",
            )
            rows = [
                Markup("<tr><td>%s</td><td>%s</td><td class='text-end'>%s</td></tr>")
                % (
                    group.display_name or self.env._("Unknown"),
                    count,
                    settlement.currency_id.format(amount),
                )
                for group, count, amount in groups
            ]
            settlement.summary_html = Markup("<table class='table table-sm'>%s</table>") % (
                Markup().join(rows)
            )

    @api.depends("remote_id", "currency_id")
    def _compute_display_name(self):
        for settlement in self:
            settlement.display_name = f"{settlement.remote_id} ({settlement.currency_id.name})"

    # === TAKING OVER === #

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
        site = site._adapter()._settlement_site(site, head)
        site._ensure_settlement_rules()
        known = self.search(
            [
                ("site_id", "=", site.id),
                ("remote_id", "=", head.remote_id),
                ("currency_id", "=", currency.id),
            ]
        )
        if known:
            deque(rows, maxlen=0)
            if known.document_id.checksum != document.checksum:
                known.other_document_id = document
            return known
        settlement = self.create(self._prepare_head(site, document, head, currency))
        settlement._keep_rows(rows)
        return settlement

    def _replace_rows(self, document):
        """Put what a document says in the place of all rows, and of the head.

        :raise UserError: when it cannot be read
        """
        try:
            for head, rows in self.site_id._adapter()._open_settlement(document._raw()):
                if (head.remote_id, head.currency) == (self.remote_id, self.currency_id.name):
                    self.line_ids.unlink()
                    values = self._prepare_head(self.site_id, document, head, self.currency_id)
                    self.write({**values, "other_document_id": False, "control_state": "none"})
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
        own_currency = site.company_id.currency_id
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
            "rate": currency._get_conversion_rate(
                currency, own_currency, site.company_id, site._local_time(head.end).date()
            ),
        }

    def _keep_rows(self, rows):
        """Keep the rows, some at a time, and what they add up to.

        :param rows: iterator of `SettlementRow`
        :raise SettlementReadingError: for an amount that is no amount of the currency
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
        """What the site said of the settlement, in neutral form."""
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

    # === WHAT HOLDS IT === #

    def _check_again(self):
        """Look at everything that may hold the settlements; those that are posted stay so."""
        for settlement in self.filtered(lambda one: one.state != "posted"):
            self.env["integrator.settlement.line"]._find_again(settlement)
            holds = [
                (code, text)
                for code, find in settlement._hold_checks()
                for text in filter(None, [find()])
            ]
            settlement._set_hold(holds)

    def _hold_checks(self):
        """What is looked at before posting, the most important first.

        :return: list of tuples (value of `hold_code`, function that gives the reason or nothing)
        """
        return [
            ("sum", self._find_sum_hold),
            ("rule", self._find_rule_hold),
            ("account", self._find_account_hold),
            ("chain", self._find_chain_hold),
        ]

    def _set_hold(self, holds):
        """
        :param list holds: tuples (value of `hold_code`, reason); empty: it can be posted
        """
        self.write(
            {
                "state": "held" if holds else "ready",
                "hold_code": holds[0][0] if holds else False,
                "hold_reason": "\n\n".join(text for _code, text in holds) or False,
            }
        )

    def _find_sum_hold(self):
        if self.currency_id.is_zero(self.amount_difference):
            return None
        return self.env._(
            "The rows add up to %(rows)s, and the channel shows %(total)s: the difference is "
            "%(difference)s. Nothing is posted. Upload the original file again; if it is the "
            "same, ask the channel.",
            rows=self.currency_id.format(self.amount_rows),
            total=self.currency_id.format(self.amount_total),
            difference=self.currency_id.format(self.amount_difference),
        )

    def _unknown_lines(self):
        """One row, as an example, of each kind that nobody knows.

        :return: dict line -> number of such rows
        """
        lines = self.env["integrator.settlement.line"]
        domain = [("settlement_id", "in", self.ids), ("amount", "!=", 0)]
        domain += ["|", ("rule_id", "=", False), ("group_id.treatment", "=", "ask")]
        groups = lines._read_group(
            domain,
            ["transaction_type", "amount_type", "description"],
            ["id:min", "__count"],
            order="id:min",
        )
        return {lines.browse(first): count for *_names, first, count in groups}

    def _find_rule_hold(self):
        unknown = self._unknown_lines()
        if not unknown:
            return None
        names = [
            self.env._(
                "“%(row)s”, %(count)s times, first in row %(number)s",
                row=line._triple_text(),
                count=count,
                number=line.number,
            )
            for line, count in list(unknown.items())[:MOST_NAMED]
        ]
        return self.env._(
            "It is not known yet what these rows are: %s. Press “Answer” once; the same rows are "
            "known from then on.",
            "; ".join(names),
        )

    def _find_account_hold(self):
        site = self.site_id
        missing = []
        if not site.settlement_journal_id:
            missing.append(self.env._("the journal"))
        if site.settlement_by_month and not site.settlement_carried_account_id:
            missing.append(self.env._("the account for amounts carried forward"))
        groups = [group.display_name for group in self._groups_without_account()]
        missing += [self.env._("the account of “%s”", name) for name in groups]
        if not missing:
            return None
        return self.env._(
            "Before the first settlement of %(site)s can be posted, confirm where its rows go: "
            "%(missing)s. Press “Set up”.",
            site=site.name,
            missing=", ".join(missing),
        )

    def _groups_without_account(self):
        """Groups of the settlement's rows, and of its payout, that have no account yet."""
        lines = self.env["integrator.settlement.line"]
        domain = [("settlement_id", "=", self.id), ("amount", "!=", 0), ("rule_id", "!=", False)]
        used = lines._read_group(domain, ["group_id", "rule_id"])
        missing = [group for group, rule in used if group._needs_account() and not rule.account_id]
        if self.amount_total:
            balance = self.site_id._settlement_group("payout" if self.amount_total > 0 else "debt")
            missing += [group for group in balance if not group.account_id]
        return self.env["integrator.settlement.group"].union(*missing)

    # === THE CHAIN OF PERIODS === #

    def _chain_domain(self):
        return [
            ("site_id", "=", self.site_id.id),
            ("account_ref", "=", self.account_ref),
            ("currency_id", "=", self.currency_id.id),
            ("id", "!=", self.id),
        ]

    def _previous(self):
        """The settlement of the period before; empty for the first one."""
        domain = [*self._chain_domain(), ("end", "<=", self.start)]
        return self.search(domain, order="end desc, id desc", limit=1)

    def _find_chain_hold(self):
        if self.gap_reason:
            return None
        previous = self._previous()
        if not previous:
            return None
        if previous.end != self.start:
            return self.env._(
                "Nothing covers the time from %(start)s to %(end)s (UTC): the settlement before "
                "this one is %(previous)s. Upload the file of that time, or accept the hole with a "
                "reason.",
                start=fields.Datetime.to_string(previous.end),
                end=fields.Datetime.to_string(self.start),
                previous=previous.remote_id,
            )
        return self._find_carry_hold(previous)

    def _find_carry_hold(self, previous):
        """What the period before left open has to come back in this one."""
        checks = [
            (
                self.env._("What you owed"),
                min(previous.amount_total, 0.0),
                self._sum_of("debt"),
            ),
            (
                self.env._("What was held back"),
                -previous._sum_of("reserve", negative=True),
                self._sum_of("reserve", negative=False),
            ),
        ]
        for what, expected, found in checks:
            if self.currency_id.compare_amounts(expected, found):
                return self.env._(
                    "%(what)s at the end of %(previous)s was %(expected)s, and this settlement "
                    "begins with %(found)s. A settlement between them may be missing; accept it "
                    "with a reason if it is right.",
                    what=what,
                    previous=previous.remote_id,
                    expected=self.currency_id.format(expected),
                    found=self.currency_id.format(found),
                )
        return None

    def _sum_of(self, key, negative=None):
        """What the rows of a group add up to.

        :param bool negative: only money from you, or only money to you; None: both
        """
        domain = [("settlement_id", "=", self.id), ("group_id.key", "=", key)]
        if negative is not None:
            domain.append(("amount", "<" if negative else ">", 0))
        groups = self.env["integrator.settlement.line"]._read_group(domain, [], ["amount:sum"])
        return self.currency_id.round(groups[0][0] or 0.0)

    def _followers(self):
        """The settlements whose chain may fit now that this one is here."""
        found = self.browse()
        for settlement in self:
            domain = [*settlement._chain_domain(), ("start", ">=", settlement.end)]
            found |= self.search([*domain, ("state", "!=", "posted")])
        return found

    # === POSTING === #

    def _post_ready(self):
        """Post those that nothing holds, the oldest first; what Odoo refuses is held with its
        words."""
        for settlement in self.sorted("end"):
            if settlement.state == "ready":
                try:
                    with self.env.cr.savepoint():
                        self.env["integrator.settlement.poster"]._post(settlement)
                except LockError:
                    # somebody else is posting it
                    raise
                except (RejectedError, UserError) as error:
                    code = getattr(error, "code", "")
                    code = "lock" if code == "settlement_locked" else "error"
                    settlement._set_hold([(code, str(error.args[0]))])

    def _clear_posting(self):
        """Forget what a posting has left on the settlement; the entries themselves stay."""
        self.write({"payout_line_id": False, "state": "held"})
        self.line_ids.write({"move_line_id": False, "booking_key": False, "booking_date": False})

    # === WHAT THE SITE SAYS BESIDE === #

    def _ask_site(self):
        """Ask for the control figure and for the bank's name of the payout. What the site does not
        answer now is asked for again at the next look.

        :return: list of `IntegratorError`
        """
        errors = []
        for settlement in self:
            adapter, head = settlement.site_id._adapter(), settlement._head()
            try:
                if settlement.control_state == "none":
                    settlement._note_control(
                        adapter._fetch_settlement_control(settlement.site_id, head)
                    )
                if not settlement.payout_trace and settlement.amount_total > 0:
                    settlement.payout_trace = adapter._fetch_payout_trace(settlement.site_id, head)
            except IntegratorError as error:
                errors.append(error)
        return errors

    def _note_control(self, control):
        if not control:
            return
        total = float(control["total"])
        same = not self.currency_id.compare_amounts(total, self.amount_total)
        self.write(
            {
                "control_total": total,
                "control_source": control.get("source"),
                "control_state": "same" if same else "differs",
            }
        )

    @api.model
    def _to_ask(self, site):
        """Settlements of which the site may know more by now."""
        since = fields.Datetime.now() - timedelta(days=TRACE_DAYS)
        unknown = ["|", ("control_state", "=", "none"), ("payout_trace", "=", False)]
        return self.search([("site_id", "=", site.id), ("end", ">=", since), *unknown])

    # === ACTIONS === #

    def action_check(self):
        """Button: look again at what holds it."""
        check_accountant(self)
        self.sudo()._check_again()

    def action_post(self):
        """Button: post what nothing holds.

        :raise UserError: with the reason of the first one that is held
        """
        check_accountant(self)
        settlements_sudo = self.sudo()
        settlements_sudo._check_again()
        settlements_sudo._post_ready()
        held = settlements_sudo.filtered(lambda one: one.state == "held")
        if len(self) == 1 and held:
            return self.env["integrator.site"]._notify(held.hold_reason, kind="danger")
        return True

    def action_repost(self):
        """Button: reverse the entries, and post again by the rules as they are now."""
        check_accountant(self)
        self.action_reverse()
        return self.action_post()

    def action_reverse(self):
        """Button: reverse the entries; the settlement can then be posted again."""
        check_accountant(self)
        posted_sudo = self.sudo().filtered(lambda one: one.state == "posted")
        for settlement in posted_sudo:
            self.env["integrator.settlement.poster"].sudo()._reverse(settlement)
        posted_sudo._check_again()

    def action_take_other_file(self):
        """Button: put the rows of the other file in the place of these, as a whole.

        :raise UserError: when it is posted
        """
        check_accountant(self)
        self.ensure_one()
        if self.state == "posted":
            raise UserError(
                self.env._("This settlement is posted. Reverse it first, then take the other file.")
            )
        settlement_sudo = self.sudo()
        document_sudo = settlement_sudo.other_document_id
        settlement_sudo._replace_rows(document_sudo)
        document_sudo._advance("done")
        settlement_sudo._check_again()
        settlement_sudo.message_post(body=self.env._("Taken over again from another file."))
        return True

    def action_keep_this_file(self):
        """Button: the other file is wrong; this one stays."""
        check_accountant(self)
        settlements_sudo = self.sudo()
        settlements_sudo.other_document_id._advance("done")
        settlements_sudo.other_document_id = False

    def action_accept_gap(self):
        """Button: ask for the reason for which a hole is right."""
        check_accountant(self)
        return self._open_wizard("integrator.settlement.gap", self.env._("Accept the hole"))

    def action_answer(self):
        """Button: ask what unknown rows are."""
        check_accountant(self)
        return self._open_wizard("integrator.settlement.answer", self.env._("What are these rows?"))

    def action_set_up(self):
        """Button: ask where the rows of the site go."""
        check_accountant(self, MANAGERS)
        action = self._open_wizard("integrator.settlement.setup", self.env._("Set up settlements"))
        action["context"] = {"default_site_id": self.site_id[:1].id}
        return action

    def _open_wizard(self, model, name):
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": model,
            "views": [(False, "form")],
            "target": "new",
            "context": {"default_settlement_id": self[:1].id},
        }

    def action_view_moves(self):
        """Button: the journal entries."""
        action = {
            "type": "ir.actions.act_window",
            "name": self.env._("Journal entries"),
            "res_model": "account.move",
            "views": [(False, "list"), (False, "form")],
            "domain": [("id", "in", self.move_ids.ids)],
        }
        if len(self.move_ids) == 1:
            action |= {"views": [(False, "form")], "res_id": self.move_ids.id}
        return action

    def action_view_lines(self):
        """Button: every row, grouped by what it is."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Rows of %s", self.remote_id),
            "res_model": "integrator.settlement.line",
            "views": [(False, "list"), (False, "pivot"), (False, "form")],
            "domain": [("settlement_id", "in", self.ids)],
            "context": {"search_default_group_by_group": 1},
        }

    def action_view_orders(self):
        """Button: the sale orders whose money is in it."""
        self.check_access("read")
        lines = self.env["integrator.settlement.line"].sudo()
        orders = lines.search(
            [("settlement_id", "in", self.ids), ("sale_order_id", "!=", False)]
        ).sale_order_id
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Orders"),
            "res_model": "sale.order",
            "views": [(False, "list"), (False, "form")],
            "domain": [("id", "in", orders.ids)],
        }

    def action_view_bank(self):
        """Button: the line of the bank that the payout was matched with."""
        self.ensure_one()
        statements = self._bank_lines()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Bank"),
            "res_model": "account.bank.statement.line",
            "views": [(False, "list"), (False, "form")],
            "domain": [("id", "in", statements.ids)],
        }

    def _bank_lines(self):
        line = self.payout_line_id
        partials = line.matched_debit_ids.debit_move_id | line.matched_credit_ids.credit_move_id
        return partials.move_id.statement_line_id

    def action_match_bank(self):
        """Button: look for the payout among the lines of the bank."""
        check_accountant(self)
        found = self.env["integrator.settlement.matcher"].sudo()._match_payouts(self.sudo())
        if not found:
            return self.env["integrator.site"]._notify(
                self.env._(
                    "No open line of the bank has this amount within five days of %s.",
                    format_date(self.env, self[:1].deposit_at or self[:1].end),
                )
            )
        return True
