# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json
from io import BytesIO
from pathlib import Path

from odoo import fields
from odoo.tests import tagged

from odoo.addons.integrator.neutral import Page

from ..api.parsers.table import detect_charset
from .common import GERMANY, AmazonCommon

FOLDER = Path(__file__).parent / "documents"
#: The charsets in which Amazon writes those that are not of UTF-8.
CHARSETS = {
    "promotion_rows.txt": "cp1252",
    "listings_uk_spelling.txt": "cp1252",
    "listings_japan.txt": "cp932",
    "free_shipping.txt": "iso-8859-1",
}
JAPAN = "A1VC38T7YXB528"


@tagged("post_install", "-at_install")
class TestDocuments(AmazonCommon):
    """Documents of real sellers (personal details replaced) go through the stages to the expected
    result (000-03, 000-04)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.site.write({"unnamed_tax": "ask", "stock_since": "2026-11-01 00:00:00"})
        skus = ("PROMO-1", "A1", "B1A", "B1B", "B3", "HIST", "K01E-GW")
        cls.env["product.product"].create(
            [
                {
                    "name": sku,
                    "default_code": sku,
                    "is_storable": True,
                    "invoice_policy": "order",
                    "taxes_id": False,
                }
                for sku in skus
            ]
        )

    def written(self, name):
        """The bytes of a document as Amazon writes them."""
        text = (FOLDER / name).read_text("utf-8")
        text = text.replace("\n", "\r\n") if name.endswith(".txt") else text
        return text.encode(CHARSETS.get(name, "utf-8"))

    def take(self, name, kind="changes", site=None, content=None, **headers):
        """Take a document as if it had been fetched, and import what is in it.

        :return: the orders of it
        """
        if content is None:
            content = self.written(name)
        page = Page(
            content=content,
            charset="utf-8" if name.endswith(".json") else detect_charset(BytesIO(content)),
            headers=headers,
            received_at=fields.Datetime.now(),
        )
        documents = self.env["integrator.document"]
        number = documents.search_count([])
        # there is nothing at Amazon to put away
        document = documents._keep(
            site or self.site, f"{name}/{number}", page, kind=kind, stage="extract"
        )
        self.run_stages("extract", "import")
        self.assertEqual(document.state, "done", document.error_message)
        self.assertFalse(document.error_code, document.error_message)
        return document.order_ids.sorted("remote_order_id")

    def sold(self, order):
        self.assertEqual(order.state, "imported", order.error_message)
        return order.sale_order_id

    def invoice(self, order):
        """Total and tax of the posted invoice of an order."""
        invoice = self.sold(order)._create_invoices()
        invoice.action_post()
        return invoice.amount_total, invoice.amount_tax

    # === MONEY === #

    def test_promotions_in_rows_of_their_own(self):
        """000-03: none of the report's orders is lost."""
        orders = self.take("promotion_rows.txt", "report")
        self.assertEqual([self.invoice(one) for one in orders], [(17.99, 2.87), (24.98, 3.99)])

    def test_a_report_without_taxes(self):
        """000-27: asked once, then taken out of the price."""
        order = self.take("no_tax.json")
        self.assertEqual((order.state, order.error_code), ("error", "unknown_tax"))
        self.site.tax_rule_ids.tax_id = self.vat
        self.run_stages("import")
        self.assertEqual(self.invoice(order), (24.98, 3.99))

    def test_one_of_two_lines_cancelled(self):
        """001-22: with its shipping and its discount."""
        order = self.take("two_lines.json")
        self.assertEqual(self.sold(order).amount_total, 37.59)
        self.take("line_cancelled.json")
        self.assertEqual(self.invoice(order), (14.99, 2.4))
        self.assertFalse(order.sale_order_id.activity_ids)

    def test_a_table_without_prices(self):
        """000-04: nothing is sold for nothing."""
        order = self.take("without_prices.txt", "report")
        self.assertEqual((order.state, order.error_code), ("error", "incomplete_order"))
        self.assertFalse(order.sale_order_id)

    def test_a_replacement_without_money(self):
        """000-04: it is sent for nothing."""
        sale_order = self.sold(self.take("replacement.json"))
        self.assertEqual(sale_order.amount_total, 0)
        self.assertEqual(sale_order.picking_ids.move_ids.product_uom_qty, 1)

    def test_free_shipping_in_gross_amounts(self):
        """000-03: the discount holds tax, too; and the letters are those of the file."""
        order = self.take("free_shipping.txt", "report")
        self.assertEqual(self.invoice(order), (42.98, 6.86))
        self.assertEqual(order.sale_order_id.partner_shipping_id.street, "Größe 1")

    # === PEOPLE === #

    def test_an_address_of_japan_has_no_city(self):
        """000-04: it is complete all the same."""
        japan = self.env["integrator.amazon.marketplace"].search([("code", "=", JAPAN)])
        site = self._make_site(name="Japan", amazon_marketplace_ids=japan.ids, tax_mode="lines")
        sale_order = self.sold(self.take("japan_no_city.json", site=site))
        self.assertEqual((sale_order.amount_total, sale_order.currency_id.name), (24732, "JPY"))
        self.assertFalse(sale_order.integrator_hold)
        place = sale_order.partner_shipping_id
        self.assertEqual((place.city or "", place.zip), ("", "120-0026"))

    def test_a_buyer_who_is_named_later(self):
        """000-04: on the order and on the invoice."""
        order = self.take("withheld.json")
        sale_order = self.sold(order)
        self.assertTrue(sale_order.integrator_hold)
        self.take("given.json")
        self.assertFalse(sale_order.integrator_hold)
        invoiced = sale_order.partner_invoice_id
        self.assertEqual((invoiced.name, invoiced.street), ("Real Name", "Echtweg 9"))

    def test_a_buyer_who_has_moved(self):
        """000-04: each invoice has the address of its order."""
        orders = self.take("buyer_moved.json")
        sold = [self.sold(one) for one in orders]
        self.assertEqual(sold[0].partner_id, sold[1].partner_id)
        streets = [one.partner_invoice_id.street for one in sold]
        self.assertEqual(streets, ["Altweg 1", "Neuweg 2"])

    # === GOODS === #

    def test_two_rows_of_one_sku_in_a_return(self):
        """Two pieces, however often the report comes."""
        for _day in range(4):
            self.take("return_two_rows.txt", "return")
        one = self.env["integrator.return"].search([("site_id", "=", self.site.id)])
        self.assertEqual(one.line_ids.mapped("quantity"), [1, 1])

    def test_an_order_shipped_before_the_integration(self):
        """001-33: no delivery, no question, nothing reserved."""
        for order in self.take("history.json"):
            sale_order = self.sold(order)
            self.assertEqual(sale_order.amount_total, 10)
            self.assertFalse(sale_order.picking_ids or sale_order.activity_ids)

    # === LISTINGS === #

    def test_the_shipper_by_a_report_of_listings(self):
        """FBA orders are never ours, in any spelling or language."""
        self.take("listings_uk_spelling.txt", "listing_report", marketplace=GERMANY)
        self.take("listings_japan.txt", "listing_report", marketplace=GERMANY)
        asked = self.env["integrator.sku.match"].search([("site_id", "=", self.site.id)])
        found = {one.sku: (one.channel, one.title) for one in asked}
        title = "バルミューダ 電気ケトル BALMUDA The Pot K02A-BK（ブラック）"
        self.assertEqual(
            found,
            {"FBA-SKU-1": ("site", "Lampe mit Größe"), "K02A-BK": ("merchant", title)},
        )

    def test_a_listing_named_through_eventbridge(self):
        """000-13: taken out of its envelope."""
        listing = self.env["integrator.listing"].create(
            {"site_id": self.site.id, "marketplace_code": GERMANY, "sku": "FBM-SKU-1"}
        )
        body = self.written("eventbridge.json").decode()
        message = {"messageId": "1", "receiptHandle": "1", "body": body}
        self.take("queue.json", "queue", content=json.dumps({"messages": [message]}).encode())
        self.assertTrue(listing.drift_check_requested)
