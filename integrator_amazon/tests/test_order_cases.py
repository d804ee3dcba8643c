# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json
from datetime import timedelta

from odoo import fields
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .common import GERMANY, AmazonCommon

FRANCE = "A13V1IB3VIYZZH"
TIME = "%Y-%m-%dT%H:%M:%SZ"


def money(amount):
    return {"amount": amount, "currencyCode": "EUR"}


def row(kind, amount, **details):
    """An entry of `proceeds.breakdowns`."""
    parts = [{"subtype": of, "value": money(part)} for of, part in details.items()]
    return {
        "type": kind,
        "subtotal": money(amount),
        **({"detailedBreakdowns": parts} if parts else {}),
    }


@tagged("post_install", "-at_install")
class TestOrderCases(AmazonCommon):
    """Orders as Amazon really shows them are imported and invoiced correctly (000-03, 000-04,
    000-27, 001-19, 001-22)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.vat = cls.env["account.tax"].search([("name", "=", "VAT 19 % DE")])
        cls.products.invoice_policy = "order"
        cls.site.write({"daily_order_check": False, "daily_returns": False, "unnamed_tax": "ask"})

    def setUp(self):
        super().setUp()
        self.addCleanup(setattr, self.amazon.settings, "report_without", set())
        self.addCleanup(setattr, self.amazon.settings, "report_promotion_rows", False)

    def item(self, number, *breakdowns, sku="SKU-1", quantity=1, **values):
        proceeds = {"proceeds": {"breakdowns": list(breakdowns)}} if breakdowns else {}
        return {
            "orderItemId": f"9000000000000{number}",
            "quantityOrdered": quantity,
            "product": {"asin": f"B00000000{number}", "sellerSku": sku, "title": f"Thing {number}"},
            **proceeds,
            **values,
        }

    def place(self, *items, number=1, total=None, **values):
        """An order at Amazon.

        :return: its id
        """
        order_id = f"302-{number:07d}-1234567"
        address = {"name": "Ada", "addressLine1": "Weg 1", "city": "Köln", "postalCode": "50667"}
        order = {
            "orderId": order_id,
            "createdTime": (fields.Datetime.now() - timedelta(hours=1)).strftime(TIME),
            "orderItems": list(items),
            "buyer": {"buyerName": "Ada", "buyerEmail": "ada@marketplace.amazon.de"},
            "recipient": {"deliveryAddress": {**address, "countryCode": "DE"}},
            **values,
        }
        if total:
            order["proceeds"] = {"grandTotal": money(total)}
        self.amazon.add_order(order)
        return order_id

    def come_in(self, minutes=0):
        """Everything inbound, some minutes later.

        :return: the orders
        """
        self.amazon.advance(200)
        with self.later(minutes=minutes):
            self.run_stages("fetch", "acknowledge", "extract", "import")
        return self.orders()

    def invoice(self, order):
        """Total and tax of the posted invoice of an order."""
        invoice = order.sale_order_id._create_invoices()
        invoice.action_post()
        return invoice.amount_total, invoice.amount_tax

    def report(self, form="flat"):
        """The orders of an order report, before and after they were asked for by their ids."""
        self.site.write({"automatic": False, "amazon_order_report": form})
        span = (fields.Datetime.now() - timedelta(days=3), fields.Datetime.now())
        self.env["integrator.fetch.request"]._request(self.site, [span], "report")
        self.amazon.advance(10)
        self.run_stages("fetch")
        with self.later(minutes=4):
            self.run_stages("fetch", "acknowledge", "extract", "import")
        return self.orders()

    def answered(self):
        """The orders after what was asked for by its id has come."""
        with self.later(minutes=8):
            self.run_stages("fetch", "acknowledge", "extract", "import")
        return self.orders()

    def orders(self):
        domain = [("site_id", "=", self.site.id)]
        return self.env["integrator.order"].search(domain, order="remote_order_id")

    def lamp(self, number=1, discount=False):
        """19.99 and 4.99 shipping with their taxes; discounted by 2.00 and the shipping."""
        rows = [row("ITEM", "16.80"), row("SHIPPING", "4.19")]
        if discount:
            rows.append(row("DISCOUNT", "-5.87", ITEM="-1.68", SHIPPING="-4.19"))
        taxes = {"ITEM": "3.19", "SHIPPING": "0.80"} | ({"DISCOUNT": "-1.12"} if discount else {})
        rows.append(row("TAX", "2.87" if discount else "3.99", **taxes))
        return self.item(number, *rows)

    # === CHANGES === #

    def test_a_line_that_is_cancelled_before_shipping_is_not_paid(self):
        """001-22: its shipping and its discount go with it."""
        second = self.item(
            2,
            row("ITEM", "16.80"),
            row("SHIPPING", "4.19"),
            row("DISCOUNT", "-2.00", ITEM="-2.00"),
            row("TAX", "3.61", ITEM="3.19", SHIPPING="0.80", DISCOUNT="-0.38"),
            sku="SKU-2",
        )
        first = self.item(
            1,
            row("ITEM", "8.40"),
            row("SHIPPING", "4.19"),
            row("TAX", "2.40", ITEM="1.60", SHIPPING="0.80"),
        )
        order_id = self.place(first, second, total="37.59")
        order = self.come_in()
        self.assertEqual(order.sale_order_id.amount_total, 37.59, order.error_message)
        gone = {"quantityFulfilled": 0, "quantityUnfulfilled": 0}
        gone = {**self.item(2, sku="SKU-2", quantity=0), "fulfillment": gone}
        proceeds = {"grandTotal": money("14.99")}
        self.amazon.update_order(order_id, orderItems=[first, gone], proceeds=proceeds)
        self.come_in()
        self.assertEqual(order.sale_order_id.amount_total, 14.99)
        self.assertFalse(order.sale_order_id.activity_ids)
        self.assertEqual(self.invoice(order), (14.99, 2.4))

    def test_a_report_without_promotions_is_corrected_by_the_order(self):
        """001-19: older accounts have no columns for them."""
        self.amazon.settings.report_without = {
            *("item-promotion-discount", "ship-promotion-discount"),
            *("item-promotion-id", "ship-promotion-id"),
        }
        self.place(self.lamp(discount=True), total="17.99")
        order = self.report()
        order = self.answered()
        self.assertEqual(order.sale_order_id.amount_total, 17.99, order.error_message)
        self.assertEqual(self.invoice(order), (17.99, 2.87))

    def test_promotions_in_rows_of_their_own_are_taken(self):
        """000-03: and another order of the report, too."""
        self.amazon.settings.report_promotion_rows = True
        self.place(self.lamp(discount=True), total="17.99")
        self.place(self.lamp(2), number=2, total="24.98")
        orders = self.report().sorted("remote_order_id")
        totals = orders.sale_order_id.mapped("amount_total")
        self.assertEqual(sorted(totals), [17.99, 24.98], orders.mapped("error_message"))
        self.assertEqual(self.invoice(orders[0]), (17.99, 2.87))

    # === MONEY THAT IS NOT THERE === #

    def test_a_report_without_prices_sells_nothing_for_nothing(self):
        """000-04: the order is held until Amazon tells them."""
        self.amazon.settings.report_without = {"currency", "item-price", "item-tax"}
        self.place(self.lamp(), total="24.98")
        order = self.report()
        self.assertEqual((order.state, order.error_code), ("error", "incomplete_order"))
        self.assertFalse(order.sale_order_id)
        self.answered()
        self.assertEqual(order.sale_order_id.amount_total, 24.98, order.error_message)

    def test_a_tax_that_amazon_does_not_tell_is_in_the_price(self):
        """000-27: sellers for whom Amazon computes no VAT; by list and by report."""
        self.place(self.item(1, row("ITEM", "19.99"), row("SHIPPING", "4.99")), total="24.98")
        for order in (self.report(), self.answered()):
            self.assertEqual(order.state, "error")
        self.assertEqual(order.error_code, "unknown_tax")
        rule = self.site.tax_rule_ids
        self.assertTrue(rule.is_unnamed)
        rule.tax_id = self.vat
        self.run_stages("import")
        self.assertEqual(order.state, "imported", order.error_message)
        self.assertEqual(self.invoice(order), (24.98, 3.99))

    def test_a_replacement_is_sent_for_nothing(self):
        """000-04: Amazon shows no money of it, and says whose place it takes."""
        original = {"orderId": "302-0000009-1234567", "associationType": "REPLACEMENT_ORIGINAL_ID"}
        self.place(self.item(1), associatedOrders=[original])
        self.place(self.item(2), number=2)
        replacement, other = self.come_in()
        self.assertEqual(replacement.state, "imported", replacement.error_message)
        self.assertEqual(replacement.sale_order_id.amount_total, 0)
        self.assertEqual(replacement.sale_order_id.picking_ids.move_ids.product_uom_qty, 1)
        self.assertEqual(other.error_code, "no_prices")

    # === WHERE IT WAS SOLD === #

    def test_a_marketplace_that_a_report_does_not_name_is_not_guessed(self):
        """000-04: the first of several is as good as any; Amazon tells it."""
        self.site.amazon_marketplace_ids |= self.env.ref("integrator_amazon.marketplace_fr")
        self.amazon.settings.report_without = {"sales-channel"}
        channel = {"channelName": "AMAZON", "marketplaceId": FRANCE, "marketplaceName": "Amazon.fr"}
        self.place(self.lamp(), total="24.98", salesChannel=channel)
        order = self.report()
        self.assertEqual(order.error_code, "incomplete_order")
        self.answered()
        self.assertEqual(order.channel_name, "Amazon.fr")
        self.assertEqual(order.state, "imported", order.error_message)

    def test_an_order_report_is_asked_to_name_the_marketplace(self):
        """000-04: so none has to wait for it."""
        self.site.amazon_marketplace_ids |= self.env.ref("integrator_amazon.marketplace_fr")
        channel = {"channelName": "AMAZON", "marketplaceId": FRANCE, "marketplaceName": "Amazon.fr"}
        self.place(self.lamp(), total="24.98", salesChannel=channel)
        for form in ("flat", "xml"):
            with self.subTest(form=form):
                self.env["integrator.order"].search([]).unlink()
                self.env["integrator.fetch.request"].search([]).unlink()
                self.assertEqual(self.report(form).channel_name, "Amazon.fr")

    # === ONE BAD THING === #

    def test_one_odd_field_stops_one_order(self):
        """000-20: the others of its page come in, and so does it once it is corrected."""
        fetch_request = {"latestDateTime": "soon"}
        fulfillment = {"fulfillmentStatus": "UNSHIPPED", "fulfilledBy": "MERCHANT"}
        odd = self.place(
            self.lamp(), total="24.98", fulfillment={**fulfillment, "shipByWindow": fetch_request}
        )
        gift = {"quantityFulfilled": 0, "quantityUnfulfilled": 1, "packing": {"giftOption": True}}
        self.place({**self.lamp(2), "fulfillment": gift}, number=2, total="24.98")
        self.place(self.lamp(3), number=3, total="24.98")
        orders = self.come_in()
        self.assertEqual(orders.mapped("state"), ["error", "imported", "imported"])
        self.assertIn("shipByWindow", orders[0].error_message)
        self.answered()
        self.assertEqual(len(self.amazon.calls("getOrder")), 1)
        self.amazon.update_order(odd, fulfillment={"shipByWindow": None})
        self.come_in(minutes=16)
        self.assertEqual(orders[0].state, "imported", orders[0].error_message)

    def test_a_message_that_is_none_stops_no_other(self):
        """000-13: it is reported, and so is one of an unknown kind."""
        self.site.write(
            {
                "amazon_queue_endpoint": self.amazon.url,
                "amazon_queue_key_id": "AKIA",
                "amazon_queue_secret": "hidden",
                "amazon_queue_url": self.amazon.queue_url,
            }
        )
        self.amazon.visibility_seconds = 3600
        self.addCleanup(setattr, self.amazon, "visibility_seconds", 0)
        self.amazon.send_message("no json")
        self.amazon.send_message(json.dumps({"Type": "SubscriptionConfirmation"}))
        self.amazon.notify(self.place(self.lamp(), total="24.98"))
        self.run_stages("fetch", "acknowledge", "extract")
        self.run_stages("fetch", "acknowledge", "extract", "import")
        document = self.env["integrator.document"].search([("kind", "=", "queue")])
        self.assertEqual((document.state, document.error_code), ("done", "part_unreadable"))
        self.assertIn("messages[0]", document.error_message)
        self.assertIn("messages[1]", document.error_message)
        order = self.env["integrator.order"].search([("site_id", "=", self.site.id)])
        self.assertEqual(order.state, "imported", order.error_message)
        self.assertFalse(self.amazon.queue_messages())

    # === LISTINGS === #

    def test_an_fba_order_of_a_report_is_never_taken_for_ours(self):
        """However the report spells its head; no quantity goes out."""
        self.list_products()
        self.env["integrator.listing"].search([]).unlink()
        stock = [{"fulfillment_channel_code": "AMAZON_EU"}]
        for sku in ("SKU-1", "SKU-2", "SKU-3"):
            listing = self.amazon.world.listings.get(self.amazon.seller.merchant_id, sku)
            listing.attributes["fulfillment_availability"] = stock
        self.site.amazon_listings_report = True
        self.env["integrator.drift.check"]._check_listings(self.site)
        fetch_requests = self.env["integrator.fetch.request"]
        fetch_requests.search([]).unlink()
        fetch_requests._open(self.site, "listing_report", date_from=fields.Datetime.now())
        for minutes in (0, 4, 8):
            with self.later(minutes=minutes):
                self.run_stages("fetch", "acknowledge", "extract")
        listings = self.env["integrator.listing"].search([("site_id", "=", self.site.id)])
        self.assertEqual(set(listings.mapped("channel")), {"site"})
        [created] = [one for one in self.amazon.reports() if "LISTINGS" in one["report_type"]]
        self.assertEqual(created["options"], {"preferredReportDocumentLocale": "en_US"})

    # === THE ACCOUNT === #

    def test_an_account_is_integrated_once(self):
        """A second site of it would import each order again."""
        with self.assertRaises(ValidationError) as refused:
            self._make_site(name="Again")
        self.assertIn("Amazon DE integrates this account", str(refused.exception))
        france = self.env.ref("integrator_amazon.marketplace_fr")
        other = self._make_site(name="France", amazon_marketplace_ids=france.ids)
        with self.assertRaises(ValidationError):
            other.amazon_marketplace_ids |= self.germany
        self.site.active = False
        other.amazon_marketplace_ids |= self.germany
        with self.assertRaises(ValidationError):
            self.site.active = True
        self.assertEqual(other.amazon_marketplace_ids.mapped("code"), [GERMANY, FRANCE])
