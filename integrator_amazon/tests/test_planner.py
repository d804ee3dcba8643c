# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from ..api.quota.operations import OPERATIONS, SHARES, reserve_of
from .catalogue_case import CatalogueCase


@tagged("post_install", "-at_install")
class TestPlanner(CatalogueCase):
    """Urgent work is sent first, and the duration is estimated before it starts."""

    minds_quota = True

    def drain(self, priority="content"):
        """A push so large that it takes all the quota it may."""
        adapter = self.site._adapter()
        with self.running() as env:
            site = self.site.with_env(env)
            limiter = env["integrator.amazon.quota"]._limiter()
            with adapter.with_env(env)._gateway(site, priority=priority) as gateway:
                account = gateway.account
            for name, operation in OPERATIONS.items():
                reserve = reserve_of(priority, operation.burst)
                size = (name, operation.rate / 1000, operation.burst, reserve)
                while not limiter.acquire(account, *size):
                    pass

    def test_a_push_of_the_whole_catalogue_does_not_delay_orders_and_shipments(self):
        """With every bucket as empty as content may make it, an order comes in, is
        acknowledged and its delivery confirmed without waiting."""
        self.place_orders(count=1, kinds=["single"])
        self.drain()
        orders = self.import_orders()
        self.run_stages("plan_orders", "send", "send")
        self.assertEqual(self.tasks(kind="acknowledgement").state, "success")
        self.deliver(orders.sale_order_id)
        self.run_stages("plan_orders", "send", "send")
        self.assertEqual(self.tasks(kind="shipment").state, "success")

    def test_content_waits_while_there_is_only_what_others_need(self):
        """The other side of it."""
        self.publish()
        self.site.direct_threshold = 10
        self.drain()
        self.product.name = "Not urgent"
        self.run_stages("plan_products", "send")
        self.assertEqual(self.tasks(kind="product").sorted("id")[-1].state, "ready")
        self.assertEqual(len(self.amazon.calls("patchListingsItem")), 0)

    def test_stock_goes_before_prices_and_prices_before_content(self):
        """In any order of arrival."""
        self.publish(*self.products)
        self.site.direct_threshold = 10
        self.products[0].name = "Content"
        self.run_stages("plan_products")
        self.products[1].list_price = 77
        self.run_stages("plan_products")
        self.listing(self.products[2]).stock_buffer = 5
        self.run_stages("plan_products", "send")
        paths = [row["path"] for row in self.amazon.calls("patchListingsItem")]
        self.assertEqual([path[-5:] for path in paths], ["SKU-3", "SKU-2", "SKU-1"])

    def test_a_few_changes_of_stock_do_not_wait_for_a_feed_of_many_others(self):
        """They go one by one beside it."""
        self.publish(*self.products)
        self.site.direct_threshold = 2
        self.products[:2].write({"name": "Content"})
        self.listing(self.products[2]).stock_buffer = 5
        self.run_stages("plan_products", "send")
        self.assertEqual(len(self.amazon.calls("patchListingsItem")), 1)

    def test_orders_come_first_among_the_lanes(self):
        """The order in which submissions are made is that of their urgency."""
        adapter = self.site._adapter()
        lanes = ["listings/X", "direct/X", "refund", "shipment", "acknowledgement", "fulfillment"]
        urgency = [adapter._urgency(lane)[0] for lane in sorted(lanes, key=adapter._urgency)]
        self.assertEqual(urgency, sorted(urgency))
        self.assertEqual(set(urgency) - set(range(len(SHARES))), set())

    # === LISTINGS === #

    def test_a_listing_whose_product_is_gone_is_taken_over(self):
        """000-34: the SKU is offered again, by another product."""
        self.publish()
        listing = self.listing()
        listing.product_id = False
        self.product.default_code = False
        heir = self.env["product.product"].create({"name": "Heir", "default_code": "SKU-1"})
        heir.list_price = 12
        self.publish(heir)
        self.assertEqual(listing.product_id, heir)
        self.assertEqual(self.shown("item_name")[0]["value"], "Heir")

    # === ESTIMATES === #

    def wizard(self, kind, **values):
        return self.env["integrator.sync"].create(
            {"kind": kind, "site_ids": [(6, 0, self.site.ids)], **values}
        )

    def test_the_wizard_says_calls_and_minutes(self):
        """001-59: for each kind; what the limits do not allow at once is counted."""
        texts = {kind: self.wizard(kind).estimate for kind in ("send_products", "fetch_orders")}
        self.assertRegex(texts["send_products"], r"up to \d+ calls, about 5 minutes")
        self.assertRegex(texts["fetch_orders"], r"up to \d+ calls, less than a minute")

    def test_used_quota_takes_longer(self):
        """Two months of orders need tokens that flow in slowly."""
        with self.running() as env:
            limiter = env["integrator.amazon.quota"]._limiter()
            with self.site.with_env(env)._adapter()._gateway(self.site.with_env(env)) as gateway:
                for _call in range(20):
                    limiter.acquire(gateway.account, "searchOrders", 0.0056, 20)
        self.assertRegex(self.wizard("fetch_orders").estimate, r"about \d+ minutes")

    def test_the_preview_says_it_too(self):
        """The previewed listings, no more."""
        self.publish()
        self.site.direct_threshold = 10
        self.product.list_price = 50
        preview = self.env["integrator.preview"].create({"listing_ids": self.listing().ids})
        self.assertIn("up to 2 calls, less than a minute", preview.estimate)
