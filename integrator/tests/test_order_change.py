# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime

from odoo import Command
from odoo.tests import tagged

from .sale_case import SaleCase

CHARGES = [
    {"kind": "item", "of": "", "amount": "20.00"},
    {"kind": "shipping", "of": "", "amount": "4.90"},
]


def charge(kind, amount, of=""):
    return {"kind": kind, "of": of, "amount": amount}


@tagged("post_install", "-at_install")
class TestOrderChange(SaleCase):
    """A change of the order at the site is applied while nothing has left and nothing is invoiced,
    else a person is asked (000-04, 001-22)."""

    def line(self, number=1, charges=None, **values):
        """A neutral line of two pieces at 10.00 and 4.90 shipping."""
        line = self.remote.order("R-1")["lines"][0]
        charges = CHARGES if charges is None else charges
        return {**line, "remote_line_id": f"R-1-{number}", "charges": charges, **values}

    def two_lines(self):
        """Two lines, the second with a discount: 24.90 + 7.60."""
        second = [charge("item", "8.00"), charge("shipping", "1.60"), charge("discount", "-2.00")]
        return [self.line(), self.line(2, second, quantity=1)]

    def sold(self, order):
        """Pieces and amount of each sale line that is left."""
        lines = order.sale_order_id.order_line.filtered("product_uom_qty")
        return [(line.product_uom_qty, line.price_total) for line in lines]

    def invoice(self, order):
        self.product.invoice_policy = "order"
        invoice = order.sale_order_id._create_invoices()
        invoice.action_post()
        return invoice

    def question(self, order):
        """The question about the change, as text; empty when nobody is asked."""
        activities = order.sale_order_id.activity_ids
        asked = activities.filtered(lambda one: one.summary == "Changed by the channel")
        return str(asked.note or "")

    # === FOLLOWED === #

    def test_a_cancelled_line_takes_its_shipping_and_discount_with_it(self):
        """001-22: the invoice is what the site says is paid."""
        order = self.see(lines=self.two_lines(), amount_total="32.50")
        self.assertEqual(order.sale_order_id.amount_total, 32.5)
        gone = self.line(2, [], quantity=0)
        self.see(hour=13, lines=[self.line(), gone], amount_total="24.90")
        self.assertEqual(self.sold(order), [(2, 20.0), (1, 4.9)])
        self.assertEqual(order.sale_order_id.amount_total, 24.9)
        self.assertFalse(order.sale_order_id.activity_ids)
        self.assertFalse(self.sent_kinds())
        self.assertEqual(self.invoice(order).amount_total, 24.9)

    def test_a_line_that_is_shown_no_more_is_not_sold_any_more(self):
        """001-22."""
        order = self.see(lines=self.two_lines(), amount_total="32.50")
        self.see(hour=13, lines=[self.line()], amount_total="24.90")
        self.assertEqual(order.sale_order_id.amount_total, 24.9)
        moves = order.sale_order_id.picking_ids._integrator_open_deliveries().move_ids
        self.assertEqual(sum(moves.mapped("product_uom_qty")), 2)
        # what a person sells all the same does not leave, and is asked about
        gone = order.sale_order_id.order_line.filtered(lambda one: not one.product_uom_qty)[0]
        gone.product_uom_qty = 1
        lines = [self.line(charges=[charge("item", "18.00"), charge("shipping", "4.90")])]
        self.see(hour=14, lines=lines, amount_total="22.90")
        self.assertEqual(gone.product_uom_qty, 0)
        self.assertIn("SKU-1", self.question(order))

    def test_cancelled_pieces_whose_amounts_stay_in_the_total(self):
        """001-22: the site goes on showing the money of what was ordered."""
        order = self.see(lines=self.two_lines(), amount_total="32.50")
        lines = self.two_lines()
        lines[1]["quantity_cancelled"] = 1
        self.see(hour=13, lines=lines, amount_total="32.50")
        self.assertEqual(order.sale_order_id.amount_total, 24.9)
        lines[0]["quantity_cancelled"] = 1
        self.see(hour=14, lines=lines, amount_total="32.50")
        self.assertEqual(self.sold(order), [(1, 10.0), (1, 4.9)])

    def test_a_cancelled_line_is_not_paid_when_it_is_first_seen_so(self):
        """001-22: imported as if it had been followed."""
        lines = self.two_lines()
        lines[1]["quantity_cancelled"] = 1
        order = self.see(lines=lines, amount_total="24.90", unexplained="-7.60")
        self.assertEqual(order.state, "imported", order.error_message)
        self.assertEqual(self.sold(order), [(2, 20.0), (1, 4.9)])

    def test_a_promotion_that_comes_later_is_taken_off(self):
        """001-19: an order report has no column for it, the order has."""
        order = self.see(amount_total=None, status_known=False)
        self.assertEqual(order.sale_order_id.amount_total, 24.9)
        lines = [self.line(charges=[*CHARGES, charge("discount", "-4.90", "shipping")])]
        self.see(hour=13, lines=lines, amount_total="20.00")
        self.assertEqual(order.sale_order_id.amount_total, 20.0)
        self.assertEqual(self.invoice(order).amount_total, 20.0)
        texts = " ".join(map(str, order.sale_order_id.message_ids.mapped("body")))
        self.assertRegex(texts, "Discount of SKU-1: .*0.00 → .*-.*4.90")

    def test_more_pieces_and_new_lines_are_delivered(self):
        """000-04."""
        order = self.see()
        more = [charge("item", "30.00"), charge("shipping", "4.90")]
        lines = [self.line(charges=more, quantity=3), self.line(2, [charge("item", "5.00")])]
        self.see(hour=13, lines=lines, amount_total="39.90")
        self.assertEqual(self.sold(order), [(3, 30.0), (1, 4.9), (2, 5.0)])
        moves = order.sale_order_id.picking_ids._integrator_open_deliveries().move_ids
        self.assertEqual(sum(moves.mapped("product_uom_qty")), 5)
        self.assertFalse(order.sale_order_id.activity_ids)
        self.assertFalse(self.sent_kinds())

    def test_a_new_line_that_nobody_knows_waits_for_its_product(self):
        """The change waits, and one answer lets it go on."""
        order = self.see()
        lines = [self.line(), self.line(2, [charge("item", "5.00")], sku="NEW")]
        self.see(hour=13, lines=lines, amount_total="29.90")
        self.assertEqual((order.state, order.error_code), ("imported", "unknown_sku"))
        self.env["integrator.sku.match"].search([("sku", "=", "NEW")]).product_id = self.product
        self.run_stages("import")
        self.assertEqual(order.sale_order_id.amount_total, 29.9)
        self.assertFalse(order.error_code or order.has_changes)

    def test_a_sum_that_no_line_explains_is_followed(self):
        """And taken back."""
        order = self.see()
        self.see(hour=13, amount_total="26.40", unexplained="1.50")
        self.assertEqual(order.sale_order_id.amount_total, 26.4)
        self.see(hour=14, amount_total="25.40", unexplained="0.50")
        self.assertEqual(order.sale_order_id.amount_total, 25.4)
        self.see(hour=15)
        self.assertEqual(order.sale_order_id.amount_total, 24.9)

    def test_a_sum_that_no_line_explains_is_none_of_the_other_charges(self):
        """000-04: both are sold as the same product."""
        lines = [self.line(charges=[charge("item", "20.00"), charge("other", "1.00")])]
        order = self.see(lines=lines, amount_total="22.50", unexplained="1.50")
        self.see(hour=13, lines=lines, amount_total="21.50", unexplained="0.50")
        self.assertEqual(self.sold(order), [(2, 20.0), (1, 1.0), (1, 0.5)])

    def test_a_change_that_does_not_add_up_is_held(self):
        """000-04: with the arithmetic, and nothing is changed meanwhile."""
        order = self.see()
        lines = [self.line(charges=[charge("item", "18.00"), charge("shipping", "4.90")])]
        self.see(hour=13, lines=lines, amount_total="25.00")
        self.assertEqual(order.error_code, "total_differs")
        self.assertEqual(order.sale_order_id.amount_total, 24.9)

    def test_a_quotation_is_brought_in_line_too(self):
        """000-04: it is confirmed with what the site shows by then."""
        self.site.confirm_orders = False
        order = self.see()
        self.assertEqual(order.sale_order_id.state, "draft")
        lines = [self.line(charges=[charge("item", "15.00")])]
        address = {**self.remote.order("R-1")["address"], "street": "Way 2"}
        self.see(hour=13, lines=lines, amount_total="15.00", address=address)
        self.assertEqual(order.sale_order_id.amount_total, 15.0)
        self.assertEqual(order.sale_order_id.partner_shipping_id.street, "Way 2")
        # where a person has changed it, what is cancelled is not delivered all the same
        line = order.sale_order_id.order_line.filtered("product_uom_qty")
        line.price_unit = 7
        lines[0]["quantity_cancelled"] = 1
        self.see(hour=14, lines=lines, amount_total="15.00")
        self.assertEqual((line.product_uom_qty, line.price_unit), (1, 7))
        self.assertIn("SKU-1", self.question(order))

    # === ASKED === #

    def test_invoiced_lines_are_asked_about_and_never_changed(self):
        """001-22: with old and new of each line."""
        order = self.see()
        invoice = self.invoice(order)
        self.see(hour=13, quantity_cancelled=1)
        self.assertEqual(invoice.amount_total, 24.9)
        question = self.question(order)
        self.assertIn("SKU-1: 2 pieces for", question)
        self.assertIn("20.00 → 1 for", question.replace("\N{NO-BREAK SPACE}", " "))
        self.assertIn("10.00", question)
        self.assertIn("credit note", question)
        # the goods do not leave
        moves = order.sale_order_id.picking_ids._integrator_open_deliveries().move_ids
        self.assertEqual(moves.product_uom_qty, 1)

    def test_an_amount_that_changes_after_the_invoice_is_asked(self):
        order = self.see()
        self.invoice(order)
        lines = [self.line(charges=[charge("item", "18.00"), charge("shipping", "4.90")])]
        self.see(hour=13, lines=lines, amount_total="22.90")
        self.assertEqual(order.sale_order_id.amount_total, 24.9)
        self.assertIn("SKU-1", self.question(order))

    def test_changes_of_shipped_lines_are_asked_about(self):
        """000-04."""
        order = self.see()
        self.deliver(order.sale_order_id.picking_ids)
        self.see(
            hour=13,
            lines=[self.line(), self.line(2, [charge("item", "5.00")])],
            amount_total="29.90",
        )
        self.assertEqual(len(order.sale_order_id.order_line), 2)
        self.assertIn("SKU-1: 0 pieces for", self.question(order))

    def test_a_piece_for_nothing_that_is_not_sold_here_is_asked(self):
        """000-04: although the totals are the same."""
        order = self.see()
        self.deliver(order.sale_order_id.picking_ids)
        gift = self.line(2, [charge("item", "0.00")], quantity=1)
        self.see(hour=13, lines=[self.line(), gift])
        self.assertEqual(len(order.sale_order_id.order_line), 2)
        self.assertIn("SKU-1: 0 pieces for", self.question(order))

    def test_lines_changed_by_a_person_are_asked_about(self):
        order = self.see()
        order.sale_order_id.order_line[0].price_unit = 9
        lines = [self.line(charges=[charge("item", "18.00"), charge("shipping", "4.90")])]
        self.see(hour=13, lines=lines, amount_total="22.90")
        self.assertFalse(self.question(order), "the person has done what the site says")
        lines = [self.line(charges=[charge("item", "16.00"), charge("shipping", "4.90")])]
        self.see(hour=14, lines=lines, amount_total="20.90")
        self.assertEqual(order.sale_order_id.amount_total, 20.9)
        # what the site says next, and a line of one's own
        order.sale_order_id.order_line[0].price_unit = 10
        order.sale_order_id.order_line = [
            Command.create({"product_id": self.product.id, "tax_ids": False})
        ]
        self.see(hour=15, lines=[self.line()], amount_total="24.90")
        self.assertEqual(order.sale_order_id.amount_total, 34.9)
        self.assertIn("SKU-1", self.question(order))

    def test_a_person_s_change_stays_while_the_site_changes_nothing(self):
        """Other changes are no reason to change it back."""
        order = self.see()
        order.sale_order_id.order_line[0].price_unit = 9
        self.see(hour=13, ship_by="2026-11-05T12:00:00")
        self.assertEqual(order.sale_order_id.amount_total, 22.9)
        self.assertFalse(self.question(order))

    def test_another_setting_changes_nothing_that_is_sold(self):
        """000-04: changes of other things are no reason to compute the taxes again."""
        self.site.tax_mode = "lines"
        lines = [self.line(charges=[charge("item", "20.00"), charge("tax", "4.00", "item")])]
        order = self.see(lines=lines, amount_total="24.00")
        before = order.sale_order_id.order_line.mapped("price_total")
        self.site.tax_mode = "map"
        self.see(hour=13, lines=lines, amount_total="24.00", ship_by="2026-11-05T12:00:00")
        self.assertFalse(order.error_code)
        self.assertEqual(order.sale_order_id.order_line.mapped("price_total"), before)
        self.assertFalse(order.sale_order_id.order_line.tax_ids or self.question(order))

    def test_the_same_in_other_words_is_no_change(self):
        """001-19: a report and the order may itemise in another order and with other zeros."""
        order = self.see()
        charges = [charge("shipping", "4.9"), charge("tax", "0", "item"), charge("item", "20.0")]
        self.remote.pages.clear()
        value = self.remote.order("R-1", updated_at="2026-11-01T13:00:00")
        value["lines"] = [self.line(charges=charges)]
        self.put_orders(value)
        self.run_stages("fetch", "acknowledge", "extract")
        self.assertEqual(order.updated_at, datetime(2026, 11, 1, 13))
        self.assertFalse(order.has_changes)

    def test_lines_on_a_draft_invoice_are_asked_about(self):
        """001-22: it may be sent already."""
        order = self.see()
        self.product.invoice_policy = "order"
        invoice = order.sale_order_id._create_invoices()
        lines = [self.line(charges=[charge("item", "18.00"), charge("shipping", "4.90")])]
        self.see(hour=13, lines=lines, amount_total="22.90")
        self.assertEqual((order.sale_order_id.amount_total, invoice.amount_total), (24.9, 24.9))
        self.assertIn("invoiced already", self.question(order))

    def test_an_invoice_that_was_cancelled_is_none(self):
        """001-22: the old amount was sent to nobody."""
        order = self.see()
        self.invoice(order).button_cancel()
        lines = [self.line(charges=[charge("item", "18.00"), charge("shipping", "4.90")])]
        self.see(hour=13, lines=lines, amount_total="22.90")
        self.assertEqual(order.sale_order_id.amount_total, 22.9)
        self.assertFalse(self.question(order))

    def test_invoiced_lines_are_increased_by_a_person_only(self):
        """001-22: more pieces of it do not leave unpaid."""
        order = self.see()
        self.invoice(order)
        charges = [charge("item", "30.00"), charge("shipping", "4.90")]
        lines = [self.line(charges=charges, quantity=3)]
        self.see(hour=13, lines=lines, amount_total="34.90")
        self.assertEqual(order.sale_order_id.order_line[0].product_uom_qty, 2)
        self.assertIn("3 for", self.question(order))

    def test_a_discount_or_a_tax_of_a_person_is_not_taken_back(self):
        """000-04: whatever it is that was changed here, it is asked."""
        tax = self.env["account.tax"].create({"name": "Ten", "amount": 10.0})
        for values in ({"discount": 10.0}, {"tax_ids": [Command.set(tax.ids)]}):
            with self.subTest(**values), self.env.cr.savepoint() as savepoint:
                order = self.see()
                line = order.sale_order_id.order_line[0]
                line.write(values)
                before = line.price_total
                lines = [self.line(charges=[charge("item", "16.00"), charge("shipping", "4.90")])]
                self.see(hour=13, lines=lines, amount_total="20.90")
                self.assertEqual(line.price_total, before)
                self.assertIn("SKU-1", self.question(order))
                savepoint.rollback()
                self.env.invalidate_all()

    def test_a_line_of_another_product_is_sold_as_that(self):
        """000-04: the old pieces stay here, the new ones leave and are counted."""
        other = self.env["product.product"].create(
            {"name": "Other", "default_code": "SKU-2", "is_storable": True}
        )
        order = self.see()
        self.see(hour=13, lines=[self.line(sku="SKU-2")])
        sold = order.sale_order_id.order_line.filtered("product_uom_qty")
        self.assertNotIn(self.product, sold.product_id)
        self.assertEqual(order.line_ids._sale_line().product_id, other)
        self.assertEqual(order.sale_order_id.amount_total, 24.9)
        moves = order.sale_order_id.picking_ids._integrator_open_deliveries().move_ids
        moves = moves.filtered(lambda move: move.state != "cancel" and move.product_uom_qty)
        self.assertEqual(moves.product_id, other)

    # === WHERE === #

    def test_another_marketplace_is_taken_over_or_asked(self):
        """000-04: the site names it later."""
        order = self.see()
        position = self.env["account.fiscal.position"].create({"name": "There"})
        self.env["integrator.marketplace"].create(
            {
                "site_id": self.site.id,
                "code": "M2",
                "name": "Two",
                "seller_position_id": position.id,
            }
        )
        self.see(hour=13, marketplace_code="M2", channel_name="Two")
        self.assertEqual(order.sale_order_id.fiscal_position_id, position)
        self.assertFalse(order.sale_order_id.activity_ids)
        # a third one ships from elsewhere, and changes no taxes
        elsewhere = self.env["stock.warehouse"].create({"name": "Elsewhere", "code": "ELSE"})
        third = {"code": "M3", "name": "Three", "warehouse_id": elsewhere.id}
        self.env["integrator.marketplace"].create({"site_id": self.site.id, **third})
        self.see(hour=14, marketplace_code="M3", channel_name="Three")
        self.assertEqual(order.sale_order_id.fiscal_position_id, position)
        self.assertIn("Its warehouse is Elsewhere", order.sale_order_id.activity_ids.note)
        order.sale_order_id.activity_ids.unlink()
        self.see(hour=15, marketplace_code="M2", channel_name="Two")
        self.deliver(order.sale_order_id.picking_ids)
        self.see(hour=16)
        self.assertEqual(order.sale_order_id.fiscal_position_id, position)
        self.assertEqual(order.sale_order_id.activity_ids.summary, "Sold on another marketplace")
