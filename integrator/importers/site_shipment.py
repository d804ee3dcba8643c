# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import Command, models


class SiteShipment(models.AbstractModel):
    """Notes what the site ships from its own warehouse: the pieces are delivered, and leave the
    location that stands for that warehouse when there is one.

    The site does not say which lots it takes, so the moves have none. Every run ships the
    difference between what the site shows and what has been noted, so nothing leaves twice.
    """

    _name = "integrator.site.shipment"
    _description = "Shipment by the channel"

    def _ship(self, order):
        """Note the pieces that the site has shipped since the last time.

        :param order: `integrator.order` with its sale order, fulfilled by the site
        """
        missing = {line: line._quantity_missing() for line in order.line_ids}
        missing = {line._sale_line(): pieces for line, pieces in missing.items() if pieces}
        for sale_line, pieces in missing.items():
            if self._leaves_stock(order.site_id, sale_line):
                self._move(order.site_id, sale_line, pieces)
            else:
                sale_line.integrator_site_quantity += pieces

    def _leaves_stock(self, site, sale_line):
        return site.site_stock == "location" and sale_line.product_id.type == "consu"

    def _move(self, site, sale_line, pieces):
        """Take pieces from the site's location to the buyer, even when Odoo knows of fewer."""
        move = self.env["stock.move"].with_company(site.company_id)
        move = move.create(self._prepare_move(site, sale_line, pieces))
        # confirming explodes kits into the moves of their parts
        for part in move._action_confirm(merge=False):
            part.move_line_ids = [Command.create(self._prepare_move_line(part))]
            part.picked = True
            part._action_done()

    def _prepare_move(self, site, sale_line, pieces):
        order = sale_line.order_id
        buyer = order.partner_shipping_id.with_company(site.company_id)
        return {
            "product_id": sale_line.product_id.id,
            "product_uom": sale_line.product_uom_id.id,
            "product_uom_qty": pieces,
            "location_id": site.site_location_id.id,
            "location_dest_id": buyer.property_stock_customer.id,
            "partner_id": buyer.id,
            "company_id": site.company_id.id,
            "origin": order.name,
            "reference_ids": [Command.set(order.stock_reference_ids.ids)],
            "sale_line_id": sale_line.id,
            "integrator_by_site": True,
        }

    def _prepare_move_line(self, move):
        """The whole quantity, without lot, package or reservation."""
        return {
            "product_id": move.product_id.id,
            "product_uom_id": move.product_uom.id,
            "quantity": move.product_uom_qty,
            "location_id": move.location_id.id,
            "location_dest_id": move.location_dest_id.id,
            "company_id": move.company_id.id,
        }
