# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import (
    integrator_order_feed,
    integrator_order_feed_broken,
    integrator_order_feed_carrier,
    json_service,
)
