# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import Command
from odoo.tests import tagged

from .orders_case import ShipmentsCase


@tagged("post_install", "-at_install")
class TestKits(ShipmentsCase):
    """Deliveries of kits and of dropshipped goods are confirmed as they were sold."""

    # === KITS === #

    def sell_kit(self, order, quantity=2, unit="unit", stocked_in="unit"):
        """Let the goods of an order be a kit of two pieces of each of two parts.

        :param quantity: of each part in the kit
        :param str unit: of that quantity
        :param str stocked_in: the parts' own unit
        :return: the line of the sale order
        """
        unit, stocked_in = self.env.ref(f"uom.product_uom_{unit}"), f"uom.product_uom_{stocked_in}"
        parts = self.env["product.product"].create(
            [
                {"name": name, "is_storable": True, "uom_id": self.env.ref(stocked_in).id}
                for name in ("Part 1", "Part 2")
            ]
        )
        for part in parts:
            self.env["stock.quant"]._update_available_quantity(part, self.stock, 100)
        kit = order.sale_order_id.order_line.product_id.filtered("is_storable")[:1]
        self.env["mrp.bom"].create(
            {
                "product_tmpl_id": kit.product_tmpl_id.id,
                "type": "phantom",
                "bom_line_ids": [
                    Command.create(
                        {
                            "product_id": part.id,
                            "product_qty": quantity,
                            "product_uom_id": unit.id,
                        }
                    )
                    for part in parts
                ],
            }
        )
        line = order.sale_order_id.order_line.filtered(lambda one: one.product_id == kit)
        order.sale_order_id.picking_ids.action_cancel()
        line._action_launch_stock_rule()
        return line

    def change_kit(self, kit):
        """Another bill of materials, of another part."""
        part = self.env["product.product"].create({"name": "Part 3", "is_storable": True})
        return self.env["mrp.bom"].create(
            {
                "product_tmpl_id": kit.product_tmpl_id.id,
                "type": "phantom",
                "sequence": -1,
                "bom_line_ids": [Command.create({"product_id": part.id})],
            }
        )

    def test_a_kit_is_sent_as_the_kit_that_was_sold(self):
        """000-28: not as the parts that left; what is picked before has not left."""
        self.site.warehouse_id.delivery_steps = "pick_ship"
        order = self.order("single")
        pieces = int(self.sell_kit(order).product_uom_qty)
        self.deliver(order.sale_order_id, tracking="003404341610900030")
        self.send_updates()
        self.assertFalse(self.amazon.shipments(order.remote_order_id))
        self.deliver(order.sale_order_id, tracking="003404341610900030")
        self.send_updates()
        [package] = self.amazon.shipments(order.remote_order_id)
        self.assertEqual([item["quantity"] for item in package["orderItems"]], [pieces])

    def test_a_changed_kit_is_sent_as_it_was_ordered(self):
        """000-28: it has another bill of materials since it was sold. Its parts are measured in
        another unit than they are kept in: three of ten leave, with 0.3 of 1 m."""
        self.env["ir.config_parameter"].set_param("stock.propagate_uom", "1")
        order = self.order("business")
        line = self.sell_kit(order, 10, unit="cm", stocked_in="meter")
        self.change_kit(line.product_id)
        self.ship_part(order, 30, "003404341610900032")
        self.send_updates()
        self.assertEqual(self.sent_parcels(order), [("1001", 3)])

    def test_kits_that_have_left_are_sent_when_the_rest_is_cancelled(self):
        """000-28, 001-22: three of ten, and a part of the fourth, whose other part is cancelled."""
        order = self.order("business")
        line = self.sell_kit(order)
        picking = self.ship_part(order, 6, "003404341610900030")
        rest = picking.backorder_ids
        rest.carrier_tracking_ref = "003404341610900031"
        rest.move_ids[0].write({"quantity": 2, "picked": True})
        rest.move_ids[1].write({"quantity": 0, "picked": False})
        without = {"skip_backorder": True, "picking_ids_not_to_backorder": rest.ids}
        rest.with_context(skip_sms=True, **without).button_validate()
        line.order_id._action_cancel()
        self.send_updates()
        self.assertEqual(self.sent_parcels(order), [("1001", 3)])
        # its other part will not come: a person has to look at it
        self.assertEqual(self.task(rest).error_code, "shipment_empty")

    def test_a_kit_whose_parts_leave_apart_is_sent_when_it_is_complete(self):
        """000-28: of ten, three in two packages; two of which the parts leave one after the other,
        while the bill of materials is another one; and four, after which the last is cancelled."""
        order = self.order("business")
        kit = self.sell_kit(order).product_id
        expected = []
        for packages, more in (
            (((6, 0), (0, 6)), ("1001", 3)),
            (((4, 0),), None),
            (((0, 4),), ("1004", 2)),
            (((8, 8),), ("1005", 4)),
        ):
            picking = order.sale_order_id.picking_ids._integrator_open_deliveries()
            picking.action_assign()
            if more == ("1004", 2):
                other = self.change_kit(kit)
            elif more == ("1005", 4):
                (kit.bom_ids - other).sequence = -2
                picking = picking.with_context(picking_ids_not_to_backorder=picking.ids)
            # a backorder may have its moves in another order
            parts = picking.move_ids.product_id.sorted("id")
            places = [parts.ids.index(move.product_id.id) for move in picking.move_ids]
            packages = [[pieces[place] for place in places] for pieces in packages]
            self.pack(picking, *((pieces, "003404341610900033") for pieces in packages))
            self.send_updates()
            expected += [more] if more else []
            self.assertEqual(self.sent_parcels(order), expected)
            self.assertEqual(self.task(picking).state, "success" if more else "obsolete")

    def test_parts_that_came_back_and_leave_again_are_parts_of_the_same_kits(self):
        """000-28, O06: of ten, the first parts of three leave, come back and leave once more; then
        parts of one and of five, and the rest."""
        order = self.order("business")
        self.change_kit(self.sell_kit(order).product_id)
        picking = order.sale_order_id.picking_ids._integrator_open_deliveries()
        self.leave(picking, 6, 0)
        rest, back = picking.backorder_ids, picking
        for _turn in range(2):
            wizard = self.env["stock.return.picking"].create({"picking_id": back.id})
            for line in wizard.product_return_moves:
                line.quantity = 6 if line.product_id.name == "Part 1" else 0
            back = wizard._create_return()
            self.leave(back, 6)
        self.leave(rest, 2, 10)
        self.leave(rest.backorder_ids, 12, 10)
        self.send_updates()
        self.assertEqual([pieces for _number, pieces in self.sent_parcels(order)], [4, 6])

    def leave(self, picking, *pieces):
        """Let some pieces of each part leave; the rest waits in a backorder."""
        picking.carrier_tracking_ref = "003404341610900031"
        for move, quantity in zip(picking.move_ids.sorted("product_id"), pieces, strict=True):
            move.write({"quantity": quantity, "picked": True})
        picking.with_context(skip_sms=True, skip_backorder=True).button_validate()

    # === DROPSHIPPED === #

    def test_a_dropshipped_parcel_is_sent_with_the_vendor_s_tracking_number(self):
        """000-28: a dropshipped delivery is a delivery like any other."""
        order = self.order("single")
        sale_order = order.sale_order_id
        line = sale_order.order_line.filtered("product_id.is_storable")[:1]
        vendor = self.env["res.partner"].create({"name": "Vendor"})
        line.product_id.seller_ids = [(0, 0, {"partner_id": vendor.id, "price": 1})]
        sale_order.picking_ids.action_cancel()
        line.route_ids = self.env.ref("stock_dropshipping.route_drop_shipping")
        line._action_launch_stock_rule()
        purchase = self.env["purchase.order"].search([("partner_id", "=", vendor.id)])
        purchase.button_confirm()
        picking = purchase.picking_ids
        picking.carrier_tracking_ref = "003404341610900040"
        picking.with_context(skip_sms=True).button_validate()
        self.send_updates()
        [package] = self.amazon.shipments(order.remote_order_id)
        self.assertEqual(package["trackingNumber"], "003404341610900040")
        self.assertEqual(self.status(order), "SHIPPED")
