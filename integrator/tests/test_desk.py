# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime, timedelta
from itertools import chain

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, new_test_user, tagged

from ..exceptions import RejectedError
from ..wizards import integrator_undo
from .listing_case import ListingCase
from .test_todo import TodoCase


class DeskCase(TodoCase):
    """What waits, with the case that is shown beside it."""

    def case(self, kind, record_id=False):
        """What the desk shows of a kind.

        :return: tuple (row, dict of `action_read_case`)
        """
        row = self.todo(kind)
        return row, row.action_read_case(record_id)

    def shown(self, case):
        return self.env[case["model"]].with_user(self.clerk).browse(case["res_id"])

    def said(self, action):
        """The sentence of an answer; the screen goes on to the next case."""
        self.assertEqual(action["params"]["next"]["type"], "ir.actions.act_window_close")
        return action["params"]["message"]

    def ask(self, *skus):
        """Orders with unknown SKUs, each of which resembles a product."""
        for sku in skus:
            self.env["product.product"].create({"name": f"Like {sku}", "default_code": f"{sku}-1"})
        self.import_orders(
            *(
                self.remote.order(f"R-{number}", sku=f"{sku} 1")
                for number, sku in enumerate(skus, start=2)
            )
        )


@tagged("post_install", "-at_install")
class TestDesk(DeskCase):
    """Beside the list is all that one needs to decide (001-77, 001-88)."""

    def test_the_best_match_is_taken_and_what_goes_on_is_said(self):
        """000-31: one press."""
        self.ask("HOSE")
        _row, case = self.case("sku")
        question = self.shown(case)
        self.assertEqual((case["ids"], case["id"]), (question.ids, question.id))
        self.assertEqual(question.best_product_id.default_code, "HOSE-1")
        self.assertTrue(question.best_reason)
        self.assertEqual(self.said(question.action_take_best()), "1 order goes on: R-2.")
        self.assertFalse(self.todo("sku"))

    def test_another_product_is_taken_when_it_was_chosen(self):
        """000-31."""
        self.import_orders(
            self.remote.order("R-2", sku="NOTHING"), self.remote.order("R-3", sku="NOTHING")
        )
        question = self.shown(self.case("sku")[1])
        with self.assertRaisesRegex(UserError, "Choose the product first"):
            question.action_take_chosen()
        question.product_id = self.product
        said = self.said(question.action_take_chosen())
        self.assertIn("2 orders go on", said)
        self.assertTrue("R-2" in said and "R-3" in said)

    def test_a_record_that_is_answered_by_now_is_left_out(self):
        """001-77: the page is asked for a case that a colleague has decided."""
        self.ask("HOSE", "RAKE")
        row, case = self.case("sku")
        first, second = case["ids"]
        self.assertEqual(row.action_read_case(second)["id"], second)
        self.env["integrator.sku.match"].browse(first).product_id = self.product
        self.assertEqual(self.todo("sku").action_read_case(first)["id"], second)
        self.env["integrator.sku.match"].browse(second).product_id = self.product
        self.assertFalse(row.action_read_case(second)["id"])

    def test_one_answer_for_all_where_they_have_the_same_cure(self):
        """001-82: nothing but what the cause knows."""
        self.ask("HOSE", "RAKE")
        row, case = self.case("sku")
        self.assertEqual([cure["method"] for cure in case["cures"]], ["action_take_best"])
        for method in ("unlink", "action_create_product", ""):
            with self.assertRaises(UserError):
                row.action_cure_all(method)
        self.assertIn("2 orders go on", self.said(row.action_cure_all("action_take_best")))
        self.assertFalse(self.todo("sku"))

    def test_an_address_is_corrected_in_place(self):
        """000-04: as an operator who may not change contacts."""
        picking = self.see().sale_order_id.picking_ids
        picking._integrator_hold("address", "No street. Ask the buyer.")
        _row, case = self.case("hold")
        address = self.shown(case)
        self.assertEqual((address._name, case["id"]), ("integrator.address", picking.id))
        self.assertEqual((address.remote_order_id, address.items), ("R-1", "2 × Thing"))
        address.street = "Way 9"
        self.assertEqual(self.said(address.action_save()), f"May leave now: {picking.name}.")
        self.assertEqual((picking.partner_id.street, picking.integrator_hold), ("Way 9", False))

    def test_a_delivery_that_something_else_holds_says_so(self):
        """000-04."""
        picking = self.see(cancel_requested=True).sale_order_id.picking_ids
        picking._integrator_hold("address", "No street.")
        said = self.said(picking.with_user(self.clerk).action_integrator_release_hold())
        self.assertEqual(
            (said, picking.integrator_hold), ("Something else holds it still.", "address")
        )

    def test_an_order_is_cancelled_as_the_buyer_asks(self):
        """000-04."""
        order = self.see(cancel_requested=True)
        picking = self.shown(self.case("hold")[1])
        said = self.said(picking.action_integrator_cancel_for_buyer())
        self.assertIn(order.sale_order_id.name, said)
        self.assertEqual(order.sale_order_id.state, "cancel")

    def test_a_missing_tracking_number_is_entered_in_place(self):
        """001-43."""
        self.site.tracking_delay = 300
        self.see().sale_order_id.picking_ids.with_user(self.clerk).button_validate()
        self.told()
        picking = self.shown(self.case("tracking")[1])
        with self.assertRaisesRegex(UserError, "Enter the tracking number"):
            picking.action_integrator_take_tracking()
        picking.carrier_tracking_ref = "T-1"
        self.assertIn(picking.name, self.said(picking.action_integrator_take_tracking()))
        self.assertFalse(self.todo())

    def test_an_unknown_tax_is_chosen_in_place(self):
        """000-27."""
        rule = self.env["integrator.tax.rule"].create(
            {"site_id": self.site.id, "collection": "seller", "rate": 19}
        )
        shown = self.shown(self.case("tax")[1])
        with self.assertRaisesRegex(UserError, "Choose the tax"):
            shown.action_take_tax()
        shown.as_line = True
        shown.action_take_tax()
        self.assertEqual(rule.state, "mapped")

    def test_what_was_refused_is_sent_again(self):
        """001-82: and what is sent is said."""
        self.remote.refusals["product"] = RejectedError("No brand.", code="brand")
        self.product.name = "Better"
        self.run_stages("plan_products", *["send"] * 4)
        task = self.shown(self.case("refused")[1])
        self.remote.refusals.clear()
        self.assertEqual(self.said(task.action_retry()), f"Is sent again: {task.target_name}.")
        self.assertFalse(self.todo("refused"))
        self.assertIn("Nothing of it is left", self.said(task.action_retry()))

    def test_every_kind_has_a_form_of_its_model_and_cures_that_exist(self):
        """001-77: what is registered can be shown and pressed."""
        for entry in self.env["integrator.todo"]._todo_entries():
            with self.subTest(kind=entry.kind):
                model = self.env[entry.model]
                if entry.case:
                    view = self.env.ref(entry.case)
                    self.assertEqual((view.model, view.type), (entry.model, "form"))
                is_by_cause = isinstance(entry.cures, dict)
                groups = entry.cures.values() if is_by_cause else [entry.cures]
                for cure in chain(*groups):
                    self.assertTrue(callable(getattr(model, cure.method)))
                    self.assertTrue(cure.method.startswith("action_"))

    def test_strangers_see_no_case(self):
        """001-35."""
        self.ask("HOSE")
        row = self.todo("sku")
        outsider = new_test_user(self.env, "outsider", "stock.group_stock_user")
        with self.assertRaises(AccessError):
            row.with_user(outsider).action_read_case()

    def test_home_opens_the_desk_on_a_cause(self):
        """001-88."""
        self.ask("HOSE")
        row = self.todo("sku")
        action = row.action_decide()
        self.assertEqual(action["res_model"], "integrator.todo")
        self.assertEqual(action["context"]["integrator_case"], row.id)


