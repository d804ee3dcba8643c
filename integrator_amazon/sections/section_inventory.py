# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class AmazonSectionInventory(models.AbstractModel):
    """Pieces, restock date and handling days."""

    _name = "integrator.amazon.section.inventory"
    _inherit = "integrator.amazon.section"
    _description = "Amazon section: inventory"

    def _values(self, listings):
        sold = listings.filtered(lambda listing: not listing.is_parent)
        # a quantity would make Amazon sell what it ships as shipped by us
        ours = sold.filtered(lambda listing: listing.channel == "merchant")
        stock = ours._stock()
        values = {listing: self._entry(stock[listing]) for listing in ours}
        values |= self._switches(sold - ours)
        return dict.fromkeys(listings) | {
            listing: {"fulfillment_availability": [entry]} for listing, entry in values.items()
        }

    def _entry(self, stock):
        entry = {"fulfillment_channel_code": "DEFAULT", "quantity": stock["quantity"]}
        if stock["handling_days"] is not None:
            entry["lead_time_to_ship_max_days"] = stock["handling_days"]
        if stock["restock_date"]:
            entry["restock_date"] = stock["restock_date"]
        return entry

    def _switches(self, listings):
        """What hands listings over to Amazon: the channel, never a quantity."""
        places = self._places(listings)
        return {
            listing: {
                "fulfillment_channel_code": places[listing.marketplace_code].fulfillment_channel
            }
            for listing in listings
            if listing.switching
        }
