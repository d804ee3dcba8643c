# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import tempfile
from datetime import date
from pathlib import Path

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import Form, new_test_user, tagged

from odoo.addons.test_integrator_market.models.market_site import Market, MarketAdapter

from ..const import SETTINGS
from ..neutral import ContractError
from ..utils import misspelt_capabilities, misspelt_hooks
from .stage_case import StageCase

ORDERS = """id,at,sku,quantity,total,name,street,city,zip,country
A-1,2026-11-20T10:00:00,SKU-1,2,19.90,Ada,Way 1,Town,12345,DE
"""

#: A market has an order of two pieces at 9.95 each.
ORDER = {"id": "M-1", "sku": "SKU-1", "quantity": 2, "price": "9.95"}

ROOT = Path(__file__).resolve().parents[2]
GUIDE = ROOT / "docs" / "add-a-site.md"
EXAMPLE = ROOT / "tests" / "addons" / "test_integrator_folder" / "models" / "folder_site.py"


@tagged("post_install", "-at_install")
class TestExampleSite(StageCase):
    """The example of “Add your own site” works as it is printed there."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.folder = Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        cls.site = cls.env["integrator.site"].create(
            {
                "name": "Folder",
                "site_type": "folder",
                "automatic": True,
                "folder": str(cls.folder),
                "product_domain": "[('default_code', '=', 'SKU-1')]",
            }
        )
        cls.product = cls.env["product.product"].create(
            {"name": "Thing", "default_code": "SKU-1", "is_storable": True}
        )
        stock = cls.site.warehouse_id.lot_stock_id
        cls.env["stock.quant"]._update_available_quantity(cls.product, stock, 7)

    def test_an_order_comes_in_once_and_stock_goes_out(self):
        """000-01, 000-05, 000-13, 001-04: the whole way in both directions."""
        (self.folder / "orders.csv").write_text(ORDERS)
        for _time in range(2):
            self.run_stages("fetch", "acknowledge", "extract", "import")
        order = self.env["sale.order"].search([("integrator_order_ref", "=", "A-1")])
        self.assertEqual(len(order), 1)
        self.assertEqual(order.amount_total, 19.9)
        self.run_stages("plan_orders", "plan_products", "send", "send")
        self.assertIn("SKU-1,5", (self.folder / "stock.csv").read_text())

    def test_a_file_that_cannot_be_read_says_why(self):
        """000-12."""
        (self.folder / "orders.csv").write_text("id,at\nA-1,yesterday\n")
        self.run_stages("fetch", "acknowledge", "extract")
        document = self.env["integrator.document"].search([("site_id", "=", self.site.id)])[:1]
        self.assertEqual((document.state, document.error_code), ("error", "malformed_document"))

    def test_the_connection_is_tried(self):
        """001-82."""
        self.site.action_test_connection()
        self.assertEqual(self.site.connection_state, "ok")
        self.site.folder = "/nowhere"
        self.site.action_test_connection()
        self.assertIn("no folder", self.site.connection_message)

    def test_the_guide_shows_this_very_code(self):
        """The printed code equals the tested code."""
        if GUIDE.exists():
            source = EXAMPLE.read_text(encoding="utf-8")
            self.assertIn(source.strip(), GUIDE.read_text(encoding="utf-8"))


@tagged("post_install", "-at_install")
class TestMarketSite(StageCase):
    """A site that offers listings only defines the form of its messages; the core plans, sends and
    confirms."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.site = cls.env["integrator.site"].create(
            {
                "name": "Market",
                "site_type": "market",
                "automatic": True,
                "product_domain": "[('default_code', '=', 'SKU-1')]",
            }
        )
        cls.product = cls.env["product.product"].create(
            {"name": "Thing", "default_code": "SKU-1", "is_storable": True, "list_price": 9.95}
        )
        stock = cls.site.warehouse_id.lot_stock_id
        cls.env["stock.quant"]._update_available_quantity(cls.product, stock, 7)

    def setUp(self):
        super().setUp()
        self.market = MarketAdapter.markets[self.site.id] = Market()
        self.addCleanup(MarketAdapter.markets.pop, self.site.id)

    def publish(self):
        self.run_stages("plan_products")
        self.send_all()
        # what waits for the product follows it
        self.send_all()
        return self.env["integrator.listing"].search([("site_id", "=", self.site.id)])

    def sell(self):
        self.market.orders["M-1"] = ORDER
        self.run_stages("fetch", "acknowledge", "extract", "import", "plan_orders")
        self.send_all()
        return self.env["sale.order"].search([("integrator_order_ref", "=", "M-1")])

    def send_orders(self):
        """Send what is due for orders.

        :return: list of tuples (lane, messages) that the market received
        """
        del self.market.received[:]
        self.run_stages("plan_orders")
        self.send_all()
        return [(lane, messages) for lane, _order, messages in self.market.received]

    def send_invoice(self, order):
        """Post the invoice of an order several times; the market gets it once."""
        invoice = order._create_invoices()
        invoice.action_post()
        self.assertFalse(self.events("order", record_operation="invoice"))
        self.market.able.add("invoice")
        invoice.button_draft()
        invoice.action_post()
        invoice.button_draft()
        self.assertEqual(self.send_orders(), [])
        invoice.action_post()
        [(lane, sent)] = self.send_orders()
        self.assertEqual((lane, sent["of"], sent["total"]), ("invoice", invoice.name, "19.90"))
        self.assertTrue(sent["pdf"])
        # a person who requests everything again gets what is not there
        self.env["order.integration"]._request(self.site, order)
        self.assertNotIn("invoice", dict(self.send_orders()))
        return invoice

    def tasks(self, **values):
        domain = [("site_id", "=", self.site.id), *((name, "=", values[name]) for name in values)]
        return self.env["integrator.task"].search(domain)

    def test_a_product_is_offered_changed_and_closed(self):
        """001-04: each change is one message, and a second look sends nothing."""
        listing = self.publish()
        self.assertEqual(
            self.market.offers["SKU-1"],
            {"sku": "SKU-1", "title": "Thing", "quantity": 7, "price": "9.95"},
        )
        self.assertEqual((listing.state, listing.section_state), ("live", "verified"))
        self.product.list_price = 12
        self.publish()
        self.assertEqual(self.market.offers["SKU-1"]["price"], "12.00")
        self.assertEqual(len(self.tasks(kind="price")), 2)
        self.env["product.integration"]._request(self.site, self.product)
        self.publish()
        self.assertEqual(len(self.tasks(kind="price")), 2)
        self.product.active = False
        self.publish()
        self.assertFalse(self.market.offers)
        self.assertEqual(listing.state, "closed")

    def test_a_product_is_offered_on_two_marketplaces(self):
        """001-04: each with its own price in its own currency; the rows on which people set
        pricelists are there before the first order."""
        self.env.ref("base.PLN").active = True
        self.market.places = {"DE": "USD", "PL": "PLN"}
        self.site._add_marketplaces()
        step = next(one for one in self.site._setup_steps() if one["key"] == "marketplaces")
        self.assertEqual((step["done"], step["text"]), (True, "Market, Market DE, Market PL"))
        self.env.ref("base.PLN").rate_ids.unlink()
        listings = self.publish()
        # a price that cannot be computed does not leave, and the reason is there
        self.assertEqual(self.market.offers["DESKU-1"]["price"], "9.95")
        self.assertNotIn("price", self.market.offers["PLSKU-1"])
        task = self.tasks(kind="price", state="error")
        self.assertIn("exchange rate", task.error_message)
        self.env["res.currency.rate"].create(
            {"currency_id": self.env.ref("base.PLN").id, "name": "2026-01-01", "rate": 4}
        )
        task.action_retry()
        self.send_all()
        prices = {place: offer["price"] for place, offer in self.market.offers.items()}
        self.assertEqual(prices, {"DESKU-1": "9.95", "PLSKU-1": "39.80"})
        self.assertEqual(listings.mapped("section_state"), ["verified", "verified"])
        self.assertEqual(sorted(listings.marketplace_id.mapped("code")), ["DE", "PL"])

    def test_a_refused_listing_has_its_reason_and_is_sent_on_retry(self):
        """001-04: the reason is on the section, and nothing is taken for sent."""
        self.market.refusals["SKU-1"] = "The title is too short."
        listing = self.publish()
        task = self.tasks(kind="product")
        self.assertEqual((task.state, task.error_code), ("error", "listing_refused"))
        self.assertEqual(listing._section("product").reason, "The title is too short.")
        self.market.refusals.clear()
        task.action_retry()
        self.publish()
        self.assertEqual((task.state, listing.state), ("success", "live"))

    def test_a_listing_that_is_not_shown_is_sent_once_more_then_asked_about(self):
        """001-04: only what the site shows is a success."""
        self.market.is_quick, self.market.is_busy = False, True
        listing = self.publish()
        task = self.tasks(kind="product")
        self.market.is_busy = False
        with self.later(minutes=50):
            # accepted only now: the time to show it begins
            self.send_all()
            self.assertFalse(listing._section("product").resend_count)
        self.assertEqual((task.state, listing._section("product").state), ("pending", "accepted"))
        for hours in (1, 2, 3):
            with self.later(hours=hours):
                self.send_all()
        self.assertEqual((task.state, task.error_code), ("error", "accepted_but_not_shown"))
        self.assertEqual(listing._section("product").resend_count, 1)

    def test_parcels_invoices_and_refunds_of_an_order_are_sent(self):
        """000-05: shipped parcels are sent once, also when the tracking number comes later; an
        invoice with its figures, the credit note too, and nothing of what is a draft again.
        Nothing waits for what the site does not take."""
        self.market.able.remove("acknowledgement")
        order = self.sell()
        self.assertEqual(order.amount_total, 19.9)
        self.assertFalse(self.tasks(kind="acknowledgement"))
        picking = order.picking_ids
        picking.move_ids.write({"quantity": 2, "picked": True})
        picking.button_validate()
        with self.later(minutes=10):
            self.assertEqual(self.send_orders(), [("shipment", {"1": {"1": 2}})])
        parcel = self.env["integrator.parcel"].search([("picking_id", "=", picking.id)])
        self.assertTrue(parcel.sent_at)
        self.assertEqual((parcel.content, parcel.being_sent), ({"1": 2}, False))
        picking.carrier_tracking_ref = "T-1"
        self.assertEqual(self.send_orders(), [("shipment", {"1": {"1": 2}})])
        self.assertEqual((parcel.tracking, self.send_orders()), ("T-1", []))
        invoice = self.send_invoice(order)
        note = invoice._reverse_moves()
        note.action_post()
        sent = dict(self.send_orders())
        self.assertEqual(sent["refund"], {"1 item": "19.90"})
        self.assertEqual((sent["invoice"]["of"], sent["invoice"]["total"]), (invoice.name, "19.90"))

    def test_a_cancelled_order_is_sent_but_not_fewer_pieces(self):
        """001-22: a site that cannot cancel single pieces never gets the cancellation of the
        order."""
        order = self.sell()
        order.order_line.product_uom_qty = 1
        self.assertEqual(self.send_orders(), [])
        self.assertFalse(self.tasks(kind="cancellation"))
        self.assertIn("cannot be cancelled on Market", order.activity_ids.note)
        order.activity_ids.action_feedback()
        order.order_line.product_uom_qty = 2
        order.order_line.product_uom_qty = 1
        self.send_orders()
        self.assertTrue(order.activity_ids, "it is another decision than the one that was settled")
        order._action_cancel()
        self.assertEqual(self.send_orders(), [("cancellation", {})])
        self.assertFalse(order.activity_ids, "a whole order that is cancelled leaves no question")

    def test_an_unknown_sku_is_not_like_every_other_offer(self):
        """000-12: a market that has no numbers of products proposes nothing by them."""
        self.publish()
        self.market.orders["M-1"] = {**ORDER, "sku": "OTHER"}
        self.run_stages("fetch", "acknowledge", "extract", "import")
        match = self.env["integrator.sku.match"].search([("site_id", "=", self.site.id)])
        self.assertEqual(match.sku, "OTHER")
        self.assertNotIn(self.product, match.candidate_ids.product_id)

    def test_its_orders_are_counted_under_its_name(self):
        """Home knows of no marketplace there, and asks for none."""
        self.sell()
        home = self.env["integrator.home"]
        back = (fields.Date.context_today(home) - date(2026, 11, 20)).days
        rows = home._home_rows([home._day(back)])
        self.assertIn("Market", [row.label for row in rows])

    def test_it_has_no_marketplace_to_choose(self):
        """001-82: no first step that cannot be done."""
        keys = [step["key"] for step in self.site._setup_steps()]
        self.assertNotIn("marketplaces", keys)
        self.assertIn("offer", keys)

    def test_a_request_beyond_the_capabilities_is_refused(self):
        """000-12: no request is made that its adapter knows nothing of."""
        with self.assertRaisesRegex(UserError, "does not show"):
            self.site.action_import_listings()
        values = {"site_id": self.site.id, "remote_order_ids": "M-1"}
        with self.assertRaisesRegex(UserError, "single orders"):
            self.env["integrator.fetch"].create(values).action_fetch()
        listing = self.publish()
        listing._request_drift_check()
        self.assertFalse(listing.drift_check_requested)
        sources = self.env["integrator.fetch.request"].search([("site_id", "=", self.site.id)])
        self.assertLessEqual(set(sources.mapped("source")), {"changes"})

    def test_its_form_hides_what_it_cannot_do(self):
        """000-12: no setting and no button of what the channel does not give."""
        manager = new_test_user(self.env, "manager", "integrator.group_integrator_manager")
        hidden = ["daily_order_check", "daily_returns", "daily_drift_check", *SETTINGS]
        with Form(self.site.with_user(manager)) as form:
            for name in hidden:
                with self.subTest(name), self.assertRaisesRegex(AssertionError, "invisible"):
                    form[name] = False

    def test_a_field_that_is_not_of_its_form_is_named(self):
        """000-12: the reason names the form and the field, for the programmer of the addon."""
        self.market.orders["M-1"] = {**ORDER, "price": "NaN"}
        with self.assertLogs("odoo.addons.integrator.stages.stage", "ERROR"):
            self.run_stages("fetch", "acknowledge", "extract")
        document = self.env["integrator.document"].search([("site_id", "=", self.site.id)])
        self.assertIn("Charge.amount is no amount", document.error_message)

    def test_a_missing_hook_is_named(self):
        """000-12: the method, and the model."""
        self.site.site_type = "unfinished"
        with self.assertLogs("odoo.addons.integrator.stages.stage", "ERROR"):
            self.run_stages("fetch")
        request = self.env["integrator.fetch.request"].search([("site_id", "=", self.site.id)])
        self.assertIn("NotImplementedError (_fetch)", request.error_message)
        self.env.cr.execute("UPDATE integrator_site SET site_type = 'nowhere'")
        self.env.invalidate_all()
        with self.assertRaisesRegex(UserError, r"integrator\.adapter\.nowhere"):
            self.site.action_test_connection()

    def test_a_misspelt_hook_is_found(self):
        """Nobody would call it. A name like that of a hook which is there is no slip."""
        hooks = type("Hooks", (), dict.fromkeys(("_section_names", "_extract")))
        names = ("_section_name", "_extracts", "_extract", "_read_row")
        slip = type("Slip", (hooks,), dict.fromkeys(names))
        self.assertEqual(misspelt_hooks(slip, hooks), [("_section_name", "_section_names")])
        base, market = (self.env[f"integrator.adapter{one}"] for one in ("", ".market"))
        self.assertFalse(misspelt_hooks(type(market), type(base)))

    def test_a_misspelt_capability_is_found(self):
        """It is named when Odoo starts, and refused where somebody asks for one."""
        slip = type("Slip", (), {"_capabilities": lambda self, site: {"orders", "source:reprot"}})
        self.assertEqual(misspelt_capabilities(slip), [("source:reprot", "source:report")])
        self.assertFalse(misspelt_capabilities(type(self.env["integrator.adapter.market"])))
        self.market.able = {"shipments"}
        with self.assertRaisesRegex(ContractError, r"adapter\.market\._capabilities: shipments is"):
            self.site._can("orders")
        with self.assertLogs("odoo.addons.integrator.stages.stage", "ERROR"):
            self.run_stages("fetch")
        alert = self.env["integrator.alert"].search([("site_id", "=", self.site.id)])
        self.assertIn("shipments is none of", alert.message)
