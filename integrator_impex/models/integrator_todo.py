# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from odoo.addons.integrator.models.monitoring.integrator_todo import TodoEntry


class IntegratorTodo(models.Model):
    _inherit = "integrator.todo"

    # === BUSINESS METHODS === #

    @api.model
    def _todo_entries(self):
        """Override of `integrator`: exports that did not leave, and updates that do not fit."""
        return [
            *super()._todo_entries(),
            TodoEntry(
                kind="export",
                label=self.env._("Export of an order"),
                model="integrator.order.export",
                domain=[("state", "in", ("held", "error"))],
                title=(
                    self.env._("1 order did not leave"),
                    self.env._("%s orders did not leave"),
                ),
                step={
                    "held": self.env._("Approve or refuse"),
                    "": self.env._("Read why, solve it and try again"),
                },
                action="integrator_impex.order_export_action",
                cause="state",
            ),
            TodoEntry(
                kind="order_update",
                label=self.env._("Update of an order"),
                model="integrator.order.update",
                domain=[("state", "in", ("unknown", "error"))],
                title=(
                    self.env._("1 update does not fit an order"),
                    self.env._("%s updates do not fit an order"),
                ),
                step={
                    "unknown": self.env._("Choose the order"),
                    "": self.env._("Read why, solve it and try again"),
                },
                action="integrator_impex.order_update_action",
                cause="state",
            ),
        ]
