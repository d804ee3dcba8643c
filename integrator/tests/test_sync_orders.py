# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime, timedelta

from odoo.tests import tagged

from .sale_case import SyncCase


@tagged("post_install", "-at_install")
class TestSyncOrders(SyncCase):
    """Orders are synchronised by hand, in both directions (001-33, 001-34, 001-87)."""

    def sold(self, date, **values):
        order = self.make_order(integrator_site_id=self.site.id, **values)
        order.date_order = date
        return order

    # === ORDERS IN === #

    def test_orders_of_two_months_are_split_into_windows_of_thirty_days(self):
        """001-33: a longer range is split, without a hole and without an overlap."""
        wizard = self.wizard("fetch_orders")
        self.assertEqual(str(wizard.date_from), "2026-09-20")
        self.assertIn("3 requests", wizard.explanation)
        wizard.action_synchronise()
        self.run_stages("operate")
        fetch_requests = self.fetch_requests()
        self.assertEqual(fetch_requests[0].date_from, datetime(2026, 9, 20))
        self.assertEqual(fetch_requests[-1].date_to, datetime(2026, 11, 21))
        self.assertEqual(
            fetch_requests[1:].mapped("date_from"), fetch_requests[:-1].mapped("date_to")
        )
        for fetch_request in fetch_requests:
            self.assertLessEqual(
                fetch_request.date_to - fetch_request.date_from, timedelta(days=30)
            )

    def test_a_range_of_one_day_is_one_window_of_that_day(self):
        """001-33."""
        self.synchronise("fetch_orders", date_from="2026-11-03", date_to="2026-11-03")
        self.assertEqual(self.fetch_requests().date_from, datetime(2026, 11, 3))
        self.assertEqual(self.fetch_requests().date_to, datetime(2026, 11, 4))

    def test_orders_are_fetched_also_while_automatic_is_off(self):
        """001-31, 001-60."""
        self.site.automatic = False
        self.put_orders(self.remote.order("R-1"))
        self.synchronise("fetch_orders", date_from="2026-11-03")
        self.run_stages("fetch", "acknowledge", "extract", "import")
        order = self.env["integrator.order"].search([("site_id", "=", self.site.id)])
        self.assertEqual(order.state, "imported")
        self.assertFalse(self.site.order_watermark, "a look back moves no watermark")

    # === ORDERS OUT === #

    def test_the_status_of_orders_reaches_back_three_months_to_the_day(self):
        """001-87: that day is in, older is out."""
        inside = self.sold("2026-08-20 00:00:00")
        today = self.sold("2026-11-20 23:59:59")
        self.sold("2026-08-19 23:59:59")
        self.make_order()
        self._forget_events()
        wizard = self.wizard("send_order_status")
        self.assertEqual((wizard.count, str(wizard.date_from)), (2, "2026-08-20"))
        wizard.action_synchronise()
        self.run_stages("operate")
        self.assertCountEqual(self.events("order").mapped("record_id"), (inside + today).ids)

    def test_days_are_those_of_the_person_who_asks(self):
        """001-87: midnight in Tokyo is three in the afternoon in UTC."""
        inside = self.sold("2026-08-19 15:00:00")
        self.sold("2026-08-19 14:59:59")
        wizard = self.wizard("send_order_status", date_from="2026-08-20")
        wizard = wizard.with_context(tz="Asia/Tokyo")
        self.assertEqual(wizard._find(self.site), inside)

    def test_the_status_of_an_order_is_its_present_one(self):
        """001-87, 004-11: acknowledged, shipped, cancelled, refunded."""
        shipped, cancelled = self.sold(self.TODAY), self.sold(self.TODAY)
        self.deliver(shipped.picking_ids)
        self.refund(shipped)
        cancelled._action_cancel()
        self._forget_events()
        self.synchronise("send_order_status")
        self.assertEqual(self.operations(shipped), ["confirmation", "shipped", "refund"])
        self.assertEqual(self.operations(cancelled), ["cancellation"])
        self.run_stages("plan_orders", "send")
        self.assertTrue(self.remote.received)

    def test_shipping_data_are_those_of_this_month(self):
        """001-34: all deliveries done this month."""
        this_month, last_month = self.sold(self.TODAY), self.sold(self.TODAY)
        self.deliver(this_month.picking_ids)
        self.deliver(last_month.picking_ids)
        this_month.picking_ids.date_done = "2026-11-01 00:00:00"
        last_month.picking_ids.date_done = "2026-10-31 23:59:59"
        wizard = self.wizard("send_shipments")
        self.assertEqual(str(wizard.date_from), "2026-11-01")
        self.assertEqual(wizard._find(self.site), this_month)
        self._forget_events()
        wizard.action_synchronise()
        self.run_stages("operate")
        self.assertIn("shipped", self.operations(this_month))
