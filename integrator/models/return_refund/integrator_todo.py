# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from ..monitoring.integrator_todo import TodoEntry


class IntegratorTodo(models.Model):
    """Returns that a buyer waits for."""

    # a subject registers what is to do: pylint: disable=consider-merging-classes-inherited
    _inherit = "integrator.todo"

    # === BUSINESS METHODS === #

    @api.model
    def _todo_entries(self):
        """Override: returns to receive and to credit."""
        return [
            *super()._todo_entries(),
            TodoEntry(
                kind="return",
                label=self.env._("Return"),
                model="integrator.return",
                domain=[("state", "in", ("unknown", "new", "received"))],
                title=(self.env._("1 return"), self.env._("%s returns")),
                step={
                    "new": self.env._("Receive the goods"),
                    "received": self.env._("Propose the credit note"),
                    "": self.env._("Look for the order"),
                },
                action="integrator.integrator_return_action",
                cause="state",
                reason="state",
                since="requested_at",
                case="integrator.integrator_return_view_case",
                name="remote_return_id",
            ),
        ]
