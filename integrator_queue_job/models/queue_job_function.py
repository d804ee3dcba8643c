# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

STAGES = "<integrator.stage."


class QueueJobFunction(models.Model):
    _inherit = "queue.job.function"

    def job_config(self, name):
        """Override of `queue_job`: stages commit after each piece of work, so their jobs have to be
        allowed to; those of other addons too."""
        config = super().job_config(name)
        if name.startswith(STAGES):
            return config._replace(allow_commit=True)
        return config
