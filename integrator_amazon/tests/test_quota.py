# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields
from odoo.tests import freeze_time, tagged

from .common import AmazonCommon


@tagged("post_install", "-at_install")
class TestQuota(AmazonCommon):
    """Amazon's quotas are kept in the database, for all workers."""

    minds_quota = True

    def test_a_bucket_gives_its_burst_and_then_says_how_long_to_wait(self):
        with self.running() as env:
            limiter = env["integrator.amazon.quota"]._limiter()
            taken = [limiter.acquire("account", "operation", 0.001, 3) for _call in range(4)]
        self.assertEqual(taken[:3], [0.0, 0.0, 0.0])
        self.assertGreater(taken[3], 900)

    def test_a_bucket_holds_no_more_than_its_burst_however_long_it_rests(self):
        """After a quiet night there is no flood."""
        with self.running() as env:
            quotas = env["integrator.amazon.quota"]
            limiter = quotas._limiter()
            limiter.acquire("account", "operation", 0.001, 3)
            env.cr.execute("UPDATE integrator_amazon_quota SET updated_at = updated_at - 1000000")
            self.assertEqual(quotas._levels("account"), {"operation": 3})
            taken = [limiter.acquire("account", "operation", 0.001, 3) for _call in range(4)]
        self.assertEqual(taken[:3], [0.0, 0.0, 0.0])
        self.assertGreater(taken[3], 900)

    def test_accounts_do_not_share_a_bucket(self):
        with self.running() as env:
            limiter = env["integrator.amazon.quota"]._limiter()
            self.assertEqual(limiter.acquire("one", "operation", 0.001, 1), 0.0)
            self.assertEqual(limiter.acquire("two", "operation", 0.001, 1), 0.0)

    def test_a_429_empties_the_bucket_and_a_header_raises_its_rate(self):
        with self.running() as env:
            limiter = env["integrator.amazon.quota"]._limiter()
            limiter.acquire("account", "operation", 0.001, 5)
            limiter.penalise("account", "operation")
            limiter.observe("account", "operation", 0.5)
            wait = limiter.acquire("account", "operation", 0.001, 5)
        self.assertTrue(0 < wait <= 2, wait)

    def test_a_lower_rate_of_a_header_does_not_count(self):
        with self.running() as env:
            limiter = env["integrator.amazon.quota"]._limiter()
            limiter.acquire("account", "operation", 0.5, 1)
            limiter.observe("account", "operation", 0.001)
            wait = limiter.acquire("account", "operation", 0.5, 1)
        self.assertTrue(0 < wait <= 2, wait)

    def test_tokens_before_a_rate_header_come_at_the_old_rate(self):
        with self.running() as env:
            limiter = env["integrator.amazon.quota"]._limiter()
            limiter.acquire("account", "operation", 0.001, 5)
            limiter.penalise("account", "operation")
            env.cr.execute("UPDATE integrator_amazon_quota SET updated_at = updated_at - 1500")
            env.cr.commit()
            limiter.observe("account", "operation", 0.002)
            self.assertEqual(limiter.acquire("account", "operation", 0.001, 5), 0.0)
            wait = limiter.acquire("account", "operation", 0.001, 5)
        # half a token is left, the other half takes 250 seconds
        self.assertTrue(240 < wait <= 250, wait)

    def test_more_urgent_calls_find_tokens(self):
        with self.running() as env:
            limiter = env["integrator.amazon.quota"]._limiter()
            taken = [limiter.acquire("account", "operation", 0.001, 3, 2) for _call in range(2)]
            self.assertEqual(taken[0], 0.0)
            self.assertGreater(taken[1], 900)
            self.assertEqual(limiter.acquire("account", "operation", 0.001, 3), 0.0)

    def test_a_bucket_that_nobody_has_used_is_not_made_by_an_answer(self):
        with self.running() as env:
            limiter = env["integrator.amazon.quota"]._limiter()
            limiter.observe("account", "operation", 5.0)
            limiter.penalise("account", "operation")
            self.assertEqual(env["integrator.amazon.quota"]._levels("account"), {})

    def test_a_throttled_fetch_is_no_error_and_comes_back_by_itself(self):
        """000-10: being throttled marks nothing red."""
        self.amazon.fault("searchOrders", "throttle")
        self.run_stages("fetch")
        domain = [("site_id", "=", self.site.id), ("source", "=", "changes")]
        fetch_request = self.env["integrator.fetch.request"].search(domain)
        self.assertEqual(fetch_request.state, "ready")
        self.assertTrue(fetch_request.retry_at)
        self.assertFalse(self.env["integrator.alert"].search([("site_id", "=", self.site.id)]))

    def test_looks_for_orders_leave_the_quota_to_people(self):
        """An idle site with the interval of a new one does not use up what searchOrders gives: an
        hour has 20 tokens of 0.0056 a second, and looks take four fifths of them."""
        self.site.write({"daily_order_check": False, "daily_returns": False})
        start = fields.Datetime.now()
        for minute in range(1, 31):
            with freeze_time(start + timedelta(minutes=minute)):
                self.run_stages("fetch")
        self.assertLessEqual(len(self.amazon.calls("searchOrders")), 8)
        self.assertGreaterEqual(len(self.amazon.calls("searchOrders")), 6)

    def test_a_greater_quota_is_asked_as_often_as_the_site_s_interval_says(self):
        """Amazon's header has said it."""
        adapter = self.site._adapter()
        self.assertAlmostEqual(adapter._poll_pause(self.site, "changes"), 223, delta=1)
        self.assertEqual(adapter._poll_pause(self.site, "order"), 0)
        self.run_stages("fetch")
        self.env["integrator.amazon.quota"].search([("bucket", "=", "searchOrders")]).rate = 0.05
        self.assertAlmostEqual(adapter._poll_pause(self.site, "changes"), 25)

    def test_a_person_does_not_wait_for_the_next_look(self):
        """001-31: what is asked for by hand is fetched at once, and is no look of the site's."""
        requests, now = self.env["integrator.fetch.request"], fields.Datetime.now()
        for calls in (2, 3):
            requests._request(self.site, [(now - timedelta(days=1), now)])
            self.run_stages("fetch")
            self.assertEqual(len(self.amazon.calls("searchOrders")), calls)
