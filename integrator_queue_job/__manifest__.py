# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
{
    "name": "Integrator: job queue",
    "summary": "Runs the integration as jobs of OCA's queue_job, one queue per selling channel",
    "version": "19.0.1.0.0",
    "category": "Sales/Integration",
    "author": "Integrator founders",
    "website": "https://github.com/integrator-founders/integrator",
    "license": "LGPL-3",
    "depends": ["integrator", "queue_job"],
    "data": [
        "data/queue_job_channel_data.xml",
        "views/integrator_site_views.xml",
    ],
}
