# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from ..exceptions import TransientError
from .common import IntegratorCommon


@tagged("post_install", "-at_install")
class TestSources(IntegratorCommon):
    """Several sources of orders bring the same orders (000-01, 000-02, 000-09)."""

    def setUp(self):
        super().setUp()
        self.remote.offers |= {"source:order"}
        self.remote.orders = {f"R-{number}": self.remote.order(f"R-{number}") for number in "123"}

    def fetch_requests(self, **values):
        domain = [("site_id", "=", self.site.id)]
        domain += [(name, "=", value) for name, value in values.items()]
        return self.env["integrator.fetch.request"].search(domain)

    def orders(self):
        return self.env["integrator.order"].search([("site_id", "=", self.site.id)])

    def come_in(self, rounds=3):
        """Everything inbound, a while apart."""
        for minutes in range(rounds):
            with self.later(minutes=2 * minutes):
                self.run_stages("fetch", "acknowledge", "extract", "import")

    def ask(self, *ids):
        wizard = self.env["integrator.fetch"]
        return wizard.create({"site_id": self.site.id, "remote_order_ids": "\n".join(ids)})

    # === ONE ORDER === #

    def test_an_order_is_fetched_by_its_id(self):
        """001-31: also with automatic integration off."""
        self.site.automatic = False
        self.ask("R-1", "R-2", "R-1").action_fetch()
        self.come_in()
        self.assertEqual(set(self.orders().mapped("remote_order_id")), {"R-1", "R-2"})
        self.assertEqual(set(self.orders().mapped("state")), {"imported"})
        self.assertEqual(self.orders().document_id.mapped("kind"), ["order", "order"])

    def test_an_impossible_id_is_reported_and_nothing_is_fetched(self):
        """001-31."""
        with self.assertRaisesRegex(UserError, "begins with R-"):
            self.ask("R-1", "4711").action_fetch()
        self.assertFalse(self.fetch_requests(source="order"))

    def test_an_order_that_the_site_does_not_know_is_reported_and_not_fetched_again(self):
        """000-11, 001-88."""
        self.ask("R-9").action_fetch()
        self.come_in()
        fetch_request = self.fetch_requests(source="order")
        self.assertEqual(
            (fetch_request.state, fetch_request.error_code), ("error", "order_unknown")
        )
        self.assertEqual(self.alerts().message, "The site does not know this order.")

    def test_the_same_order_is_asked_for_once_at_a_time(self):
        self.ask("R-1").action_fetch()
        self.ask("R-1").action_fetch()
        self.assertEqual(len(self.fetch_requests(source="order")), 1)

    def test_a_passing_fault_is_tried_again(self):
        """000-12."""
        self.remote.faults.append(("fetch order", TransientError("Offline.", code="offline")))
        self.ask("R-1").action_fetch()
        self.come_in()
        self.assertEqual(self.orders().remote_order_id, "R-1")

    def test_the_same_order_from_two_sources_is_one_sale_order(self):
        """000-22."""
        self.put_orders(self.remote.orders["R-1"])
        self.ask("R-1").action_fetch()
        self.come_in()
        self.assertEqual(len(self.orders()), 1)
        sales = self.env["sale.order"].search([("integrator_site_id", "=", self.site.id)])
        self.assertEqual(len(sales), 1)

    # === MENTIONS === #

    def test_a_notification_brings_orders_that_are_unknown_or_older_here(self):
        """000-02: repeated and out of order, each order is fetched when it has to be."""
        self.put_orders(self.remote.orders["R-1"], self.remote.orders["R-2"])
        self.come_in(1)
        self.remote.offers = {"source:queue"}
        self.remote.orders["R-2"]["updated_at"] = "2026-11-05T11:00:00"
        self.remote.lists["queue"] = [
            self.remote.mention("R-1"),
            self.remote.mention("R-2", "2026-11-05T11:00:00"),
            self.remote.mention("R-2", "2026-11-02T11:00:00"),
            self.remote.mention("R-3"),
            self.remote.mention("R-3"),
        ]
        self.come_in()
        asked = self.fetch_requests(source="order").mapped("remote_ref")
        self.assertEqual(sorted(asked), ["R-2", "R-3"])
        self.assertEqual(len(self.orders()), 3)

    def test_an_answer_that_is_not_ready_is_asked_for_again_in_its_time(self):
        """000-11: nothing is kept until there is something."""
        now = fields.Datetime.now()
        self.env["integrator.fetch.request"]._request(self.site, [(now, now)], "report")
        self.remote.lists["report"] = [self.remote.orders["R-1"]]
        self.run_stages("fetch")
        fetch_request = self.fetch_requests(source="report")
        self.assertEqual((fetch_request.state, fetch_request.next_token), ("ready", "report-1"))
        self.assertFalse(fetch_request.document_ids)
        self.run_stages("fetch")
        self.assertFalse(fetch_request.document_ids)
        with self.later(seconds=61):
            self.run_stages("fetch", "acknowledge", "extract", "import")
        self.assertEqual((fetch_request.state, len(fetch_request.document_ids)), ("done", 1))
        self.assertEqual(self.orders().remote_order_id, "R-1")

    # === STATEMENT === #

    def check_day(self, *ids):
        self.remote.offers = {"source:order_check"}
        self.remote.lists["order_check"] = [self.remote.mention(one) for one in ids]
        self.come_in()
        return self.env["integrator.order.check"].search([("site_id", "=", self.site.id)])

    def test_the_statement_finds_and_heals_what_is_missing(self):
        """000-01: left out of the list of changes, there by its id."""
        self.put_orders(self.remote.orders["R-1"])
        self.come_in(1)
        order_check = self.check_day("R-1", "R-2", "R-3")
        self.assertEqual((order_check.remote_count, order_check.found_missing), (3, 2))
        self.assertEqual((order_check.known_count, order_check.state), (3, "complete"))
        self.assertEqual(order_check.day, fields.Date.today() - timedelta(days=1))
        self.assertEqual(len(self.orders()), 3)

    def test_an_order_that_cannot_be_fetched_stays_on_the_order_check(self):
        """Lost orders are seen."""
        order_check = self.check_day("R-1", "R-8")
        self.assertEqual((order_check.state, order_check.missing), ("missing", "R-8"))
        self.remote.orders["R-8"] = self.remote.order("R-8")
        order_check.action_fetch_missing()
        self.come_in()
        order_check.invalidate_recordset()
        self.assertEqual(order_check.state, "complete")

    def test_there_is_one_statement_a_day(self):
        """000-12."""
        self.check_day("R-1")
        self.come_in()
        self.assertEqual(len(self.fetch_requests(source="order_check")), 1)
        order_check = self.check_day("R-1")
        order_check.action_check_again()
        self.come_in()
        self.assertEqual(len(self.fetch_requests(source="order_check")), 2)
        self.assertEqual(len(order_check), 1)

    def test_days_without_a_statement_are_made_up_for(self):
        """000-01: nothing ran for some days, when orders are lost most easily."""
        self.check_day("R-1")
        for minute in range(4):
            with self.later(days=3, minutes=minute):
                self.come_in()
        checks = self.env["integrator.order.check"].search([("site_id", "=", self.site.id)])
        yesterday = fields.Date.today() - timedelta(days=1)
        days = [yesterday + timedelta(days=number) for number in range(4)]
        self.assertEqual(sorted(checks.mapped("day")), days)

    def test_a_manual_fetch_replaces_no_automatic_one(self):
        """000-01, 001-31: of what is looked at by itself."""
        self.remote.offers = {"orders", "source:order_check", "source:return"}
        self.site.daily_returns = True
        requests = self.env["integrator.fetch.request"]
        start, _end = requests._day(fields.Date.today() - timedelta(days=30))
        now = fields.Datetime.now()
        sources = ["changes", "order_check", "return"]
        for source in sources:
            requests._request(self.site, [(start, now), (now, now)], source)
        requests._open_automatic(self.site)
        self.assertEqual(sorted(self.fetch_requests(manual=False).mapped("source")), sources)

    def test_a_site_may_do_without_statements(self):
        """000-25."""
        self.site.daily_order_check = False
        self.assertFalse(self.check_day("R-1"))
