# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

#: Fields of a listing that change what it says.
TOLD_FIELDS = {
    "language",
    "condition",
    "shipping_group",
    "stock_policy",
    "location_ids",
    "stock_buffer",
    "stock_cap",
    "stock_quantity",
    "handling_days",
    "price_source",
    "pricelist_id",
    "price_fixed",
    "price_minimum",
    "price_maximum",
}


class IntegratorListing(models.Model):
    """A listing that is changed by hand is told to its site like a change of its product."""

    # one file per concern: pylint: disable=consider-merging-classes-inherited
    _inherit = "integrator.listing"

    def write(self, vals):
        result = super().write(vals)
        if changed := sorted(vals.keys() & TOLD_FIELDS):
            self.env["product.integration"]._record_change(self.product_id, *changed)
        return result


class ProductIntegration(models.Model):
    _inherit = "product.integration"

    def _record_change(self, products, *names):
        """Collect that something beside the products changed what sites are told of them; the
        values are read when they are sent.

        :param names: what changed
        """
        self._collect(
            self._prepare_row(product._name, product.id, "write", dict.fromkeys(names), "values")
            for product in products
        )


class ProductTemplate(models.Model):
    # one file per concern: pylint: disable=consider-merging-classes-inherited
    _inherit = "product.template"

    def write(self, vals):
        before = self.optional_product_ids if "optional_product_ids" in vals else self.browse()
        result = super().write(vals)
        if "optional_product_ids" in vals:
            # the relation is said of the accessory
            changed = (before | self.optional_product_ids).product_variant_ids
            self.env["product.integration"]._record_change(changed, "optional_product_ids")
        return result
