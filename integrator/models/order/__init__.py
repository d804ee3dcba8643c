# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
# mixins come before the models that inherit from them
from . import (
    integrator_order_desk_mixin,
    integrator_order_intake_mixin,
    integrator_order_privacy_mixin,
)

# isort: split
from . import (
    integrator_deadline,
    integrator_delivery_map,
    integrator_document,
    integrator_home,
    integrator_link,
    integrator_order,
    integrator_order_check,
    integrator_order_line,
    integrator_site,
    integrator_task,
    integrator_tax_rule,
    integrator_todo,
    res_partner,
    sale_order,
)
