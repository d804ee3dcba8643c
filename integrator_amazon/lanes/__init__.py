# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import lane  # before the lanes that inherit from it
from . import lane_feed, lane_listing, shipment_parcels
from . import (
    lane_acknowledgement,
    lane_fulfillment,
    lane_direct,
    lane_listings,
    lane_refund,
    lane_shipment,
)
