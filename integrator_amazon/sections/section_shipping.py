# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class AmazonSectionShipping(models.AbstractModel):
    """The shipping template of a listing that we ship."""

    _name = "integrator.amazon.section.shipping"
    _inherit = "integrator.amazon.section"
    _description = "Amazon section: shipping template"

    def _values(self, listings):
        return {listing: self._value(listing) for listing in listings}

    def _value(self, listing):
        if listing.is_parent or listing.channel != "merchant":
            return None
        if not listing.shipping_group:
            return {}
        entry = {"value": listing.shipping_group, **self._place(listing)}
        return {"merchant_shipping_group": [entry]}
