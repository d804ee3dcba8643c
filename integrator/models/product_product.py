# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from .listing_stock import UNPROMISED


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

    def _update_field_translations(self, field_name, translations, *args, **kwargs):
        # translating is no write
        result = super()._update_field_translations(field_name, translations, *args, **kwargs)
        self.env["product.integration"]._record_change(self, field_name)
        return result

    def _compute_quantities_dict(self, *args, **kwargs):
        """Override of `stock`: what is sold and not reserved (by hand, or by date) is not free for
        whom asks so. In several steps of delivery only the last leaves the place, so that nothing
        is counted twice."""
        quantities = super()._compute_quantities_dict(*args, **kwargs)
        if self.env.context.get(UNPROMISED):
            for values in quantities.values():
                left = values["qty_available"] - values["outgoing_qty"]
                values["free_qty"] = min(values["free_qty"], left)
        return quantities

    def _integrator_kits(self):
        """Those of the products that are sold as the sum of their components. Odoo's manufacturing
        brings them; it is no dependency, and without it there are none."""
        return self.filtered("is_kits") if "is_kits" in self._fields else self.browse()

    def _integrator_kits_with(self):
        """The kits that contain these products, also by way of other kits."""
        kits = added = self.browse()
        if "mrp.bom.line" in self.env:
            added = self
        while added:
            lines = (
                self.env["mrp.bom.line"]
                .sudo()
                .search([("product_id", "in", added.ids), ("bom_id.type", "=", "phantom")])
            )
            every = lines.bom_id.filtered(lambda bom: not bom.product_id).product_tmpl_id
            found = lines.bom_id.product_id | every.product_variant_ids
            added = found.with_env(self.env) - kits
            kits |= added
        return kits

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
