# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from contextlib import contextmanager
from datetime import timedelta, timezone
from unittest.mock import patch

from odoo import fields
from odoo.tests import freeze_time, tagged
from odoo.tools import SQL

from ..models.amazon_quota import DatabaseLimiter, level_at
from .catalogue_case import CatalogueCase

#: Feeds a second that Amazon takes of an account, of all types together.
RATE = 0.0083


@tagged("post_install", "-at_install")
class TestFeedQuota(CatalogueCase):
    """Changes that come faster than Amazon takes feeds, one in two minutes, are sent in time. The
    clocks of Odoo, of Amazon and of our buckets stand still and are moved together, so the result
    does not depend on speed."""

    minds_quota = True

    def setUp(self):
        super().setUp()
        self.publish(*self.products)
        self.start = fields.Datetime.now()
        self.minutes = 0
        self.before = len(self.amazon.calls("createFeed"))
        self.amazon.unlimited = False
        self.addCleanup(setattr, self.amazon, "unlimited", True)

    def use_up(self):
        """The burst is gone, here and there."""
        buckets, owner = self.amazon.world.buckets, self.amazon.seller.bucket_owner
        with self.minute(0), self.running() as env:
            limiter = env["integrator.amazon.quota"]._limiter()
            limiter.penalise(self.site._adapter()._account(self.site), "createFeed")
            buckets.fill()
            while buckets.take(owner, "createFeed"):
                pass

    @contextmanager
    def minute(self, minutes=1):
        """Some minutes later."""
        self.minutes += minutes
        moment = self.start + timedelta(minutes=self.minutes)
        now = SQL("%s::float", moment.replace(tzinfo=timezone.utc).timestamp())
        clock = {"_now": now, "_level": level_at(now)}
        with freeze_time(moment), patch.multiple(DatabaseLimiter, **clock):
            yield

    def made(self):
        """Status of each call that was to make a feed."""
        return [row["status"] for row in self.amazon.calls("createFeed")[self.before :]]

    def sent(self, lane):
        """Return the number of messages in each feed of a lane since the test began."""
        submissions = self.env["integrator.submission"].search(
            [
                ("lane", "=like", f"{lane}%"),
                ("ticket", "!=", False),
                ("submitted_at", ">", self.start),
            ],
            order="id",
        )
        return [submission.refs["messages"] for submission in submissions]

    def change_price(self, number=0):
        self.products[number % len(self.products)].list_price += 1

    def test_our_count_is_amazon_s(self):
        """A change a minute for a quarter of an hour, the burst used up: Amazon is asked when it
        has a feed for us, and not once in vain; all of it is taken."""
        self.use_up()
        for number in range(16):
            with self.minute():
                self.change_price(number)
                self.run_stages("plan_products", "send")
        made = self.made()
        self.assertEqual(made.count(429), 0, made)
        most = int(16 * 60 * RATE)
        # three are kept for orders at first, and what is young waits for them
        self.assertTrue(most - 4 <= len(made) <= most, made)

    def test_order_feeds_know_what_listing_feeds_have_used(self):
        """There is one quota: what listings take is gone for orders."""
        for number in range(14):
            with self.minute(0.5):
                self.change_price(number)
                self.run_stages("plan_products", "send", "send")
        quotas = self.env["integrator.amazon.quota"].search([])
        left = {quota.bucket: quota.tokens for quota in quotas}
        spent = self.made().count(202)
        self.assertGreater(spent, 3)
        # what flows in within seven minutes, and no more than fifteen at the beginning
        self.assertLessEqual(left["createFeed"], 15 - spent + 7 * 60 * RATE)
        self.assertNotIn(429, self.made())

    def test_ten_changes_while_there_is_no_quota_are_one_feed(self):
        self.use_up()
        for number in range(10):
            with self.minute(0.1):
                self.products[number % len(self.products)].write(
                    {"list_price": 20 + number, "name": f"Name {number}"}
                )
                self.run_stages("plan_products", "send")
        waiting = self.env["integrator.submission"].search([("state", "=", "prepared")])
        self.assertEqual(len(waiting), 1)
        self.assertIn("goes on by itself at", waiting.task_ids[:1].hold_reason)
        documents = len(self.amazon.calls("createFeedDocument"))
        with self.minute(20):
            self.run_stages("send", "send")
        # the prices wait for the products, as ever
        self.assertEqual((self.made(), self.sent("listings")), ([202], [len(self.products)]))
        tasks = self.tasks().filtered(lambda task: task.create_date >= self.start)
        self.assertNotIn("error", tasks.mapped("state"))
        self.assertEqual(len(self.amazon.calls("createFeedDocument")), documents + 1)

    def test_a_429_holds_listing_feeds_two_minutes_and_no_order(self):
        """Another program of the account has used what we believe to have."""
        self.amazon.fault("createFeed", "throttle")
        with self.minute():
            self.change_price()
            self.run_stages("plan_products", "send")
        with self.minute():
            self.run_stages("send")
        self.assertEqual(self.made(), [429])
        with self.minute(2):
            self.run_stages("send")
        self.assertEqual(self.made(), [429, 202])

    def test_orders_do_not_keep_listings_waiting_for_ever(self):
        """An order a minute, and a price a minute: both kinds go out."""
        self.amazon.demo(marketplace_id="A1PA6795UKMFR9", count=12, kinds=["single"])
        orders = self.import_orders()
        self.run_stages("plan_orders")
        receipts = self.tasks(kind="acknowledgement").sorted("id")
        self.assertEqual(len(receipts), len(orders))
        later = fields.Datetime.add(self.start, days=9)
        receipts.write({"update_at": later})
        self.use_up()
        for number in range(36):
            with self.minute():
                if receipt := receipts[number // 3 : number // 3 + 1]:
                    receipt.write({"update_at": False, "state_timestamp": fields.Datetime.now()})
                self.change_price(number)
                self.run_stages("plan_products", "send")
        self.assertNotIn(429, self.made())
        self.assertGreaterEqual(len(self.sent("acknowledgement")), 2)
        # each a minute after its patience, the first a little later
        self.assertGreaterEqual(len(self.sent("listings")), 4)
        waits = self.tasks(kind="acknowledgement", state="ready")
        self.assertLessEqual(len(waits), 5)

    def test_a_value_sent_directly_is_not_sent_again_by_a_waiting_feed(self):
        """The feed holds five pieces; then all are sold and that is sent to Amazon at once."""
        self.use_up()
        product = self.products[0]
        with self.minute():
            self.listing(product).stock_buffer = 3
            self.run_stages("plan_products", "send")
        old = self.stock_shown(product.default_code)["quantity"]
        self.site.direct_threshold = 10
        with self.minute(0.5):
            self.listing(product).stock_buffer = 1000
            self.run_stages("plan_products", "send")
        self.assertEqual(self.stock_shown(product.default_code)["quantity"], 0)
        self.assertNotEqual(old, 0)
        with self.minute(20):
            self.run_stages("send", "send")
        self.assertEqual(self.stock_shown(product.default_code)["quantity"], 0)
        self.assertEqual(self.made(), [])
