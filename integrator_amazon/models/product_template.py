# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import re

from odoo import fields, models

#: The product type that fits whatever has no variants.
CATCH_ALL = "PRODUCT"


class ProductTemplate(models.Model):
    _inherit = "product.template"

    amazon_product_type = fields.Char(
        string="Product type",
        help="Amazon's word for what it is, for example SHIRT or KITCHEN: of all its listings that "
        "have no other one. Empty: PRODUCT, which fits anything without variants.",
    )
    amazon_variation_theme = fields.Char(
        string="Variation theme",
        help="Amazon's word for what the variants differ in, for example SIZE/COLOR. Empty: made "
        "of the names of the attributes.",
    )

    def write(self, vals):
        if "amazon_product_type" not in vals:
            return super().write(vals)
        listings_sudo = self._amazon_listings_of_type_sudo()
        result = super().write(vals)
        for listing in listings_sudo:
            listing.amazon_product_type = listing._template()._amazon_type()
        return result

    def _amazon_listings_of_type_sudo(self):
        """The listings that have the product type of their product."""
        variants = self.with_context(active_test=False).product_variant_ids
        listings_sudo = self.env["integrator.listing"].sudo()
        found = listings_sudo.search(
            ["|", ("template_id", "in", self.ids), ("product_id", "in", variants.ids)]
        )
        return found.filtered(
            lambda listing: listing.amazon_product_type == listing._template()._amazon_type()
        )

    def _amazon_type(self):
        """The product type of the product's listings, unless they have another one."""
        return self.amazon_product_type or CATCH_ALL

    def _amazon_theme(self):
        """The theme by which the variants differ."""
        self.ensure_one()
        lines = self.valid_product_template_attribute_line_ids
        names = lines.filtered(lambda line: line.value_count > 1).attribute_id
        made_up = "/".join(name._amazon_attribute_name().upper() for name in names)
        return self.amazon_variation_theme or made_up


class ProductAttribute(models.Model):
    _inherit = "product.attribute"

    amazon_attribute = fields.Char(
        string="Attribute at Amazon",
        help="Amazon's word for it, for example size or color. Empty: its English name.",
    )

    def _amazon_attribute_name(self):
        """Amazon's name of the attribute, in small letters."""
        self.ensure_one()
        name = self.amazon_attribute or self.with_context(lang="en_US").name
        return re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_")
