# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from operator import attrgetter

from odoo import models

from ..api.product_texts import LIMITS, cut, identifier_kind

#: Amazon's word for the condition of a listing.
CONDITIONS = {"new": "new_new", "refurbished": "refurbished_refurbished"}

#: Listings of a site that are alike in these are described in the same language and condition, and
#: the same rules count for them.
ALIKE_FIELDS = ("marketplace_code", "language", "amazon_product_type", "is_parent", "condition")


class AmazonSectionProduct(models.AbstractModel):
    """Attributes of a product in the words of Amazon's product types."""

    _name = "integrator.amazon.section.product"
    _inherit = "integrator.amazon.section"
    _description = "Amazon section: product"

    def _values(self, listings):
        offers = listings.filtered("amazon_offer_asin")
        values = {listing: self._offer_only(listing) for listing in offers}
        places = self._places(listings)
        rules = self.env["integrator.amazon.attribute.rule"]._of(listings.site_id)
        described = (listings - offers).grouped(attrgetter(*ALIKE_FIELDS))
        for alike in described.values():
            values |= self._described(alike, places[alike[0].marketplace_code], rules)
        return values

    def _described(self, alike, place, rules):
        """The values of listings that are alike in `ALIKE_FIELDS`.

        :param place: their `integrator.amazon.marketplace`
        :param rules: `integrator.amazon.attribute.rule` of their site
        :return: dict listing -> dict attribute -> entries
        """
        # alone: what is looked up for it is not looked up for all the others
        first = alike[0].with_prefetch()
        language = self._language(first, place)
        here, text = self._place(first), self._text(first, place)
        condition = {} if first.is_parent else {"condition_type": self._condition(first, here)}
        mapped = alike._amazon_mapped(rules, language, place)
        values = {}
        for listing, product in zip(alike, self._subjects(alike, language), strict=True):
            own = self._attributes(listing, product, here, text)
            values[listing] = {**condition, **own, **mapped.get(listing, {})}
        return values

    def _subjects(self, listings, language):
        """The products that listings describe, in a language and without the internal reference in
        their names.

        :return: list of products, in the order of the listings
        """
        translated = listings.with_context(lang=language, display_default_code=False)
        translated._fetch_products()
        return [listing._subject() for listing in translated]

    def _offer_only(self, listing):
        """Attributes of an offer on a product that Amazon has already (LISTING_OFFER_ONLY)."""
        here = self._place(listing)
        asin = [{"value": listing.amazon_offer_asin, **here}]
        return {"condition_type": self._condition(listing, here), "merchant_suggested_asin": asin}

    def _condition(self, listing, here):
        condition = CONDITIONS.get(listing.condition, listing.condition)
        return [{"value": condition, **here}]

    def _attributes(self, listing, product, here, text):
        """Attributes of every product type, but the condition.

        :param product: of `_subjects`
        :param dict here: selectors of its entries
        :param dict text: selectors of its texts
        """
        attributes = {"item_name": [{"value": self._title(listing, product), **text}]}
        # not by the variant: each inherited field would be computed for it first
        if description := product.product_tmpl_id.description_sale:
            description = cut(description, LIMITS["product_description"])
            attributes["product_description"] = [{"value": description, **text}]
        if listing.is_parent:
            return attributes | self._parent_values(listing, here)
        return attributes | self._identifier(product, here) | self._variant_values(product, text)

    def _parent_values(self, listing, here):
        """Attributes of a listing that holds variants together."""
        theme = listing._template()._amazon_theme()
        return {
            "parentage_level": [{"value": "parent", **here}],
            # Amazon's theme has no marketplace: it is the same everywhere
            "variation_theme": [{"name": theme}],
        }

    def _variant_values(self, product, text):
        """Attributes in which a variant differs from the others, such as its size."""
        if not product.combination_indices:
            # there are none, and asking for them takes longer than all else
            return {}
        values = product.product_template_attribute_value_ids.filtered(
            lambda value: value.attribute_line_id.value_count > 1
        )
        return {
            value.attribute_id._amazon_attribute_name(): [{"value": value.name, **text}]
            for value in values
        }

    def _title(self, listing, product):
        return cut(self._full_title(listing, product), LIMITS["item_name"])

    def _full_title(self, listing, product):
        """Name with the variant's values, without the internal reference."""
        if listing.is_parent:
            return product.name
        return product._integrator_name()

    def _identifier(self, product, here):
        """The barcode by its kind, or the statement that there is none."""
        if kind := identifier_kind(product.barcode or ""):
            entry = {"type": kind, "value": product.barcode, **here}
            return {"externally_assigned_product_identifier": [entry]}
        return {"supplier_declared_has_product_identifier_exemption": [{"value": True, **here}]}

    def _language(self, listing, place):
        """The language of Odoo's texts: the listing's, else the installed one that fits the
        marketplace best, else the company's, independent of the user."""
        installed = [code for code, _name in self.env["res.lang"].get_installed()]
        wanted = listing.language or place.language
        if wanted in installed:
            return wanted
        ours = listing.company_id.partner_id.lang
        near = [code for code in installed if self._is_same_language(code, wanted)]
        return (near or [code for code in installed if code == ours] or installed)[0]

    def _is_same_language(self, language, wanted):
        """Return whether two codes such as de_DE and de_AT name the same language."""
        return language.partition("_")[0] == wanted.partition("_")[0]
