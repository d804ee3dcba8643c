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
