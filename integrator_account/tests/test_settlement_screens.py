# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json
from datetime import timedelta

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from ..neutral import GROUPS
from .settlement_case import SettlementCase

#: Loggers of what is refused.
REFUSED = ("odoo.addons.base.models.ir_rule", "odoo.addons.base.models.ir_model", "odoo.models")

#: Rows of the addon that people read.
MODELS = (
    "integrator.settlement",
    "integrator.settlement.line",
    "integrator.settlement.group",
    "integrator.settlement.rule",
    "integrator.profit.report",
)


@tagged("post_install", "-at_install")
class TestSettlementScreens(SettlementCase):
    """Accountants see and set up settlements, and others do not."""

    def test_screens_open(self):
        """Every screen of a settlement can be read by an accountant without other rights."""
        settlement = self.take(self.settlement_file(*self.order_rows("R-1")))
        self.post(settlement)
        mine = self.as_accountant(settlement)
        Form(mine)
        self.assertIn("20.00", mine.summary_html)
        self.assertEqual((mine.move_count, mine.order_count), (1, 1))
        self.assertEqual(mine.action_view_moves()["res_id"], settlement.move_ids.id)
        self.assertEqual(mine.action_view_lines()["domain"], [("settlement_id", "in", mine.ids)])
        for model in MODELS:
            for view in ("list", "search"):
                self.env[model].with_user(self.accountant).get_view(view_type=view)
            self.assertTrue(self.env[model].with_user(self.accountant).search([]))
        self.assertEqual(mine.site_id.display_name, "Dummy")

    def test_set_up(self):
        """Accounts are proposed beside a real row, confirmed once, and the settlement is free."""
        groups = self.site.settlement_group_ids
        groups.account_id = False
        self.site.settlement_journal_id = False
        settlement = self.take(self.settlement_file(*self.order_rows("R-1")))
        self.assertEqual(settlement.hold_code, "account")
        wizard = self.env["integrator.settlement.setup"].with_user(self.accountant)
        form = Form(wizard.with_context(default_site_id=self.site.id))
        setup = form.save()
        commission = setup.line_ids.filtered(lambda line: line.group_id.key == "commission")
        self.assertEqual(commission.example, f"Order / Fees / Commission: {self.usd.format(-3.0)}")
        self.assertEqual(commission.account_id.account_type, "expense")
        payout = setup.line_ids.filtered(lambda line: line.group_id.key == "payout")
        self.assertTrue(payout.account_id.reconcile)
        commission.account_id = self.accounts["commission"]
        setup.action_confirm()
        self.assertEqual(settlement.state, "ready", settlement.hold_reason)
        self.assertIn(("commission", 3.0), self.booked(self.post(settlement)))

    def test_set_up_posts_what_waited(self):
        """With automatic posting, nobody presses “Post” on the first settlement."""
        self.site.settlement_group_ids.account_id = False
        self.site.settlement_journal_id = False
        settlement = self.take(self.settlement_file(*self.order_rows("R-1")))
        wizard = self.env["integrator.settlement.setup"].with_user(self.accountant)
        with Form(wizard.with_context(default_site_id=self.site.id)) as form:
            form.automatic = True
        form.record.action_confirm()
        self.assertEqual(settlement.state, "posted", settlement.hold_reason)

    def test_the_entry_is_seen_with_invoicing_rights(self):
        """Odoo's form of an entry hides its items from “Invoicing”: they are shown as a list."""
        settlement = self.take(self.settlement_file(*self.order_rows("R-1")))
        self.post(settlement)
        clerk = new_test_user(self.env, "settlement_clerk", "account.group_account_invoice")
        action = settlement.with_user(clerk).action_view_moves()
        self.assertEqual(action["res_model"], "account.move.line")
        items = self.env["account.move.line"].with_user(clerk).search(action["domain"])
        view = items.get_view(action["views"][0][0], "list")
        self.assertTrue(
            {"account_id", "name", "debit", "credit"} <= set(view["models"]["account.move.line"])
        )
        # 20.00 by the buyer: 3.00 for the commission, 17.00 for the payout
        self.assertEqual(sorted(items.mapped("balance")), [-20.0, 3.0, 17.0])
        action = self.as_accountant(settlement).action_view_moves()
        self.assertEqual(action["res_model"], "account.move")

    def test_set_up_by_another_program(self):
        """Without a form all is proposed, too; what has no row yet shows the name that it has."""
        self.site.settlement_group_ids.account_id = False
        self.site.settlement_journal_id = False
        settlement = self.take(self.settlement_file(*self.order_rows("R-1")))
        setups = self.env["integrator.settlement.setup"].with_user(self.accountant)
        setup = setups.create({"site_id": self.site.id})
        self.assertEqual(setup.journal_id.type, "general")
        self.assertEqual((setup.mode, setup.user_id), ("orders", self.accountant))
        keys = setup.line_ids.mapped("group_id.key")
        self.assertCountEqual(keys, set(GROUPS) - {"ask"})
        self.assertCountEqual(keys[:2], ["sale", "commission"], "first what there are rows of")
        examples = {line.group_id.key: line.example for line in setup.line_ids}
        self.assertEqual(examples["sale"], f"Order / Price / Principal: {self.usd.format(20.0)}")
        self.assertEqual(examples["storage"], "None yet, for instance Service / Storage / *")
        self.assertTrue(setup.action_confirm())
        self.assertEqual(self.site.settlement_user_id, self.accountant)
        self.assertEqual(settlement.state, "ready", settlement.hold_reason)

    def test_set_up_without_a_journal(self):
        """A company without one reads what to do."""
        self.site.settlement_journal_id = False
        setups = self.env["integrator.settlement.setup"].with_user(self.accountant)
        setup = setups.create({"site_id": self.site.id, "journal_id": False})
        with self.assertRaisesRegex(UserError, "Choose the journal"):
            setup.action_confirm()

    # === WHO IS ASKED === #

    def test_a_held_settlement_asks_an_accountant_once(self):
        """The question has the reason, leads to the screen with the button, and ends by itself."""
        self.site.settlement_user_id = self.accountant
        odd = self.row("Service/Novelty/Never seen", "-2.00")
        settlement = self.take(self.settlement_file(*self.order_rows("R-1"), odd))
        question = settlement.activity_ids
        self.assertEqual(question.user_id, self.accountant)
        self.assertEqual(question.summary, "Settlement 1001 is held")
        self.assertIn("Never seen", question.note)
        self.as_accountant(settlement).action_check()
        self.assertEqual(settlement.activity_ids, question)
        question.with_user(self.accountant).action_feedback()
        self.as_accountant(settlement).action_check()
        self.assertFalse(settlement.activity_ids, "done by hand")
        self.answer(settlement, "storage")
        self.assertFalse(settlement.activity_ids)

    def test_the_person_who_is_asked_may_answer(self):
        """Somebody without accounting rights is not asked, whoever is responsible for the site."""
        self.site.user_id = self.operator
        odd = self.row("Service/Novelty/Never seen", "-2.00")
        settlement = self.take(self.settlement_file(odd))
        self.assertTrue(settlement.activity_ids.user_id.has_group("account.group_account_manager"))

    def test_to_do_of_people_with_both_rights(self):
        """Held and ready ones by what is to be done; an operator alone sees neither."""
        both = new_test_user(
            self.env,
            "settlement_both",
            "integrator.group_integrator_user,account.group_account_invoice",
        )
        odd = self.row("Service/Novelty/Never seen", "-2.00")
        settlement = self.take(self.settlement_file(odd))
        todo = self.env["integrator.todo"]
        row = todo.with_user(both).search([("kind", "like", "settlement")])
        self.assertEqual((row.title, row.cause), ("1 settlement is held", "rule"))
        self.assertEqual(row.step, "Open it and press “Answer”")
        self.assertIn("Never seen", row.reason)
        self.assertEqual(row.action_open()["res_id"], settlement.id)
        self.assertFalse(todo.with_user(self.operator).search([("kind", "like", "settlement")]))
        self.answer(settlement, "storage")
        self.env.invalidate_all()
        row = todo.with_user(both).search([("kind", "like", "settlement")])
        self.assertEqual(row.title, "1 settlement can be posted")
        self.post(settlement)
        self.env.invalidate_all()
        self.assertFalse(todo.with_user(both).search([("kind", "like", "settlement")]))

    def answer(self, settlement, key):
        action = self.as_accountant(settlement).action_answer()
        wizards = self.env[action["res_model"]].with_user(self.accountant)
        wizard = Form(wizards.with_context(**action["context"])).save()
        wizard.line_ids.group_id = self.site._settlement_group(key)
        wizard.action_answer()
        self.assertEqual(settlement.state, "ready", settlement.hold_reason)

    @mute_logger(*REFUSED)
    def test_other_company(self):
        """An accountant of another company sees and posts nothing of ours."""
        settlement = self.take(self.settlement_file(*self.order_rows("R-1")))
        company = self.env["res.company"].create({"name": "Theirs"})
        stranger = new_test_user(
            self.env,
            "settlement_stranger",
            "account.group_account_manager,account.group_account_user",
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )
        for model in MODELS:
            self.assertFalse(self.env[model].with_user(stranger).search([]), model)
        with self.assertRaises(AccessError):
            settlement.with_user(stranger).action_post()
        with self.assertRaises(AccessError):
            settlement.with_user(stranger).action_reverse()

    @mute_logger(*REFUSED)
    def test_rows_cannot_be_written(self):
        """Rows and sums are the site's: no accountant changes them, whatever client he uses."""
        settlement = self.take(self.settlement_file(*self.order_rows("R-1")))
        for record in (settlement, settlement.line_ids[0]):
            with self.assertRaises(AccessError):
                self.as_accountant(record).write({"currency_id": self.usd.id})
            with self.assertRaises(AccessError):
                self.as_accountant(record).unlink()

    @mute_logger(*REFUSED)
    def test_buttons_need_accounting_rights(self):
        """Every button asks for the rights of who presses it."""
        settlement = self.take(self.settlement_file(*self.order_rows("R-1")))
        theirs = settlement.with_user(self.operator)
        for name in ("check", "post", "repost", "reverse", "match_bank", "answer", "accept_gap"):
            with self.assertRaises(AccessError, msg=name):
                getattr(theirs, f"action_{name}")()
        clerk = new_test_user(self.env, "settlement_clerk", "account.group_account_invoice")
        with self.assertRaises(AccessError):
            settlement.with_user(clerk).action_set_up()

    def test_every_model_has_a_rule(self):
        """Rights come from record rules: each model of the addon has one, wizards too."""
        models = [
            name
            for name, model in self.registry.items()
            if model._original_module == "integrator_account" and not model._abstract
        ]
        self.assertIn("integrator.settlement.answer.line", models)
        for name in models:
            rules = self.env["ir.rule"].search([("model_id.model", "=", name)])
            self.assertTrue(rules.filtered(lambda rule: not rule.groups), name)

    @mute_logger(*REFUSED)
    def test_answers_are_for_rows_that_one_may_read(self):
        """A wizard shows and remembers nothing of rows of another company."""
        odd = self.row("Service/Novelty/Never seen", "-2.00")
        settlement = self.take(self.settlement_file(odd))
        company = self.env["res.company"].create({"name": "Theirs"})
        stranger = new_test_user(
            self.env,
            "settlement_curious",
            "account.group_account_manager",
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )
        wizards = self.env["integrator.settlement.answer"].with_user(stranger)
        line = {
            "example_id": settlement.line_ids.id,
            "group_id": self.site.settlement_group_ids[0].id,
        }
        with self.assertRaises(AccessError):
            wizard = wizards.create(
                {"settlement_id": settlement.id, "line_ids": [Command.create(line)]}
            )
            wizard.line_ids.read(["transaction_type", "amount"])
            wizard.action_answer()
        self.assertFalse(self.site.settlement_rule_ids.filtered(lambda one: not one.is_shipped))

    def test_documents_outlive_the_retention(self):
        """Documents of posted settlements are not removed with the others."""
        settlement = self.take(self.settlement_file(*self.order_rows("R-1")))
        with self.later(days=4000):
            self.env["integrator.document"]._gc_retained()
        self.assertTrue(settlement.document_id.exists())
        self.assertIn(b"R-1", settlement.document_id._raw())


