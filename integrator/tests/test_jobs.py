# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import re
from datetime import timedelta
from pathlib import Path

from odoo import fields
from odoo.tests import HttpCase, new_test_user, tagged

from .listing_case import ListingCase
from .sale_case import SaleCase

ADDON = Path(__file__).resolve().parents[1]
PAGE = ADDON.parent / "docs" / "daily-work.md"
TOURS = ADDON / "static" / "tests" / "tours" / "jobs_tour.js"
HOME = "/odoo/integration-home"
PASSWORD = "jobs_clerk_pass"
#: The groups that docs/set-up.md names for an operator.
OPERATOR = (
    "integrator.group_integrator_user,stock.group_stock_user,"
    "sales_team.group_sale_salesman_all_leads,account.group_account_invoice"
)
MOST = 4


class JobCase(HttpCase):
    """A daily job, done from Home by an operator."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        new_test_user(cls.env, "jobs_clerk", OPERATOR, password=PASSWORD)

    def do(self, number):
        self.start_tour(HOME, f"integrator_job_{number}", login="jobs_clerk")


@tagged("post_install", "-at_install")
class TestOrderJobs(SaleCase, JobCase):
    """Jobs with orders, parcels and returns (001-88)."""

    def order(self, **values):
        now = fields.Datetime.now().replace(microsecond=0)
        times = {"ordered_at": now.isoformat(), "ship_by": (now + timedelta(days=1)).isoformat()}
        return self.see(**times, **values)

    def ask_for_sku(self):
        self.env["product.product"].create({"name": "Garden hose", "default_code": "HOSE-20"})
        return self.import_orders(self.remote.order("R-2", sku="hose 20"))

    def test_1_see_what_waits(self):
        self.ask_for_sku()
        self.do(1)

    def test_2_ship(self):
        picking = self.order().sale_order_id.picking_ids
        self.do(2)
        self.assertEqual((picking.state, picking.carrier_tracking_ref), ("done", "T-2"))

    def test_3_repair_an_address_and_ship(self):
        picking = self.order().sale_order_id.picking_ids
        picking._integrator_hold("address", "No street. Ask the buyer.")
        self.do(3)
        self.assertEqual(picking.partner_id.street, "Way 3")
        self.assertEqual((picking.state, picking.carrier_tracking_ref), ("done", "T-3"))

    def test_4_cancel_as_the_buyer_asks(self):
        order = self.order(cancel_requested=True, cancel_reason="Ordered by mistake")
        self.do(4)
        self.assertEqual(order.sale_order_id.state, "cancel")

    def test_5_answer_an_unknown_sku(self):
        order = self.ask_for_sku()
        self.do(5)
        self.assertEqual(order.state, "new")

    def test_9_receive_a_return_and_refund(self):
        self.product.invoice_policy = "order"
        self.remote.offers |= {"source:return", "source:order"}
        sale_order = self.order().sale_order_id
        self.deliver(sale_order.picking_ids)
        sale_order._create_invoices().action_post()
        self.remote.lists["return"] = [self.remote.goods_back("RMA-1", "R-1")]
        self.run_stages("fetch")
        with self.later(minutes=3):
            self.run_stages("fetch", "acknowledge", "extract")
        found = self.env["integrator.return"].search([("site_id", "=", self.site.id)])
        self.do(9)
        self.assertEqual(found.picking_ids.state, "done")
        self.assertEqual((found.refund_ids.state, found.state), ("posted", "credited"))

    def test_10_find_an_order(self):
        self.order()
        self.do(10)


@tagged("post_install", "-at_install")
class TestListingJobs(ListingCase, JobCase):
    """Jobs with listings (001-88)."""

    def test_6_approve_a_price(self):
        self.site.guard_price = 50
        self.products[0].list_price = 99
        self.enqueue("price", self.listings[0])
        self.run_stages("send")
        held = self.held()
        self.do(6)
        self.assertEqual(held.state, "approved")

    def test_7_decide_a_change_on_the_channel(self):
        self.listings[0]._section("price")._drift({"figure": "77.00"})
        self.do(7)
        self.assertEqual(self.tasks().listing_id, self.listings[0])

    def test_8_see_why_a_price_is_what_it_is(self):
        self.do(8)


@tagged("post_install", "-at_install")
class TestJobClicks(HttpCase):
    """The tours need the clicks that docs/daily-work.md promises."""

    def test_clicks(self):
        """001-88: at most half of what they once were, and never more than four."""
        if not PAGE.is_file():
            self.skipTest("The addons stand alone here, without the repository's docs.")
        rows = re.findall(
            r"^\| (\d+) \|.*\| (\d+) \| (\d+) \|$", PAGE.read_text("utf-8"), re.MULTILINE
        )
        promised = {int(number): (int(now), int(before)) for number, now, before in rows}
        self.assertEqual(list(promised), list(range(1, 11)))
        tours = TOURS.read_text("utf-8").split('tours.add("integrator_job_')[1:]
        done = {int(re.match(r"\d+", tour)[0]): tour.count('run: "click"') for tour in tours}
        for number, (now, before) in promised.items():
            with self.subTest(job=number):
                self.assertEqual(done[number], now)
                self.assertLessEqual(now, MOST)
                # a price was approved without a question
                self.assertLessEqual(now, before if number == 6 else before / 2)
