# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from .common import AmazonCommon

#: Faults of one call after which the next run goes on by itself.
PASSING = ("throttle", "server_error", "html_503", "cut_body", "refuse", "bad_json")


@tagged("post_install", "-at_install")
class TestFaults(AmazonCommon):
    """A fault of a call loses nothing, doubles nothing, and is recovered by the next run."""

    def come_back(self):
        """Let every time to wait for be over."""
        self.env["integrator.fetch.request"].search([]).write({"retry_at": False})
        self.env["integrator.submission"].search([]).write({"check_at": False})
        self.env["integrator.task"].search([("state", "=", "ready")]).write({"update_at": False})
        self.env["integrator.circuit"].search([]).sudo().write({"next_try_at": False})

    def test_a_fault_of_search_orders_loses_and_doubles_no_order(self):
        """000-10, 000-12."""
        self.site.write({"daily_order_check": False, "daily_returns": False})
        self.place_orders(count=3)
        for fault in PASSING:
            with self.subTest(fault=fault):
                self.amazon.fault("searchOrders", fault)
                self.run_stages("fetch")
                domain = [("source", "=", "changes")]
                fetch_request = self.env["integrator.fetch.request"].search(domain, limit=1)
                self.assertTrue(fetch_request.error_message)
                self.come_back()
        orders = self.import_orders()
        self.assertEqual(len(orders), 3)
        sales = self.env["sale.order"].search([("integrator_site_id", "=", self.site.id)])
        self.assertEqual(len(sales), len(orders.sale_order_id))

    def test_a_fault_of_any_feed_call_sends_each_message_once(self):
        """004-24: also where Amazon has made the feed and its answer was lost."""
        self.list_products()
        for operation in (
            *("createFeedDocument", "uploadFeedDocument", "createFeed"),
            *("getFeed", "getFeedDocument"),
        ):
            for fault in ("server_error", "html_503", "cut_body"):
                with self.subTest(operation=operation, fault=fault):
                    name = f"After {operation} {fault}"
                    self.products[0].name = name
                    before = len(self.amazon.calls(operation))
                    self.amazon.fault(operation, fault)
                    self.run_stages("plan_products")
                    for _round in range(8):
                        self.run_stages("send")
                        self.come_back()
                        if set(self.tasks().mapped("state")) == {"success"}:
                            break
                    self.amazon.clear_faults()
                    self.assertGreater(len(self.amazon.calls(operation)), before)
                    states = set(self.tasks().mapped("state"))
                    self.assertEqual(states, {"success"}, self.tasks().mapped("error_message"))
                    said = [one for one in self.amazon.feeds() if name in one["content"]]
                    self.assertEqual(len(said), 1)

    def test_a_lost_answer_to_confirm_shipment_confirms_one_package(self):
        """000-28."""
        kinds = self.place_orders(count=1)
        order = self.import_orders()
        self.run_stages("plan_orders", "send", "send")
        self.deliver(order.sale_order_id)
        self.amazon.fault("confirmShipment", "drop_after")
        for _round in range(3):
            self.run_stages("plan_orders", "send")
            self.come_back()
        [remote_order_id] = [one for ids in kinds.values() for one in ids]
        self.assertEqual(len(self.amazon.shipments(remote_order_id)), 1)
        self.assertEqual(self.tasks(kind="shipment").state, "success")
