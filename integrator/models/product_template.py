# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class ProductTemplate(models.Model):
    # one file per concern: pylint: disable=consider-merging-classes-inherited
    _inherit = "product.template"

    def write(self, vals):
        events = self.env["product.integration"]
        before = events._snapshot(self, vals)
        result = super().write(vals)
        events._note_write(self, before)
        return result

    def unlink(self):
        # the database deletes the variants, without asking them
        events = self.env["product.integration"]
        variants = self.with_context(active_test=False).product_variant_ids
        rows = events._prepare_unlink(variants)
        result = super().unlink()
        gone = set(variants.ids) - set(variants.exists().ids)
        events._collect(row for row in rows if row["record_id"] in gone)
        return result

    def _update_field_translations(self, field_name, translations, *args, **kwargs):
        # translating is no write
        result = super()._update_field_translations(field_name, translations, *args, **kwargs)
        variants = self.product_variant_ids
        self.env["product.integration"]._record_change(variants, field_name)
        return result
