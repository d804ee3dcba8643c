# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import (
    account_move,
    integrator_home,
    integrator_order,
    integrator_refund_line,
    integrator_refund_reason,
    integrator_return,
    integrator_return_line,
    integrator_task,
    integrator_todo,
    sale_order,
    stock_picking,
)
