# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class IntegratorLink(models.Model):
    """One sale order line belongs to one line of a remote order."""

    _name = "integrator.link"
    _description = "Link to a remote order line"
    _rec_name = "remote_line_id"

    sale_line_id = fields.Many2one(
        "sale.order.line",
        string="Sales order line",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    order_line_id = fields.Many2one(
        "integrator.order.line", required=True, readonly=True, ondelete="cascade", index=True
    )
    site_id = fields.Many2one(
        related="order_line_id.order_id.site_id", store=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="site_id.company_id", store=True)
    kind = fields.Char(required=True, readonly=True, help="Which of the line's charges it is.")
    remote_order_id = fields.Char(
        related="order_line_id.order_id.remote_order_id", store=True, index=True
    )
    remote_line_id = fields.Char(related="order_line_id.remote_line_id", store=True, index=True)
    remote_status = fields.Selection(related="order_line_id.order_id.remote_status", store=True)
    tracking = fields.Char(readonly=True)

    _line_uniq = models.UniqueIndex("(sale_line_id, order_line_id, kind)", "Linked already.")
