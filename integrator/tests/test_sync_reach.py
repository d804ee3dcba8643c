# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from .common import IntegratorCommon


@tagged("post_install", "-at_install")
class TestSyncReach(IntegratorCommon):
    """A range beyond what the site gives is split and reported (001-33)."""

    def wizard(self, days, **values):
        return self.env["integrator.sync"].create(
            {
                "kind": "fetch_orders",
                "site_ids": self.site.ids,
                "date_from": fields.Date.today() - timedelta(days=days),
                **values,
            }
        )

    def fetch_requests(self):
        domain = [("site_id", "=", self.site.id), ("manual", "=", True)]
        return self.env["integrator.fetch.request"].search(domain, order="date_from")

    def test_a_long_range_becomes_several_requests_without_a_gap(self):
        wizard = self.wizard(59)
        self.assertIn("2 requests", wizard.explanation)
        wizard.action_synchronise()
        self.run_stages("operate")
        first, second = self.fetch_requests()
        self.assertEqual(first.date_to, second.date_from)
        self.assertLessEqual(first.date_to - first.date_from, timedelta(days=30))

    def test_each_source_has_its_own_longest_span(self):
        self.remote.offers = {"orders", "source:report"}
        self.wizard(29, source="report").action_synchronise()
        self.run_stages("operate")
        self.assertEqual(len(self.fetch_requests()), 3)
        self.assertEqual(set(self.fetch_requests().mapped("source")), {"report"})

    @freeze_time("2026-11-20 12:00:00")
    def test_orders_that_are_too_old_are_reported_and_left_out(self):
        self.remote.offers = {"orders", "source:report"}
        wizard = self.wizard(200, source="report")
        start = fields.Datetime.now() - timedelta(days=60)
        self.assertIn("only from 09/21/2026 on", wizard.explanation)
        wizard.action_synchronise()
        self.run_stages("operate")
        self.assertGreaterEqual(self.fetch_requests()[0].date_from, start)

    def test_a_site_without_reports_says_so(self):
        with self.assertRaisesRegex(UserError, "gives no order report"):
            self.wizard(10, source="report").action_synchronise()
        self.assertFalse(self.fetch_requests())
