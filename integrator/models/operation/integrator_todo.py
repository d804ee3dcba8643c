# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from ..monitoring.integrator_todo import TodoEntry


class IntegratorTodo(models.Model):
    """Questions of operations."""

    # a subject registers what is to do: pylint: disable=consider-merging-classes-inherited
    _inherit = "integrator.todo"

    # === BUSINESS METHODS === #

    @api.model
    def _todo_entries(self):
        """Override: operations that wait for an answer."""
        return [
            *super()._todo_entries(),
            TodoEntry(
                kind="operation",
                label=self.env._("Question of an operation"),
                model="integrator.operation",
                domain=[("state", "=", "waiting")],
                title=(
                    self.env._("1 operation waits for an answer"),
                    self.env._("%s operations wait for an answer"),
                ),
                step=self.env._("Answer its question"),
                action="integrator.integrator_operation_action",
                cause="kind",
                reason="kind",
                case="integrator.integrator_operation_view_case",
            ),
        ]
