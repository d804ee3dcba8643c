# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from decimal import Decimal

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.integrator.exceptions import RejectedError, ThrottledError
from odoo.addons.integrator.tests.listing_case import ListingCase

from .settlement_case import SettlementCase

#: The fees of the dummy site for a piece at 10.00.
FEES = [("commission", Decimal("1.50")), ("fulfilment", Decimal("3.00"))]


@tagged("post_install", "-at_install")
class TestFeeEstimates(SettlementCase, ListingCase):
    """Fees are estimated before a settlement, and replaced by the settled ones (001-28)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.products.standard_price = 4.00
        rights = "integrator.group_integrator_user,account.group_account_invoice"
        cls.both = new_test_user(cls.env, "fees_both", rights)

    def setUp(self):
        super().setUp()
        self.remote.fees = {f"G-{number}": FEES for number in range(7)}

    def asked(self):
        """SKUs of each call, since the last time."""
        calls = [sorted(one["sku"] for one in call) for call in self.remote.fee_questions]
        self.remote.fee_questions.clear()
        return calls

    def estimate(self):
        self.remote.fee_questions = []
        self.run_stages("estimate")
        self.env.invalidate_all()
        return self.asked()

    # === ASKING === #

    def test_listings_are_asked_about_once(self):
        """All in one call, at the price that buyers see; the next look asks nothing."""
        self.assertEqual(self.estimate(), [[f"G-{number}" for number in range(8)]])
        listing = self.listings[0].with_user(self.both)
        self.assertEqual(listing.estimated_fees, 4.50)
        money = self.usd.format
        self.assertIn(
            f"{money(4.50)} of {money(10.00)}, estimated on ", listing.estimated_fees_text
        )
        self.assertIn(f"Commission {money(1.50)}", listing.estimated_fees_text)
        self.assertEqual(self.estimate(), [])
        self.assertEqual(self.last_run("estimate").errors, 0)

    def test_another_price_is_asked_about_again(self):
        """Once it was sent to the site, and for this listing alone."""
        self.estimate()
        self.products[3].list_price = 12.0
        self.assertEqual(self.estimate(), [], "the site does not have this price yet")
        self.verify(self.listings[3])
        self.remote.fees["G-3"] = [("commission", Decimal("1.80")), ("returns_fee", Decimal(1))]
        self.assertEqual(self.estimate(), [["G-3"]])
        estimate = self.listings[3].fee_estimate_ids
        self.assertEqual((estimate.price, estimate.total), (12.0, 2.80))

    def test_fees_are_asked_for_again_after_a_month(self):
        """Sites change their fees, too; what they could not say is asked for after a day."""
        self.estimate()
        self.assertEqual(self.listings[7].with_user(self.both).estimated_fees_text, "No such SKU.")
        with self.later(hours=23):
            self.assertEqual(self.estimate(), [])
        with self.later(hours=25):
            self.assertEqual(self.estimate(), [["G-7"]])
        with self.later(days=31):
            self.assertEqual(self.estimate(), [[f"G-{number}" for number in range(8)]])

    def test_a_call_that_comes_too_early_is_made_after_the_pause(self):
        """Being throttled is no error, and makes no alert."""
        self.remote.faults.append(("estimate fees", ThrottledError("Wait.", retry_after=0.01)))
        self.assertEqual(len(self.estimate()), 1)
        self.assertEqual(self.listings[0].fee_estimate_ids.total, 4.50)
        self.assertFalse(self.alerts())

    def test_an_error_ends_the_turn(self):
        """It is reported once, and tried again by the next turn."""
        self.remote.faults.append(("estimate fees", RejectedError("No.", code="no")))
        self.assertEqual(self.estimate(), [])
        self.assertEqual(len(self.alerts(code="no")), 1)
        self.assertEqual(len(self.estimate()), 1)
        self.assertFalse(self.alerts())

    def test_a_site_without_estimates_is_not_asked(self):
        """Neither are listings that the site does not have, nor sites that are off."""
        self.listings[1].state = "closed"
        self.listings[2]._section("price").sent_hash = False
        self.site.fee_estimates = False
        self.assertEqual(self.estimate(), [])
        self.site.fee_estimates = True
        self.assertEqual(self.estimate(), [["G-0", *(f"G-{number}" for number in range(3, 8))]])

    # === WHO SEES IT === #

    @mute_logger("odoo.addons.base.models.ir_model", "odoo.models", "odoo.orm.models")
    def test_operators_without_accounting_rights_see_no_fees(self):
        self.estimate()
        with self.assertRaises(AccessError):
            self.listings[0].with_user(self.operator).read(["estimated_fees"])
        with self.assertRaises(AccessError):
            self.env["integrator.fee.estimate"].with_user(self.operator).search([])

    # === PROFIT === #

    def sold(self, remote_order_id, sku="G-0"):
        """A sale order of the site of today: two pieces at 10.00, and 4.90 for shipping."""
        self.remote.pages.clear()
        self.site.order_watermark = False
        orders = self.import_orders(self.remote.order(remote_order_id, sku=sku))
        order = orders.filtered(lambda one: one.remote_order_id == remote_order_id).sale_order_id
        order.date_order = fields.Datetime.now()
        self.env.flush_all()
        return order

    def profit(self, kind):
        report = self.env["integrator.profit.report"].with_user(self.accountant)
        names = ("quantity", "sales", "commission", "fulfilment", "cost", "profit")
        domain = [("site_id", "=", self.site.id), ("kind", "=", kind)]
        groups = report._read_group(domain, [], [f"{name}:sum" for name in names])
        return groups[0]

    def test_an_order_has_an_estimate_until_its_settlement(self):
        """24.90 less 3.00, 6.00 and 8.00; then what the settlement says, and nothing twice."""
        self.estimate()
        order = self.sold("R-1")
        self.assertEqual(self.profit("estimate"), (2, 24.9, -3.0, -6.0, -8.0, 7.9))
        self.assertEqual(self.profit("settled"), (False,) * 6)
        seen = order.with_user(self.both)
        self.assertEqual((seen.integrator_profit, seen.integrator_profit_kind), (7.9, "estimate"))
        self.take(self.settlement_file(*self.order_rows("R-1", sku="G-0")))
        self.env.invalidate_all()
        self.assertEqual(self.profit("estimate"), (False,) * 6)
        self.assertEqual(self.profit("settled"), (2, 20.0, -3.0, 0, -8.0, 9.0))
        self.assertEqual((seen.integrator_profit, seen.integrator_profit_kind), (9.0, "settled"))

    def test_an_order_without_expected_fees_has_no_estimate(self):
        """An order that was cancelled, an old one, and one whose fees nobody knows."""
        self.estimate()
        for number in range(3):
            self.sold(f"R-{number}", sku="G-7" if number == 2 else "G-0")
        orders = self.env["sale.order"].search(
            [("integrator_site_id", "=", self.site.id)], order="id"
        )
        self.assertEqual(len(orders), 3)
        self.assertEqual(self.profit("estimate")[0], 4)
        orders[0].date_order = fields.Datetime.subtract(fields.Datetime.now(), days=91)
        orders[1]._action_cancel()
        self.env.flush_all()
        self.assertEqual(self.profit("estimate"), (False,) * 6)

    def test_an_estimate_in_another_currency_is_converted(self):
        """At the rate of the order: half a dollar is a euro here, so all is twice as much."""
        self.estimate()
        order = self.sold("R-1")
        order.currency_rate = 0.5
        self.env.flush_all()
        self.assertEqual(self.profit("estimate"), (2, 49.8, -6.0, -12.0, -8.0, 23.8))
