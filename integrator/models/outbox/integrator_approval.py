# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from decimal import Decimal

from odoo import api, fields, models
from odoo.tools import formatLang

from ...access import check_operator
from ...reason import Reason, reason_for
from ...utils import try_lock


class IntegratorApproval(models.Model):
    """A task that a guard rail holds until a person says yes or no.

    Sending reads the present state, so an approval is of a change: from the old value up to
    the new one. What moves further by the time it leaves is asked about again.
    """

    _name = "integrator.approval"
    _inherit = ["integrator.site.mixin", "integrator.decision.mixin", "integrator.retention.mixin"]
    _description = "Held for approval"
    _order = "id desc"
    _rec_name = "target_name"

    rule = fields.Selection(
        [("price", "Price"), ("zero", "Sold out"), ("deletion", "Closing")],
        string="Limit",
        required=True,
        readonly=True,
        help="Which limit of the channel it is over.",
    )
    task_id = fields.Many2one(
        "integrator.task", readonly=True, ondelete="set null", index=True, help="What is held."
    )
    target_name = fields.Char(string="About", readonly=True, help="The SKU.")
    figure = fields.Char(readonly=True, help="Which number of the listing would change.")
    old_value = fields.Char(string="On the channel", readonly=True, help="What the channel has.")
    new_value = fields.Char(string="Would become", readonly=True, help="What Odoo has.")
    currency_id = fields.Many2one("res.currency", readonly=True, help="Currency of a price.")
    change_text = fields.Char(
        string="Change", compute="_compute_change_text", help="Old, new, and by how much."
    )
    changes = fields.Json(readonly=True)
    reason = Reason(readonly=True, help="Why it is held.")
    state = fields.Selection(
        [
            ("open", "To decide"),
            ("approved", "Approved"),
            ("rejected", "Rejected"),
            ("outdated", "Outdated"),
        ],
        default="open",
        required=True,
        readonly=True,
        index=True,
        help="Outdated: it is no longer to be sent, or something else is.",
    )
    decided_by = fields.Many2one(
        "res.users", string="Decided by", readonly=True, help="Who decided."
    )
    decided_at = fields.Datetime(string="Decided on", readonly=True, help="When it was decided.")

    _task_uniq = models.UniqueIndex(
        "(task_id) WHERE state = 'open'", "This is waiting for approval already."
    )

    # === COMPUTE METHODS === #

    @api.depends("figure", "old_value", "new_value", "currency_id")
    @api.depends_context("lang")
    def _compute_change_text(self):
        for row in self:
            row.change_text = row._change_text()

    # === ACTION METHODS === #

    def action_ask_approve(self):
        """Button: ask what approving these does."""
        check_operator(self)
        return self.filtered(lambda row: row.state == "open")._open_question("approve")

    def action_ask_reject(self):
        """Button: ask what rejecting these does."""
        check_operator(self)
        return self.filtered(lambda row: row.state == "open")._open_question("reject")

    # === BUSINESS METHODS === #

    def _approve(self, at=False):
        """
        :param at: when these may leave; none: now
        """
        tasks = self._decide("approved").task_id
        tasks._move("ready", update_at=at)
        tasks.manual = True
        self.env["integrator.site"]._trigger_stages("send", at=at or None)

    def _reject(self):
        tasks = self._decide("rejected").task_id
        reason = self.env._("Rejected by %s; the channel keeps what it has.", self.env.user.name)
        tasks._move("obsolete", error_message=reason)
        tasks._note_declined()

    def _decision_note(self, decision):
        """Override."""
        if decision == "approve":
            return self.env._("It is sent in half a minute; until then you can undo it.")
        return self.env._(
            "It is not sent; the channel keeps what it has. You can undo it for half a minute."
        )

    def _decision_line(self, decision):
        """Override."""
        return f"{self.product_id.display_name or self.target_name}: {self.change_text}"

    def _decide_as(self, decision):
        """Override: can be undone as long as nothing has left."""
        check_operator(self)
        rows_sudo = self.sudo().filtered(lambda row: row.state == "open")
        undo = self.env["integrator.undo"]
        begun = undo._begin(rows_sudo, rows_sudo.task_id, rows_sudo.listing_id.section_ids)
        if decision == "approve":
            rows_sudo._approve(at=undo._moment())
            message = self.env._("Approved, is sent in half a minute: %s.")
        else:
            rows_sudo._reject()
            message = self.env._("Rejected: %s.")
        names = [row.target_name or row.product_id.display_name or "?" for row in rows_sudo]
        return undo._offer(message % ", ".join(names), begun)

    def _change_text(self):
        """The change for people: “sale price: 50.00 → 0.50 EUR (-99 %)”."""
        if not (self.figure and self.old_value and self.new_value):
            return f"{self.old_value or ''} → {self.new_value or ''}"
        values = [Decimal(value) for value in (self.old_value, self.new_value)]
        old, new = values
        if self.currency_id:
            digits = self.currency_id.decimal_places
            values = [formatLang(self.env, float(value), digits=digits) for value in values]
        figure = reason_for(self.env, self.figure)
        text = f"{figure}: {values[0]} → {values[1]} {self.currency_id.name or ''}".strip()
        return f"{text} ({(new - old) * 100 / old:+.0f} %)" if old else text

    def _covers(self, changes):
        """Return whether these approvals are of these changes, or of such that go further.

        :param dict changes: label of a figure -> tuple of `Decimal` (what the site has, what would
            be sent)
        """
        approved = self.filtered(lambda row: row.state == "approved")
        return all(
            any(row._covers_change(label, *change) for row in approved)
            for label, change in changes.items()
        )

    def _covers_change(self, label, old, new):
        known = (self.changes or {}).get(label)
        if not known:
            return False
        before, after = map(Decimal, known)
        return before == old and min(old, after) <= new <= max(old, after)

    # === DECISIONS === #

    def _decide(self, state):
        """Write the decision on the rows that are still open.

        :return: these rows
        """
        mine = try_lock(self)
        mine.invalidate_recordset()
        mine = mine.filtered(lambda row: row.state == "open")
        now = fields.Datetime.now()
        mine.write({"state": state, "decided_by": self.env.uid, "decided_at": now})
        return mine

    # === CLEAN-UP === #

    @api.model
    def _retention_domain(self):
        """Return the domain of decided approvals; they are removed after the retention."""
        limit = self.env["integrator.site"]._retention_date()
        return [("state", "!=", "open"), ("write_date", "<", limit)]