@tagged("post_install", "-at_install")
class TestSettlementWalk(HttpCase, SettlementCase):
    """An accountant works on settlements in the browser."""

    def test_answer_and_post(self):
        """From a held settlement to its entry, in a browser."""
        odd = self.row("Service/Novelty/Never seen", "-2.00")
        self.take(self.settlement_file(*self.order_rows("R-1"), odd))
        self.start_tour(
            "/odoo/action-integrator_account.integrator_settlement_action",
            "integrator_settlement",
            login=self.accountant.login,
        )
        settlement = self.settlements()
        self.assertEqual((settlement.state, settlement.amount_total), ("posted", 15.0))

    def test_from_the_dropped_files_to_the_profit(self):
        """001-27, 001-28: in a browser, with accounting rights only."""
        self.assertFalse(self.accountant.has_group("integrator.group_integrator_user"))
        self._make_unset()
        self.invoice(self.site_order("R-1"))
        self.invoice(self.site_order("R-9"))
        self.remote.deferred = [
            {"remote_id": "T1", "order_ref": "R-7", "amount": "12.50", "currency": "USD"}
            | {"posted_at": False, "release_at": "2026-12-01 00:00:00", "reason": "DD7"}
        ]
        self.take()
        refund = {"order_ref": "R-1", "adjustment_ref": "A-1", "sku": "SKU-1", "quantity": 1}
        first = self.settlement_file(
            *self.order_rows("R-1", principal="24.90"),
            *self.order_rows("R-2"),
            self.row("Refund/Price/Principal", "-10.00", **refund),
        )
        second = {"start": "2026-09-15 00:00:00", "end": "2026-09-29 00:00:00"}
        second = self.settlement_file(*self.order_rows("R-3"), remote_id="1002", **second)
        self.env["ir.attachment"].with_user(self.accountant).create(
            [{"name": f"period-{at}.txt", "raw": raw} for at, raw in enumerate((first, second), 1)]
        )
        # 21.90 and 17.00 of two orders, 10.00 given back
        self._make_bank_line(28.90)
        self.start_tour(
            "/odoo/action-integrator_account.integrator_settlement_action",
            "integrator_settlement_books",
            login=self.accountant.login,
        )
        self.env.invalidate_all()
        settlements = self.settlements()
        self.assertEqual(settlements.mapped("state"), ["posted", "ready"])
        note = self.env["account.move"].search([("integrator_refund_item_id", "!=", False)])
        self.assertEqual((note.state, note.amount_total), ("draft", 10.00))

    def _make_unset(self):
        """A channel whose accounts nobody has confirmed; it is the only one."""
        self.env["integrator.site"].search([("id", "!=", self.site.id)]).active = False
        self.site.settlement_group_ids.account_id = False
        self.site.settlement_journal_id = False

    def _make_bank_line(self, amount):
        journal = self.env["account.journal"].search(
            [("type", "=", "bank"), ("company_id", "=", self.company.id)], limit=1
        )
        values = {"amount": amount, "date": "2026-09-18", "payment_ref": "Payout of the market"}
        self.env["account.bank.statement.line"].create({"journal_id": journal.id, **values})

    def test_set_up_and_answer_over_http(self):
        """Another program creates and confirms it with a key of the accountant's: the set-up is
        proposed as on the screen, and the rows that nobody knows are listed."""
        self.site.settlement_group_ids.account_id = False
        odd = self.row("Service/Novelty/Never seen", "-2.00")
        settlement = self.take(self.settlement_file(*self.order_rows("R-1"), odd))
        values = {"site_id": self.site.id}
        setup = self.call("integrator.settlement.setup", "create", vals_list=values)
        self.assertTrue(self.call("integrator.settlement.setup", "action_confirm", ids=setup))
        self.assertEqual(settlement.hold_code, "rule", settlement.hold_reason)
        values = {"settlement_id": settlement.id}
        answer = self.call("integrator.settlement.answer", "create", vals_list=values)
        [found] = self.call("integrator.settlement.answer", "read", ids=answer, fields=["line_ids"])
        lines = self.env["integrator.settlement.answer.line"].browse(found["line_ids"])
        self.assertEqual(lines.mapped("description"), ["Never seen"])
        lines.group_id = self.site._settlement_group("storage")
        self.assertTrue(self.call("integrator.settlement.answer", "action_answer", ids=answer))
        self.assertEqual(settlement.state, "ready", settlement.hold_reason)

    def call(self, model, method, **values):
        """The answer of a method over HTTP."""
        keys = self.env["res.users.apikeys"].with_user(self.accountant).sudo()
        key = keys._generate("rpc", "test", fields.Datetime.now() + timedelta(days=1))
        response = self.url_open(
            f"/json/2/{model}/{method}",
            data=json.dumps(values).encode(),
            headers={"Authorization": f"bearer {key}", "Content-Type": "application/json"},
        )
        self.assertEqual(response.status_code, 200, response.text)
        self.env.invalidate_all()
        return response.json()


@tagged("post_install", "-at_install")
class TestSettlementPhone(HttpCase, SettlementCase):
    """An accountant works on settlements on a phone."""

    browser_size = "390x844"
    touch_enabled = True

    def test_held_and_posted_on_a_phone(self):
        """001-28: what holds it, the answer, the entry, and what speaks for it."""
        odd = self.row("Service/Novelty/Never seen", "-2.00")
        self.take(self.settlement_file(*self.order_rows("R-1"), odd))
        self.start_tour(
            "/odoo/action-integrator_account.integrator_settlement_action",
            "integrator_settlement_phone",
            login=self.accountant.login,
        )
        self.assertEqual(self.settlements().state, "posted")
