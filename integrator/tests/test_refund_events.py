# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from .sale_case import SaleCase


@tagged("post_install", "-at_install")
class TestRefundEvents(SaleCase):
    """Credit notes of sale orders make events (001-45)."""

    def setUp(self):
        super().setUp()
        self.order = self.make_order(1)
        self._forget_events()

    def event(self):
        return self.events("order", record_operation="refund")

    def test_a_posted_credit_note_is_one_event(self):
        """001-45: it names the credit note and its amount."""
        note = self.refund(self.order)
        self.assertEqual(self.event().record_id, self.order.id)
        self.assertEqual(self.event().source_ref, f"account.move,{note.id}")
        self.assertEqual(self.event().operation_data["amount"], "10.0")

    def test_an_invoice_or_a_foreign_credit_note_is_none(self):
        """001-45."""
        self.env["account.move"].create(
            {
                "move_type": "out_refund",
                "partner_id": self.partner.id,
                "invoice_line_ids": [(0, 0, {"name": "Gift", "price_unit": 5})],
            }
        ).action_post()
        self.order._create_invoices().action_post()
        self.assertFalse(self.event())

    def test_a_credit_note_reset_to_draft_takes_back_the_unread_event(self):
        """001-45: nobody has seen it, so nothing is left."""
        note = self.refund(self.order)
        note.button_draft()
        self.assertFalse(self.event())

    def test_a_credit_note_reset_to_draft_withdraws_the_unsent_task(self):
        """001-45: it has been planned and not sent."""
        note = self.refund(self.order)
        self.run_stages("plan_orders")
        self.assertEqual(self.tasks(kind="refund").state, "ready")
        note.button_draft()
        self.assertEqual(self.tasks(kind="refund").state, "obsolete")
        self.run_stages("send")
        self.assertFalse(self.remote.received)

    def test_a_sent_task_stays_when_the_note_is_reset(self):
        """001-45: it was sent to the site; history is not rewritten."""
        note = self.refund(self.order)
        self.run_stages("plan_orders", "send")
        note.button_draft()
        self.assertEqual(self.tasks(kind="refund").state, "submitted")
        self.assertTrue(self.event())

    def test_a_note_posted_again_is_a_new_event(self):
        """001-45."""
        note = self.refund(self.order)
        self.run_stages("plan_orders")
        note.button_draft()
        note.action_post()
        self.run_stages("plan_orders")
        self.assertCountEqual(self.tasks(kind="refund").mapped("state"), ["obsolete", "ready"])

    def test_a_note_reset_in_the_transaction_that_posted_it_leaves_nothing(self):
        """001-45, 001-46."""
        self.refund(self.order).button_draft()
        self.env.cr.flush()
        self.assertFalse(self.event())

    def test_the_remote_order_is_found_by_its_credit_note_and_delivery(self):
        """001-74: searchable on sale order, delivery, invoice."""
        self.order.integrator_order_ref = "R-77"
        note = self.refund(self.order)
        for model, found in (
            ("sale.order", self.order),
            ("stock.picking", self.order.picking_ids),
            ("account.move", note.reversed_entry_id + note),
        ):
            records = self.env[model].search([("integrator_order_ref", "=", "R-77")])
            self.assertEqual(
                records, found.sorted(lambda record, ids=records.ids: ids.index(record.id))
            )
            self.assertEqual(set(records.mapped("integrator_order_ref")), {"R-77"})
