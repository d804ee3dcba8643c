# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import (
    delivery_carrier,
    integrator_delivery_hold,
    integrator_home,
    integrator_parcel,
    integrator_site,
    integrator_todo,
    stock_move,
    stock_move_line,
    stock_package,
    stock_picking,
)
