# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class IntegratorStage(models.AbstractModel):
    """The same stages as jobs: the scheduled action hands over the sites that chose the queue, and
    a job does exactly what the action would have done."""

    _inherit = "integrator.stage"

    def _sites(self):
        """Without the sites whose work goes to the queue."""
        return super()._sites().filtered(lambda site: not site.use_job_queue)

    def _queued_sites(self):
        """The sites whose work goes to the queue."""
        return super()._sites().filtered("use_job_queue")

    def _leaves_runs(self, site):
        """A job is made only where there is work; fetching has some whenever its time has come."""
        return super()._leaves_runs(site) and (self._paced or not site.use_job_queue)

    def _cron_run(self):
        result = super()._cron_run()
        for site in self._queued_sites():
            if self._has_work(site):
                self._delay(site)
        return result

    def _delay(self, site):
        """Enqueue the job, unless the same one waits already.

        :param site: `integrator.site`
        :return: the job
        """
        return self.with_delay(
            channel=site.queue_channel,
            identity_key=f"{self._name}/{site.id}",
            description=f"{self._description}: {site.name}",
        )._job_run(site)

    def _job_run(self, site):
        """What the job does: run the stage for one site, with the stage's own commits.

        :param site: `integrator.site`; one that was archived meanwhile is left alone
        """
        if site.exists().active:
            self._run(site)
