# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import Command
from odoo.tests import tagged

from .common import IntegratorCommon


@tagged("post_install", "-at_install")
class TestImportAmounts(IntegratorCommon):
    """The site's amounts are the reference, to the cent (000-04)."""

    def charges(self, *charges):
        """Charges from tuples (kind, amount as text)."""
        return [{"kind": kind, "of": "", "amount": amount} for kind, amount in charges]

    def import_charges(self, total, *charges, quantity=2, **values):
        value = self.remote.order("R-1", amount_total=total, **values)
        value["lines"][0] |= {"charges": self.charges(*charges), "quantity": quantity}
        return self.import_orders(value)

    def test_every_charge_is_a_line_of_its_own(self):
        """000-03, 000-04: item, shipping, gift wrap, fee, discount, tax."""
        self.site.tax_mode = "lines"
        order = self.import_charges(
            "30.37",
            ("item", "20.00"),
            ("shipping", "4.90"),
            ("gift_wrap", "1.50"),
            ("cod_fee", "2.00"),
            ("discount", "-3.00"),
            ("tax", "4.97"),
        )
        sale_order = order.sale_order_id
        self.assertEqual(sale_order.amount_total, 30.37)
        self.assertEqual(
            sale_order.order_line.mapped("price_subtotal"), [20.0, 4.9, 1.5, 2.0, -3.0, 4.97]
        )
        self.assertFalse(sale_order.order_line.tax_ids)
        kinds = sale_order.order_line.integrator_link_ids.mapped("kind")
        self.assertEqual(kinds, ["item", "shipping", "gift_wrap", "cod_fee", "discount", "tax"])

    def test_an_amount_that_the_quantity_does_not_divide_keeps_its_cents(self):
        """3 pieces for 10.00."""
        order = self.import_charges("10.00", ("item", "10.00"), quantity=3)
        self.assertEqual(order.state, "imported", order.error_message)
        self.assertEqual(order.sale_order_id.amount_total, 10.0)

    def test_charges_of_one_kind_are_one_line(self):
        """000-03."""
        order = self.import_charges(
            "9.00", ("item", "10.00"), ("discount", "-0.40"), ("discount", "-0.60")
        )
        self.assertEqual(order.sale_order_id.order_line.mapped("price_subtotal"), [10.0, -1.0])

    def test_a_total_that_differs_is_held_with_the_arithmetic(self):
        order = self.import_charges("25.00", ("item", "20.00"))
        self.assertEqual((order.state, order.error_code), ("error", "total_differs"))
        self.assertIn("25.00", order.error_message)
        self.assertIn("20.00", order.error_message)
        self.assertFalse(self.env["sale.order"].search([("integrator_order_ref", "=", "R-1")]))

    def test_an_amount_without_an_item_is_a_named_line(self):
        order = self.import_charges("21.50", ("item", "20.00"), unexplained="1.50")
        self.assertEqual(order.sale_order_id.amount_total, 21.5)
        self.assertIn("Not itemised", order.sale_order_id.order_line[-1].name)

    def test_an_order_without_a_total_is_imported_as_its_lines_add_up(self):
        """000-04."""
        order = self.import_charges(None, ("item", "20.00"))
        self.assertEqual(order.state, "imported", order.error_message)
        self.assertFalse(order.amount_known)

    def test_an_item_for_nothing_is_delivered(self):
        """000-04: a replacement costs nothing and has to leave."""
        order = self.import_charges("0.00", ("item", "0.00"))
        self.assertEqual(order.sale_order_id.amount_total, 0)
        self.assertEqual(order.sale_order_id.picking_ids.move_ids.product_uom_qty, 2)

    def test_a_line_of_no_pieces_is_left_out(self):
        """000-04: cancelled at the site before we saw it."""
        value = self.remote.order("R-1")
        empty = {**value["lines"][0], "remote_line_id": "R-1-2", "quantity": 0, "sku": "GONE"}
        empty["charges"] = []
        order = self.import_orders({**value, "lines": [*value["lines"], empty]})
        self.assertEqual(order.state, "imported", order.error_message)
        self.assertEqual(order.sale_order_id.amount_total, 24.9)

    def test_a_foreign_currency_is_switched_on_with_its_pricelist(self):
        """000-04: the order keeps its currency."""
        euro = self.env.ref("base.EUR")
        euro.active = False
        order = self.import_charges("20.00", ("item", "20.00"), currency="EUR")
        self.assertEqual(order.state, "imported", order.error_message)
        self.assertEqual(order.sale_order_id.currency_id, euro)
        self.assertEqual(order.sale_order_id.amount_total, 20)

    def test_the_sale_order_knows_where_it_comes_from(self):
        """001-74, 002-75, 002-77, 002-79: order, line, account."""
        order = self.import_orders(self.remote.order("R-1"))
        sale_order = order.sale_order_id
        self.assertEqual(sale_order.integrator_site_id, self.site)
        self.assertEqual(sale_order.client_order_ref, "R-1")
        self.assertEqual(sale_order.date_order, order.ordered_at)
        self.assertEqual(sale_order.warehouse_id, self.site.warehouse_id)
        link = sale_order.order_line[0].integrator_link_ids
        self.assertEqual((link.site_id, link.remote_order_id), (self.site, "R-1"))
        self.assertEqual((link.remote_line_id, link.remote_status), ("R-1-1", "unshipped"))

    def test_another_quantity_keeps_the_sites_price(self):
        """The buyer's price of a piece differs from our pricelist."""
        order = self.import_charges(
            "17.00", ("item", "15.00"), ("shipping", "2.00"), ("discount", "0.00")
        )
        item = order.sale_order_id.order_line[0]
        item.product_uom_qty = 1
        self.assertEqual((item.price_unit, order.sale_order_id.amount_total), (7.5, 9.5))

    def test_a_line_that_a_person_adds_has_our_price(self):
        """Only what the site has sold has the site's price."""
        order = self.import_charges("15.00", ("item", "15.00"))
        order.sale_order_id.order_line = [
            Command.create({"product_id": self.product.id, "tax_ids": False})
        ]
        self.assertEqual(order.sale_order_id.order_line[-1].price_unit, 10.0)

    def test_a_sum_without_a_total_is_what_the_lines_and_the_rest_are(self):
        """The rest is added, not taken off."""
        order = self.import_charges(None, ("item", "20.00"), unexplained="1.50")
        self.assertEqual(order.state, "imported", order.error_message)
        self.assertEqual(order.sale_order_id.amount_total, 21.5)

    def test_a_line_without_a_price_is_not_sold_for_nothing(self):
        """000-04: the tax of shipping is given, that of the item is not."""
        order = self.import_charges(None, ("shipping", "4.90"))
        self.assertEqual(order.error_code, "no_prices")
        order = self.import_charges("24.90", ("shipping", "4.90"), unexplained="20.00")
        self.assertEqual(order.error_code, "no_prices")

    def test_a_line_that_costs_nothing_by_the_total_is_delivered(self):
        """000-04: the others make up what is paid; sites leave out what is zero."""
        value = self.remote.order("R-1")
        free = {**value["lines"][0], "remote_line_id": "R-1-2", "charges": []}
        order = self.import_orders({**value, "lines": [*value["lines"], free]})
        self.assertEqual(order.state, "imported", order.error_message)
        self.assertEqual(order.sale_order_id.amount_total, 24.9)
        moves = order.sale_order_id.picking_ids.move_ids
        self.assertEqual(sum(moves.mapped("product_uom_qty")), 4)

    def test_a_replacement_without_money_is_delivered_for_nothing(self):
        """000-04: the site says that it is one."""
        order = self.import_charges(None, replaces="R-0")
        self.assertEqual(order.state, "imported", order.error_message)
        self.assertEqual(order.sale_order_id.amount_total, 0)
        self.assertEqual(order.sale_order_id.picking_ids.move_ids.product_uom_qty, 2)

    def test_an_order_without_a_known_shipper_is_held(self):
        """An unknown channel is neither of the two."""
        order = self.import_charges("20.00", ("item", "20.00"), fulfilled_by="")
        self.assertEqual((order.state, order.error_code), ("error", "unknown_channel"))

    def test_an_order_without_a_status_says_so(self):
        """002-74."""
        values = {"remote_status": "unknown", "remote_status_text": ""}
        order = self.import_charges("20.00", ("item", "20.00"), **values)
        self.assertEqual(order.error_code, "unknown_status")
        self.assertIn("gives no status", order.error_message)

    def test_an_order_that_the_site_shows_without_money_is_held(self):
        """000-04: first seen when it had been shipped; nothing is sold for nothing by mistake."""
        order = self.import_charges(None)
        self.assertEqual((order.state, order.error_code), ("error", "no_prices"))
        self.assertIn("without prices", order.error_message)

    def test_amounts_without_a_known_currency_are_not_taken_for_ours(self):
        """000-04: the company's currency is not guessed, neither at first nor later."""
        for currency in ("", "XQX"):
            order = self.import_charges("20.00", ("item", "20.00"), currency=currency)
            self.assertEqual((order.state, order.error_code), ("error", "no_currency"))
        order = self.import_charges("20.00", ("item", "20.00"), currency="EUR")
        self.assertEqual(order.state, "imported", order.error_message)
        self.import_charges("18.00", ("item", "18.00"), currency="")
        self.assertEqual(order.error_code, "no_currency")
        self.assertEqual(order.sale_order_id.amount_total, 20)

    def test_an_order_of_which_nothing_is_itemised_is_delivered(self):
        """000-04: the site says a total, and of the lines only what they are."""
        order = self.import_charges("20.00", unexplained="20.00")
        self.assertEqual(order.state, "imported", order.error_message)
        self.assertEqual(order.sale_order_id.amount_total, 20.0)
        self.assertEqual(order.sale_order_id.picking_ids.move_ids.product_uom_qty, 2)

    def test_money_of_a_line_of_no_pieces_is_a_line(self):
        """Cancelled there, but the buyer paid for its shipping."""
        value = self.remote.order("R-1", amount_total="27.90")
        charges = self.charges(("item", "0.00"), ("shipping", "3.00"))
        empty = {"remote_line_id": "R-1-2", "quantity": 0, "sku": "GONE", "charges": charges}
        order = self.import_orders({**value, "lines": [*value["lines"], value["lines"][0] | empty]})
        self.assertEqual(order.state, "imported", order.error_message)
        self.assertEqual(order.sale_order_id.amount_total, 27.9)

    def test_an_order_of_which_nothing_is_left_says_so(self):
        """000-04: all of its lines are of no pieces."""
        order = self.import_charges("0.00", ("item", "0.00"), quantity=0)
        self.assertEqual((order.state, order.error_code), ("error", "no_pieces"))
