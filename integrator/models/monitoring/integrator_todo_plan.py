# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools.constants import GC_UNLINK_LIMIT


class IntegratorTodoPlan(models.Model):
    """Who does what waits, and when: kept by cause and person, because what waits is read anew
    each time from the records themselves."""

    _name = "integrator.todo.plan"
    _inherit = "integrator.site.mixin"
    _description = "Who does what waits, and when"
    _rec_name = "kind"

    kind = fields.Char(required=True, readonly=True, help="Kind of work, as in “To do”.")
    cause = fields.Char(
        required=True, readonly=True, default="", help="Its cause; empty where it has one only."
    )
    user_id = fields.Many2one("res.users", required=True, readonly=True, ondelete="cascade")
    is_assigned = fields.Boolean(string="Assigned", readonly=True, help="It is this person's.")
    snoozed_at = fields.Datetime(readonly=True, help="When this person put it off.")
    snoozed_until = fields.Datetime(readonly=True, help="When it comes back to this person.")
    seen_count = fields.Integer(
        string="Records then", readonly=True, help="With more of them it comes back at once."
    )

    _person_uniq = models.UniqueIndex(
        "(site_id, kind, cause, user_id)", "This is planned already for this person."
    )
    _assigned_uniq = models.UniqueIndex(
        "(site_id, kind, cause) WHERE is_assigned", "Somebody else does this already."
    )

    # === CLEAN-UP === #

    @api.autovacuum
    def _gc_plans(self):
        """Remove the plans of what does not wait any more."""
        plans = self.search([], limit=GC_UNLINK_LIMIT)
        rows = self.env["integrator.todo"].search([("site_id", "in", plans.site_id.ids)])
        waiting = {(row.site_id.id, row.kind, row.cause or "") for row in rows}
        over = plans.filtered(lambda plan: (plan.site_id.id, plan.kind, plan.cause) not in waiting)
        over.unlink()
