# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import time

from odoo import models

from odoo.addons.base.models.ir_cron import MIN_TIME_PER_JOB


class IntegratorStage(models.AbstractModel):
    """The same stages as jobs: the scheduled action hands over the sites that chose the queue, and
    a job does exactly what the action would have done."""

    _inherit = "integrator.stage"

    def _sites_in_turn(self):
        """Without the sites whose work goes to the queue."""
        sites = super()._sites_in_turn()
        return [site for site in sites if not site.use_job_queue]

    def _queued_sites(self):
        """The sites whose work goes to the queue."""
        return self._sites().filtered("use_job_queue")

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
        """Run the job: a turn of the stage for one site, with the stage's own commits. It takes as
        long as in the scheduled action, because the worker of a job has a time limit too; what is
        left calls the action, which makes the next job.

        :param site: `integrator.site`; one that was archived meanwhile is left alone
        """
        if site.exists().active:
            end = time.monotonic() + MIN_TIME_PER_JOB
            self.with_context(cron_end_time=end)._run(site)
