# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from ast import literal_eval

from lxml import etree

from odoo.tests import freeze_time, new_test_user, tagged
from odoo.tools.safe_eval import safe_eval

from .sale_case import SaleCase

#: One pixel.
PICTURE = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJ"
    "AAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)


@tagged("post_install", "-at_install")
class TestOrderList(SaleCase):
    """Orders are listed and searched by their stage and dates (001-85)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.operator = new_test_user(cls.env, "order_clerk", "integrator.group_integrator_user")

    def statuses(self):
        """Return the number of orders that the list shows under each status, as the client groups
        them."""
        groups = (
            self.env["integrator.order"]
            .with_user(self.operator)
            .formatted_read_group([("site_id", "=", self.site.id)], ["stage"], ["__count"])
        )
        return {group["stage"]: group["__count"] for group in groups}

    def row(self, order):
        self.env.invalidate_all()
        return order.with_user(self.operator)

    def found(self, text):
        """Numbers of the orders that the first search field finds."""
        orders = self.env["integrator.order"].with_user(self.operator)
        return orders.search([("label_text", "ilike", text)]).mapped("remote_order_id")

    def test_a_row_says_what_goes_where_and_what_is_next(self):
        """001-85: without a right on sale orders or deliveries."""
        order = self.see()
        row = self.row(order)
        self.assertEqual((row.items, row.city), ("2 × Thing", "Town, DE"))
        self.assertEqual((row.stage, row.next_step), ("ship", "Ship the parcel"))
        self.assertEqual(order.action_next_step()["res_id"], order.sale_order_id.picking_ids.id)

    def test_the_status_follows_the_parcel(self):
        """000-04, 001-85."""
        order = self.see()
        picking = order.sale_order_id.picking_ids
        picking._integrator_hold("address", "No street.")
        self.assertEqual(
            (self.row(order).stage, self.row(order).next_step), ("hold", "Answer the hold")
        )
        picking._integrator_release_hold()
        self.deliver(picking)
        self.assertEqual((self.row(order).stage, self.row(order).next_step), ("shipped", False))
        # what came back is in no delivery, and is not to be sent again
        wizard = self.env["stock.return.picking"].create({"picking_id": picking.id})
        wizard.product_return_moves.write({"quantity": 2, "to_refund": True})
        self.deliver(wizard._create_return())
        self.assertEqual(self.row(order).stage, "shipped")
        self.see("cancelled", 13)
        self.assertEqual((self.row(order).stage, order.sale_order_id.state), ("cancelled", "sale"))

    def test_an_order_without_delivery_is_not_shown_as_shipped(self):
        """000-04, 001-85: a delivery was cancelled here, the order was not."""
        order = self.see()
        sale_order = order.sale_order_id
        sale_order.picking_ids.action_cancel()
        self.assertEqual(self.row(order).stage, "stopped")
        self.assertEqual(self.filtered("stopped"), order)
        todo = self.env["integrator.todo"].with_user(self.operator)
        waits = todo.search([("kind", "=", "stopped")])
        self.assertEqual((waits.title, waits.due_at), ("1 order is in no delivery", order.ship_by))
        self.assertTrue(self.is_shown(order, "action_deliver_again"), "who opens the order")
        self.row(order).action_deliver_again()
        again = sale_order.picking_ids._integrator_open_deliveries()
        self.assertEqual(again.move_ids.product_uom_qty, 2)
        self.assertEqual(self.row(order).stage, "ship")
        self.assertFalse(self.is_shown(order, "action_deliver_again"))
        said = self.row(order).action_deliver_again()["params"]["message"]
        self.assertEqual(said, "Everything is in a delivery already.")
        self.assertEqual(sale_order.picking_ids._integrator_open_deliveries(), again)
        sale_order._action_cancel()
        sale_order.action_draft()
        self.row(order).action_deliver_again()
        self.assertEqual((sale_order.state, self.row(order).stage), ("sale", "ship"))
        again = sale_order.picking_ids._integrator_open_deliveries()
        self.deliver(again, 1).action_cancel()
        self.assertEqual(self.row(order).stage, "stopped")
        self.see("partially_shipped", 13, quantity_shipped=1)
        self.assertEqual(self.row(order).stage, "stopped")
        # the buyer gets fewer, and the cancellation is sent
        sale_order.order_line.filtered("move_ids").product_uom_qty = 1
        self.assertEqual((self.row(order).stage, self.row(order).next_step), ("shipped", False))

    def is_shown(self, order, name):
        """Return whether the form of an order shows an operator a button."""
        view = self.row(order).get_view(view_type="form")
        [button] = etree.fromstring(view["arch"]).xpath(f"//button[@name='{name}']")
        [values] = self.row(order).read(["stage"])
        conditions = [node.get("invisible") for node in (button, *button.iterancestors())]
        return not any(safe_eval(one, values) for one in conditions if one)

    def test_orders_are_grouped_and_found_by_the_status_they_show(self):
        """001-85: whatever changes it, in the order, the sale order or the parcel."""
        order = self.see()
        self.import_orders(
            self.remote.order("R-2", sku="A"),
            self.remote.order("R-3", status="pending"),
            self.remote.order("R-4", fulfilled_by="site"),
            self.remote.order("R-6", fulfilled_by="site", status="shipped"),
        )
        statuses = {"ship": 1, "held": 1, "pending": 1, "site": 1, "shipped": 1}
        self.assertEqual(self.statuses(), statuses)
        picking = order.sale_order_id.picking_ids
        picking._integrator_hold("address", "No street.")
        self.assertEqual(self.filtered("held").mapped("stage"), ["held", "hold"])
        picking._integrator_release_hold()
        self.assertEqual(self.filtered("to_ship"), order)
        self.deliver(picking)
        self.assertIn(order, self.filtered("shipped"))
        every = self.import_orders(self.remote.order("R-5"))
        second = every.filtered(lambda one: one.remote_order_id == "R-5")
        self.assertEqual(self.filtered("to_ship"), second)
        second.sale_order_id._action_cancel()
        self.assertEqual(self.filtered("cancelled"), second)
        # a cancelled sale order may be deleted
        second.sale_order_id.picking_ids.unlink()
        second.sale_order_id.unlink()
        self.assertEqual(self.filtered("cancelled"), second)

    def test_a_held_order_and_one_that_nobody_paid(self):
        """000-31."""
        orders = self.import_orders(
            self.remote.order("R-2", sku="A"), self.remote.order("R-3", status="pending")
        )
        held = orders.filtered(lambda order: order.remote_order_id == "R-2")
        unpaid = orders - held
        self.assertEqual(self.row(held).stage, "held")
        self.assertEqual(self.row(held).next_step, "Choose the product")
        self.assertEqual((self.row(unpaid).stage, self.row(unpaid).next_step), ("pending", False))

    def test_an_order_is_found_by_anything_on_its_label(self):
        """001-85: number, buyer, street, item, delivery, tracking number."""
        order = self.see()
        picking = order.sale_order_id.picking_ids
        picking.carrier_tracking_ref = "TRACK-1"
        self.import_orders(self.remote.order("Q-2", sku="OTHER"))
        for text in ("R-1", order.sale_order_id.name, picking.name, "TRACK-1", "SKU-1"):
            with self.subTest(text=text):
                self.assertEqual(self.found(text), ["R-1"])
        # the held one has no sale order yet, but a buyer and an address
        self.assertCountEqual(self.found("ada@example"), ["R-1", "Q-2"])
        self.assertCountEqual(self.found("Way 1"), ["R-1", "Q-2"])
        self.assertEqual(self.found("nothing like it"), [])

    def test_a_row_has_the_picture_of_its_product(self):
        """001-85: without a right on products of the sale order."""
        self.product.image_1920 = PICTURE
        order = self.see()
        self.assertTrue(self.row(order).image_128)

    def test_a_buyer_is_named_once(self):
        """002-01: where the parcel goes to the buyer; another receiver is named after the buyer."""
        order = self.see()
        self.assertEqual(order.sale_order_id.partner_shipping_id.display_name, "Ada")
        other = self.remote.order("R-5")
        other["address"] = {**other["address"], "name": "Bob"}
        names = self.import_orders(other).sale_order_id.partner_shipping_id.mapped("display_name")
        self.assertCountEqual(names, ["Ada", "Ada, Bob"])

    def test_the_filters_find_what_they_say(self):
        """001-85: of the search view, as the client asks."""
        first = self.import_orders(
            self.remote.order(
                "R-6", ordered_at="2026-11-01T23:00:00", ship_by="2026-11-02T10:00:00"
            ),
            self.remote.order("R-7", ordered_at="2026-10-31T23:00:00", fulfilled_by="site"),
        )
        late, fba = first.sorted("remote_order_id")
        with freeze_time("2026-11-03 10:00:00"):
            self.assertEqual(self.filtered("late"), late)
            self.assertEqual(self.filtered("to_ship"), late)
            self.assertEqual(self.filtered("by_channel_warehouse"), fba)
            self.assertFalse(self.filtered("today"))
        with freeze_time("2026-11-01 23:30:00"):
            self.assertEqual(self.filtered("today"), late)

    def filtered(self, name):
        """The orders that a filter of the search view finds."""
        orders = self.env["integrator.order"].with_user(self.operator)
        arch = etree.fromstring(orders.get_view(view_type="search")["arch"])
        [node] = arch.xpath(f"//filter[@name='{name}']")
        return orders.search([*literal_eval(node.get("domain")), ("site_id", "=", self.site.id)])
