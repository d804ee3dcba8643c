# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from . import exporter  # before the exporters that inherit from it
from . import exporter_acknowledgement, exporter_listing, exporter_refund, exporter_shipment
