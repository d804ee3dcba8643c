# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import (
    adapter_operation,
    operation,
    operation_step,
    operation_rule,
    remote_order,
    remote_order_line,
    remote_parcel,
    operation_kind,
    operation_export,
    operation_synchronise,
    operation_bind,
    operation_unbind,
    exported_delivery,
    site_operation,
    sale_order_operation,
)
