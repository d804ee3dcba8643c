# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from .common import AmazonCommon


@tagged("post_install", "-at_install")
class TestQuota(AmazonCommon):
    """Amazon's quotas are kept in the database, for all workers (pain 3)."""

    minds_quota = True

    def test_a_bucket_gives_its_burst_and_then_says_how_long_to_wait(self):
        with self.running() as env:
            limiter = env["integrator.amazon.quota"]._limiter()
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

    def test_a_throttled_fetch_is_no_error_and_comes_back_by_itself(self):
        """000-10: being throttled marks nothing red."""
        self.amazon.fault("searchOrders", "throttle")
        self.run_stages("fetch")
        domain = [("site_id", "=", self.site.id), ("source", "=", "changes")]
        window = self.env["integrator.window"].search(domain)
        self.assertEqual(window.state, "ready")
        self.assertTrue(window.retry_at)
        self.assertFalse(self.env["integrator.alert"].search([("site_id", "=", self.site.id)]))
