# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from ..monitoring.integrator_todo import TodoCure, TodoEntry


class IntegratorTodo(models.Model):
    """Updates that do not leave, or that were refused."""

    # a subject registers what is to do: pylint: disable=consider-merging-classes-inherited
    _inherit = "integrator.todo"

    # === BUSINESS METHODS === #

    @api.model
    def _todo_entries(self):
        """Override: updates to approve, and refused ones."""
        return [
            *super()._todo_entries(),
            TodoEntry(
                kind="approval",
                label=self.env._("Approval"),
                model="integrator.approval",
                domain=[("state", "=", "open")],
                title=(self.env._("1 change to approve"), self.env._("%s changes to approve")),
                step=self.env._("Approve or reject"),
                action="integrator.integrator_approval_action",
                cause="rule",
                reason="reason",
                code="held_",
                case="integrator.integrator_approval_view_case",
                cures=(
                    TodoCure("action_ask_approve", self.env._("Approve…")),
                    TodoCure("action_ask_reject", self.env._("Reject…")),
                ),
            ),
            TodoEntry(
                kind="refused",
                label=self.env._("Refused update"),
                model="integrator.task",
                # what only follows on a refused one goes on with it
                domain=[("state", "=", "error"), ("error_code", "!=", "forerunner_failed")],
                title=(self.env._("1 update refused"), self.env._("%s updates refused")),
                step=self.env._("Read why, solve it and retry"),
                action="integrator.integrator_task_action",
                cause="error_code",
                reason="error_message",
                since="state_timestamp",
                code="",
                case="integrator.integrator_task_view_case",
                cures=(
                    TodoCure(
                        "action_retry",
                        self.env._("Try again"),
                        self.env._("All of these are sent once more."),
                    ),
                    TodoCure("action_ask_dismiss", self.env._("Give up…")),
                ),
            ),
        ]

    def _todo_alert_domain(self):
        """Override: what was tried again, or approved, has not failed any more."""
        failed = (self.env["integrator.task"], [("error_code", "!=", False)])
        return super()._todo_alert_domain() & self._todo_alert_of("send", failed)
