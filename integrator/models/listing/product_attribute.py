# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class ProductAttributeValue(models.Model):
    """The name of a value is part of many listings."""

    _inherit = "product.attribute.value"

    # === CRUD METHODS === #

    def write(self, vals):
        result = super().write(vals)
        if "name" in vals:
            self._integrator_note()
        return result

    # === BUSINESS METHODS === #

    def _update_field_translations(self, *args, **kwargs):
        # translating is no write
        result = super()._update_field_translations(*args, **kwargs)
        self._integrator_note()
        return result

    def _integrator_note(self):
        """Request a comparison of all listings: to find the variants with these values would take
        too long here."""
        sites = self.env["integrator.site"]._automatic_sites_sudo()
        self.env["integrator.reconcile"]._request(sites, "all")


class ProductTemplateAttributeValue(models.Model):
    """The extra price of a value is part of the price of its variants."""

    _inherit = "product.template.attribute.value"

    # === CRUD METHODS === #

    def write(self, vals):
        result = super().write(vals)
        if "price_extra" in vals:
            sites = self.env["integrator.site"]._automatic_sites_sudo()
            listed = sites._listed_sudo(self.sudo().ptav_product_variant_ids)
            self.env["product.integration"].sudo()._record_change(listed, "price_extra")
        return result
