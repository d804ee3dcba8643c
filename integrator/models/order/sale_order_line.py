# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models


class SaleOrderLine(models.Model):
    _name = "sale.order.line"
    _inherit = ["sale.order.line", "integrator.readonly.mixin"]

    integrator_link_ids = fields.One2many(
        "integrator.link", "sale_line_id", readonly=True, groups="integrator.group_integrator_user"
    )

    # site shipment
    integrator_site_quantity = fields.Float(
        string="Shipped by the channel",
        digits="Product Unit",
        readonly=True,
        copy=False,
        help="Pieces that the channel shipped without a stock move here; they count as delivered.",
    )

    # === COMPUTE METHODS === #

    def _compute_price_unit(self):
        """Override of `sale`: the buyer has paid the site's price, whatever pricelists say when
        the quantity changes."""
        return super(SaleOrderLine, self._integrator_priced_by_us())._compute_price_unit()

    def _compute_discount(self):
        """Override of `sale`: as for the price."""
        return super(SaleOrderLine, self._integrator_priced_by_us())._compute_discount()

    @api.depends("integrator_site_quantity")
    def _compute_qty_delivered(self):
        """Override of `sale`: also when only the pieces without a move have changed."""
        return super()._compute_qty_delivered()

    # === CRUD METHODS === #

    def write(self, vals):
        before = {line.id: line.product_uom_qty for line in self if "product_uom_qty" in vals}
        result = super().write(vals)
        self._integrator_note_reductions(before)
        return result

    # === BUSINESS METHODS === #

    def _integrator_note_reductions(self, before):
        """Collect partial cancellations: a smaller quantity on a confirmed order.

        :param dict before: line id -> quantity before the change
        """
        for line in self.filtered(lambda line: line.state == "sale" and line.id in before):
            if line.product_uom_qty < before[line.id]:
                self.env["order.integration"]._note(
                    line.order_id,
                    "cancellation",
                    source=line,
                    quantity=before[line.id] - line.product_uom_qty,
                )

    def _action_launch_stock_rule(self, **kwargs):
        """Override of `sale_stock`: what the site ships itself never leaves our warehouse."""
        ours = self.filtered(
            lambda line: not line.order_id.integrator_shipped_by_site
            and (
                not line.integrator_site_quantity
                or line.integrator_site_quantity < line.product_uom_qty
            )
        )
        return super(SaleOrderLine, ours)._action_launch_stock_rule(**kwargs)

    def _get_qty_procurement(self, previous_product_uom_qty=False):
        """Override of `sale_stock`: what had left without a move here is not delivered again."""
        quantity = super()._get_qty_procurement(previous_product_uom_qty)
        return quantity + self.integrator_site_quantity

    def _integrator_quantity_sent(self):
        """Pieces that have left for the buyer, whatever came back since."""
        sent = 0.0
        for line in self:
            moves = line.move_ids.filtered(
                lambda move: move.state == "done" and move.location_dest_id.usage == "customer"
            )
            # the moves of a kit are those of its parts
            is_kit = moves.product_id - line.product_id
            moved = line.qty_delivered if is_kit else sum(moves.mapped("quantity"))
            sent += moved + (0 if is_kit else line.integrator_site_quantity)
        return sent

    def _prepare_procurement_values(self):
        """Override of `sale_stock`: the site's deadline for the parcel is that of the delivery."""
        values = super()._prepare_procurement_values()
        deadline = self._integrator_delivery_deadline()
        if not deadline:
            return values
        lead = timedelta(days=self.order_id.company_id.security_lead)
        return {**values, "date_planned": deadline - lead, "date_deadline": deadline}

    def _integrator_delivery_deadline(self):
        """Deadline of what is still to be delivered of an order of a site, if it has one."""
        if not self.order_id.integrator_order_ref:
            return False
        # a smaller quantity only reduces a move with the same deadline; else Odoo plans a receipt
        moves = self.move_ids.filtered(lambda move: move.state not in ("done", "cancel"))
        return moves[:1].date_deadline or self.order_id.integrator_ship_by

    def _integrator_priced_by_us(self):
        """The lines whose price is ours to say: not those that the site has sold."""
        return self - self.sudo().filtered("integrator_link_ids").with_env(self.env)

    def _prepare_qty_delivered(self):
        """Override of `sale`: what the site shipped without a move here is delivered too."""
        delivered = super()._prepare_qty_delivered()
        for line in self.filtered("integrator_site_quantity"):
            delivered[line] += line.integrator_site_quantity
        return delivered
