# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
# mixins come before the models that inherit from them
from . import (
    integrator_decision_mixin,
    integrator_error_mixin,
    integrator_todo_plan,
)

# isort: split
from . import (
    integrator_access_log,
    integrator_alert,
    integrator_circuit,
    integrator_digest,
    integrator_estimate,
    integrator_explanations,
    integrator_health,
    integrator_home,
    integrator_privacy_report,
    integrator_run,
    integrator_site,
    integrator_todo,
)
