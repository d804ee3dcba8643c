# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
# mixins come before the models that inherit from them
from . import integrator_delivery_desk_mixin

# isort: split
from . import (
    delivery_carrier,
    integrator_delivery_hold,
    integrator_home,
    integrator_parcel,
    integrator_site,
    integrator_todo,
    stock_move,
    stock_picking,
)
