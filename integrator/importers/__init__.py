# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import sale_values  # before the importer that inherits from it
from . import (
    order_follower,
    order_importer,
    partner_importer,
    pending_reservation,
    product_finder,
    site_shipment,
    tax_finder,
)
