# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from ..api.texts import LONGEST, cut

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
            listing: self._offer_only(listing)
            if listing.amazon_offer_asin
            else {
                **self._attributes(listing, places[listing.marketplace_code]),
                **mapped.get(listing, {}),
            }
            for listing in listings
        }

    def _offer_only(self, listing):
        """What is said of an offer on a product that Amazon has already (LISTING_OFFER_ONLY)."""
        here = self._place(listing)
        asin = [{"value": listing.amazon_offer_asin, **here}]
        return {"condition_type": self._condition(listing, here), "merchant_suggested_asin": asin}

    def _condition(self, listing, here):
        condition = CONDITIONS.get(listing.condition, listing.condition)
        return [{"value": condition, **here}]

    def _attributes(self, listing, place):
        """What every product type has."""
        product = listing._subject().with_context(lang=self._language(listing, place))
        text = self._text(listing, place)
        attributes = {"item_name": [{"value": self._title(listing, product), **text}]}
        if product.description_sale:
            description = cut(product.description_sale, LONGEST["product_description"])
            attributes["product_description"] = [{"value": description, **text}]
        kind = self._parent_values if listing.is_parent else self._offer_values
        return {**attributes, **kind(listing, product, text)}

    def _offer_values(self, listing, product, text):
        """What is said of something that is sold."""
        here = self._place(listing)
        return {
            "condition_type": self._condition(listing, here),
            **self._identifier(product, here),
            **self._variant_values(product, text),
        }

    def _parent_values(self, listing, product, text):
        """What is said of something that holds variants together (001-12)."""
        here = self._place(listing)
        theme = listing._template()._amazon_theme()
        return {
            "parentage_level": [{"value": "parent", **here}],
            "variation_theme": [{"name": theme, **here}],
        }

    def _variant_values(self, product, text):
        """What tells a variant from the others, such as its size."""
        values = product.product_template_attribute_value_ids.filtered(
            lambda value: value.attribute_line_id.value_count > 1
        )
        return {
            value.attribute_id._amazon_attribute_name(): [{"value": value.name, **text}]
            for value in values
        }

    def _title(self, listing, product):
        """Name with the variant's values, without the internal reference."""
        if listing.is_parent:
            return cut(product.name, LONGEST["item_name"])
        named = product.with_context(display_default_code=False)
        return cut(named._integrator_name(), LONGEST["item_name"])

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
