# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class IntegratorTask(models.Model):
    """Parents before children: relations wait until the parent is shown (001-12; pain 26)."""

    # one file per concern: pylint: disable=consider-merging-classes-inherited
    _inherit = "integrator.task"

    def _settle_readiness(self):
        tasks, failed = super()._settle_readiness()
        early = tasks.filtered(lambda task: task._lacks_parent())
        for task in early:
            task._wait_for_parent()
        return tasks - early, failed

    def _lacks_parent(self):
        parent = self.listing_id.parent_id
        return self.kind == "relationship" and bool(parent) and parent.state != "live"

    def _wait_for_parent(self):
        """Wait for the parent's product; where nobody tells that, a person has to."""
        first = self.search(
            [("listing_id", "=", self.listing_id.parent_id.id), ("kind", "=", "product")], limit=1
        )
        if first:
            self._move("waiting", after_task_id=first.id)
            return
        self._move(
            "error",
            error_code="parent_missing",
            error_message=self.env._(
                "The parent %s is not listed. Synchronise the product, then retry.",
                self.listing_id.parent_id.sku,
            ),
        )
