# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class AmazonSectionRelationship(models.AbstractModel):
    """Variants under their parent, and accessories."""

    _name = "integrator.amazon.section.relationship"
    _inherit = "integrator.amazon.section"
    _description = "Amazon section: relations"

    def _values(self, listings):
        mains = listings._accessory_of()
        return {
            listing: self._value(listing, mains.get(listing, listing.browse()))
            for listing in listings
        }

    def _value(self, listing, mains):
        """The relations of one listing.

        :param mains: the listings to which it is an accessory
        """
        if listing.is_parent or listing.amazon_offer_asin:
            return None
        value = self._variation(listing) if listing.parent_id else {}
        relations = [self._relation(listing, "variation", listing.parent_id)]
        if mains and listing._amazon_takes_accessories():
            relations += [self._relation(listing, "accessory", main) for main in mains]
        if relations := [relation for relation in relations if relation]:
            value["child_parent_sku_relationship"] = relations
        return value

    def _variation(self, listing):
        here = self._place(listing)
        theme = listing._template()._amazon_theme()
        return {
            "parentage_level": [{"value": "child", **here}],
            # Amazon's theme has no marketplace: it is the same everywhere
            "variation_theme": [{"name": theme}],
        }

    def _relation(self, listing, kind, parent):
        if not parent:
            return None
        here = self._place(listing)
        return {"child_relationship_type": kind, "parent_sku": parent.sku, **here}
