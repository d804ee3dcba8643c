# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
# mixins come before the models that inherit from them
from . import (
    integrator_event_mixin,
    integrator_task_gate_mixin,
    integrator_timeline_mixin,
)

# isort: split
from . import (
    integrator_approval,
    integrator_consumption,
    integrator_home,
    integrator_site,
    integrator_status_map,
    integrator_submission,
    integrator_task,
    integrator_todo,
    ir_model_fields_selection,
    order_integration,
    product_integration,
)
