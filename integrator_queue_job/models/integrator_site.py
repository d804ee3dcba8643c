# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

#: Parent of the sites' channels; its capacity is a setting of the job runner.
PARENT = "integrator_queue_job.channel_integrator"


class IntegratorSite(models.Model):
    """A site chooses whether its stages run in the scheduled actions or as jobs."""

    _inherit = "integrator.site"

    use_job_queue = fields.Boolean(
        string="Run on the job queue",
        tracking=True,
        help="Off: the scheduled actions do the work themselves, one by one. On: they only "
        "hand it to the job queue, where each of them has a queue of its own and several run "
        "side by side. The job runner has to be set up, see the addon's description.",
    )
    queue_channel = fields.Char(
        string="Queue channel",
        compute="_compute_queue_channel",
        help="Name of its queue, for the configuration of the job runner.",
    )

    @api.depends("use_job_queue")
    def _compute_queue_channel(self):
        parent_sudo = self.env.ref(PARENT).sudo()
        for site in self:
            site.queue_channel = (
                bool(site.id) and f"{parent_sudo.complete_name}.{site._channel_name()}"
            )

    @api.model_create_multi
    def create(self, vals_list):
        sites = super().create(vals_list)
        sites.filtered("use_job_queue")._ensure_channels()
        return sites

    def write(self, vals):
        result = super().write(vals)
        if vals.get("use_job_queue"):
            self._ensure_channels()
        return result

    def _channel_name(self):
        return f"site_{self.id}"

    def _ensure_channels(self):
        """Make the channels that people see under *Job Queue → Channels*."""
        channels_sudo = self.env["queue.job.channel"].sudo()
        parent_sudo = self.env.ref(PARENT).sudo()
        known = channels_sudo.search([("parent_id", "=", parent_sudo.id)]).mapped("name")
        names = [site._channel_name() for site in self]
        channels_sudo.create(
            [{"name": name, "parent_id": parent_sudo.id} for name in names if name not in known]
        )
