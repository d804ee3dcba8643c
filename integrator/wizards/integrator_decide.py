# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from ..access import check_operator

#: States of tasks about which a person can still decide.
OPEN = ("waiting", "ready", "error")
#: Names that the message about many has.
MAX_NAMES = 5


class IntegratorDecide(models.TransientModel):
    """Retry or give up many tasks at once, with the reason kept on each."""

    _name = "integrator.decide"
    _description = "Decision about tasks"

    task_ids = fields.Many2many(
        "integrator.task",
        string="Tasks",
        required=True,
        default=lambda self: self._default_tasks(),
        help="Those of the chosen rows about which a decision can still be made.",
    )
    decision = fields.Selection(
        [("retry", "Try again"), ("dismiss", "Give up")],
        required=True,
        default="retry",
        help="Give up: it is not sent, and the channel keeps what it has.",
    )
    reason = fields.Char(help="Kept on each task, with your name; for those who ask later.")

    @api.model
    def _default_tasks(self):
        """The chosen tasks, or those of the chosen events."""
        model = self.env.context.get("active_model")
        ids = self.env.context.get("active_ids") or []
        tasks = self.env["integrator.task"]
        if model == tasks._name:
            tasks = tasks.browse(ids)
        elif model in ("product.integration", "order.integration"):
            tasks = self.env[model].browse(ids).task_ids
        return tasks.filtered(lambda task: task.state in OPEN)

    @api.model
    def _open(self, tasks, decision):
        """Ask about tasks.

        :param str decision: the one that is proposed
        :return: the action that opens the question
        """
        tasks = tasks.filtered(lambda task: task.state in OPEN)
        question = self.create({"task_ids": [Command.set(tasks.ids)], "decision": decision})
        return question._get_records_action(name=self.env._("Decide"), target="new")

    def action_decide(self):
        """Button: do it.

        :raise UserError: without a reason for giving up, or when nothing is left to decide
        """
        check_operator(self)
        self.ensure_one()
        check_operator(self.task_ids)
        tasks_sudo = self.task_ids.sudo().filtered(lambda task: task.state in OPEN)
        user = self.env.user
        decision, reason = self.decision, (self.reason or "").strip()
        if not tasks_sudo:
            raise UserError(self.env._("Nothing of what you chose is left to decide."))
        if decision == "dismiss" and not reason:
            raise UserError(self.env._("Write why it is given up: others will ask."))
        undo = self.env["integrator.undo"]
        begun = undo._begin(tasks_sudo, tasks_sudo.listing_id.section_ids)
        tasks_sudo._note_decision(user, decision, reason)
        if decision == "dismiss":
            tasks_sudo._give_up()
            names = ", ".join(tasks_sudo.mapped("target_name")[:MAX_NAMES])
            return undo._offer(self.env._("Given up: %s.", names), begun)
        tasks_sudo._retry()
        return {"type": "ir.actions.act_window_close"}
