# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta
from decimal import Decimal

from markupsafe import Markup

from odoo import api, fields, models
from odoo.tools import SQL, float_repr

from odoo.addons.integrator.exceptions import IntegratorError
from odoo.addons.integrator.utils import labels_of

from .integrator_settlement_matcher import PAIR_KEYS

#: Type of the activity about totals that differ; a person ends it.
DIFFERS = "mail.mail_activity_data_warning"

#: Days after it was taken over in which the site is asked about a settlement.
TRACE_DAYS = 21

#: Settlements whose movements are asked for in one run, and the rows that one may have: sites give
#: movements slowly, and a run has other work.
MAX_AT_ONCE = 5
MAX_CONTROL_ROWS = 50_000

#: Hours after which missing movements are requested again.
RETRY_HOURS = 23

#: Orders that a control names.
MAX_NAMED = 10

#: Results of a control.
CONTROL_STATES = [
    ("none", "Not known yet"),
    ("same", "Agrees"),
    ("differs", "Differs"),
    ("role", "Not allowed"),
    ("old", "Too old"),
    ("large", "Too large"),
]
#: Open results of a control.
OPEN_STATES = ("none", "role")


class IntegratorSettlementControlMixin(models.AbstractModel):
    """Compares a settlement with what the site says of it by other ways than its document. It holds
    nothing by itself: a person decides what a difference means."""

    _name = "integrator.settlement.control.mixin"
    _description = "Control of a settlement"

    control_total = fields.Float(
        digits=0, readonly=True, help="The same settlement, asked for by another way."
    )
    control_source = fields.Char(readonly=True)
    control_state = fields.Selection(
        CONTROL_STATES, string="Control", default="none", readonly=True
    )
    movements_total = fields.Float(
        digits=0, readonly=True, help="The sum of the movements, asked for by another way."
    )
    movements_state = fields.Selection(
        CONTROL_STATES, string="Control of orders", default="none", readonly=True
    )
    movements_asked_at = fields.Datetime(readonly=True)
    movements_progress = fields.Json(readonly=True, help="The movements that were read so far.")
    movements_note = fields.Text(readonly=True, help="Orders of which the channel says two sums.")
    proofs_html = fields.Html(compute="_compute_proofs_html", string="Proofs")

    # === COMPUTE METHODS === #

    def _compute_proofs_html(self):
        for settlement in self:
            rows = [
                Markup(
                    "<tr><td>%s</td><td><span class='badge rounded-pill text-bg-%s'>%s</span></td>"
                    "<td>%s</td></tr>"
                )
                % row
                for row in settlement._proofs()
            ]
            settlement.proofs_html = Markup("<table class='table table-sm'>%s</table>") % (
                Markup().join(rows)
            )

    # === REQUESTS === #

    def _ask_site(self):
        """Ask for the control figure and for the bank's name of the payout. What the site does not
        answer now is asked for again at the next look.

        :return: list of `IntegratorError`
        """
        errors = []
        for settlement in self:
            adapter, head = settlement.site_id._adapter(), settlement._head()
            try:
                if settlement.control_state in OPEN_STATES:
                    settlement._note_control(
                        adapter._fetch_settlement_control(settlement.site_id, head)
                    )
                if not settlement.payout_trace and settlement.amount_total > 0:
                    settlement.payout_trace = adapter._fetch_payout_trace(settlement.site_id, head)
            except IntegratorError as error:
                errors.append(error)
        return errors

    def _ask_movements(self):
        """Ask for the movements of the settlements, and compare them order by order.

        :return: list of `IntegratorError`; after the first one nothing more is asked for
        """
        for settlement in self:
            if settlement.row_count > MAX_CONTROL_ROWS:
                settlement.movements_state = "large"
                continue
            try:
                settlement._ask_movements_of(settlement._control_order())
            except IntegratorError as error:
                return [error]
        return []

    def _ask_movements_of(self, order_ref):
        # without an order there is nothing by which they can be found
        found = order_ref and self.site_id._adapter()._fetch_settlement_movements(
            self.site_id, self._head(), order_ref, self.movements_progress or {}
        )
        progress = (found and found.progress) or False
        self.movements_progress = progress
        # incomplete movements are requested again at once
        self.movements_asked_at = False if progress else fields.Datetime.now()
        if found and not found.progress:
            self._note_movements(found)

    @api.model
    def _to_ask(self, site):
        """Settlements whose movements may be incomplete."""
        since = fields.Datetime.now() - timedelta(days=TRACE_DAYS)
        unknown = ["|", ("control_state", "in", OPEN_STATES), ("payout_trace", "=", False)]
        return self.search([("site_id", "=", site.id), ("create_date", ">=", since), *unknown])

    @api.model
    def _to_compare(self, site):
        """Settlements whose movements are asked for next, the oldest first: once a day, and those
        that are incomplete."""
        now = fields.Datetime.now()
        domain = [
            ("site_id", "=", site.id),
            ("movements_state", "in", OPEN_STATES),
            ("create_date", ">=", now - timedelta(days=TRACE_DAYS)),
            "|",
            ("movements_asked_at", "=", False),
            ("movements_asked_at", "<=", now - timedelta(hours=RETRY_HOURS)),
        ]
        return self.search(domain, order="end, id", limit=MAX_AT_ONCE)

    # === COMPARISON === #

    def _note_control(self, control):
        """
        :param control: `SettlementControl`, or None
        """
        if not control:
            return
        values = {"control_source": control.source, "control_state": control.refusal}
        if control.total is not None:
            same = self._is_control_same(control.total)
            values["control_total"] = float(control.total)
            values["control_state"] = "same" if same else "differs"
        self.write(values)
        if self.control_state == "differs":
            self._ask_accountant(
                self.env._("Settlement %s: the channel says two totals", self.remote_id),
                self.env._(
                    "Its document says %(total)s, and %(other)s says %(control)s. Ask the channel "
                    "which of them is right before you rely on it.",
                    total=self.currency_id.format(self.amount_total),
                    other=self.control_source,
                    control=self.currency_id.format(self.control_total),
                ),
                DIFFERS,
            )

    def _note_movements(self, control):
        """Compare the movements of the site with the rows, and ask about a difference.

        :param control: `SettlementControl`, or None
        """
        if not control:
            return
        if control.refusal:
            self.movements_state = control.refusal
            return
        differing = self._differing_orders(control.by_order or {})
        same = self._is_control_same(control.total) and not differing
        self.write(
            {
                "control_source": control.source,
                "movements_total": float(control.total),
                "movements_state": "same" if same else "differs",
                "movements_note": self._differing_text(differing),
            }
        )
        if not same:
            self._ask_accountant(
                self.env._("Settlement %s: the channel says two sums of orders", self.remote_id),
                self._movements_text(),
                DIFFERS,
            )

    def _differing_text(self, differing):
        """The first orders that differ, a line each; False where none does.

        :param dict differing: order -> tuple (sum of its rows, sum of its movements)
        """
        named = [
            self.env._(
                "%(order)s: rows %(rows)s, there %(there)s",
                order=ref,
                rows=self.currency_id.format(float(rows)),
                there=self.currency_id.format(float(there)),
            )
            for ref, (rows, there) in list(differing.items())[:MAX_NAMED]
        ]
        if len(differing) > MAX_NAMED:
            named.append(self.env._("and %s more", len(differing) - MAX_NAMED))
        return "\n".join(named) or False

    def _movements_text(self):
        text = self.env._(
            "Its rows add up to %(rows)s, and the movements in %(other)s to %(control)s. Ask the "
            "channel which of them is right before you rely on it.",
            rows=self.currency_id.format(self.amount_rows),
            other=self.control_source,
            control=self.currency_id.format(self.movements_total),
        )
        return "\n".join(filter(None, (text, self.movements_note)))

    def _is_control_same(self, total):
        """Return whether a figure of the site's is that of the settlement. Sites count what the
        period before left behind, or what is held back, as a movement of the period or not: both
        agree.

        :param Decimal total: in the currency of the settlement
        """
        carried = sum(self._sum_of(key) for key in PAIR_KEYS)
        wanted = (self.amount_total, self.amount_total - carried)
        return any(not self.currency_id.compare_amounts(float(total), one) for one in wanted)

    def _sums_by_order(self):
        """The sums of the rows by order.

        :return: dict of the order on the site -> tuple (Decimal, whether a buyer has paid for it)
        """
        lines = self.env["integrator.settlement.line"]
        lines.flush_model()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT line.order_ref, sum(line.amount),
                       bool_or(COALESCE(grp.treatment = 'receivable', FALSE))
                  FROM integrator_settlement_line line
             LEFT JOIN integrator_settlement_group grp ON grp.id = line.group_id
                 WHERE line.settlement_id = %s AND line.order_ref IS NOT NULL
                 GROUP BY line.order_ref ORDER BY min(line.number)
                """,
                self.id,
            )
        )
        places = self.currency_id.decimal_places
        return {ref: (Decimal(float_repr(total, places)), paid) for ref, total, paid in rows}

    def _control_order(self):
        """An order that the settlement pays; empty: there is none."""
        return next((ref for ref, (_sum, paid) in self._sums_by_order().items() if paid), "")

    def _differing_orders(self, there):
        """Orders of buyers whose rows and movements are not the same. Fees may name what is no
        order, and by either way another thing, so they count in the whole sum only.

        :param dict there: order on the site -> Decimal
        :return: dict order -> tuple (Decimal of the rows, Decimal of the movements)
        """
        rows = self._sums_by_order()
        zero = Decimal(0)
        both = {ref: (total, there.get(ref, zero)) for ref, (total, paid) in rows.items() if paid}
        both |= {ref: (zero, total) for ref, total in there.items() if ref and ref not in rows}
        return {
            ref: pair
            for ref, pair in both.items()
            if self.currency_id.compare_amounts(float(pair[0]), float(pair[1]))
        }

    # === TEXTS === #

    def _proofs(self):
        """The checks of a settlement and their results, for people.

        :return: list of tuples (what was compared, colour of Bootstrap, what was found, more)
        """
        difference = self.currency_id.format(self.amount_difference)
        added = self.currency_id.is_zero(self.amount_difference)
        hole = self._find_chain_hold()
        source = self.control_source or self.env._("the channel")
        return [
            (
                self.env._("Sum of rows and payout"),
                "success" if added else "danger",
                self.env._("Agrees") if added else self.env._("Differs by %s", difference),
                self.currency_id.format(self.amount_rows),
            ),
            (
                self.env._("Period before this one"),
                *(
                    ("danger", self.env._("Does not fit"), hole)
                    if hole
                    else ("success", self.env._("Fits"), self.gap_reason or "")
                ),
            ),
            (
                self.env._("Payout by another way (%s)", source),
                *self._control_result(self.control_state, self.control_total),
            ),
            (
                self.env._("Every order by another way (%s)", source),
                *self._control_result(
                    self.movements_state, self.movements_total, self.movements_note
                ),
            ),
        ]

    def _control_result(self, state, total, note=""):
        """
        :return: tuple (colour of Bootstrap, what was found, more)
        """
        if state == "differs":
            rest = self.currency_id.format(total - self.amount_total)
            return "danger", self.env._("Differs by %s", rest), note or ""
        colour = "success" if state == "same" else "secondary"
        labels = labels_of(self, "control_state")
        texts = {
            "same": self.currency_id.format(total),
            "role": self.env._("The application lacks the right to ask for money."),
            "old": self.env._("The channel does not know it any more."),
            "large": self.env._("It has too many rows to ask for each."),
            "none": self.env._("The channel is asked once a day for three weeks."),
        }
        return colour, labels[state], texts.get(state, "")
