# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import sale_values  # before the importer that inherits from it
from . import buyer_updater, change_updater  # before the follower that inherits from them
from . import (
    candidate_finder,
    order_importer,
    order_updater,
    partner_importer,
    pending_reservation,
    product_finder,
    site_shipment,
    tax_finder,
)
