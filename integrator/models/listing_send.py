# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from ..access import check_operator


class IntegratorListing(models.Model):
    """Sending chosen listings by hand; from the queue on the path is the automatic one (001-60)."""

    # one file per concern: pylint: disable=consider-merging-classes-inherited
    _inherit = "integrator.listing"

    def action_preview(self):
        """Button: look at what would be sent of these, before anything is."""
        return self.env["integrator.preview"]._open(self)

    def action_send(self):
        """Button: tell the site what has changed of these listings; what it refused or does not
        show is told again."""
        check_operator(self)
        for site, listings in self.sudo().grouped("site_id").items():
            products = listings.product_id | listings.template_id.product_variant_ids
            site.env["product.integration"]._request(site, products)
        self.env["integrator.site"]._wake("plan_products")
        return self.env["integrator.site"]._notify(
            self.env._("What has changed is sent in the background. The sections show how it ends.")
        )
