# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

from ...const import CLOSING, SECTION_OF_KIND


class IntegratorTask(models.Model):
    """Updates about listings: their limits, and what goes before them."""

    # the outbox knows no listings: pylint: disable=consider-merging-classes-inherited
    _inherit = "integrator.task"

    listing_id = fields.Many2one(
        "integrator.listing", readonly=True, ondelete="set null", index=True
    )

    # === BUSINESS METHODS === #

    def _pass_guard(self):
        """Override: what is over a limit of the channel waits for approval."""
        tasks = super()._pass_guard()
        return tasks - self.env["integrator.guard"]._hold(tasks.site_id, tasks) if tasks else tasks

    def _note_left(self):
        """Override: comparing listings with Odoo asks for it only when Odoo says something else."""
        for kind, tasks in self.filtered("listing_id").grouped("kind").items():
            sections = tasks.listing_id._sections(SECTION_OF_KIND[kind])
            values = tasks.listing_id._section_values((kind,)) if kind != "delist" else {}
            for listing, section in sections.items():
                section._note(values[listing][kind] if values else CLOSING)
        return super()._note_left()

    def _wait_for_others(self):
        """Override: relations wait for the parent that they name."""
        early = self.filtered(lambda task: task._lacks_parent())
        for task in early:
            task._wait_for_parent()
        return super(IntegratorTask, self - early)._wait_for_others()

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
