# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models

from ..const import STAGES


class IntegratorSite(models.Model):
    # one file per concern: pylint: disable=consider-merging-classes-inherited
    _inherit = "integrator.site"

    heartbeat_minutes = fields.Integer(
        string="Alarm after",
        default=15,
        help="Minutes without a run of a stage, although automatic integration is on, after which "
        "an alarm is raised.",
    )
    automatic_since = fields.Datetime(
        readonly=True, copy=False, help="When automatic integration was last switched on."
    )
    heartbeat_message = fields.Text(
        compute="_compute_heartbeat_message",
        help="What has not run for too long, found when the screen is opened: it is true even "
        "where nothing runs in the background any more.",
    )

    _heartbeat_positive = models.Constraint(
        "CHECK(heartbeat_minutes > 0)", "The minutes until the alarm have to be positive."
    )

    @api.model_create_multi
    def create(self, vals_list):
        sites = super().create(vals_list)
        sites.sudo().filtered("automatic").automatic_since = fields.Datetime.now()
        return sites

    def write(self, vals):
        result = super().write(vals)
        if vals.get("automatic"):
            self.sudo().automatic_since = fields.Datetime.now()
        return result

    def _compute_heartbeat_message(self):
        for site in self:
            # operators read no other company's runs, and a new site has none
            site.heartbeat_message = site.sudo()._heartbeat_text(site.sudo()._silent_stages())

    def _silent_stages(self):
        """Stages that have not run for too long.

        :return: dict stage -> since when
        """
        if not (self.automatic and self._origin):
            return {}
        starts = dict(
            self.env["integrator.run"]._read_group(
                [("site_id", "=", self._origin.id)], ["stage"], ["started_at:max"]
            )
        )
        since = self.automatic_since or self.create_date
        last = {stage: max(starts.get(stage) or since, since) for stage in STAGES}
        return {stage: at for stage, at in last.items() if at < self._silent_before(stage)}

    def _silent_before(self, stage):
        """A start before this time is too long ago; the interval of the site is no silence."""
        pause = timedelta(minutes=self.heartbeat_minutes)
        if self.env[f"integrator.stage.{stage}"]._paced:
            pause += timedelta(seconds=self.interval_seconds)
        return fields.Datetime.now() - pause

    def _heartbeat_text(self, silent):
        if not silent:
            return False
        since = fields.Datetime.context_timestamp(self, max(silent.values()))
        names = dict(self.env["integrator.run"]._fields["stage"]._description_selection(self.env))
        return self.env._(
            "Nothing of this has run since %(time)s, although automatic integration is on: "
            "%(stages)s. Ask your administrator to look at Settings, Technical, Scheduled Actions: "
            "those that begin with “Integration” have to be active, and Odoo has to run with "
            "workers for scheduled actions.",
            time=since.strftime("%Y-%m-%d %H:%M"),
            stages=", ".join(names[stage] for stage in silent),
        )
