# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.exceptions import UserError

from .integrator_remote_order import BINDING_STATES


class IntegratorOperationUnbind(models.AbstractModel):
    """Forget that lines of a sale order are at a site: they are not followed any more, and can be
    exported or bound again. The site is not told."""

    _name = "integrator.operation.unbind"
    _inherit = "integrator.operation.kind"
    _description = "Operation: unbind orders"

    def _pieces(self):
        return {"unbind": self._piece_unbind}

    def _check_start(self, site, order, parameters):
        if not self._find(site, order, parameters):
            raise UserError(
                self.env._(
                    "Nothing of what you named is bound to %s. Read the order for what is.",
                    site.name,
                )
            )

    def _find(self, site, order, parameters):
        """The bound lines that are meant: of the given remote orders, and of the given sale order
        lines; all of them without a choice.

        :return: `integrator.remote.order.line`
        """
        lines = self.env["integrator.remote.order.line"].search(
            [
                ("remote_order_id.site_id", "=", site.id),
                ("remote_order_id.sale_order_id", "=", order.id),
                ("remote_order_id.state", "in", BINDING_STATES),
                ("is_unbound", "=", False),
            ]
        )
        if refs := parameters.get("remote_refs"):
            lines = lines.filtered(lambda line: line.remote_order_id.remote_ref in refs)
        if line_ids := parameters.get("line_ids"):
            lines = lines.filtered(lambda line: line.sale_line_id.id in line_ids)
        return lines

    def _piece_unbind(self, operation):
        lines = self._find(operation.site_id, operation.order_id, operation.parameters)
        orders = lines.remote_order_id
        orders._give_deliveries_back()
        lines.is_unbound = True
        for order in orders:
            left = order.line_ids.filtered("is_bound")
            if not left:
                order.state = "unbound"
            else:
                order._take_deliveries()
            self._note_unbound(operation, order, lines & order.line_ids)

    def _note_unbound(self, operation, order, lines):
        text = self.env._(
            "%(lines)s of %(order)s are unbound.",
            lines=", ".join(filter(None, lines.mapped("sku"))),
            order=order.remote_ref,
        )
        operation._note("information", text)
        operation.order_id.message_post(body=text)
        if not order._is_over():
            operation._note(
                "warning",
                self.env._(
                    "The channel still ships %s. Cancel it there by hand if it should not.",
                    order.remote_ref,
                ),
            )
