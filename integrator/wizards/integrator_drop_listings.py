# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

from ..models.outbox.integrator_site import DROPPING


class IntegratorDropListings(models.TransientModel):
    """Asks before another rule of “Products to offer” closes listings."""

    _name = "integrator.drop.listings"
    _description = "Products to offer: close what matches no more"

    site_id = fields.Many2one("integrator.site", string="Channel", required=True, readonly=True)
    product_domain = fields.Char(
        string="Products to offer", readonly=True, help="The rule that is to count."
    )
    text = fields.Text(readonly=True, help="What follows of it.")

    def action_save_rule(self):
        """Button: the rule counts, and what matches it no more is closed."""
        self.ensure_one()
        site = self.site_id.with_context(**{DROPPING: True})
        site.product_domain = self.product_domain
        return {"type": "ir.actions.client", "tag": "soft_reload"}
