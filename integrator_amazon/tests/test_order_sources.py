# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta
from decimal import Decimal

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import AmazonCommon

#: Kinds of demo orders that an order report holds: paid, and shipped by us.
REPORTED = ("single", "several_lines", "quantities", "shipping", "tax", "gift_wrap", "prime")


@tagged("post_install", "-at_install")
class TestOrderSources(AmazonCommon):
    """Every source brings the same orders (000-01 … 000-03, 001-17 … 001-19)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.site.daily_order_check = False
        cls.kinds = cls._prepare_once(lambda test: test.place_orders(count=16))

    def setUp(self):
        super().setUp()
        # the list is complete until a whole second
        self.amazon.advance(2)
        self.days = (fields.Datetime.now() - timedelta(days=3), fields.Datetime.now())

    def come_in(self, rounds=4):
        """Everything inbound, a while apart."""
        for minutes in range(rounds):
            with self.later(minutes=3 * minutes):
                self.run_stages("fetch", "acknowledge", "extract", "import")
            if self.is_quiet():
                break

    def request(self, source, **values):
        self.site.automatic = False
        self.site.write(values)
        self.env["integrator.fetch.request"]._request(self.site, [self.days], source)
        self.come_in()
        return self.orders()

    def orders(self):
        return self.env["integrator.order"].search([("site_id", "=", self.site.id)])

    def sales(self):
        return self.env["sale.order"].search([("integrator_site_id", "=", self.site.id)])

    def total(self, order):
        """The orders by the simulator's own records."""
        return Decimal(self.amazon.order(order.remote_order_id)["proceeds"]["grandTotal"]["amount"])

    def check_report(self, form):
        orders = self.request("report", amazon_order_report=form)
        self.assertEqual(set(orders.mapped("state")), {"imported"}, orders.mapped("error_message"))
        found = set(orders.mapped("remote_order_id"))
        for kind in REPORTED:
            self.assertLessEqual(set(self.kinds[kind]), found, kind)
        self.assertFalse(found & set(self.kinds["pending"] + self.kinds["fba"]))
        for order in orders:
            ours = Decimal(f"{order.sale_order_id.amount_total:.2f}")
            self.assertEqual(ours, self.total(order), order.remote_order_id)
        return orders

    def test_an_order_report_in_xml_gives_the_orders_with_their_totals(self):
        """000-03, 000-04, 001-19; a restricted document is fetched with its own token."""
        self.check_report("xml")
        self.assertTrue(self.amazon.calls("createRestrictedDataToken"))

    def test_an_order_report_as_a_table_gives_the_same_orders(self):
        """001-19."""
        self.check_report("flat")

    def test_report_and_api_give_one_sale_order(self):
        """000-22, 001-19: in either order, the younger of the two wins."""
        reported = self.check_report("xml")
        self.site.automatic = True
        self.come_in(1)
        sales = self.sales()
        self.assertEqual(len(sales), len(set(sales.mapped("integrator_order_ref"))))
        self.assertLessEqual(reported.sale_order_id, sales)
        self.env["integrator.fetch.request"]._request(self.site, [self.days], "report")
        self.come_in()
        self.assertEqual(self.sales(), sales)

    def test_a_report_is_asked_for_once(self):
        """000-12: after a crash the continuation finds the report that was asked for."""
        self.site.automatic = False
        self.env["integrator.fetch.request"]._request(self.site, [self.days], "report")
        self.amazon.fault("createReport", "drop_after")
        self.come_in()
        self.assertEqual(len(self.amazon.calls("createReport")), 1)
        self.assertEqual(set(self.orders().mapped("state")), {"imported"})

    def test_a_report_without_orders_is_no_error(self):
        """000-10: Amazon cancels what would be empty."""
        self.days = (fields.Datetime.now() - timedelta(days=20), self.days[0])
        self.assertFalse(self.request("report"))
        fetch_request = self.env["integrator.fetch.request"].search([("source", "=", "report")])
        self.assertEqual((fetch_request.state, fetch_request.error_code), ("done", False))

    def test_an_order_that_the_list_leaves_out_is_fetched_by_its_id(self):
        """000-01."""
        missing = self.kinds["single"][0]
        self.site.automatic = False
        wizard = self.env["integrator.fetch"].create(
            {"site_id": self.site.id, "remote_order_ids": missing}
        )
        wizard.action_fetch()
        self.come_in(1)
        self.assertEqual(self.orders().mapped("remote_order_id"), [missing])
        self.assertEqual(self.orders().state, "imported")

    def test_an_id_that_is_not_amazons_is_reported(self):
        """001-31."""
        wizard = self.env["integrator.fetch"].create(
            {"site_id": self.site.id, "remote_order_ids": "4711"}
        )
        with self.assertRaisesRegex(UserError, "123-1234567-1234567"):
            wizard.action_fetch()

    def test_an_order_that_amazon_does_not_know_is_reported_once(self):
        """000-11, 001-88."""
        wizard = self.env["integrator.fetch"].create(
            {"site_id": self.site.id, "remote_order_ids": "999-9999999-9999999"}
        )
        wizard.action_fetch()
        self.come_in()
        fetch_request = self.env["integrator.fetch.request"].search([("source", "=", "order")])
        self.assertEqual((fetch_request.state, bool(fetch_request.error_message)), ("error", True))
        self.assertEqual(len(self.amazon.calls("getOrder")), 1)

    def test_the_statement_of_the_day_finds_what_the_list_left_out(self):
        """Amazon has n orders for the day, Odoo has n, and what was missing is here."""
        missing = self.kinds["single"][0]
        self.amazon.fault("searchOrders", "leave_out", order_ids=[missing], times=99)
        self.request("changes")
        self.assertNotIn(missing, self.orders().mapped("remote_order_id"))
        day = fields.Date.to_date(self.amazon.order(missing)["createdTime"][:10])
        fetch_requests = self.env["integrator.fetch.request"]
        fetch_requests._request(self.site, [fetch_requests._day(day)], "order_check")
        self.come_in()
        self.assertIn(missing, self.orders().mapped("remote_order_id"))
        domain = [("day", "=", day), ("site_id", "=", self.site.id)]
        order_check = self.env["integrator.order.check"].search(domain)
        self.assertEqual((order_check.found_missing, order_check.state), (1, "complete"))
        same_day = self.orders().filtered(lambda order: order.ordered_at.date() == day)
        self.assertEqual(order_check.remote_count, len(same_day))

    def test_a_damaged_report_is_kept_with_its_reason(self):
        """000-11 … 000-13, 000-20."""
        self.amazon.fault("downloadReportDocument", "bad_json")
        self.request("report")
        document = self.env["integrator.document"].search([("kind", "=", "report")])
        self.assertEqual((document.state, document.error_code), ("error", "malformed_document"))
        self.assertTrue(document._raw())
        self.assertFalse(self.orders())

    def test_a_report_that_amazon_cannot_make_is_reported(self):
        """000-10."""
        self.amazon.fault("createReport", "fatal")
        self.request("report")
        fetch_request = self.env["integrator.fetch.request"].search([("source", "=", "report")])
        self.assertEqual((fetch_request.state, fetch_request.error_code), ("error", "report_fatal"))
