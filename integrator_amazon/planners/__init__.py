# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import (
    fulfillment,
    planner_orders,
    planner_products,
    section_checks,
    section_values,
)
