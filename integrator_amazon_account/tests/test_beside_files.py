# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import base64
import csv
import io
from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from odoo.addons.integrator_amazon.tests.catalogue_case import CatalogueCase

HEAD = "order,date,currency,total,shipping,name,street,zip,city,country,email,sku,title"
ORDER = "F-1,2026-11-20T10:00:00Z,EUR,30.00,,Ada,Way 1,12345,Town,DE,,SKU-1,Thing,3,30.00"


@tagged("post_install", "-at_install")
class TestAmazonBesideFiles(CatalogueCase):
    """A shop on Amazon and a site of files in one database sell the same product."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        folder = {"kind": "attachment", "company_id": cls.site.company_id.id}
        cls.inbox, cls.outbox = cls.env["integrator.impex.location"].create(
            [{"name": "In", **folder}, {"name": "Out", **folder}]
        )
        cls.files = cls.env["integrator.site"].create(
            {
                "name": "Files",
                "site_type": "files",
                "automatic": True,
                "stock_since": "2020-01-01 00:00:00",
                "unnamed_tax": "none",
                "files_in_location_id": cls.inbox.id,
                "files_out_location_id": cls.outbox.id,
                "product_domain": "[('default_code', '=', 'SKU-1')]",
            }
        )
        cls._forget_events()

    def file_rows(self, beginning):
        """The rows of the files of a kind that went out, oldest first."""
        found = self.outbox.file_ids.filtered(lambda file: file.name.startswith(beginning))
        texts = [
            base64.b64decode(file.with_context(bin_size=False).content).decode()
            for file in found.sorted("id")
        ]
        return [row for text in texts for row in csv.DictReader(io.StringIO(text))]

    def order_of_amazon(self):
        """Two pieces for 20.00."""
        created = fields.Datetime.now() - timedelta(hours=1)
        address = {"name": "Bob", "addressLine1": "Weg 1", "city": "Köln", "postalCode": "50667"}
        amount = {"amount": "20.00", "currencyCode": "EUR"}
        item = {
            "orderItemId": "90000000000001",
            "quantityOrdered": 2,
            "product": {"asin": "B000000001", "sellerSku": "SKU-1", "title": "Thing 1"},
            "proceeds": {"breakdowns": [{"type": "ITEM", "subtotal": amount}]},
        }
        order = {
            "orderId": "302-0000001-1234567",
            "createdTime": created.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "orderItems": [item],
            "buyer": {"buyerName": "Bob", "buyerEmail": "bob@marketplace.amazon.de"},
            "recipient": {"deliveryAddress": {**address, "countryCode": "DE"}},
        }
        return self.amazon.add_order(order)

    def order_of_files(self):
        """Three pieces for 30.00."""
        content = base64.b64encode(f"{HEAD},quantity,amount\n{ORDER}\n".encode())
        values = {"location_id": self.inbox.id, "name": "orders.csv", "content": content}
        self.env["integrator.impex.file"].create(values)
        return "F-1"

    def come_in(self):
        self.run_stages("fetch", "acknowledge", "extract", "import")

    def go_out(self):
        self.push()
        self.run_stages("plan_orders", "send", "send")
        self.env.invalidate_all()

    def test_one_product_two_sites(self):
        """001-37: orders of both take from one stock; stock and price go to both, and what became
        of an order goes to its own site only."""
        self.publish()
        there, by_file = self.order_of_amazon(), self.order_of_files()
        self.come_in()
        sales = self.env["sale.order"].search(
            [("integrator_site_id", "in", [self.site.id, self.files.id])]
        )
        found = {
            sale.integrator_site_id: (sale.integrator_order_ref, sale.amount_total)
            for sale in sales
        }
        self.assertEqual(found, {self.site: (there, 20.0), self.files: (by_file, 30.0)})
        self.assertEqual(sales.order_line.product_id & self.product, self.product)
        self.product.list_price = 12.5
        self.go_out()
        # 100 in stock, two are promised to one buyer and three to the other
        self.assertEqual(self.stock_shown()["quantity"], 95)
        self.assertEqual(self.file_rows("stock")[-1]["quantity"], "95")
        self.assertEqual(self.price_of(self.offer()["our_price"]), 12.5)
        self.assertEqual(self.file_rows("prices")[-1]["price"], "12.50")
        self.deliver(sales.filtered(lambda one: one.integrator_site_id == self.files))
        self.go_out()
        self.assertEqual(
            [(row["order"], row["status"]) for row in self.file_rows("orders")],
            [("F-1", "accepted"), ("F-1", "shipped")],
        )
        self.assertFalse(self.amazon.shipments(there))
        self.deliver(sales.filtered(lambda one: one.integrator_site_id == self.site))
        self.go_out()
        self.assertEqual(len(self.amazon.shipments(there)), 1)
        self.assertEqual(len(self.file_rows("orders")), 2)
        failed = self.env["integrator.task"].search([("state", "=", "error")])
        self.assertFalse(failed.mapped("error_message"))

    def test_the_nightly_cleaner_finds_every_model_ready(self):
        """000-10: with all addons beside each other; Odoo writes an error and goes on."""
        cleaner = "odoo.addons.base.models.ir_autovacuum"
        with self.running() as env, self.assertNoLogs(cleaner, "ERROR"):
            env.ref("base.autovacuum_job").method_direct_trigger()
