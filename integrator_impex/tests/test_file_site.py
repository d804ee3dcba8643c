# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import csv
import io
import re
from datetime import timedelta
from pathlib import Path

from lxml import etree

from odoo import fields
from odoo.tests import Form, tagged

from .order_case import OrderCase

DOCS = Path(__file__).resolve().parents[2] / "docs"

ORDERS = """\
order,date,currency,total,shipping,name,street,zip,city,country,email,sku,title,quantity,amount
F-1,2026-11-20T10:00:00Z,USD,29.90,4.90,Ada,Way 1,12345,Town,DE,ada@example.com,SKU-1,Thing,2,20.00
F-1,,,,,,,,,,,SKU-2,Other,1,5.00
F-2,2026-11-20T11:00:00Z,USD,5.00,,Bob,Way 2,12345,Town,DE,,SKU-2,Other,1,5.00
"""

XML = """\
<orders><order id="F-3"><date>2026-11-20T10:00:00</date><currency>USD</currency><name>Cy</name>
<street>Way 3</street><zip>1</zip><city>Town</city><country>DE</country>
<lines><line><sku>SKU-1</sku><quantity>1</quantity><amount>10.00</amount></line></lines>
</order></orders>
"""

INBOUND = ("fetch", "acknowledge", "extract", "import")
OUTBOUND = ("plan_orders", "plan_products", "send", "send")