@tagged("post_install", "-at_install")
class TestTodoPlan(DeskCase):
    """Whose it is, and when it comes back (001-77)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.colleague = new_test_user(
            cls.env, "desk_colleague", "integrator.group_integrator_user,stock.group_stock_user"
        )

    def test_it_is_given_to_one_person_at_a_time(self):
        """001-77: everybody sees whose it is."""
        self.ask("HOSE")
        self.todo("sku").action_assign_me()
        self.assertEqual(self.todo("sku").user_id, self.clerk)
        self.assertEqual(self.todo("sku", self.colleague).user_id, self.clerk)
        self.todo("sku").action_assign(self.colleague.id)
        self.assertEqual(self.todo("sku").user_id, self.colleague)
        self.todo("sku").action_assign()
        self.assertFalse(self.todo("sku").user_id)

    def test_nobody_else_than_members_gets_it(self):
        """001-35."""
        self.ask("HOSE")
        outsider = new_test_user(self.env, "outsider", "stock.group_stock_user")
        with self.assertRaises(AccessError):
            self.todo("sku").action_assign(outsider.id)
        with self.assertRaises(AccessError):
            self.todo("sku").with_user(outsider).action_assign_me()

    def test_it_is_put_off_for_oneself_until_a_morning(self):
        """001-77: a colleague sees it all the time; days are those of the site."""
        self.ask("HOSE")
        self.env.user.tz = self.site.user_id.tz = "Europe/Berlin"
        zone = self.site._time_zone()
        self.todo("sku").action_snooze_tomorrow()
        until = self.todo("sku").snoozed_until
        self.assertFalse(self.todo("sku", self.colleague).snoozed_until)
        local = fields.Datetime.context_timestamp(self.site.with_context(tz=zone), until)
        today = self.site._local_time(fields.Datetime.now()).date()
        self.assertEqual((local.hour, local.date()), (7, today + timedelta(days=1)))
        self.todo("sku").action_snooze_monday()
        local = fields.Datetime.context_timestamp(
            self.site.with_context(tz=zone), self.todo("sku").snoozed_until
        )
        self.assertEqual((local.hour, local.weekday()), (7, 0))
        self.assertGreater(local.date(), today)
        self.todo("sku").action_wake()
        self.assertFalse(self.todo("sku").snoozed_until)

    def plan(self, **values):
        self.todo("sku").action_snooze_monday()
        self.assertTrue(self.todo("sku").snoozed_until)
        self.env["integrator.todo.plan"].search([]).write(values)

    def test_it_comes_back_on_its_own(self):
        """001-77: nothing has to run for it."""
        self.ask("HOSE")
        self.plan(snoozed_until=fields.Datetime.now() - timedelta(hours=1))
        self.assertFalse(self.todo("sku").snoozed_until)

    def test_it_comes_back_when_more_of_it_arrives(self):
        """001-77: what was put off was less."""
        self.ask("HOSE")
        self.plan()
        self.import_orders(self.remote.order("R-9", sku="OTHER"))
        self.assertEqual((self.todo("sku").count, self.todo("sku").snoozed_until), (2, False))

    def test_it_comes_back_when_it_becomes_late(self):
        """001-24: what was late already may be put off."""
        self.ask("HOSE")
        self.plan(snoozed_at=datetime(2026, 1, 1))
        self.env["integrator.order"].search([]).ship_by = datetime(2026, 11, 2)
        self.assertFalse(self.todo("sku").snoozed_until)
        self.todo("sku").action_snooze_monday()
        self.assertTrue(self.todo("sku").snoozed_until)

    def test_plans_of_what_is_done_are_removed(self):
        """001-77: the next time it is nobody's."""
        self.ask("HOSE")
        self.todo("sku").action_assign_me()
        self.env["integrator.todo.plan"]._gc_plans()
        self.assertEqual(self.todo("sku").user_id, self.clerk)
        self.env["integrator.sku.match"].search([]).product_id = self.product
        self.env["integrator.todo.plan"]._gc_plans()
        self.assertFalse(self.env["integrator.todo.plan"].search([]))


