# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import order_checks, sale_values  # before the importer that inherits from them
from . import buyer_follower, change_follower  # before the follower that inherits from them
from . import (
    candidate_finder,
    order_follower,
    order_importer,
    partner_importer,
    pending_reservation,
    product_finder,
    site_shipment,
    tax_finder,
)
