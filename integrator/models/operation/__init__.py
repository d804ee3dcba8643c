# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
# before those that inherit from them
from . import (
    api_caller,
    operation_kind,
    operation_view_mixin,
    remote_order,
    remote_order_line,
)

# isort: split
# before those that inherit from them
from . import (
    api_order,
)

# isort: split
# before those that inherit from them
from . import (
    api_search,
)

# isort: split
from . import (
    exported_delivery,
    integrator_api,
    integrator_event_mixin,
    integrator_fetch_request,
    integrator_todo,
    operation,
    operation_bind,
    operation_export,
    operation_request,
    operation_rule,
    operation_step,
    operation_synchronise,
    operation_unbind,
    remote_parcel,
    remote_status,
    sale_order_operation,
    site_operation,
)
