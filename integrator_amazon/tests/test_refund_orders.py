# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from .common import GERMANY
from .money_case import MoneyCase


@tagged("post_install", "-at_install")
class TestRefundOrders(MoneyCase):
    """A credit note refunds the right order, item and component (001-25)."""

    # === WHOSE === #

    def test_a_note_about_two_orders_gives_each_buyer_his_own_money(self):
        """001-25: Odoo invoices orders of one customer together; each order has a message."""
        invoice = self.invoice(self.ten, self.twenty)
        note = self.credit(invoice, 1.5, 2.25)
        self.send_updates()
        self.assertEqual(self.given_back(self.ten), {"Principal": "1.50"})
        self.assertEqual(self.given_back(self.twenty), {"Principal": "2.25"})
        self.assertEqual(len(self.refunds(note)), 2)
        self.assertEqual(set(self.refunds(note).mapped("state")), {"success"})

    def test_a_line_without_an_order_among_several_is_asked_about(self):
        """001-25: nobody can say whose goodwill it is, so nobody gets money meanwhile."""
        invoice = self.invoice(self.ten, self.twenty)
        note = self.credit(invoice, 1, 2, extra=[{"name": "Sorry", "price_unit": 3}])
        self.send_updates()
        self.assertEqual(set(self.refunds(note).mapped("error_code")), {"refund_of_several_orders"})
        self.assertIn("Sorry", self.refunds(note)[0].error_message)
        self.assertEqual((self.given_back(self.ten), self.given_back(self.twenty)), ({}, {}))

    def test_a_product_says_which_of_several_orders_a_line_is_about(self):
        """001-25: also when the line was written by hand."""
        invoice = self.invoice(self.ten, self.waiting)
        line = self.waiting.sale_order_id.order_line.filtered(
            lambda line: line.product_id == self.products[2]
        )
        self.deliver(self.waiting.sale_order_id)
        self.run_stages("plan_orders", "send", "send")
        by_hand = {"product_id": line.product_id.id, "quantity": 1, "price_unit": 4}
        note = self.credit(invoice, 1, 0, 0, 0, extra=[by_hand])
        self.send_updates()
        self.assertEqual(set(self.refunds(note).mapped("state")), {"success"})
        self.assertEqual(self.given_back(self.ten), {"Principal": "1.00"})
        self.assertEqual(self.given_back(self.waiting), {"Principal": "4.00"})

    def test_a_product_that_both_orders_sold_says_nothing(self):
        """001-25: the money of a line by hand would go to whoever comes first."""
        invoice = self.invoice(self.ten, self.twenty)
        by_hand = {"product_id": self.products[0].id, "quantity": 1, "price_unit": 3}
        note = self.credit(invoice, 1, 2, extra=[by_hand])
        self.send_updates()
        self.assertEqual(set(self.refunds(note).mapped("error_code")), {"refund_of_several_orders"})
        self.assertEqual((self.given_back(self.ten), self.given_back(self.twenty)), ({}, {}))

    def test_a_note_whose_lines_name_no_order_is_about_the_order_of_its_invoice(self):
        """001-25: all lines deleted and one written by hand; it used to tell nobody."""
        note = self.credit(
            self.invoice(self.ten), 0, extra=[{"name": "Scratches", "price_unit": 2}]
        )
        self.assertEqual(note.integrator_order_ref, self.ten.remote_order_id)
        found = self.env["account.move"].search(
            [("integrator_order_ref", "=", self.ten.remote_order_id), ("id", "=", note.id)]
        )
        self.assertEqual(found, note)
        self.send_updates()
        self.assertEqual(self.given_back(self.ten), {"Goodwill": "2.00"})

    # === OF WHAT === #

    def test_a_retained_amount_reduces_the_refund(self):
        """A restocking fee is a negative line, and Amazon takes positive amounts only: of 64.90 it
        takes the dearest item, and a part of the other."""
        note = self.credit(
            self.invoice(self.taxed), extra=[{"name": "Restocking", "price_unit": -45}]
        )
        self.assertEqual(note.amount_total, 19.9)
        self.send_updates()
        self.assertEqual(self.refunds(note).state, "success", self.refunds(note).error_message)
        self.assertEqual(self.given_back(self.taxed), {"Principal": "15.00", "Shipping": "4.90"})

    def test_a_retained_amount_reduces_the_dearest_item(self):
        """001-25: 40.00; the shipping goes back whole, and the other item less its own discount."""
        cheap = self.taxed.line_ids.filtered(lambda line: line.quantity == 1)
        discount = {"product_id": self.env.ref("integrator.product_discount").id, "price_unit": -2}
        link = {"order_line_id": cheap.id, "kind": "discount"}
        discount |= {"tax_ids": [(5,)], "integrator_link_ids": [(0, 0, link)]}
        self.taxed.sale_order_id.order_line = [(0, 0, discount)]
        note = self.credit(
            self.invoice(self.taxed), extra=[{"name": "Restocking", "price_unit": -1.5}]
        )
        self.send_updates()
        self.assertEqual(self.given_back(self.taxed), {"Principal": "56.50", "Shipping": "4.90"})
        rows = note.integrator_refund_line_ids.filtered(lambda row: row.order_line_id == cheap)
        self.assertEqual(round(sum(rows.mapped("net")) + sum(rows.mapped("tax")), 2), 18)

    def test_goodwill_is_sent_with_the_dearest_item(self):
        """001-25: with that of which most goes back, here the cheaper one."""
        invoice = self.invoice(self.taxed)
        lines = invoice.invoice_line_ids.filtered(lambda line: line.display_type == "product")
        amounts = [{40: 5, 20: 10}.get(line.price_total, 0) for line in lines]
        note = self.credit(invoice, *amounts, extra=[{"name": "Sorry", "price_unit": 3}])
        self.send_updates()
        self.assertEqual(self.given_back(self.taxed)["Goodwill"], "3.00")
        goodwill = note.integrator_refund_line_ids.filtered(lambda row: row.kind == "goodwill")
        self.assertEqual(goodwill.order_line_id.quantity, 1)

    def test_a_note_that_gives_nothing_back_tells_nothing(self):
        """The fee is as much as the item."""
        note = self.credit(
            self.invoice(self.ten), 1, extra=[{"name": "Restocking", "price_unit": -0.5}]
        )
        note.button_draft()
        note.invoice_line_ids[-1].price_unit = -1
        note.action_post()
        self.send_updates()
        self.assertFalse(self.refunds(note))
        self.assertEqual(self.given_back(self.ten), {})

    def test_a_note_in_another_currency_is_refused_here_with_words(self):
        """001-25: and said on the draft already."""
        pound = self.env.ref("base.GBP")
        pound.active = True
        note = self.credit(self.invoice(self.ten), 5, post=False)
        note.currency_id = pound
        self.assertIn("paid in EUR, and this credit note is in GBP", note.integrator_refund_note)
        note.action_post()
        self.send_updates()
        self.assertEqual(self.refunds(note).error_code, "refund_currency")
        self.assertEqual(self.given_back(self.ten), {})

    def test_where_prices_contain_the_tax_all_of_it_is_one_amount(self):
        """Amazon refuses a tax beside such a price; 2 x 20.00, 20.00 and 4.90 shipping."""
        self.amazon.settings.no_tax_refund_marketplaces = {GERMANY}
        self.addCleanup(setattr, self.amazon.settings, "no_tax_refund_marketplaces", set())
        note = self.credit(self.invoice(self.taxed))
        self.assertEqual(note.amount_total, 64.9)
        self.send_updates()
        self.assertEqual(self.refunds(note).state, "success", self.refunds(note).error_message)
        self.assertEqual(self.given_back(self.taxed), {"Principal": "60.00", "Shipping": "4.90"})

    def test_a_tax_on_top_is_sent_separately(self):
        """001-25: by a setting of the marketplace; each tax beside what it is on."""
        self.germany.refund_tax_apart = True
        self.credit(self.invoice(self.taxed))
        self.send_updates()
        # 40.00 and 20.00 of 1.19, and 4.90 of 1.19
        self.assertEqual(
            self.given_back(self.taxed),
            {"Principal": "50.42", "Tax": "9.58", "Shipping": "4.12", "ShippingTax": "0.78"},
        )

    def test_the_shipped_marketplaces_know_where_prices_contain_the_tax(self):
        """Only in the United States and Canada they do not."""
        apart = self.env["integrator.amazon.marketplace"].search([("refund_tax_apart", "=", True)])
        self.assertEqual(sorted(apart.mapped("country_code")), ["CA", "US"])

    # === WHEN === #

    def test_shipped_items_are_refunded_at_once_and_others_after_their_shipment(self):
        """001-25: Amazon refuses the whole message for one item that has not been confirmed."""
        picking = self.waiting.sale_order_id.picking_ids
        picking.carrier_tracking_ref = "003404341610900001"
        first = picking.move_ids.filtered(lambda move: move.product_id == self.products[0])
        (picking.move_ids - first).quantity = 0
        first.picked = True
        picking.with_context(skip_sms=True, skip_backorder=True).button_validate()
        self.run_stages("plan_orders", "send", "send")
        note = self.credit(self.invoice(self.waiting))
        self.send_updates()
        self.assertEqual(self.given_back(self.waiting), {"Principal": "10.00"})
        self.send_updates()
        self.assertEqual(sorted(self.refunds(note).mapped("state")), ["success", "waiting"])
        self.assertIn("confirmed as shipped", note.integrator_refund_note)
        self.deliver(self.waiting.sale_order_id, tracking="003404341610900002")
        self.run_stages("plan_orders", "send", "send")
        for minutes in (15, 18):
            with self.later(minutes=minutes):
                self.run_stages("send")
        self.assertEqual(self.given_back(self.waiting), {"Principal": "60.00"})
        self.assertEqual(set(self.refunds(note).mapped("state")), {"success"})
