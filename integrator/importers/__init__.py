# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import order_checks, sale_values  # before the importer that inherits from them
from . import buyer_updater, change_updater  # before the follower that inherits from them
from . import (
    candidate_finder,
    order_updater,
    order_importer,
    partner_importer,
    pending_reservation,
    product_finder,
    site_shipment,
    tax_finder,
)