@tagged("post_install", "-at_install")
class TestUndo(ListingCase):
    """What a person decided waits half a minute, and can be taken back (001-77)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.decider = new_test_user(cls.env, "decider", "integrator.group_integrator_user")

    def raise_price(self):
        """A price that is held for approval.

        :return: the approval
        """
        self.site.guard_price = 50
        self.products[0].list_price = 99
        self.enqueue("price", self.listings[0])
        self.run_stages("send")
        return self.held().with_user(self.decider)

    def confirm(self, action):
        """Answer the question with yes.

        :return: the action that says what was done
        """
        question = self.env[action["res_model"]].with_user(self.decider).browse(action["res_id"])
        return question.action_confirm()

    def undo(self, action, user=None):
        undo = self.env["integrator.undo"].browse(action["params"]["undo_id"])
        return undo.with_user(user or self.decider).action_undo()

    def test_the_question_names_product_values_currency_and_percent(self):
        """004-27: asking does nothing."""
        held = self.raise_price()
        action = held.action_ask_approve()
        question = self.env[action["res_model"]].with_user(self.decider).browse(action["res_id"])
        self.assertIn(
            "Item 0: price: 10.00 → 99.00 USD (+890 %)", question.lines.replace("[G-0] ", "")
        )
        self.assertIn("half a minute", question.note)
        self.assertEqual(held.state, "open")

    def test_what_was_approved_waits_and_goes(self):
        """004-27: half a minute."""
        held = self.raise_price()
        task = held.task_id
        self.confirm(held.action_ask_approve())
        self.assertEqual((held.state, task.state), ("approved", "ready"))
        self.run_stages("send")
        self.assertEqual((task.state, self.remote.told), ("ready", []))
        self.assertGreater(task.update_at, fields.Datetime.now())
        task.sudo().update_at = fields.Datetime.now() - timedelta(seconds=1)
        self.run_stages("send")
        self.assertEqual(task.state, "submitted")

    def test_no_screen_decides_without_the_question(self):
        """001-77, 004-27: also on a phone; what is decided behind the question can be undone."""
        models = ["integrator.approval", "integrator.listing.section"]
        views = self.env["ir.ui.view"].search([("model", "in", models)])
        shown = "".join(views.mapped("arch_db"))
        self.assertIn("action_ask_approve", shown)
        for behind in ("action_approve", "action_reject", "action_ignore_drift"):
            self.assertNotIn(f'name="{behind}"', shown)

    def check_half_a_minute(self, decide):
        """A decision is sent as soon as it cannot be taken back any more, neither before nor at
        the next regular run.

        :param decide: callable, gives the action that says what was done
        """
        cron = self.env.ref("integrator.ir_cron_send")
        triggers = self.env["ir.cron.trigger"]
        triggers.search([]).unlink()
        before = fields.Datetime.now()
        done = decide()
        after = fields.Datetime.now()
        [task] = self.tasks()
        shortest, longest = (moment + timedelta(seconds=30) for moment in (before, after))
        self.assertTrue(shortest <= task.update_at <= longest, (before, task.update_at, after))
        self.assertEqual(done["params"]["milliseconds"], 30000)
        woken = triggers.search([("cron_id", "=", cron.id)]).mapped("call_at")
        self.assertEqual(woken, [task.update_at])

    def test_what_was_approved_leaves_after_half_a_minute(self):
        """001-77, 004-27."""
        held = self.raise_price()
        self.check_half_a_minute(lambda: self.confirm(held.action_ask_approve()))

    def test_what_was_taken_over_leaves_after_half_a_minute(self):
        """001-77: what the channel shows is said otherwise by Odoo."""
        section = self.drift()
        section.sudo().shown_value = {"figure": "77"}
        self.check_half_a_minute(lambda: self.confirm(section.action_site_wins()))

    def test_what_was_fixed_leaves_after_half_a_minute(self):
        """001-77."""
        self.check_half_a_minute(lambda: self.pin(price=12.5)[1])

    def test_an_approval_is_taken_back(self):
        """001-77: it waits for an answer again, once."""
        held = self.raise_price()
        task = held.task_id
        self.undo(self.confirm(held.action_ask_approve()))
        self.assertEqual((held.state, held.decided_by), ("open", self.env["res.users"]))
        self.assertEqual((task.state, task.approval_id, task.manual), ("waiting", held, False))
        self.run_stages("send", "send")
        self.assertEqual((task.state, self.held(), self.remote.told), ("waiting", held, []))

    def test_what_was_sent_is_not_taken_back(self):
        """001-77: a clear refusal, and nothing changes."""
        self.patch(integrator_undo, "PATIENCE", timedelta(0))
        held = self.raise_price()
        done = self.confirm(held.action_ask_approve())
        self.run_stages("send")
        with self.assertRaisesRegex(UserError, "has been sent"):
            self.undo(done)
        self.assertEqual((held.state, held.task_id.state), ("approved", "submitted"))

    def test_a_rejection_is_taken_back(self):
        """001-77: the question is there again; the comparison with Odoo asks for it as before."""
        held = self.raise_price()
        task, section = held.task_id, self.listings[0]._section("price")
        before = section.noted_hash
        done = self.confirm(held.action_ask_reject())
        self.assertEqual((held.state, task.state), ("rejected", "obsolete"))
        self.undo(done)
        self.assertEqual((held.state, task.state, task.approval_id), ("open", "waiting", held))
        self.assertEqual(section.noted_hash, before)

    def test_it_is_taken_back_once_and_by_who_decided(self):
        """001-35."""
        held = self.raise_price()
        done = self.confirm(held.action_ask_approve())
        colleague = new_test_user(self.env, "colleague", "integrator.group_integrator_user")
        with self.assertRaises(AccessError):
            self.undo(done, colleague)
        self.undo(done)
        with self.assertRaisesRegex(UserError, "cannot be undone any more"):
            self.undo(done)

    def test_nobody_makes_up_what_is_to_be_undone(self):
        """002-01: it would write anything with the rights of the system."""
        change = ["integrator.site", self.site.id, {}, {"name": "Mine"}]
        with self.assertRaises(AccessError):
            self.env["integrator.undo"].with_user(self.decider).create({"changes": [change]})

    def test_nothing_else_is_decided_by_a_question(self):
        """002-01: a question about other records is none."""
        question = self.env["integrator.question"].with_user(self.decider)
        made = question.create(
            {"res_model": "integrator.site", "res_ids": self.site.ids, "decision": "approve"}
        )
        with self.assertRaises(UserError):
            made.action_confirm()

    def drift(self):
        section = self.listings[0]._section("price")
        section._drift({"figure": "77.00"})
        return section.with_user(self.decider)

    def test_what_was_left_as_it_is_is_asked_again(self):
        """001-77."""
        section = self.drift()
        action = section.action_ask_ignore()
        question = self.env[action["res_model"]].with_user(self.decider).browse(action["res_id"])
        self.assertIn("Odoo 10.00 USD", question.lines)
        self.assertIn("77.00 USD", question.lines)
        done = question.action_confirm()
        self.assertEqual(section.state, "verified")
        self.undo(done)
        self.assertEqual((section.state, section.ignored_hash), ("drifted", False))

    def test_what_was_left_follows_odoo_again(self):
        """001-77: later than half a minute, by the button on the listing."""
        section, listing = self.drift(), self.listings[0]
        self.confirm(section.action_ask_ignore())
        self.assertTrue(listing.is_overruled)
        self.run_stages("send")
        self.assertFalse(self.remote.told)
        listing.with_user(self.decider).action_follow_odoo()
        self.assertFalse(listing.is_overruled)
        self.run_stages("send")
        self.assertEqual((self.tasks().kind, self.tasks().state), ("price", "submitted"))

    def test_what_was_left_is_over_when_the_site_shows_what_it_was_told(self):
        """001-77: the same price of somebody else is asked about again then."""
        section, listing = self.drift(), self.listings[0]
        self.confirm(section.action_ask_ignore())
        section.sudo()._mark_sent({"figure": "12.00"})
        section.sudo()._mark_verified()
        self.assertFalse(listing.is_overruled)
        self.drift()
        self.assertEqual(section.state, "drifted")

    def test_what_was_taken_over_follows_odoo_again(self):
        """001-77: the price comes from where it came from before."""
        section, listing = self.drift(), self.listings[0]
        before = (listing.price_source, listing.price_fixed)
        done = self.confirm(section.action_site_wins())
        self.assertEqual((listing.price_source, listing.price_fixed), ("fixed", 77))
        # before anything of it is planned
        self.undo(done)
        self.env.cr.flush()
        self.assertFalse(self.events(), "nothing is sent because of it")
        self.assertEqual((listing.price_source, listing.price_fixed), before)
        self.assertFalse(listing.is_overruled)
        self.assertEqual((section.state, section.told_text), ("drifted", "10.00 USD"))

    def test_what_was_taken_over_and_is_said_otherwise_waits(self):
        """001-77: half a minute, as what was approved; taken back it is not sent at all."""
        section, listing = self.drift(), self.listings[0]
        # the site shows it without cents that Odoo says
        section.sudo().shown_value = {"figure": "77"}
        done = self.confirm(section.action_site_wins())
        task = self.tasks()
        self.assertEqual((task.kind, task.listing_id), ("price", listing))
        self.run_stages("plan_products", "send")
        self.assertEqual((task.state, self.remote.told), ("waiting", []))
        self.undo(done)
        self.run_stages("plan_products", "send")
        self.assertFalse(task.exists())
        self.assertFalse(self.tasks())
        self.assertEqual((listing.price_source, section.state), ("site", "drifted"))

    def test_what_was_taken_over_and_not_taken_back_is_sent(self):
        """001-77."""
        section = self.drift()
        section.sudo().shown_value = {"figure": "11"}
        self.confirm(section.action_site_wins())
        self.tasks().update_at = fields.Datetime.now() - timedelta(seconds=1)
        self.run_stages("send", "send")
        self.assertEqual(self.tasks().state, "success")

    def pin(self, **values):
        """Fix a figure of the first listing, as the dialog does.

        :return: the action that says what was done
        """
        action = self.listings[0].with_user(self.decider).action_pin()
        pin = self.env["integrator.pin"].with_user(self.decider).browse(action["res_id"])
        pin.write(values)
        return pin, pin.action_confirm()

    def test_a_price_is_fixed_after_a_question_and_taken_back(self):
        """001-77: by an operator, who may not write listings."""
        listing = self.listings[0]
        pin, done = self.pin(price=12.5)
        self.assertIn("12.50, whatever the pricelist has", pin.note)
        self.assertEqual((listing.price_source, listing.price_fixed), ("fixed", 12.5))
        self.assertIn("whatever the pricelist has", listing.message_ids[:1].body)
        self.run_stages("plan_products", "send")
        self.assertEqual((self.tasks().state, self.remote.told), ("waiting", []))
        self.undo(done)
        self.run_stages("plan_products", "send")
        self.assertFalse(self.tasks())
        self.assertEqual(listing.price_source, "site")

    def test_a_quantity_is_fixed_and_sent(self):
        """001-77."""
        pin, _done = self.pin(part="inventory", quantity=3)
        self.assertIn("More may be sold than there is", pin.note)
        self.tasks().update_at = fields.Datetime.now() - timedelta(seconds=1)
        self.run_stages("send", "send")
        self.assertEqual((self.tasks().kind, self.tasks().state), ("inventory", "success"))

    def test_what_is_fixed_begins_with_what_is_offered(self):
        """001-77: a list asks for one of both; what the channel shows and the new value are named,
        where they differ."""
        self.listings[0].product_id.list_price = 11
        pin = self.env["integrator.pin"].with_user(self.decider)
        for part, values, words in (
            ("price", {"price": 12.5}, "$ 10.00 → $ 12.50"),
            ("inventory", {"quantity": 3}, "5 → 3"),
            ("inventory", {"quantity": 5}, "From now on"),
        ):
            listing = self.listings[0].with_user(self.decider).with_context(default_part=part)
            asked = pin.browse(listing.action_pin()["res_id"])
            self.assertEqual((asked.part, asked.price, asked.quantity), (part, 11, 5))
            asked.write(values)
            first = asked.note.splitlines()[0].replace("\xa0", " ")
            self.assertEqual(first[: len(words)], words)

    def test_what_cannot_be_offered_is_not_fixed(self):
        """001-77: each with what is wrong."""
        listing = self.listings[0]
        shipped = {"part": "inventory", "quantity": 1}
        for before, values, words in (
            ({}, {"price": 0}, "Enter the price"),
            ({"price_minimum": 8}, {"price": 7.99}, "The limit of this listing is .*8.00"),
            ({}, {"part": "inventory", "quantity": -1}, "Enter how many"),
            ({"channel": "site"}, shipped, "out of its own stock"),
            ({"state": "closed"}, {"price": 9}, "not offered"),
        ):
            with self.subTest(words):
                listing.write(before)
                with self.assertRaisesRegex(UserError, words):
                    self.pin(**values)
        self.assertFalse(self.tasks())

    def test_a_price_of_another_company_is_not_fixed(self):
        """001-76, 001-77: a dialog may name any listing."""
        company = self.env["res.company"].create({"name": "Elsewhere"})
        group = "integrator.group_integrator_user"
        stranger = new_test_user(self.env, "stranger", group, company_id=company.id)
        listing = self.listings[0]
        pin = self.env["integrator.pin"].with_user(stranger)
        pin = pin.create({"listing_id": listing.id, "price": 1})
        # what somebody else has read before must not open the door
        self.assertTrue(listing.sku)
        with self.assertRaises(AccessError):
            pin.action_confirm()
        self.assertEqual((listing.price_source, self.tasks()), ("site", self.tasks().browse()))

    def test_what_was_changed_since_is_not_taken_back(self):
        """001-77: a colleague's work is not overwritten."""
        done = self.confirm(self.drift().action_site_wins())
        self.listings[0].price_fixed = 12
        with self.assertRaisesRegex(UserError, "changed it since"):
            self.undo(done)
        self.assertEqual(self.listings[0].price_fixed, 12)

    def test_what_was_given_up_is_taken_back(self):
        """001-82: with its reason and its failure."""
        task = self.enqueue("price", self.listings[0])
        task._move("error", error_code="brand", error_message="No brand.")
        action = task.with_user(self.decider).action_ask_dismiss()
        wizard = self.env["integrator.decide"].with_user(self.decider).browse(action["res_id"])
        self.assertEqual((wizard.task_ids, wizard.decision), (task, "dismiss"))
        wizard.reason = "Sold out for good"
        done = wizard.action_decide()
        self.assertEqual((task.state, task.decided_by), ("obsolete", self.decider))
        self.undo(done)
        self.assertEqual((task.state, task.error_message), ("error", "No brand."))
        self.assertFalse(task.decided_by)


