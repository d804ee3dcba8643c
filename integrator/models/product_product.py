# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class ProductProduct(models.Model):
    # one file per concern: pylint: disable=consider-merging-classes-inherited
    _inherit = "product.product"

    @api.model_create_multi
    def create(self, vals_list):
        products = super().create(vals_list)
        self.env["product.integration"]._note_create(products)
        return products

    def write(self, vals):
        events = self.env["product.integration"]
        before = events._snapshot(self, vals)
        result = super().write(vals)
        events._note_write(self, before)
        return result

    def unlink(self):
        events = self.env["product.integration"]
        rows = events._prepare_unlink(self.exists())
        result = super().unlink()
        gone = set(self.ids) - set(self.exists().ids)
        events._collect(row for row in rows if row["record_id"] in gone)
        return result

    def _integrator_note_prices(self):
        """Collect that what these cost on sites may have changed, though nothing of themselves."""
        self.env["product.integration"].sudo()._note_news(self, "pricelist")

    def _integrator_name(self):
        """`display_name` of a variant, for many in a row. Odoo asks for the attribute values of
        every product, which takes longer than all else that an event costs; without a combination
        there are none."""
        if self.combination_indices:
            return self.display_name
        # not by the variant: each inherited field would be computed for it first
        name = self.product_tmpl_id.name
        code = self.env.context.get("display_default_code", True) and self.default_code
        return f"[{code}] {name}" if code else name

    def _integrator_is_counted(self):
        """Hook: whether Odoo knows how many pieces there are; of a kit (`mrp`) it does by its
        components."""
        self.ensure_one()
        return self.is_storable or bool("is_kits" in self._fields and self.is_kits)
