# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class IntegratorApproval(models.Model):
    """The listing that would change."""

    # approvals know no listings: pylint: disable=consider-merging-classes-inherited
    _inherit = "integrator.approval"

    listing_id = fields.Many2one(
        "integrator.listing",
        readonly=True,
        ondelete="set null",
        index=True,
        help="The listing that would change.",
    )
    product_id = fields.Many2one(related="listing_id.product_id", string="Product")
