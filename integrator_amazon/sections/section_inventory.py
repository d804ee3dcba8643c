# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class AmazonSectionInventory(models.AbstractModel):
    """Pieces, restock date and handling days (001-04 … 001-07)."""

    _name = "integrator.amazon.section.inventory"
    _inherit = "integrator.amazon.section"
    _description = "Amazon section: inventory"

    def _values(self, listings):
        # a quantity would make Amazon sell what it ships as shipped by us (pain 6)
        ours = listings.filtered(lambda listing: listing.channel == "merchant")
        stock = ours._stock()
        return dict.fromkeys(listings) | {
            listing: {"fulfillment_availability": [self._entry(stock[listing])]} for listing in ours
        }

    def _entry(self, stock):
        entry = {"fulfillment_channel_code": "DEFAULT", "quantity": stock["quantity"]}
        if stock["handling_days"]:
            entry["lead_time_to_ship_max_days"] = stock["handling_days"]
        if stock["restock_date"]:
            entry["restock_date"] = stock["restock_date"]
        return entry
