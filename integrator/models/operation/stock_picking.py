# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.exceptions import UserError

from ...const import OURS
from .integrator_remote_order import SHIPPED_THERE


class StockPicking(models.Model):
    _inherit = "stock.picking"

    integrator_remote_order_id = fields.Many2one(
        "integrator.remote.order",
        string="Shipped by",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="The order at a channel that ships this delivery. It is validated when the channel "
        "has shipped it.",
    )

    def _integrator_check_hold(self):
        """Extended: nothing leaves our warehouse that a site ships."""
        result = super()._integrator_check_hold()
        if self.env.context.get(SHIPPED_THERE) is OURS:
            return result
        if exported := self._integrator_open_deliveries().filtered("integrator_remote_order_id"):
            order = exported[0].integrator_remote_order_id
            raise UserError(
                self.env._(
                    "%(delivery)s is shipped by %(site)s, as %(order)s. Unbind the order first if "
                    "you want to ship it yourself.",
                    delivery=exported[0].name,
                    site=order.site_id.name,
                    order=order.remote_ref,
                )
            )
        return result

    def _create_backorder_picking(self):
        """Override of `stock`: the rest of what a site ships is shipped by it, too."""
        rest = super()._create_backorder_picking()
        if self.integrator_remote_order_id:
            # it is not editable, and the rest is created on validation
            rest.sudo().integrator_remote_order_id = self.integrator_remote_order_id
        return rest
