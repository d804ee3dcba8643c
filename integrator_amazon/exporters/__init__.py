# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import exporter  # before the exporters that inherit from it
from . import exporter_feed, exporter_listing, shipment_parcels
from . import (
    exporter_acknowledgement,
    exporter_fulfillment,
    exporter_direct,
    exporter_listings,
    exporter_refund,
    exporter_shipment,
)
