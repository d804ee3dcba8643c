# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class IntegratorDocument(models.Model):
    """The orders that came with a document."""

    # the inbox does not use orders: pylint: disable=consider-merging-classes-inherited
    _inherit = "integrator.document"

    order_ids = fields.One2many("integrator.order", "document_id", readonly=True)
