# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from lxml import etree

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger
from odoo.tools.safe_eval import safe_eval

from odoo.addons.integrator.exceptions import ThrottledError, TransientError

from .settlement_case import SettlementCase


@tagged("post_install", "-at_install")
class TestSettlementDocuments(SettlementCase):
    """Settlements are fetched or uploaded, and held where they need a person."""

    def test_looked_for_once_a_day(self):
        """The first look asks for everything, the next one a day later for the last days
        (001-27)."""
        self.take(self.settlement_file(*self.order_rows("R-1")))
        self.assertEqual(self.remote.asked, [None])
        drift_checked_at = self.site.settlement_looked_at
        self.remote.faults.append(("deferred money", TransientError("Not now.", code="down")))
        self.run_stages("settle")
        self.assertEqual((len(self.remote.asked), len(self.remote.faults)), (1, 1))
        self.remote.faults.clear()
        with self.later(days=1, minutes=1):
            self.run_stages("settle")
        self.assertEqual((drift_checked_at - self.remote.asked[1]).days, 7)
        self.assertEqual(len(self.settlements()), 1)

    def test_every_row_is_kept_with_its_number(self):
        """Rows that are alike are all kept, with every column of the site (001-28)."""
        fee = self.row("Service/Storage/Month", "-1.00", extra={"promotion-id": "P1"})
        settlement = self.take(self.settlement_file(*self.order_rows("R-1"), fee, fee))
        self.assertEqual(settlement.row_count, 4)
        self.assertEqual(settlement.amount_total, 15.00)
        self.assertEqual(settlement.amount_difference, 0)
        self.assertEqual(settlement.line_ids.mapped("number"), [1, 2, 3, 4])
        self.assertEqual(settlement.line_ids.mapped("amount"), [20.0, -3.0, -1.0, -1.0])
        self.assertEqual(settlement.line_ids[3].extra, {"promotion-id": "P1"})
        self.assertEqual(settlement.line_ids[0].product_id, self.product)

    def test_known_bytes_are_known(self):
        """The same document under another name changes nothing (001-27)."""
        content = self.settlement_file(*self.order_rows("R-1"))
        first = self.take(content)
        self.assertEqual(self.take(content), first)
        self.assertEqual(len(first.line_ids), 2)
        self.assertFalse(first.has_other_file)

    def test_other_bytes_are_an_alert(self):
        """The same settlement with other content changes nothing, and a person chooses
        (001-27)."""
        self.site.settlement_user_id = self.accountant
        settlement = self.take(self.settlement_file(*self.order_rows("R-1")))
        self.take(self.settlement_file(*self.order_rows("R-1", principal="21.00")))
        self.assertEqual(settlement.amount_total, 17.0)
        self.assertTrue(settlement.has_other_file)
        self.assertIn("1001", self.alerts(code="settlement_changed").message)
        question = settlement.activity_ids
        self.assertEqual(question.user_id, self.accountant, "alerts are not read by accountants")
        self.assertIn("1001 came a second time", question.summary)
        self.as_accountant(settlement).action_take_other_file()
        self.assertFalse(settlement.activity_ids)
        self.assertEqual((settlement.amount_total, settlement.state), (18.0, "ready"))
        self.assertEqual(settlement.line_ids.mapped("amount"), [21.0, -3.0])
        self.run_stages("settle")
        self.assertFalse(self.alerts(code="settlement_changed"))

    def test_other_bytes_of_a_posted_settlement(self):
        """The posted entry is reversed first; then the other file replaces it and is posted."""
        settlement = self.take(self.settlement_file(*self.order_rows("R-1")))
        self.post(settlement)
        self.take(self.settlement_file(*self.order_rows("R-1", principal="21.00")))
        mine = self.as_accountant(settlement)
        with self.assertRaisesRegex(UserError, "Reverse it first"):
            mine.action_take_other_file()
        mine.action_reverse()
        mine.action_take_other_file()
        self.post(settlement)
        self.assertEqual(settlement.payout_line_id.amount_currency, 18.0)

    def test_this_file_is_kept(self):
        """A person may say that the other file is wrong; the alert closes."""
        settlement = self.take(self.settlement_file(*self.order_rows("R-1")))
        self.take(self.settlement_file(*self.order_rows("R-1", principal="21.00")))
        self.as_accountant(settlement).action_keep_this_file()
        self.assertFalse(settlement.has_other_file or settlement.activity_ids)
        self.run_stages("settle")
        self.assertFalse(self.alerts(code="settlement_changed"))
        self.assertEqual(settlement.amount_total, 17.0)

    def test_rows_that_do_not_add_up_hold(self):
        """Both sums are shown, and nothing can be posted (001-28)."""
        settlement = self.take(self.settlement_file(*self.order_rows("R-1"), total="18.50"))
        self.assertEqual((settlement.state, settlement.hold_code), ("held", "sum"))
        self.assertIn("17.00", settlement.hold_reason)
        self.assertIn("18.50", settlement.hold_reason)
        self.assertIn(self.usd.format(-1.5), settlement.hold_reason)
        self.as_accountant(settlement).action_post()
        self.assertFalse(settlement.move_ids)

    def test_each_hold_has_its_button(self):
        """A settlement that is held for two reasons names both, with the buttons of both."""
        odd = self.row("Service/Novelty/Never seen", "-2.00")
        settlement = self.take(self.settlement_file(*self.order_rows("R-1"), odd, total="18.50"))
        self.assertIn("Press “Answer”", settlement.hold_reason)
        self.assertEqual(self.shown_buttons(settlement), {"action_answer", "action_check"})
        self.site._settlement_group("commission").account_id = False
        self.as_accountant(settlement).action_check()
        shown = {"action_answer", "action_set_up", "action_check"}
        self.assertEqual(self.shown_buttons(settlement), shown)

    def shown_buttons(self, settlement):
        """Names of the buttons that the head of the form shows an accountant."""
        mine = self.as_accountant(settlement)
        view = mine.get_view(view_type="form")
        buttons = etree.fromstring(view["arch"]).findall("header/button")
        [values] = mine.read(view["models"]["integrator.settlement"])
        hidden = {
            button: safe_eval(button.get("invisible") or "False", values) for button in buttons
        }
        return {button.get("name") for button in buttons if not hidden[button]}

    def test_unknown_rows_hold_and_are_answered_once(self):
        """A row that nobody knows names itself; the answer counts for later settlements too
        (001-27)."""
        odd = self.row("Service/Novelty/Never seen", "-2.00")
        settlement = self.take(self.settlement_file(*self.order_rows("R-1"), odd, odd))
        self.assertEqual(settlement.hold_code, "rule")
        self.assertIn("Service / Novelty / Never seen", settlement.hold_reason)
        self.assertIn("rows: 2, the first one is 3", settlement.hold_reason)
        wizard = self.env["integrator.settlement.answer"].with_user(self.accountant)
        with Form(wizard.with_context(default_settlement_id=settlement.id)) as form:
            with form.line_ids.edit(0) as line:
                self.assertEqual(line.count, 2)
                line.group_id = self.site._settlement_group("storage").with_user(self.accountant)
        form.save().action_answer()
        self.assertEqual(settlement.state, "ready", settlement.hold_reason)
        later = self.settlement_file(odd, remote_id="1002", start="2026-09-15 00:00:00")
        later = later.replace(b'"end": "2026-09-15', b'"end": "2026-09-30')
        self.assertEqual(self.take(later)[1].state, "ready")

    def test_rows_that_are_asked_each_time_hold(self):
        """Known rows that only a person can decide about hold the settlement, too."""
        settlement = self.take(self.settlement_file(self.row("Other/Odd/Odd", "5.00")))
        self.assertEqual(settlement.hold_code, "rule")

    def test_unknown_row_without_money_does_not_hold(self):
        """Rows of 0.00 are kept and book nothing."""
        nothing = self.row("Never/Seen/Before", "0.00")
        settlement = self.take(self.settlement_file(*self.order_rows("R-1"), nothing))
        self.assertEqual(settlement.state, "ready", settlement.hold_reason)
        self.post(settlement)
        self.assertFalse(settlement.line_ids[2].move_line_id)

    def test_hole_in_the_chain(self):
        """A hole is named in the channel's time, and accepted with a reason that stays
        (001-27)."""
        self.site.user_id = self.accountant
        self.accountant.tz = "Europe/Berlin"
        self.take(self.settlement_file(*self.order_rows("R-1")))
        second = self.settlement_file(
            *self.order_rows("R-2"),
            remote_id="1003",
            start="2026-09-29 00:00:00",
            end="2026-10-13 00:00:00",
        )
        settlement = self.take(second)[1]
        self.assertEqual(settlement.hold_code, "chain")
        self.assertIn("15 Sep 2026, 02:00 to 29 Sep 2026, 02:00:", settlement.hold_reason)
        wizard = self.env["integrator.settlement.gap"].with_user(self.accountant)
        form = Form(wizard.with_context(default_settlement_id=settlement.id))
        form.reason = "Nothing was sold"
        form.save().action_accept()
        self.assertEqual(settlement.state, "ready", settlement.hold_reason)
        self.assertIn("Nothing was sold", settlement.gap_reason)

    def test_missing_settlement_closes_the_hole(self):
        """Once the missing file is uploaded, the next settlement is no longer held."""
        first = self.settlement_file(*self.order_rows("R-1"))
        third = self.settlement_file(
            *self.order_rows("R-3"),
            remote_id="1003",
            start="2026-09-29 00:00:00",
            end="2026-10-13 00:00:00",
        )
        second = self.settlement_file(
            *self.order_rows("R-2"),
            remote_id="1002",
            start="2026-09-15 00:00:00",
            end="2026-09-29 00:00:00",
        )
        self.assertEqual(self.take(first, third).mapped("state"), ["ready", "held"])
        self.upload(second)
        self.assertEqual(self.settlements().mapped("state"), ["ready"] * 3)

    def upload(self, *contents):
        wizard = self.env["integrator.settlement.upload"].with_user(self.accountant)
        attachments = self.env["ir.attachment"].with_user(self.accountant)
        attachments = attachments.create(
            [
                {"name": f"file {number}.txt", "raw": content}
                for number, content in enumerate(contents)
            ]
        )
        wizard = wizard.create({"site_id": self.site.id, "attachment_ids": attachments.ids})
        return wizard.action_upload()

    def test_several_files_are_uploaded(self):
        """Files of a person go the same way, and what the site then gives is known (001-27)."""
        first = self.settlement_file(*self.order_rows("R-1"))
        other = self.settlement_file(*self.order_rows("R-2"), remote_id="77", currency="EUR")
        self.env.ref("base.EUR").active = True
        action = self.upload(first, other)
        self.assertEqual(len(action["domain"][0][2]), 2)
        self.assertEqual(self.settlements().mapped("currency_id.name"), ["USD", "EUR"])
        self.upload(first)
        self.take(first)
        self.assertEqual(len(self.settlements()), 2)

    def test_unreadable_file_is_refused(self):
        """An upload that cannot be read keeps nothing and names the file."""
        with self.assertRaisesRegex(UserError, "file 0.txt: This is no settlement"):
            self.upload(b"nonsense")

    def test_good_files_are_taken_beside_bad_ones(self):
        """Readable files are taken; the others are named, each with its reason (001-27)."""
        good = self.settlement_file(*self.order_rows("R-1"))
        notification = self.upload(b"nonsense", good, b"")["params"]
        self.assertRegex(notification["message"], "file 0.txt: This is no settlement.*")
        self.assertIn(
            "file 2.txt: The file is empty. Download it once more", notification["message"]
        )
        self.assertTrue(notification["sticky"])
        settlements = self.env["integrator.settlement"].search(notification["next"]["domain"])
        self.assertEqual(settlements, self.settlements())
        self.assertEqual(len(settlements), 1)
        documents = self.env["integrator.document"].search([("site_id", "=", self.site.id)])
        self.assertEqual(documents, settlements.document_id, "nothing of the others is kept")

    def test_empty_file_says_what_to_do(self):
        """An empty file is named, also where it is the only one."""
        with self.assertRaisesRegex(UserError, "file 0.txt: The file is empty. Download it once"):
            self.upload(b"")

    def test_inactive_currency_is_named(self):
        """A settlement in a currency that is not active says what to do, and is read later."""
        currency = self.env.ref("base.SEK")
        currency.active = False
        self.take(self.settlement_file(*self.order_rows("R-1"), currency="SEK"))
        self.assertFalse(self.settlements())
        self.assertIn("SEK", self.alerts(code="settlement_currency").message)
        currency.active = True
        self.run_stages("settle")
        self.assertEqual(self.settlements().currency_id, currency)

    def test_failing_download_is_tried_again(self):
        """A document that cannot be fetched now comes at a later run; one that waits for quota has
        not failed, and the run comes when the wait is over (001-27)."""
        wait = ThrottledError("Wait.", code="quota_wait", retry_after=60)
        down = TransientError("Not now.", code="down")
        self.remote.faults += [("fetch settlement", wait), ("fetch settlement", down)]
        self.assertFalse(self.take(self.settlement_file(*self.order_rows("R-1"))))
        document = self.env["integrator.document"].search([("kind", "=", "settlement")])
        self.assertEqual((document.state, document.attempts), ("ready", 0))
        due = [("cron_id.cron_name", "=", "Integration: take over settlements")]
        calls = self.env["ir.cron.trigger"].search(due).mapped("call_at")
        self.assertIn(document.retry_at, calls)
        self.run_stages("settle")
        self.assertEqual(len(self.remote.faults), 1, "its time has not come")
        with self.later(minutes=2):
            self.run_stages("settle")
            self.assertEqual((document.state, document.error_code), ("error", "down"))
            self.run_stages("settle")
        self.assertEqual(len(self.settlements()), 1)

    def test_a_download_that_broke_off_is_fetched_again(self):
        """001-27: half a file is no reason to ask a person for the whole one."""
        whole = self.settlement_file(*self.order_rows("R-1"))
        self.assertFalse(self.take(whole[:-9]))
        self.assertTrue(self.alerts(stage="settle"))
        vars(self.remote)["settlement_files"]["document-1"] = whole
        self.run_stages("settle")
        self.assertEqual(len(self.settlements()), 1)
        self.assertFalse(self.alerts(stage="settle"))

    def test_settlements_come_while_the_channel_says_nothing_else_of_money(self):
        """001-27: the documents are taken over, the cause is named, and it is asked again at the
        next run; once it answers, the alert closes. A channel that is not automatic is left."""
        stage, down = self.env["integrator.stage.settle"], TransientError("Not now.", code="down")
        self.remote.faults += [("deferred money", down), ("deferred money", down)]
        self.assertEqual(len(self.take(self.settlement_file(*self.order_rows("R-1")))), 1)
        self.assertEqual(len(self.remote.asked), 1)
        self.assertTrue(self.alerts(code="down"))
        self.run_stages("settle")
        self.assertTrue(self.alerts(code="down"))
        self.assertEqual(vars(self.remote)["compared"], [("1001", "R-1")])
        self.assertTrue(stage._has_work(self.site))
        self.run_stages("settle")
        self.assertFalse(self.alerts(code="down"))
        self.assertEqual((len(self.remote.asked), self.remote.faults), (1, []))
        self.assertFalse(stage._has_work(self.site))
        self.site.write({"automatic": False})
        self.site.write({"settlement_looked_at": False, "settlement_asked_at": False})
        self.assertFalse(stage._has_work(self.site))
        self.run_stages("settle")
        self.assertFalse(self.site.settlement_looked_at or self.site.settlement_asked_at)

    def test_killed_worker_doubles_nothing(self):
        """A kill while a document is fetched leaves it to the next run (001-27)."""
        vars(self.remote)["settlement_files"] = {
            "one": self.settlement_file(*self.order_rows("R-1"))
        }
        self.kill("settle", "fetch settlement")
        self.assertFalse(self.settlements())
        self.run_stages("settle")
        self.assertEqual(len(self.settlements().line_ids), 2)

    def test_killed_worker_posts_once(self):
        """A kill between the rows and the posting leaves neither; the next run does both
        (001-28)."""
        self.site.settlement_automatic = True
        vars(self.remote)["settlement_files"] = {
            "one": self.settlement_file(*self.order_rows("R-1"))
        }
        self.kill("settle", "control")
        self.assertFalse(self.settlements())
        self.run_stages("settle")
        self.assertEqual(self.settlements().state, "posted")
        self.assertEqual(len(self.settlements().move_ids), 1)

    def test_rows_come_in_pieces(self):
        """More rows than are kept at a time are all there, in their order, and add up (001-28)."""
        rows = [self.row("Service/Storage/Month", "-0.01") for _number in range(2500)]
        settlement = self.take(self.settlement_file(*rows))
        self.assertEqual((settlement.row_count, len(settlement.line_ids)), (2500, 2500))
        self.assertEqual(settlement.amount_rows, -25.0)
        self.assertEqual(settlement.line_ids[-1].number, 2500)

    def test_more_decimals_than_the_currency_has(self):
        """An amount that would be rounded is refused with its row; nothing is kept."""
        rows = [*self.order_rows("R-1"), self.row("Service/Storage/Month", "-0.005")]
        self.take(self.settlement_file(*rows))
        self.assertFalse(self.settlements())
        self.assertIn("Row 3", self.alerts(code="settlement_unreadable").message)

    @mute_logger("odoo.addons.base.models.ir_rule", "odoo.models")
    def test_operator_sees_no_amounts(self):
        """Without accounting rights nobody sees settlements or their files (001-28)."""
        settlement = self.take(self.settlement_file(*self.order_rows("R-1")))
        document = settlement.document_id
        self.assertTrue(document)
        with self.assertRaises(AccessError):
            settlement.with_user(self.operator).read(["amount_total"])
        with self.assertRaises(AccessError):
            self.env["integrator.profit.report"].with_user(self.operator).search([])
        self.assertFalse(
            self.env["integrator.document"]
            .with_user(self.operator)
            .search([("id", "=", document.id)])
        )
        with self.assertRaises(AccessError):
            settlement.with_user(self.operator).action_post()

    def test_a_file_that_cannot_be_read_tells_its_sums_to_accountants_only(self):
        """Alerts and runs, which everybody can read, have no amounts (001-28)."""
        self.take(b"two readings")
        self.assertEqual(self.alerts().message, "It can be read in two ways.")
        self.assertEqual(self.last_run("settle").error_message, "It can be read in two ways.")
        document = self.env["integrator.document"].search([("site_id", "=", self.site.id)])
        self.assertIn("17.00 or 1700.00", document.error_message)
        with self.assertRaisesRegex(UserError, "17.00 or 1700.00"):
            self.upload(b"two readings")

    def test_several_currencies_in_one_listing(self):
        """The content decides: one document after the other, or all in one, make a settlement for
        each currency (001-27)."""
        for name in ("CAD", "MXN"):
            currency = self.env.ref(f"base.{name}")
            currency.active = True
            currency.rate_ids = [Command.create({"name": "2026-09-01", "rate": 1.5})]
        heads = [
            self.settlement_file(*self.order_rows(f"R-{name}"), currency=name).decode()[1:-1]
            for name in ("USD", "CAD", "MXN")
        ]
        settlements = self.take(f"[{','.join(heads)}]".encode())
        self.assertEqual(settlements.mapped("currency_id.name"), ["USD", "CAD", "MXN"])
        self.assertEqual(settlements.mapped("row_count"), [2, 2, 2])
        self.assertEqual(settlements.mapped("state"), ["ready"] * 3)
