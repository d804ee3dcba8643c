# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from .common import AmazonCommon

#: Status at Amazon -> where the order stands here, and whether there is a sale order.
EXPECTED = {
    "PENDING": ("pending", False),
    "UNSHIPPED": ("imported", True),
    "PARTIALLY_SHIPPED": ("imported", True),
    "SHIPPED": ("imported", True),
    "CANCELLED": ("cancelled", False),
    "UNFULFILLABLE": ("imported", True),
}

CHANNELS = ("MERCHANT", "AMAZON")


@tagged("post_install", "-at_install")
class TestSourceMatrix(AmazonCommon):
    """Each source, status and shipper leads to one order in the right state (000-01, 000-03,
    000-04, 001-17 … 001-19)."""

    def setUp(self):
        super().setUp()
        self.site.write(
            {
                "daily_order_check": False,
                "amazon_queue_endpoint": self.amazon.url,
                "amazon_queue_key_id": "AKIA",
                "amazon_queue_secret": "hidden",
            }
        )
        self.list_products()
        self.amazon.notify_orders = True
        self.addCleanup(setattr, self.amazon, "notify_orders", False)
        self.orders_there = self.place_all()
        self.amazon.advance(2)

    # === AT AMAZON === #

    def place_all(self):
        """One order of each status and channel.

        :return: dict order id -> tuple (status, channel)
        """
        rows = [(status, channel) for status in EXPECTED for channel in CHANNELS]
        rows.remove(("UNFULFILLABLE", "MERCHANT"))  # only Amazon gives an order up
        base = self.amazon.demo(count=2)["several_lines"][0]
        template = self.amazon.order(base)
        placed = {base: ("UNSHIPPED", "MERCHANT")}
        for number, (status, channel) in enumerate(rows):
            if (status, channel) != placed[base]:
                placed[self.place(template, number, status, channel)] = (status, channel)
        return placed

    def place(self, template, number, status, channel):
        order_id = f"302-{number:07d}-7654321"
        items = [
            {
                **item,
                "orderItemId": f"{number}{place}",
                "fulfillment": self.progress(status, place, item["quantityOrdered"]),
            }
            for place, item in enumerate(template["orderItems"])
        ]
        fulfillment = {"fulfillmentStatus": status, "fulfilledBy": channel}
        self.amazon.add_order(
            {
                **template,
                "orderId": order_id,
                "orderItems": items,
                "fulfillment": {**template["fulfillment"], **fulfillment},
            }
        )
        self.amazon.notify(order_id)
        return order_id

    def progress(self, status, place, quantity):
        """Return the part of a line that has left."""
        gone = status == "SHIPPED" or (status == "PARTIALLY_SHIPPED" and place == 0)
        waiting = 0 if gone or status == "CANCELLED" else quantity
        return {"quantityFulfilled": quantity if gone else 0, "quantityUnfulfilled": waiting}

    # === THE SOURCES === #

    def fetch_changes(self):
        self.run_stages("fetch")

    def fetch_order(self):
        ids = "\n".join(self.orders_there)
        self.site.automatic = False
        self.env["integrator.fetch"].create(
            {"site_id": self.site.id, "remote_order_ids": ids}
        ).action_fetch()

    def fetch_queue(self):
        self.amazon.visibility_seconds = 3600
        self.addCleanup(setattr, self.amazon, "visibility_seconds", 0)
        self.site.write(
            {"amazon_queue_url": self.amazon.queue_url, "amazon_queue_secret": "hidden"}
        )

    def fetch_report(self):
        self.site.automatic = False
        span = (fields.Datetime.now() - timedelta(days=3), fields.Datetime.now())
        self.env["integrator.fetch.request"]._request(self.site, [span], "report")

    def come_in(self, source):
        """Everything inbound by one source.

        :return: dict order id -> remote order
        """
        getattr(self, f"fetch_{source}")()
        for minutes in range(4):
            with self.later(minutes=3 * minutes):
                self.run_stages("fetch", "acknowledge", "extract", "import")
            if self.is_quiet():
                break
        orders = self.env["integrator.order"].search([("site_id", "=", self.site.id)])
        return {order.remote_order_id: order for order in orders}

    def check(self, order, status, channel):
        state, is_sold = EXPECTED[status]
        self.assertEqual(order.state, state, order.error_message)
        self.assertEqual(bool(order.sale_order_id), is_sold)
        self.assertEqual(order.fulfilled_by, "site" if channel == "AMAZON" else "merchant")
        deliveries = order.sale_order_id.picking_ids.filtered(lambda one: one.state != "cancel")
        ours = is_sold and channel == "MERCHANT"
        self.assertEqual(bool(deliveries), ours)
        held = set(deliveries.mapped("integrator_hold")) - {False}
        shipped = status in ("SHIPPED", "PARTIALLY_SHIPPED")
        self.assertEqual("shipped_elsewhere" in held, ours and shipped)
        if is_sold:
            self.assertAlmostEqual(order.sale_order_id.amount_total, order.amount_total, 2)

    def check_all(self, source):
        orders = self.come_in(source)
        for order_id, (status, channel) in self.orders_there.items():
            with self.subTest(source=source, status=status, channel=channel):
                self.assertIn(order_id, orders)
                self.check(orders[order_id], status, channel)

    def test_the_list_of_changes_gives_every_status(self):
        self.check_all("changes")

    def test_orders_by_their_id_have_every_status(self):
        self.check_all("order")

    def test_notifications_bring_every_status(self):
        self.check_all("queue")

    def test_an_order_report_gives_our_orders_and_asks_where_they_stand(self):
        """A report holds orders of any status and names none: an order that left long ago is not
        sent again."""
        orders = self.come_in("report")
        ready = {key for key, row in self.orders_there.items() if row == ("UNSHIPPED", "MERCHANT")}
        self.assertLessEqual(ready, set(orders))
        for order_id, order in orders.items():
            status, channel = self.orders_there.get(order_id, ("UNSHIPPED", "MERCHANT"))
            with self.subTest(status=status, channel=channel):
                self.check(order, status, channel)

    def test_all_sources_after_each_other_give_the_same_orders_once(self):
        for source in ("report", "changes", "queue", "order"):
            self.site.automatic = True
            self.come_in(source)
        self.check_all("changes")
        sales = self.env["sale.order"].search([("integrator_site_id", "=", self.site.id)])
        self.assertEqual(len(sales), len(set(sales.mapped("integrator_order_ref"))))
