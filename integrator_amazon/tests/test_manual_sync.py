# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dateutil.relativedelta import relativedelta

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common import AmazonCommon


@tagged("post_install", "-at_install")
class TestManualSync(AmazonCommon):
    """A synchronisation by hand queues the same work as the automatic one (001-29, 001-31,
    001-60)."""

    def synchronise(self, kind, **values):
        wizard = self.env["integrator.sync"].create(
            {"kind": kind, "site_ids": self.site.ids, **values}
        )
        wizard.action_synchronise()
        self.run_stages("operate")
        return wizard

    def test_all_products_are_sent_once_each_and_nothing_is_deleted(self):
        """001-32, 001-56, 001-58, 001-59, 001-86."""
        self.site.automatic = False
        wizard = self.synchronise("send_products")
        self.assertIn("Nothing is ever deleted", wizard.explanation)
        events = self.events(site_id=self.site.id)
        self.assertEqual(set(events.mapped("record_operation")), {"create"})
        self.assertCountEqual(events.mapped("record_id"), self.products.ids)
        self.run_stages("plan_products", *["send"] * 4)
        self.assertCountEqual(self.amazon.listings(), self.products.mapped("default_code"))
        self.assertFalse(self.amazon.calls("deleteListingsItem"))

    def test_both_modes_end_in_the_same_listing(self):
        """001-60."""
        self.synchronise("send_products")
        self.run_stages("plan_products", *["send"] * 4)
        by_hand = self.amazon.listing("SKU-1")["attributes"]
        self.amazon.reset()
        self.products[0].integrator_listing_ids.write({"state": "new"})
        self.products[0].write({"name": "Other", "list_price": 11.0})
        self.products[0].write({"name": "Thing 1", "list_price": 10.0})
        self.run_stages("plan_products", *["send"] * 4)
        self.assertEqual(self.amazon.listing("SKU-1")["attributes"], by_hand)

    def test_orders_of_two_months_are_fetched_with_automatic_off(self):
        """001-29, 001-33."""
        self.place_orders(count=3)
        self.site.automatic = False
        self.synchronise("fetch_orders")
        fetch_requests = self.env["integrator.fetch.request"].search(
            [("site_id", "=", self.site.id)]
        )
        self.assertGreaterEqual(len(fetch_requests), 3)
        self.assertEqual(len(self.import_orders()), 3)

    def test_the_status_of_three_months_is_sent_to_the_day(self):
        """001-87: an order of three months ago to the day is in, older ones are out."""
        self.place_orders(count=2)
        orders = self.import_orders().sale_order_id
        first_day = fields.Datetime.to_datetime(
            fields.Date.context_today(self.site) - relativedelta(months=3)
        )
        orders[0].date_order = first_day
        orders[1].date_order = first_day - relativedelta(seconds=1)
        self._forget_events()
        self.synchronise("send_order_status")
        events = self.events("order", site_id=self.site.id)
        self.assertEqual(events.mapped("record_id"), orders[0].ids)

    def test_shipments_of_the_month_that_amazon_has_stay_as_they_are(self):
        """001-34."""
        self.place_orders(count=1)
        order = self.import_orders()
        self.deliver(order.sale_order_id)
        self.run_stages("plan_orders", "send", "send")
        calls = len(self.amazon.calls("confirmShipment"))
        self.assertEqual(calls, 1)
        self.synchronise("send_shipments")
        self.run_stages("plan_orders", "send")
        self.assertEqual(len(self.amazon.calls("confirmShipment")), calls)

    def test_only_operators_may_ask(self):
        """001-35, 002-01."""
        outsider = new_test_user(self.env, "outsider", groups="base.group_user")
        with self.assertRaises(AccessError):
            self.env["integrator.sync"].with_user(outsider).create({"kind": "send_products"})
