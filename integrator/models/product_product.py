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
