# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import integrator_site, integrator_stage, queue_job_function
