# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from datetime import time, timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError
from odoo.tools import SQL
from odoo.tools.constants import GC_UNLINK_LIMIT

from ...access import check_operator


class IntegratorTodoPlan(models.Model):
    """Plan of who works on a cause, and when: kept by cause and person, because the waiting records
    are read anew each time."""

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
    snoozed_until = fields.Datetime(
        string="Put off until", readonly=True, help="When it comes back to this person."
    )
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


#: Hour at which a day of work begins.
MORNING = time(7)


class IntegratorTodoPlanMixin(models.AbstractModel):
    """The person and the time of a cause; see `integrator.todo.plan`."""

    _name = "integrator.todo.plan.mixin"
    _description = "What somebody plans"

    user_id = fields.Many2one(
        "res.users", string="Whose", readonly=True, help="Who has taken it, or was given it."
    )
    snoozed_until = fields.Datetime(
        string="Put off until",
        readonly=True,
        help="You put it off until then. It comes back sooner when more of it arrives, or when it "
        "becomes late.",
    )

    # === ACTION METHODS === #

    def action_assign_me(self):
        """Button: these are mine."""
        return self.action_assign(self.env.uid)

    def action_assign(self, user_id=False):
        """Button: assign these to a user, or to nobody.

        :param int user_id: a member of the group who works for the company
        :raise AccessError: for somebody else
        """
        check_operator(self)
        user = self.env["res.users"].browse(user_id or ())
        for row in self:
            plan = row._plans_sudo()
            plan.filtered("is_assigned").is_assigned = False
            # what is unique is free before it is given anew
            plan.flush_recordset()
            if user:
                if user not in row.site_id._members_sudo():
                    raise AccessError(self.env._("Choose a member of the integration group."))
                row._plan_sudo(user).is_assigned = True

    def action_snooze_tomorrow(self):
        """Button: not before tomorrow morning."""
        self._snooze(1)

    def action_snooze_monday(self):
        """Button: not before Monday morning."""
        self._snooze()

    def action_show_again(self):
        """Button: these are to be seen again."""
        check_operator(self)
        for row in self:
            row._plan_sudo(self.env.user).snoozed_until = False

    # === BUSINESS METHODS === #

    def _snooze(self, days=None):
        """Put these off for the present user.

        :param int days: until the morning so many days from now; none: until that of Monday
        """
        check_operator(self)
        now = fields.Datetime.now()
        for row in self:
            row._plan_sudo(self.env.user).write(
                {
                    "snoozed_at": now,
                    "snoozed_until": row._morning(days),
                    "seen_count": row.count,
                }
            )

    def _morning(self, days=None):
        """UTC time of a morning where the site is."""
        today = self.site_id._local_time(fields.Datetime.now()).date()
        days = days or 7 - today.weekday()
        return self.site_id._utc_time(today + timedelta(days=days), MORNING)

    def _key(self):
        return {"site_id": self.site_id.id, "kind": self.kind, "cause": self.cause or ""}

    def _plans_sudo(self):
        domain = [(name, "=", value) for name, value in self._key().items()]
        return self.env["integrator.todo.plan"].sudo().search(domain)

    def _plan_sudo(self, user):
        """The plan of a person for this cause, made where there is none."""
        plan = self._plans_sudo().filtered(lambda plan: plan.user_id == user)
        return plan or plan.create({**self._key(), "user_id": user.id})

    # === READING === #

    def _planned_query(self, rows):
        """The causes, each with its person, and the time until which the present user has put it
        off.

        :param SQL rows: the query of what waits
        """
        self.env["integrator.todo.plan"].flush_model()
        same = SQL(
            "plan.site_id = todo.site_id AND plan.kind = todo.kind "
            "AND plan.cause = COALESCE(todo.cause, '')"
        )
        return SQL(
            """
            SELECT todo.*,
                   given.user_id,
                   own.snoozed_until
              FROM (%(rows)s) todo
         LEFT JOIN LATERAL (
                   SELECT plan.user_id FROM integrator_todo_plan plan
                    WHERE %(same)s AND plan.is_assigned
                   ) given ON TRUE
         LEFT JOIN LATERAL (
                   SELECT plan.snoozed_until FROM integrator_todo_plan plan
                    WHERE %(same)s
                      AND plan.user_id = %(user)s
                      AND plan.snoozed_until > now() AT TIME ZONE 'UTC'
                      AND plan.seen_count >= todo.count
                      AND COALESCE(
                          todo.due_at NOT BETWEEN plan.snoozed_at AND now() AT TIME ZONE 'UTC', TRUE
                      )
                   ) own ON TRUE
            """,
            rows=rows,
            same=same,
            user=self.env.uid,
        )
