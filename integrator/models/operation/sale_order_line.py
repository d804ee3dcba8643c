# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import float_compare


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    integrator_remote_line_ids = fields.One2many(
        "integrator.remote.order.line",
        "sale_line_id",
        readonly=True,
        groups="integrator.group_integrator_user",
        help="Lines of orders at channels that are for this line.",
    )

    def _integrator_bound(self):
        """Lines of remote orders that these lines are bound to: what sites still ship, and what
        they have shipped wholly."""
        domain = self.env["integrator.remote.order.line"]._bound_domain()
        domain &= Domain("sale_line_id", "in", self.ids)
        lines = self.env["integrator.remote.order.line"].sudo().search(domain)
        return lines.filtered(
            lambda line: line.remote_order_id.state != "done"
            or line.sale_line_id._integrator_exportable_quantity() <= 0 < line.shipped
        )

    def _integrator_sold_quantity(self):
        """Pieces that were sold, in the unit of the product."""
        self.ensure_one()
        return self.product_uom_id._compute_quantity(
            self.product_uom_qty, self.product_id.uom_id, rounding_method="HALF-UP", round=False
        )

    def _integrator_exportable_quantity(self):
        """Pieces that have not left yet, in the unit of the product."""
        self.ensure_one()
        if self.display_type or self.product_id.type != "consu":
            return 0.0
        sent = self.product_uom_id._compute_quantity(
            self._integrator_quantity_sent(), self.product_id.uom_id, round=False
        )
        left = self._integrator_sold_quantity() - sent
        return left if float_compare(left, 0, precision_digits=6) > 0 else 0.0

    def _integrator_is_exportable(self):
        """Whether a site can still be asked to ship it: not cancelled, delivered or at a site."""
        return self._integrator_exportable_quantity() > 0 and not self._integrator_bound()
