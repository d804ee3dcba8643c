# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from .money_case import MoneyCase

CHANGED = "Refunded on the channel, and changed here"


@tagged("post_install", "-at_install")
class TestRefundMemory(MoneyCase):
    """The credit note remembers refunded money for ever; a later change is sent or asked about,
    never ignored (001-25, 001-45)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # who does this has no other rights
        cls.accountant = new_test_user(cls.env, "accountant", "account.group_account_invoice")

    def again(self, note, amount):
        """Correct a note that was sent: to draft, another amount, post."""
        note = note.with_user(self.accountant)
        note.button_draft()
        note.invoice_line_ids[0].price_unit = amount
        note.action_post()
        self.send_updates()

    # === FOR EVER === #

    def test_a_note_is_not_sent_again_when_its_task_has_been_cleaned_up(self):
        """A2: retention, then “send the status of orders” over the last months."""
        note = self.credit(self.invoice(self.ten), 6)
        self.send_updates()
        self.site.retention_days = 30
        old = fields.Datetime.now() - timedelta(days=40)
        self.tasks(kind="refund").state_timestamp = old
        self.env["integrator.task"]._gc_retained()
        self.assertFalse(self.refunds(note))
        self.assertEqual(note.integrator_refund_line_ids.mapped("net"), [6])
        self.env["order.integration"]._request(self.site, self.ten.sale_order_id)
        self.send_updates()
        # as when the site was deleted, and its orders were imported by another one
        note.integrator_refund_line_ids.site_id = False
        note.button_draft()
        note.action_post()
        self.send_updates()
        self.assertEqual(self.given_back(self.ten), {"Principal": "6.00"})
        self.assertFalse(self.refunds(note))

    def test_asking_for_all_of_an_order_tells_nothing_twice(self):
        """A2: acknowledgement, shipment and refund, whatever became of their tasks."""
        self.credit(self.invoice(self.ten), 6)
        self.send_updates()
        self.tasks().filtered(lambda task: task.order_id == self.ten).unlink()
        self.env["order.integration"]._request(self.site, self.ten.sale_order_id)
        self.run_stages("plan_orders")
        self.assertFalse(self.tasks().filtered(lambda task: task.order_id == self.ten))

    def test_a_sent_note_cannot_be_deleted(self):
        """Its memory would go with it; one that was not sent can."""
        note = self.credit(self.invoice(self.ten), 6)
        self.send_updates()
        note = note.with_user(self.accountant)
        note.button_draft()
        with self.assertRaisesRegex(UserError, "the buyer got money back for it on Amazon DE"):
            note.unlink()
        other = self.credit(self.invoice(self.twenty), 6, post=False)
        other.unlink()
        self.assertFalse(other.exists())

    def test_the_same_number_on_another_channel_is_another_order(self):
        """002-04, 001-25: what its buyer got back is none of ours; nor did the buyer get what a
        site that is deleted was about to send."""
        note = self.credit(self.invoice(self.ten), 6, post=False)
        other = self._make_site(name="Elsewhere", automatic=False, active=False)
        self.env["integrator.refund.line"].create(
            [
                {
                    "move_id": note.id,
                    "site_id": site_id,
                    "company_id": other.company_id.id,
                    "remote_order_id": self.ten.remote_order_id,
                    "remote_line_id": self.ten.line_ids.remote_line_id,
                    "currency_id": self.ten.currency_id.id,
                    "kind": "item",
                    "net": 6,
                    "state": state,
                }
                for site_id, state in ((other.id, "success"), (False, "ready"))
            ]
        )
        note.action_post()
        self.send_updates()
        self.assertEqual(self.given_back(self.ten), {"Principal": "6.00"})

    # === BUILT AND NOT SENT === #

    def test_a_refund_that_was_built_and_stopped_goes_out_whole(self):
        """001-25: what it was about to tell counts no more when it is built again."""
        note = self.credit(self.invoice(self.ten), 6)
        self.amazon.fault("createFeed", "throttle")
        self.run_stages("plan_orders", "send")
        self.assertEqual(note.integrator_refund_line_ids.state, "ready")
        self.site.stopped = "all"
        with self.later(minutes=10):
            self.run_stages("send")
        self.assertFalse(self.refunds(note).submission_id)
        self.site.stopped = False
        for minutes in (20, 23):
            with self.later(minutes=minutes):
                self.run_stages("send")
        self.assertEqual(self.refunds(note).state, "success", self.refunds(note).error_message)
        self.assertEqual(self.given_back(self.ten), {"Principal": "6.00"})

    # === WHAT CHANGES AFTERWARDS === #

    def test_a_note_that_grew_tells_what_is_more(self):
        """F9: 1.00 was sent, 5.00 is right: 4.00 more; and no tax of nothing beside it."""
        self.germany.refund_tax_apart = True
        note = self.credit(self.invoice(self.ten), 1)
        self.send_updates()
        self.again(note, 5)
        self.assertEqual(self.given_back(self.ten), {"Principal": "5.00"})
        self.assertEqual([float(r["components"]["Principal"]) for r in self.amazon.refunds(
            self.ten.remote_order_id)], [1, 4])  # fmt: skip
        self.assertFalse(self.questions(note))
        self.again(note, 5)
        self.assertEqual(self.given_back(self.ten), {"Principal": "5.00"})

    def test_a_note_that_shrank_asks_with_the_difference(self):
        """F9: Amazon takes no money back; raised again, the question is answered."""
        note = self.credit(self.invoice(self.ten), 5)
        self.send_updates()
        self.again(note, 2)
        self.assertEqual(self.given_back(self.ten), {"Principal": "5.00"})
        self.assertEqual(self.questions(note), [CHANGED])
        text = note.activity_ids.note
        self.assertIn("5.00", text)
        self.assertIn("2.00", text)
        self.again(note, 6)
        self.assertEqual(self.given_back(self.ten), {"Principal": "6.00"})
        self.assertFalse(self.questions(note))

    def test_a_note_that_is_cancelled_asks(self):
        """F9: and one that stays a draft."""
        for act in ("button_draft", "button_cancel"):
            with self.subTest(act=act), self.env.cr.savepoint() as savepoint:
                note = self.credit(self.invoice(self.ten), 5)
                self.send_updates()
                getattr(note, act)()
                self.send_updates()
                self.assertEqual(self.questions(note), [CHANGED])
                self.assertIn("gives back 0.00", note.activity_ids.note)
                savepoint.rollback()
                self.env.invalidate_all()
                self.amazon.restore(self.kept)

    def test_a_note_that_is_posted_again_as_it_was_asks_nobody(self):
        """F9: corrected within a minute."""
        note = self.credit(self.invoice(self.ten), 5)
        self.send_updates()
        self.again(note, 5)
        self.assertEqual(self.given_back(self.ten), {"Principal": "5.00"})
        self.assertFalse(self.questions(note))

    def test_the_tax_of_an_item_may_move_into_its_price(self):
        """F9: a line of taxes only belongs to its item, as its tax where it is told apart."""
        self.germany.refund_tax_apart = True
        [sold] = self.ten.line_ids
        link = {"order_line_id": sold.id, "kind": "tax"}
        tax = {"name": "Tax", "product_uom_qty": 1, "price_unit": 2, "tax_ids": [(5,)]}
        tax["product_id"] = sold._sale_line().product_id.id
        self.ten.sale_order_id.order_line = [(0, 0, {**tax, "integrator_link_ids": [(0, 0, link)]})]
        note = self.credit(self.invoice(self.ten), 5, 1)
        self.send_updates()
        given = self.given_back(self.ten)
        self.assertEqual(given, {"Principal": "5.00", "Tax": "1.00"})
        note.button_draft()
        item, part = note.invoice_line_ids
        note.invoice_line_ids = [(1, item.id, {"price_unit": 6}), (2, part.id)]
        note.action_post()
        self.send_updates()
        self.assertEqual(self.given_back(self.ten), given)
        self.assertFalse(self.questions(note))

    def test_the_same_sum_for_other_things_asks(self):
        """F9: goodwill instead of the item would be sent beside it."""
        note = self.credit(self.invoice(self.ten), 5)
        self.send_updates()
        note.button_draft()
        note.invoice_line_ids[0].price_unit = 3
        note.invoice_line_ids = [(0, 0, {"name": "Sorry", "price_unit": 2, "tax_ids": [(5,)]})]
        note.action_post()
        self.send_updates()
        self.assertEqual(self.given_back(self.ten), {"Principal": "5.00"})
        self.assertEqual(self.questions(note), [CHANGED])

    def test_a_note_that_takes_money_of_an_order_is_refused_as_such(self):
        """001-25: Amazon refunded nothing of it, so nothing has changed since."""
        note = self.credit(self.invoice(self.ten, self.twenty), -3, 5)
        self.send_updates()
        task = self.refunds(note, self.ten)
        self.assertEqual((task.state, task.error_code), ("error", "refund_incomplete"))
        self.assertNotIn(CHANGED, self.questions(note))
        self.assertEqual(self.given_back(self.twenty), {"Principal": "5.00"})

    # === LIMITS === #

    def test_notes_of_one_run_count_against_each_other(self):
        """F16b: 6.00 and 6.00 of 10.00, both sent at once: the second one is refused here."""
        invoice = self.invoice(self.ten)
        notes = [self.credit(invoice, 6), self.credit(invoice, 6)]
        self.send_updates()
        self.assertEqual(self.given_back(self.ten), {"Principal": "6.00"})
        states = [self.refunds(note).state for note in notes]
        self.assertEqual(states, ["success", "error"])
        self.assertEqual(self.refunds(notes[1]).error_code, "refund_above_paid")
        self.assertIn("12.00", self.refunds(notes[1]).error_message)

    def test_goodwill_counts_against_nothing_whichever_note_it_is_on(self):
        """F11: 0.01 and 3.00 goodwill, then the 9.99 that are left."""
        invoice = self.invoice(self.ten)
        self.credit(invoice, 0.01, extra=[{"name": "Sorry", "price_unit": 3}])
        self.send_updates()
        note = self.credit(invoice, 9.99)
        self.send_updates()
        self.assertEqual(self.refunds(note).state, "success", self.refunds(note).error_message)
        self.assertEqual(self.given_back(self.ten), {"Principal": "10.00", "Goodwill": "3.00"})

    def test_a_refund_refused_by_amazon_no_longer_counts(self):
        """001-88: sent again, the whole of it goes."""
        self.amazon.settings.no_refund_marketplaces = {self.germany.code}
        self.addCleanup(setattr, self.amazon.settings, "no_refund_marketplaces", set())
        note = self.credit(self.invoice(self.ten), 10)
        self.send_updates()
        self.assertEqual(note.integrator_refund_line_ids.state, "error")
        self.amazon.settings.no_refund_marketplaces = set()
        self.refunds(note).action_retry()
        self.send_updates()
        self.assertEqual(self.given_back(self.ten), {"Principal": "10.00"})
        self.assertEqual(note.integrator_refund_line_ids.mapped("state"), ["error", "success"])

    # === WHAT PEOPLE READ === #

    def test_the_note_says_what_the_buyer_gets_and_got(self):
        """UX: a note that is refunded used to say that it will be."""
        note = self.credit(self.invoice(self.ten), 6, post=False)
        note = note.with_user(self.accountant)
        self.assertEqual(
            note.integrator_refund_note,
            "Posting this credit note refunds the buyer on Amazon DE.",
        )
        note.action_post()
        self.run_stages("plan_orders")
        note.invalidate_recordset()
        self.assertEqual(note.integrator_refund_note, "It is sent to Amazon DE soon.")
        self.run_stages("send")
        note.invalidate_recordset()
        self.assertIn("The refund of 6.00", note.integrator_refund_note)
        with self.later(minutes=3):
            self.run_stages("send")
        note.invalidate_recordset()
        self.assertRegex(
            note.integrator_refund_note, r"^The buyer got 6\.00.€ on Amazon DE on [\d/]+\.$"
        )
        note.button_draft()
        self.assertIn("refunds the difference on Amazon DE", note.integrator_refund_note)
