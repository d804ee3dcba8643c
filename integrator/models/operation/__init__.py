# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
# before those that inherit from them
from . import (
    integrator_api_order,
    integrator_operation_kind,
    integrator_operation_view_mixin,
)

# isort: split
from . import (
    account_payment,
    integrator_api,
    integrator_event_mixin,
    integrator_fetch_request,
    integrator_operation,
    integrator_operation_bind,
    integrator_operation_export,
    integrator_operation_request,
    integrator_operation_rule,
    integrator_operation_step,
    integrator_operation_synchronise,
    integrator_remote_order,
    integrator_remote_order_line,
    integrator_remote_parcel,
    integrator_remote_status,
    integrator_site,
    integrator_todo,
    sale_order,
    stock_picking,
)
