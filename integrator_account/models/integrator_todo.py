# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from odoo.addons.integrator.models.monitoring.integrator_todo import TodoEntry


class IntegratorTodo(models.Model):
    """Settlements that wait for somebody with accounting rights; others do not see them."""

    _inherit = "integrator.todo"

    @api.model
    def _todo_entries(self):
        """Override of `integrator`: settlements that are held, and that can be posted."""
        entries = super()._todo_entries()
        about = {
            "model": "integrator.settlement",
            "action": "integrator_account.integrator_settlement_action",
            "since": "end",
        }
        entries += [
            TodoEntry(
                kind="settlement",
                label=self.env._("Settlement is held"),
                domain=[("state", "=", "held")],
                title=(self.env._("1 settlement is held"), self.env._("%s settlements are held")),
                step={
                    "rule": self.env._("Open it and press “Answer”"),
                    "account": self.env._("Open it and press “Set up”"),
                    "chain": self.env._("Upload the missing file, or accept the hole"),
                    "lock": self.env._("Unlock the period, or let it be booked in the next one"),
                    "": self.env._("Open it, correct what it says, and press “Check again”"),
                },
                cause="hold_code",
                reason="hold_reason",
                **about,
            ),
            TodoEntry(
                kind="settlement_ready",
                label=self.env._("Settlement to post"),
                domain=[("state", "=", "ready")],
                title=(
                    self.env._("1 settlement can be posted"),
                    self.env._("%s settlements can be posted"),
                ),
                step=self.env._("Open it and press “Post”"),
                base="0",
                **about,
            ),
        ]
        return entries
