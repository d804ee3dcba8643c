# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

from ..api.fulfillment.calls import USUAL_VERSION, VERSIONS


class IntegratorSite(models.Model):
    """Whether Amazon ships orders from elsewhere (multi-channel fulfilment)."""

    _inherit = "integrator.site"

    amazon_fulfillment = fields.Boolean(
        string="Amazon ships other orders",
        help="Multi-channel fulfilment: Amazon ships, from your stock at Amazon (FBA), orders that "
        "were not sold on Amazon. The app needs the role “Amazon Fulfillment”.",
    )
    amazon_fulfillment_version = fields.Selection(
        [(name, name) for name in VERSIONS],
        string="Version",
        default=USUAL_VERSION,
        required=True,
        help="Of Amazon's Fulfillment Outbound API. The newer one cannot change an order on hold; "
        "returns and tracking are asked for by the older one in any case.",
    )
    amazon_fulfillment_comment = fields.Char(
        string="Text on the packing slip",
        size=750,
        translate=True,
        help="Empty: a thank-you.",
    )
