# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class ProductCategory(models.Model):
    """A category that moves takes its products under other rules of pricelists."""

    _inherit = "product.category"

    # === CRUD METHODS === #

    def write(self, vals):
        result = super().write(vals)
        if "parent_id" in vals:
            sites = self.env["integrator.site"]._automatic_sites_sudo()
            self.env["integrator.reconcile"]._request(sites, "offer")
        return result