@tagged("post_install", "-at_install")
class TestDeskScreen(DeskCase, HttpCase):
    """The desk in a real browser, as an operator with the groups of docs/set-up.md."""

    def test_an_operator_answers_and_ships_from_the_list(self):
        """000-31, 001-43, 001-88: the cause and the answer are two presses; then a parcel."""
        self.env["product.product"].create({"name": "Garden hose", "default_code": "HOSE-20"})
        picking = self.see().sale_order_id.picking_ids
        self.import_orders(self.remote.order("R-2", sku="hose 20"))
        order = self.env["integrator.order"].search([("remote_order_id", "=", "R-2")])
        self.start_tour("/odoo", "integrator_desk", login="desk_clerk")
        self.assertEqual(order.state, "new")
        self.assertEqual((picking.state, picking.carrier_tracking_ref), ("done", "T-77"))

    def test_an_address_is_repaired(self):
        """000-04: the cause, the street, and one press."""
        picking = self.see().sale_order_id.picking_ids
        picking._integrator_hold("address", "No street. Ask the buyer.")
        self.start_tour("/odoo", "integrator_desk_address", login="desk_clerk")
        self.assertFalse(picking.integrator_hold)
        self.assertEqual(picking.partner_id.street, "Way 9")

    def test_an_order_is_cancelled_as_the_buyer_asks(self):
        """000-04: one press and the question."""
        order = self.see(cancel_requested=True, cancel_reason="Ordered by mistake")
        self.start_tour("/odoo/integration-to-do", "integrator_desk_cancel", login="desk_clerk")
        self.assertEqual(order.sale_order_id.state, "cancel")

    def test_cases_are_gone_through_by_the_keyboard(self):
        """001-88: next, previous, do it."""
        self.ask("HOSE", "RAKE")
        self.start_tour("/odoo/integration-to-do", "integrator_desk_keys", login="desk_clerk")
        self.assertFalse(self.todo("sku"))

    def test_a_cause_is_taken_and_put_off(self):
        """001-77."""
        self.ask("HOSE")
        self.start_tour("/odoo/integration-to-do", "integrator_desk_plan", login="desk_clerk")
        row = self.todo("sku")
        self.assertEqual(row.user_id, self.clerk)
        self.assertTrue(row.snoozed_until)


