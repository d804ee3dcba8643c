# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

#: Amazon's word for the condition of a listing.
CONDITIONS = {"new": "new_new", "refurbished": "refurbished_refurbished"}

#: Kinds of product identifiers by their number of digits.
IDENTIFIERS = {8: "ean", 12: "upc", 13: "ean", 14: "gtin"}


class AmazonSectionProduct(models.AbstractModel):
    """Attributes of a product in the words of Amazon's product types (001-01, 001-02)."""

    _name = "integrator.amazon.section.product"
    _inherit = "integrator.amazon.section"
    _description = "Amazon section: product"

    def _values(self, listings):
        places = self._places(listings)
        mapped = listings._mapped_attributes()
        return {
            listing: {
                **self._attributes(listing, places[listing.marketplace_code]),
                **mapped.get(listing, {}),
            }
            for listing in listings
        }

    def _attributes(self, listing, place):
        """What every product type has."""
        product = listing.product_id.with_context(lang=self._language(listing, place))
        text, here = self._text(listing, place), self._place(listing)
        condition = CONDITIONS.get(listing.condition, listing.condition)
        attributes = {
            "item_name": [{"value": self._title(product), **text}],
            "condition_type": [{"value": condition, **here}],
            **self._identifier(product, here),
        }
        if product.description_sale:
            attributes["product_description"] = [{"value": product.description_sale, **text}]
        return attributes

    def _title(self, product):
        """Name with the variant's values, without the internal reference."""
        return product.with_context(display_default_code=False).display_name

    def _identifier(self, product, here):
        """The barcode by its kind, or the statement that there is none."""
        kind = IDENTIFIERS.get(len(product.barcode or ""))
        if kind:
            entry = {"type": kind, "value": product.barcode, **here}
            return {"externally_assigned_product_identifier": [entry]}
        return {"supplier_declared_has_product_identifier_exemption": [{"value": True, **here}]}

    def _language(self, listing, place):
        """The listing's language, the installed one that fits the marketplace, or the user's."""
        installed = dict(self.env["res.lang"].get_installed())
        wanted = listing.language or place.language
        return wanted if wanted in installed else self.env.lang
