# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from ..const import SECTION_OF_KIND
from .listing_section import CLOSING


class IntegratorTask(models.Model):
    """Why a task that could go does not: it waits for approval, or pushes are stopped."""

    # one file per concern: pylint: disable=consider-merging-classes-inherited
    _inherit = "integrator.task"

    approval_ids = fields.One2many("integrator.approval", "task_id", readonly=True)
    approval_id = fields.Many2one(
        "integrator.approval",
        string="Waits for approval",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
        help="What has to be decided before it is sent.",
    )
    hold_reason = fields.Char(
        string="Held because",
        compute="_compute_hold_reason",
        help="Why it is not sent now, although nothing is wrong with it.",
    )

    @api.depends("approval_id", "state", "site_id.stopped")
    def _compute_hold_reason(self):
        stopped = self.env._("Pushes are stopped on the site. It is sent when they go on.")
        for task in self:
            queued = task.state in ("waiting", "ready")
            free = not queued or task.filtered_domain(task.site_id._open_domain())
            task.hold_reason = task.approval_id.reason if free else stopped

    def _pass_guard(self):
        """Hold those of the tasks that a person has to approve first.

        :return: the tasks that may go
        """
        if not self:
            return self
        return self - self.env["integrator.guard"]._hold(self.site_id, self)

    def action_dismiss(self):
        result = super().action_dismiss()
        self.sudo()._note_left()
        return result

    def _note_left(self):
        """A person has decided not to send this: comparing listings with Odoo asks for it only
        when Odoo says something else."""
        for kind, tasks in self.filtered("listing_id").grouped("kind").items():
            sections = tasks.listing_id._sections(SECTION_OF_KIND[kind])
            values = tasks.listing_id._section_values((kind,)) if kind != "delist" else {}
            for listing, section in sections.items():
                section._note(values[listing][kind] if values else CLOSING)

    def _move(self, state, **values):
        result = super()._move(state, **values)
        if "approval_id" not in values and (held := self.filtered("approval_id")):
            held.approval_id.filtered(lambda row: row.state == "open").state = "outdated"
            held.approval_id = False
        return result

    @api.model
    def _enqueue(self, site, values):
        """News of what is held: it is looked at again as it is now."""
        task = super()._enqueue(site, values)
        if task.approval_id:
            task._move("ready")
        return task