@tagged("post_install", "-at_install")
class TestDeskPhone(DeskCase, HttpCase):
    """The desk on a phone: the list, then the case."""

    browser_size = "390x844"
    touch_enabled = True

    def test_list_then_case(self):
        """001-88."""
        self.see()
        self.ask("HOSE")
        self.start_tour("/odoo/integration-to-do", "integrator_desk_phone", login="desk_clerk")
        self.assertFalse(self.todo("sku"))


@tagged("post_install", "-at_install")
class TestDecisionScreen(ListingCase, HttpCase):
    """Decisions about listings in a real browser, as an operator."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clerk = new_test_user(cls.env, "desk_clerk", "integrator.group_integrator_user")

    def test_a_price_is_approved_after_a_question_and_taken_back(self):
        """004-27: three presses; and one to undo."""
        self.site.guard_price = 50
        self.products[0].list_price = 99
        self.enqueue("price", self.listings[0])
        self.run_stages("send")
        held = self.held()
        self.start_tour("/odoo", "integrator_desk_approve", login="desk_clerk")
        self.assertEqual(held.state, "rejected")

    def test_a_change_on_the_channel_is_decided(self):
        """001-77: two presses; or by the keyboard."""
        for listing, price in zip(self.listings[:2], ("77.00", "78.00"), strict=True):
            listing._section("price")._drift({"figure": price})
        self.start_tour("/odoo", "integrator_desk_drift", login="desk_clerk")
        tasks = self.env["integrator.task"].search([("kind", "=", "price")])
        self.assertEqual(tasks.listing_id, self.listings[:2])
