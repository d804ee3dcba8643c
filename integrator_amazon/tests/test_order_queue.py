# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json
import socket

from odoo.tests import tagged

from .common import AmazonCommon


@tagged("post_install", "-at_install")
class TestOrderQueue(AmazonCommon):
    """Notifications trigger the fetching of their orders (000-02)."""

    def setUp(self):
        super().setUp()
        self.site.write(
            {
                "daily_order_check": False,
                "amazon_queue_url": self.amazon.queue_url,
                "amazon_queue_endpoint": self.amazon.url,
                "amazon_queue_region": "eu-west-1",
                "amazon_queue_key_id": "AKIA",
                "amazon_queue_secret": "hidden",
            }
        )
        self.list_products()
        self.amazon.notify_orders = True
        self.addCleanup(setattr, self.amazon, "notify_orders", False)

    def place(self, count):
        """Orders of as many kinds."""
        return [one for ids in self.amazon.demo(count=count).values() for one in ids]

    def come_in(self, rounds=3):
        for minutes in range(rounds):
            with self.later(minutes=2 * minutes):
                self.run_stages("fetch", "acknowledge", "extract", "import")

    def orders(self):
        return self.env["integrator.order"].search([("site_id", "=", self.site.id)])

    def documents(self):
        return self.env["integrator.document"].search([("kind", "=", "queue")])

    def test_a_changed_order_is_fetched_by_its_id(self):
        """000-02."""
        [order_id] = self.place(1)
        # the list of changes shows it minutes later
        self.amazon.visibility_seconds = 3600
        self.addCleanup(setattr, self.amazon, "visibility_seconds", 0)
        self.come_in()
        self.assertEqual(self.orders().remote_order_id, order_id)
        self.assertEqual(self.orders().state, "imported", self.orders().error_message)
        self.assertEqual(self.amazon.queue_messages(), [])

    def test_a_message_is_deleted_only_after_it_is_kept(self):
        """000-02: between the two the worker may die."""
        self.place(1)
        self.run_stages("fetch")
        self.assertEqual(len(self.amazon.queue_messages()), 1)
        self.assertEqual(len(self.documents()), 1)
        self.run_stages("acknowledge")
        self.assertEqual(self.amazon.queue_messages(), [])

    def test_a_message_that_comes_again_has_no_second_effect(self):
        """Each message several times, the order once."""
        [order_id] = self.place(1)
        for _time in range(3):
            self.amazon.notify(order_id)
        self.come_in()
        self.amazon.notify(order_id)
        self.come_in()
        self.assertEqual(len(self.orders()), 1)
        sales = self.env["sale.order"].search([("integrator_site_id", "=", self.site.id)])
        self.assertEqual(len(sales), 1)

    def test_other_notifications_do_no_harm(self):
        self.amazon.send_message(json.dumps({"notificationType": "REPORT_PROCESSING_FINISHED"}))
        self.come_in()
        self.assertEqual(self.documents().state, "done")
        self.assertFalse(self.orders())

    def test_a_message_that_cannot_be_read_is_kept_with_its_reason(self):
        """000-13."""
        self.amazon.send_message("no json")
        self.come_in()
        document = self.documents()
        self.assertEqual((document.state, document.error_code), ("done", "part_unreadable"))
        self.assertIn(b"no json", document._raw())

    def test_every_message_of_a_look_is_deleted(self):
        """000-02: SQS deletes ten at once, and a look takes more."""
        for number in range(23):
            body = {"notificationType": "REPORT_PROCESSING_FINISHED", "payload": {"n": number}}
            self.amazon.send_message(json.dumps(body))
        self.come_in()
        self.assertFalse(self.amazon.queue_messages())

    def test_a_queue_that_cannot_be_reached_is_reported_and_polling_goes_on(self):
        """000-10, 001-36."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        self.site.write(
            {
                "amazon_queue_endpoint": f"http://127.0.0.1:{port}",
                "amazon_queue_secret": "hidden",
            }
        )
        self.place(1)
        self.amazon.advance(2)
        self.come_in(1)
        self.assertEqual(self.alerts().code, "queue_unavailable")
        self.assertEqual(self.orders().state, "imported")

    def test_without_a_queue_nothing_is_asked(self):
        """000-25."""
        self.site.amazon_queue_url = False
        self.come_in(1)
        fetch_requests = self.env["integrator.fetch.request"].search([("source", "=", "queue")])
        self.assertFalse(fetch_requests)