@tagged("post_install", "-at_install")
class TestFileSite(OrderCase):
    """A site of files imports orders and sends stock, prices and updates of orders, by the same
    contract as any other site."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.site.write(
            {
                "files_in_location_id": cls.inbox.id,
                "files_out_location_id": cls.outbox.id,
                "product_domain": "[('default_code', '=like', 'SKU-%')]",
                "stock_since": "2026-01-01 00:00:00",
                "tracking_delay": 0,
                "unnamed_tax": "none",
            }
        )
        cls._forget_events()

    def orders(self):
        self.env.invalidate_all()
        return self.env["sale.order"].search([("integrator_site_id", "=", self.site.id)])

    def rows(self, beginning):
        """The rows of the newest file of a kind."""
        found = self.outbox.file_ids.filtered(lambda file: file.name.startswith(beginning))
        name = found.sorted("id")[-1].name
        return list(csv.DictReader(io.StringIO(self.content(name))))

    def test_orders_come_in_once(self):
        """001-37: CSV and XML, to the cent; the file is put away, and the same order in another
        file makes no second one."""
        self.put("orders-1.csv", ORDERS)
        self.put("orders-2.xml", XML)
        self.put("other.csv", "not ours")
        self.run_stages(*INBOUND)
        found = {order.integrator_order_ref: order.amount_total for order in self.orders()}
        self.assertEqual(found, {"F-1": 29.9, "F-2": 5.0, "F-3": 10.0})
        self.assertEqual(self.files(self.inbox), ["other.csv"])
        self.put("orders-3.csv", ORDERS)
        self.run_stages(*INBOUND)
        self.assertEqual(len(self.orders()), 3)

    def test_the_example_of_the_documentation(self):
        """001-37: what docs/order-exports.md shows is an order."""
        text = (DOCS / "order-exports.md").read_text()
        self.put("orders.csv", re.search(r"```\n(order,.*?)```", text, re.DOTALL)[1])
        self.run_stages(*INBOUND)
        order = self.env["integrator.order"].search([("site_id", "=", self.site.id)])
        self.assertEqual((order.remote_order_id, order.amount_total), ("F-1", 29.9))

    def test_a_broken_file_takes_nothing_over_and_says_why(self):
        """001-37: all or nothing, and the site has the same alerts as any other."""
        self.put("orders-1.csv", ORDERS.replace("SKU-2,Other,1,5.00\n", "SKU-2,Other,x,5.00\n"))
        self.run_stages(*INBOUND)
        self.assertFalse(self.orders())
        [alert] = self.alerts(stage="extract")
        self.assertIn("orders-1.csv", alert.message)

    def test_the_tax_in_the_prices_is_asked_about_once(self):
        """000-27, 001-37: a file does not say which it is, and no invoice goes without it."""
        self.site.unnamed_tax = "ask"
        self.put("orders-1.csv", ORDERS)
        self.run_stages(*INBOUND)
        self.assertFalse(self.orders())
        [rule] = self.site.tax_rule_ids
        self.assertEqual((rule.is_unnamed, rule.country_id.code), (True, "DE"))
        rule.tax_id = self.env["account.tax"].create(
            {"name": "VAT 15", "amount": 15, "company_id": self.site.company_id.id}
        )
        self.run_stages("import")
        found = {one.integrator_order_ref: one.amount_tax for one in self.orders()}
        # 20.00, 4.90 and 5.00 hold 2.61, 0.64 and 0.65
        self.assertEqual(found, {"F-1": 3.9, "F-2": 0.65})

    def test_products_without_a_quantity_or_price_are_not_sent(self):
        """000-04: no quantity of what is not counted, no price of nothing, and no foreign price
        without a rate; other products are sent."""
        self.product.write({"is_storable": False, "list_price": 0})
        self.other.list_price = 6
        self.run_stages(*OUTBOUND)
        for beginning in ("prices", "stock"):
            self.assertEqual({row["sku"] for row in self.rows(beginning)}, {"SKU-2"})
        failed = self.tasks(state="error")
        self.assertEqual(failed.mapped("error_code"), ["files_no_price"])
        foreign = self.env.ref("base.CHF")
        foreign.rate_ids.unlink()
        foreign.active = True
        self.site.pricelist_id = self.env["product.pricelist"].create(
            {"name": "Swiss", "currency_id": foreign.id}
        )
        before = [name for name in self.files() if name.startswith("prices")]
        self.other.list_price = 7
        self.run_stages(*OUTBOUND)
        self.assertEqual([name for name in self.files() if name.startswith("prices")], before)
        self.assertIn("CHF", "".join(self.tasks(state="error").mapped("error_message")))
        # one in another currency is compared with none
        self.env["res.currency.rate"].create({"currency_id": foreign.id, "rate": 20})
        self.tasks(state="error").with_user(self.operator).action_retry()
        self.run_stages(*OUTBOUND)
        self.assertEqual(
            list(self.rows("prices")), [{"sku": "SKU-2", "price": "140.00", "currency": "CHF"}]
        )

    def send_stock(self, *products):
        """Send stock and price of products that are as good as changed.

        :return: dict SKU -> pieces, of a stock file that was written by it
        """
        before = set(self.files())
        for product in products:
            self.env["product.integration"]._record_change(product, "list_price")
        self.run_stages(*OUTBOUND)
        new = sorted(name for name in set(self.files()) - before if name.startswith("stock"))
        rows = [row for name in new for row in csv.DictReader(io.StringIO(self.content(name)))]
        return {row["sku"]: row["quantity"] for row in rows}

    def test_a_product_that_is_no_longer_offered_has_quantity_zero(self):
        """001-37: archived, deleted, outside of the rule or under another SKU, each is sent as sold
        out, once; offered again, its pieces are sent."""
        third, fourth = self.env["product.product"].create(
            [
                {"name": "Third", "default_code": "SKU-3", "list_price": 3, "is_storable": True},
                {"name": "Fourth", "default_code": "SKU-4", "list_price": 4},
            ]
        )
        sent = self.send_stock(self.product, self.other, third, fourth)
        self.assertEqual(sent, {"SKU-1": "100", "SKU-2": "100", "SKU-3": "0"})
        self.product.action_archive()
        self.other.default_code = "SKU-9"
        third.unlink()
        fourth.default_code = "OTHER"
        self.assertEqual(
            self.send_stock(), {"SKU-1": "0", "SKU-2": "0", "SKU-9": "100", "SKU-4": "0"}
        )
        prices = {row["sku"] for row in self.rows("prices")}
        self.assertEqual(prices, {"SKU-9"})
        shown = self.shown_offers()
        self.assertEqual(
            {sku: one.reason.partition(".")[0] for sku, one in shown.items()},
            {
                "SKU-1": "The product is archived",
                "SKU-2": "The product has the SKU “SKU-9” now",
                "SKU-3": "The product was deleted",
                "SKU-4": "The product has the SKU “OTHER” now",
                "SKU-9": "",
            },
        )
        self.assertEqual(self.send_stock(self.product, self.other, fourth), {"SKU-9": "100"})
        self.product.action_unarchive()
        self.assertEqual(self.send_stock(), {"SKU-1": "100"})
        offer = self.shown_offers()["SKU-1"]
        self.assertEqual((offer.quantity, offer.quantity_next, offer.reason), ("100", "100", ""))
        self.assertTrue(offer.quantity_at and offer.price_at)
        self.assertEqual(offer.action_open_product()["res_id"], self.product.id)
        self.assertTrue(offer.update_count and offer.action_open_updates()["domain"])
        # the SKU goes to another product, and that goes
        (self.product | self.other).action_archive()
        fourth.write({"default_code": "SKU-1", "is_storable": True})
        self.assertEqual(self.send_stock(), {"SKU-1": "0", "SKU-9": "0"})
        self.env["stock.quant"]._update_available_quantity(
            fourth, self.site.warehouse_id.lot_stock_id, 4
        )
        self.assertEqual(self.send_stock(fourth), {"SKU-1": "4"})
        fourth.action_archive()
        self.assertEqual(self.send_stock(), {"SKU-1": "0"})
        self.assertFalse(self.tasks(state="error"))

    def shown_offers(self):
        """Return what the operator sees of each SKU."""
        self.env.invalidate_all()
        offers = self.env["integrator.file.offer"].with_user(self.operator)
        return {one.sku: one for one in offers.search([("site_id", "=", self.site.id)])}

    def test_an_untracked_product_that_is_offered_again_is_asked_about(self):
        """001-37: it was sent as sold out when it was taken off; offered again a person is asked
        for its pieces, and not each time once he has decided."""
        self.product.is_storable = False
        self.assertNotIn("SKU-1", self.send_stock(self.product))
        self.product.action_archive()
        self.assertEqual(self.send_stock(), {"SKU-1": "0"})
        self.product.action_unarchive()
        self.assertEqual(self.send_stock(), {})
        [failed] = self.tasks(state="error")
        self.assertEqual(failed.error_code, "files_count_ended")
        self.assertIn("0 pieces", failed.error_message)
        offer = self.shown_offers()["SKU-1"]
        self.assertTrue(offer.is_offered)
        self.assertIn("does not count this product", offer.reason)
        self.site.with_user(self.manager).files_uncounted = 99
        self.assertEqual(self.compare(), {"SKU-1": "99"})
        self.assertFalse(self.tasks(state="error"))
        self.site.with_user(self.manager).files_uncounted = 0
        self.assertEqual(self.send_stock(self.product), {})
        [failed] = self.tasks(state="error")
        self.assertIn("99 pieces", failed.error_message)
        failed._give_up()
        self.assertEqual(self.send_stock(self.product), {})
        self.assertFalse(self.tasks(state="error"))

    def test_stock_that_is_counted_no_more(self):
        """001-37: what the channel was last sent would stay there for ever."""
        self.site.stock_buffer = 101
        self.assertEqual(self.send_stock(self.product), {"SKU-1": "0"})
        self.site.stock_buffer = 0
        self.assertEqual(self.send_stock(self.product), {"SKU-1": "100"})
        self.product.is_storable = False
        self.assertEqual(self.send_stock(self.product), {})
        self.assertEqual(self.tasks(state="error").mapped("error_code"), ["files_count_ended"])

    def test_a_sku_gone_on_both_sides_is_forgotten(self):
        """001-37: after some time, and not what an archived product still has, or what may still
        be sold there."""
        third, fourth = self.env["product.product"].create(
            [
                {"name": "Third", "default_code": "SKU-3", "is_storable": True},
                {"name": "Fourth", "default_code": "SKU-4", "is_storable": True},
            ]
        )
        self.send_stock(self.product, self.other, third, fourth)
        self.product.action_archive()
        self.other.default_code = "SKU-9"
        third.unlink()
        self.send_stock()
        offers = self.env["integrator.file.offer"]
        # as where the file never left
        offers._expect(self.site, {"SKU-7": "product.product,0"})
        self.assertEqual(
            offers.search([("site_id", "=", self.site.id)]).mapped("sku"),
            ["SKU-1", "SKU-2", "SKU-3", "SKU-4", "SKU-7", "SKU-9"],
        )
        offers._gc_retained()
        self.assertEqual(offers.search_count([("site_id", "=", self.site.id)]), 6)
        long_ago = fields.Datetime.now() - timedelta(days=91)
        self.env.flush_all()
        self.env.cr.execute("UPDATE integrator_file_offer SET write_date = %s", [long_ago])
        self.env.invalidate_all()
        offers._gc_retained()
        self.assertEqual(
            offers.search([("site_id", "=", self.site.id)]).mapped("sku"),
            ["SKU-1", "SKU-4", "SKU-9"],
        )

    def test_names_of_files_sort_as_they_were_written(self):
        """001-37: also those of one second."""
        self.send_stock(self.product)
        self.send_stock(self.other)
        names = [file.name for file in self.outbox.file_ids.sorted("id")]
        stock = [name for name in names if name.startswith("stock")]
        self.assertGreaterEqual(len(stock), 2)
        for name in stock:
            self.assertRegex(name, r"^stock-\d{8}-\d{6}-\d{10}\.csv$")
        self.assertEqual(sorted(stock), stock)

    def test_one_sku_of_two_products_is_refused(self):
        """001-37: neither is sent, and each says why; with SKUs of their own both are,
        after a person's “Try again” or the next comparison."""
        self.assertEqual(self.send_stock(self.product)["SKU-1"], "100")
        self.other.default_code = "SKU-1"
        self.assertEqual(self.send_stock(self.product), {})
        failed = self.tasks(state="error")
        self.assertEqual(set(failed.mapped("error_code")), {"files_sku_doubled"})
        targets = {f"product.product,{product.id}" for product in self.product | self.other}
        self.assertEqual(set(failed.mapped("target_ref")), targets)
        self.assertIn("Thing", failed[0].error_message)
        self.other.default_code = "SKU-2"
        failed[0].with_user(self.operator).action_retry()
        self.assertEqual(self.compare(), {"SKU-1": "100", "SKU-2": "100"})
        self.assertFalse(self.tasks(state="error"))

    def compare(self):
        """Compare what was sent with Odoo, as the scheduled action does when it is time.

        :return: as `tell`
        """
        self.env["integrator.reconcile"].search([]).unlink()
        self.run_stages("reconcile")
        return self.send_stock()

    def test_changes_without_an_event_are_sent(self):
        """001-37, 004-26: a price, a SKU and a rule that changed by SQL or by the channel, once."""
        self.send_stock(self.product, self.other)
        self.assertEqual((self.compare(), self.rows("prices")[0]["price"]), ({}, "10.00"))
        self.env.cr.execute(
            "UPDATE product_template SET list_price = 12 WHERE id = %s",
            [self.product.product_tmpl_id.id],
        )
        self.env.invalidate_all()
        self.assertEqual(self.compare(), {})
        self.assertEqual([row["price"] for row in self.rows("prices")], ["12.00"])
        self.env.cr.execute(
            "UPDATE stock_quant SET quantity = 7 WHERE product_id = %s AND quantity > 0",
            [self.product.id],
        )
        self.env.invalidate_all()
        self.assertEqual(self.compare(), {"SKU-1": "7"})
        self.site.product_domain = "[('default_code', '=', 'SKU-1')]"
        self.assertEqual(self.compare(), {"SKU-2": "0"})
        self.assertEqual(self.compare(), {})
        third = self.env["product.product"].create({"name": "Third", "is_storable": True})
        self.assertEqual(self.send_stock(), {})
        self.env.cr.execute(
            "UPDATE product_product SET default_code = %s, active = id = %s WHERE id IN %s",
            ["SKU-1", third.id, (third.id, self.product.id)],
        )
        self.env.invalidate_all()
        self.assertEqual(self.compare(), {"SKU-1": "0"})
        self.assertFalse(self.tasks(state="error"))

    def test_a_corrected_price_is_sent(self):
        """001-37: by the next comparison; where a person gave it up, the stock is as it was."""
        self.send_stock(self.product, self.other)
        self.product.list_price = self.other.list_price = 0
        self.send_stock()
        failed = self.tasks(state="error")
        self.assertEqual(failed.mapped("error_code"), ["files_no_price"] * 2)
        failed[1]._give_up()
        self.assertEqual(self.compare(), {})
        self.env.cr.execute("UPDATE product_template SET list_price = 6 WHERE list_price = 0")
        self.env.invalidate_all()
        self.assertEqual(self.compare(), {})
        self.assertEqual([row["price"] for row in self.rows("prices")], ["6.00", "6.00"])
        self.assertFalse(self.tasks(state="error"))
        # what was in the way of the file is over when a person says so
        self.outbox.kind = "folder"
        self.product.list_price = 7
        self.send_stock()
        failed = self.tasks(state="error")
        self.assertEqual(set(failed.mapped("error_code")), {"place_root"})
        self.outbox.kind = "attachment"
        self.assertEqual((self.compare(), self.tasks(state="error")), ({}, failed))

    def stocked(self, count):
        """Products of which there are 10 pieces each, by SKU from SKU-M0 on."""
        products = self.env["product.product"].create(
            [
                {"name": f"Many {number}", "default_code": f"SKU-M{number}", "list_price": 10,
                 "is_storable": True}
                for number in range(count)
            ]
        )  # fmt: skip
        self.move(products, 10)
        return products

    def move(self, products, pieces):
        for product in products:
            self.env["stock.quant"]._update_available_quantity(
                product, self.site.warehouse_id.lot_stock_id, pieces
            )

    def held(self):
        """The open approvals, as an operator sees them."""
        approvals = self.env["integrator.approval"].search([("state", "=", "open")])
        return approvals.with_user(self.operator)

    def set_price(self, price):
        self.env.cr.execute(
            "UPDATE product_template SET list_price = %s WHERE id = %s",
            [price, self.product.product_tmpl_id.id],
        )
        self.env.invalidate_all()

    def test_a_massive_change_waits_for_a_person(self):
        """001-08, 001-37: prices that move tenfold and stock that is gone at once, by the limits of
        the channel; what is rejected is not sent for being different, until it is another."""
        many = self.stocked(6)
        self.assertEqual(len(self.send_stock(self.product, self.other, *many)), 8)
        self.product.list_price, self.other.list_price = 100, 6
        self.send_stock()
        self.assertEqual([row["sku"] for row in self.rows("prices")], ["SKU-2"])
        held = self.held()
        self.assertEqual((held.rule, held.old_value, held.new_value), ("price", "10.00", "100.00"))
        self.compare()
        self.assertEqual(self.held(), held)
        many.action_archive()
        self.move(self.product, -100)
        self.assertEqual(self.send_stock(self.other, self.product), {"SKU-2": "100"})
        held = self.held()
        self.assertEqual(sorted(held.mapped("rule")), ["price", *["zero"] * 7])
        held.sudo()._reject()
        self.assertEqual((self.compare(), self.held().ids), ({}, []))
        self.set_price(12)
        self.assertEqual((self.compare(), self.held().ids), ({}, []))
        self.assertEqual([row["price"] for row in self.rows("prices")], ["12.00"])
        self.assertEqual((self.compare(), self.held().ids), ({}, []))
        self.set_price(100)
        self.compare()
        self.assertEqual(self.held().mapped("rule"), ["price"])

    def test_zero_quantities_within_a_day_are_counted_once(self):
        """001-08, 001-37: not what never had any, what has some again, or what a person approved;
        and a product that has another SKU by now is one."""
        many, never = (
            self.stocked(6),
            self.env["product.product"].create(
                [
                    {"name": "Never", "default_code": f"SKU-N{number}", "is_storable": True}
                    for number in range(4)
                ]
            ),
        )
        self.send_stock(self.product, self.other, *many, *never)
        gone, back, archived, renamed = many[:2], many[2], many[2:5], many[5]
        self.move(gone | back, -10)
        self.assertEqual(set(self.send_stock(*gone, back).values()), {"0"})
        self.assertEqual(set(self.send_stock(*gone).values()), {"0"})
        self.move(back, 10)
        self.send_stock(back)
        archived.action_archive()
        self.move(renamed, -10)
        renamed.default_code = "SKU-9"
        self.assertEqual(self.send_stock(self.other), {"SKU-2": "100"})
        held = self.held()
        self.assertEqual((set(held.mapped("rule")), len(held)), ({"zero"}, 4))
        self.assertIn("6 of 8 live", held[0].reason)
        held.sudo()._approve()
        self.assertEqual(set(self.send_stock().values()), {"0"})
        (self.product | self.other).action_archive()
        self.assertEqual(self.send_stock(), {"SKU-1": "0", "SKU-2": "0"})

    def test_states_of_an_order_are_sent(self):
        """001-37: accepted, shipped with its parcel, and the stock that is left."""
        self.put("orders-1.csv", ORDERS)
        self.run_stages(*INBOUND)
        order = self.orders().filtered(lambda one: one.integrator_order_ref == "F-1")
        self.run_stages(*OUTBOUND)
        accepted = {(row["order"], row["status"]) for row in self.rows("orders")}
        self.assertEqual(accepted, {("F-1", "accepted"), ("F-2", "accepted")})
        stock = {row["sku"]: row["quantity"] for row in self.rows("stock")}
        self.assertEqual(stock, {"SKU-1": "98", "SKU-2": "98"})
        picking = order.picking_ids
        picking.carrier_tracking_ref = "T-1"
        for move in picking.move_ids:
            move.write({"quantity": move.product_uom_qty, "picked": True})
        picking.button_validate()
        self.run_stages(*OUTBOUND)
        shipped = [
            (row["order"], row["status"], row["tracking"], row["sku"], row["quantity"])
            for row in self.rows("orders")
        ]
        self.assertEqual(
            shipped,
            [("F-1", "shipped", "T-1", "SKU-1", "2"), ("F-1", "shipped", "T-1", "SKU-2", "1")],
        )
        self.assertFalse(self.tasks(state="error"))

    def test_fewer_pieces_are_not_sent_as_a_cancelled_order(self):
        """001-22: files speak of whole orders, and this one goes on."""
        self.put("orders-1.csv", ORDERS)
        self.run_stages(*INBOUND, *OUTBOUND)
        order = self.orders().filtered(lambda one: one.integrator_order_ref == "F-1")
        line = order.order_line.filtered(lambda one: one.product_uom_qty == 2)
        line.product_uom_qty = 1
        self.run_stages(*OUTBOUND)
        self.assertEqual({row["status"] for row in self.rows("orders")}, {"accepted"})
        self.assertFalse(self.tasks(kind="cancellation"))

    def test_personal_data_ends_on_exports_too(self):
        """001-37: what waits to leave is emptied with the order."""
        self.make_exporter(kind="json", location_id=False)
        self.put("orders-1.csv", ORDERS)
        self.run_stages(*INBOUND)
        self.export()
        order = self.orders().filtered(lambda one: one.integrator_order_ref == "F-1")
        export = self.exports(order)
        self.assertIn("Ada", export._raw().decode())
        self.env["integrator.masking"]._erase_now(order.sudo().integrator_order_ids)
        self.assertFalse(self.exports(order).content)

    def test_a_changed_price_goes_out_as_xml(self):
        """001-37: by the format of the site."""
        self.site.files_out_format = "xml"
        self.product.list_price = 12.5
        self.run_stages(*OUTBOUND)
        name = next(name for name in self.files() if name.startswith("prices"))
        root = etree.fromstring(self.content(name).encode())
        rows = [[cell.text for cell in row] for row in root]
        self.assertEqual(rows, [["SKU-1", "12.50", self.site.company_id.currency_id.name]])

    def test_prices_leave_with_or_without_tax(self):
        """001-37: as the marketplace of the channel says, from its pricelist."""
        self.product.taxes_id, self.other.taxes_id = self.env["account.tax"].create(
            [
                {"name": "On top", "amount": 19, "price_include_override": "tax_excluded"},
                {"name": "Within", "amount": 19, "price_include_override": "tax_included"},
            ]
        )
        place = self.site.marketplace_ids
        self.assertEqual((place.code, place.offer_tax), ("", "same"))
        found = {}
        for wanted in ("same", "included", "excluded"):
            place.with_user(self.manager).offer_tax = wanted
            self.send_stock(self.product, self.other)
            found[wanted] = {row["sku"]: row["price"] for row in self.rows("prices")}
        self.assertEqual(
            found,
            {
                "same": {"SKU-1": "10.00", "SKU-2": "5.00"},
                "included": {"SKU-1": "11.90", "SKU-2": "5.00"},
                "excluded": {"SKU-1": "10.00", "SKU-2": "4.20"},
            },
        )
        place.offer_tax = "same"
        rule = {"compute_price": "percentage", "percent_price": 50}
        self.other.list_price = 5.35
        place.offer_pricelist_id = self.env["product.pricelist"].create(
            {"name": "Half", "item_ids": [(0, 0, rule)]}
        )
        self.send_stock(self.product, self.other)
        self.assertEqual([row["price"] for row in self.rows("prices")], ["5.00", "2.68"])

    def test_a_worker_that_dies_after_writing_writes_no_second_file(self):
        """001-37: the submission is written again under the same name."""
        self.product.list_price = 13.0
        self.run_stages("plan_products", "send")
        before = self.files()
        submission = self.env["integrator.submission"].search([("site_id", "=", self.site.id)])
        adapter = self.site._adapter()
        again = adapter._submit(submission.filtered(lambda one: "prices" in one.ticket)[:1])
        self.assertEqual(self.files(), before)
        self.assertIn(again.ticket, before)

    def test_the_connection_is_tested_in_words(self):
        """001-37: as an operator, and what is missing is named."""
        self.put("orders-1.csv", ORDERS)
        self.site.with_user(self.operator).action_test_connection()
        self.assertEqual(self.site.connection_state, "ok")
        self.assertIn("1 files", self.site.connection_message)
        self.site.write({"files_in_location_id": False, "files_out_location_id": False})
        self.site.with_user(self.operator).action_test_connection()
        self.assertEqual(self.site.connection_state, "failed")
        self.assertIn("Keys", self.site.connection_message)

    def test_a_manager_makes_one_by_the_form(self):
        """001-37: beside any other site."""
        with Form(self.env["integrator.site"].with_user(self.manager)) as form:
            form.name = "Shop by files"
            form.site_type = "files"
            form.files_in_location_id = self.inbox
        self.assertEqual(form.record._adapter()._name, "integrator.adapter.files")
