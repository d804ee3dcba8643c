# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from decimal import Decimal

from odoo.tests import tagged

from odoo.addons.integrator.stages import stage_send

from ..api.builders.order_adjustment import (
    FEED_TYPE,
    AdjustedItem,
    OrderAdjustment,
    RefundComponent,
    build_order_adjustment,
)
from ..api.feeds import XML_CONTENT, create_feed, upload_feed_document
from .common import GERMANY
from .money_case import MoneyCase

#: Counts of a report of two messages that do not add up.
UNCLEAR = (
    {"processed": 1, "successful": 1},
    {"status": "Processing"},
    {"status": "Rejected", "successful": 1},
    {"errors": 2, "successful": 0},
)


@tagged("post_install", "-at_install")
class TestFeedResults(MoneyCase):
    """A feed is done only when its report says so; a lost feed is adopted only when it is certainly
    ours; one bad message does not fail the others (001-68, 001-69, 004-24)."""

    def credit_two(self):
        """Two credit notes that leave in one file."""
        return [self.credit(self.invoice(order), 6) for order in (self.ten, self.twenty)]

    def states(self, *notes):
        return [self.refunds(note)[:1].state for note in notes]

    def rows(self, *notes):
        return [note.integrator_refund_line_ids.mapped("state") for note in notes]

    def feeds(self):
        return len(self.amazon.calls("createFeed"))

    # === WHAT A REPORT SAYS === #

    def test_a_report_that_does_not_add_up_is_no_success(self):
        """A4: a person looks, and says by “Try again” that it was not done."""
        for said in UNCLEAR:
            with self.subTest(**said), self.env.cr.savepoint() as savepoint:
                self.amazon.fault("createFeed", "report", **said)
                notes = self.credit_two()
                self.send_updates()
                codes = {self.refunds(note).error_code for note in notes}
                self.assertEqual((self.states(*notes), codes), (["error"] * 2, {"report_unclear"}))
                self.assertEqual(self.rows(*notes), [["unclear"]] * 2)
                self.refunds(notes[0]).action_retry()
                self.send_updates()
                self.assertEqual(self.given_back(self.ten), {"Principal": "6.00"})
                self.assertEqual(self.given_back(self.twenty), {})
                savepoint.rollback()
                self.env.invalidate_all()
                self.amazon.restore(self.kept)

    def test_an_unclear_update_is_not_sent_again_with_all_others(self):
        """A2, A4: nor by posting the note again; only by “Try again”."""
        self.amazon.fault("createFeed", "report", status="Processing", effect=True)
        note = self.credit(self.invoice(self.ten), 6)
        self.send_updates()
        self.assertIn("It is unclear whether the buyer got 6.00", note.integrator_refund_note)
        self.env["order.integration"]._request(self.site, self.ten.sale_order_id)
        self.send_updates()
        note.button_draft()
        note.action_post()
        self.send_updates()
        self.assertEqual(self.given_back(self.ten), {"Principal": "6.00"})
        self.refunds(note)._give_up()
        self.assertEqual(self.rows(note), [["success"]])
        self.env["order.integration"]._request(self.site, self.ten.sale_order_id)
        self.send_updates()
        self.assertEqual(self.given_back(self.ten), {"Principal": "6.00"})

    def test_a_feed_that_ended_without_a_report_is_unclear(self):
        """A4: some, all or none of it may have been done."""
        self.amazon.fault("createFeed", "fatal", effect=True)
        note = self.credit(self.invoice(self.ten), 6)
        self.send_updates()
        self.assertEqual((self.states(note), self.rows(note)), (["error"], [["unclear"]]))
        self.assertEqual(self.refunds(note).error_code, "feed_fatal")

    def test_a_file_of_which_nothing_was_processed_is_refused(self):
        """A4: certainly, so it may be sent again."""
        self.amazon.fault("createFeed", "report", processed=0, successful=0)
        note = self.credit(self.invoice(self.ten), 6)
        self.send_updates()
        self.assertEqual(self.refunds(note).error_code, "feed_unprocessed")
        self.assertEqual(self.rows(note), [["error"]])
        self.refunds(note).action_retry()
        self.send_updates()
        self.assertEqual(self.given_back(self.ten), {"Principal": "6.00"})

    def test_a_warning_refuses_nothing(self):
        """001-68: docs#489, what is warned about was done; the note keeps the words."""
        self.amazon.fault("createFeed", "warn", text="Looks odd.")
        note = self.credit(self.invoice(self.ten), 6)
        self.send_updates()
        self.assertEqual((self.states(note), self.rows(note)), (["success"], [["success"]]))
        self.assertEqual(note.integrator_refund_line_ids.message, "Looks odd.")

    # === ONE MESSAGE SPOILS THE FILE === #

    def send_with_one_refused(self):
        """Send a file of three credit notes, the second of which Amazon cannot read.

        :return: tuple (number of files before it, the credit notes)
        """
        self.amazon.settings.unfit_text = self.twenty.remote_order_id
        self.addCleanup(setattr, self.amazon.settings, "unfit_text", "")
        before = self.feeds()
        orders = (self.ten, self.twenty, self.taxed)
        notes = [self.credit(self.invoice(order), 6) for order in orders]
        self.send_updates()
        return before, notes

    def test_a_file_that_one_message_spoils_is_cut_until_that_stands_alone(self):
        """F7: the others are through without anybody, the culprit is named."""
        before, notes = self.send_with_one_refused()
        self.send_later(6, 9)
        self.assertEqual(self.states(*notes), ["success", "error", "success"])
        self.assertEqual(self.given_back(self.ten), {"Principal": "6.00"})
        self.assertEqual(self.rows(notes[1])[0][-1], "error")
        self.assertEqual(self.refunds(notes[1]).error_code, "amazon_5001")
        self.assertIn(self.twenty.remote_order_id, self.refunds(notes[1]).error_message)
        # the file, its two parts, and the two of the part that was spoilt
        self.assertEqual(self.feeds() - before, 5)

    def test_a_file_is_cut_so_often_and_no_more(self):
        """F7: parts of parts count as well, or a thousand bad messages were a thousand files."""
        self.patch(stage_send, "MAX_CUTS", 2)
        before, notes = self.send_with_one_refused()
        self.send_later(6, 9)
        self.assertEqual(self.states(*notes), ["success", "error", "error"])
        self.assertEqual(self.feeds() - before, 3)

    # === LOST ANSWERS === #

    def foreign_feed(self, *orders):
        """Another program of the account refunds something of its own."""
        messages = [
            OrderAdjustment(
                number,
                order.remote_order_id,
                (
                    AdjustedItem(
                        order.line_ids[0].remote_line_id,
                        "GeneralAdjustment",
                        (RefundComponent("Goodwill", Decimal(1), "EUR"),),
                    ),
                ),
            )
            for number, order in enumerate(orders, 1)
        ]
        with self.running() as env:
            site = self.site.with_env(env)
            content = build_order_adjustment(site.amazon_merchant_id, messages)
            with site._adapter()._gateway(site) as gateway:
                document_id = upload_feed_document(gateway, content, XML_CONTENT)
                create_feed(gateway, FEED_TYPE, [GERMANY], document_id)

    def send_later(self, *minutes):
        for number in minutes:
            with self.later(minutes=number):
                self.run_stages("send")

    def lose(self, fault):
        """A credit note whose createFeed breaks off."""
        note = self.credit(self.invoice(self.ten), 6)
        self.amazon.fault("createFeed", fault)
        self.run_stages("plan_orders", "send")
        return note

    def credit_after_another_file(self):
        """A credit note whose createFeed will be refused without an answer, twenty minutes after
        another program sent a file."""
        self.foreign_feed(self.twenty)
        self.amazon.advance(1200)
        self.amazon.fault("createFeed", "refuse")
        return self.credit(self.invoice(self.ten), 6)

    def test_a_lost_answer_is_found_again(self):
        """004-24: nobody has to do anything, and the buyer gets his money once."""
        note = self.lose("drop_after")
        self.send_later(2, 4)
        self.assertEqual((self.states(note), self.rows(note)), (["success"], [["success"]]))
        self.assertEqual(self.given_back(self.ten), {"Principal": "6.00"})

    def test_a_file_of_another_program_is_not_taken_for_ours(self):
        """A5: its report speaks of more messages; ours never arrived, and is sent again."""
        note = self.lose("refuse")
        self.foreign_feed(self.twenty, self.taxed)
        self.send_later(2, 4, 6)
        self.assertEqual(self.states(note), ["success"])
        self.assertEqual(self.given_back(self.ten), {"Principal": "6.00"})

    def test_where_there_is_no_saying_a_person_is_asked(self):
        """A5: one of them is ours, and nothing is sent again meanwhile."""
        note = self.lose("drop_after")
        self.foreign_feed(self.twenty)
        self.send_later(2, 4)
        task = self.refunds(note)
        self.assertEqual((task.state, task.error_code), ("error", "lost_answer_unclear"))
        self.assertIn(self.ten.remote_order_id, task.error_message)
        self.assertEqual(self.rows(note), [["unclear"]])
        self.assertEqual(self.given_back(self.ten), {"Principal": "6.00"})
        task._give_up()
        self.assertEqual(self.rows(note), [["success"]])

    def test_where_another_program_sends_such_files_a_person_is_asked(self):
        """A5: one of the same size is not certainly ours."""
        note = self.credit_after_another_file()
        with self.later(minutes=20):
            self.run_stages("plan_orders", "send")
            self.foreign_feed(self.taxed)
        self.send_later(22, 24)
        self.assertEqual(self.refunds(note).error_code, "lost_answer_unclear")
        self.assertEqual(self.given_back(self.ten), {})

    def test_a_file_without_a_report_is_not_taken_for_ours(self):
        """A5: nobody can say what was in it."""
        note = self.lose("refuse")
        self.amazon.fault("createFeed", "fatal")
        self.foreign_feed(self.twenty)
        self.send_later(2, 4)
        self.assertEqual(self.refunds(note).error_code, "lost_answer_unclear")

    def test_a_file_from_before_ours_keeps_nothing_back(self):
        """A5: it cannot be ours, so ours is sent again."""
        note = self.credit_after_another_file()
        with self.later(minutes=20):
            self.run_stages("plan_orders", "send")
        self.send_later(22, 24, 26)
        self.assertEqual(self.states(note), ["success"])
        self.assertEqual(self.given_back(self.ten), {"Principal": "6.00"})

    def test_a_file_of_another_site_of_the_account_is_not_taken_for_ours(self):
        """A5: sites of one account know each other's files."""
        note = self.lose("refuse")
        self.foreign_feed(self.twenty)
        feed_id = self.amazon.world.feeds.all()[-1].feed_id
        france = self.env.ref("integrator_amazon.marketplace_fr")
        other = self._make_site(
            name="The same account",
            automatic=False,
            active=False,
            amazon_marketplace_ids=france.ids,
        )
        values = {"site_id": other.id, "lane": "refund", "state": "done", "ticket": feed_id}
        self.env["integrator.submission"].create(values)
        self.send_later(2, 4, 6)
        self.assertEqual(self.states(note), ["success"])
        self.assertEqual(self.given_back(self.ten), {"Principal": "6.00"})

    def test_while_amazon_is_at_work_on_what_may_be_ours_it_is_waited_for(self):
        """A5: with the reason on the task; nothing is sent again."""
        self.amazon.feed_seconds = 600
        self.addCleanup(setattr, self.amazon, "feed_seconds", 0)
        note = self.lose("drop_after")
        self.send_later(2)
        self.assertEqual(self.refunds(note).error_code, "lost_answer_running")
        self.amazon.advance(700)
        self.send_later(4, 6)
        self.assertEqual(self.states(note), ["success"])
        self.assertEqual(self.given_back(self.ten), {"Principal": "6.00"})
