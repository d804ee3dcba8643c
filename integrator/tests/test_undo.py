# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, HttpCase, new_test_user, tagged

from ..wizards import integrator_undo
from .listing_case import ListingCase


@tagged("post_install", "-at_install")
class TestUndo(ListingCase):
    """A decision waits half a minute and can be undone (001-77)."""

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

    def test_an_approved_change_waits_then_is_sent(self):
        """004-27: half a minute."""
        held = self.raise_price()
        task = held.task_id
        self.confirm(held.action_ask_approve())
        self.assertEqual((held.state, task.state), ("approved", "ready"))
        self.run_stages("send")
        self.assertEqual((task.state, self.remote.received), ("ready", []))
        self.assertGreater(task.update_at, fields.Datetime.now())
        task.sudo().update_at = fields.Datetime.now() - timedelta(seconds=1)
        self.run_stages("send")
        self.assertEqual(task.state, "submitted")

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

    def test_an_approved_change_is_sent_after_half_a_minute(self):
        """001-77, 004-27."""
        held = self.raise_price()
        self.check_half_a_minute(lambda: self.confirm(held.action_ask_approve()))

    def test_a_value_taken_over_is_sent_after_half_a_minute(self):
        """001-77: what the channel shows is said otherwise by Odoo."""
        section = self.drift()
        section.sudo().shown_value = {"figure": "77"}
        self.check_half_a_minute(lambda: self.confirm(section.action_site_wins()))

    def test_a_fixed_price_is_sent_after_half_a_minute(self):
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
        self.assertEqual((task.state, self.held(), self.remote.received), ("waiting", held, []))

    def test_a_sent_change_cannot_be_undone(self):
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

    def test_the_undo_values_cannot_be_forged(self):
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

    def test_an_undone_ignore_is_asked_again(self):
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

    def test_an_ignored_price_follows_odoo_again(self):
        """001-77: later than half a minute, by the button on the listing."""
        section, listing = self.drift(), self.listings[0]
        self.confirm(section.action_ask_ignore())
        self.assertTrue(listing.is_overruled)
        self.run_stages("send")
        self.assertFalse(self.remote.received)
        listing.with_user(self.decider).action_follow_odoo()
        self.assertFalse(listing.is_overruled)
        self.run_stages("send")
        self.assertEqual((self.tasks().kind, self.tasks().state), ("price", "submitted"))

    def test_an_ignored_difference_ends_when_the_site_shows_what_was_sent(self):
        """001-77: the same price of somebody else is asked about again then."""
        section, listing = self.drift(), self.listings[0]
        self.confirm(section.action_ask_ignore())
        section.sudo()._mark_sent({"figure": "12.00"})
        section.sudo()._mark_verified()
        self.assertFalse(listing.is_overruled)
        self.drift()
        self.assertEqual(section.state, "drifted")

    def test_a_price_taken_over_follows_odoo_again(self):
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
        self.assertEqual((section.state, section.odoo_text), ("drifted", "10.00 USD"))

    def test_a_value_taken_over_in_another_form_waits(self):
        """001-77: half a minute, as what was approved; taken back it is not sent at all."""
        section, listing = self.drift(), self.listings[0]
        # the site shows it without cents that Odoo says
        section.sudo().shown_value = {"figure": "77"}
        done = self.confirm(section.action_site_wins())
        task = self.tasks()
        self.assertEqual((task.kind, task.listing_id), ("price", listing))
        self.run_stages("plan_products", "send")
        self.assertEqual((task.state, self.remote.received), ("waiting", []))
        self.undo(done)
        self.run_stages("plan_products", "send")
        self.assertFalse(task.exists())
        self.assertFalse(self.tasks())
        self.assertEqual((listing.price_source, section.state), ("site", "drifted"))

    def test_a_value_taken_over_and_not_undone_is_sent(self):
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
        pin = self.asked().save()
        pin.write(values)
        return pin, pin.action_confirm()

    def asked(self, **context):
        """The dialog that fixes a figure of the first listing, as it opens."""
        listing = self.listings[0].with_user(self.decider).with_context(**context)
        action = listing.action_pin()
        # only in a new record does the client put the cursor into the value
        self.assertFalse(action.get("res_id"))
        pin = self.env["integrator.pin"].with_user(self.decider)
        return Form(pin.with_context(**action["context"]))

    def test_a_price_is_fixed_after_a_question_and_taken_back(self):
        """001-77: by an operator, who may not write listings."""
        listing = self.listings[0]
        pin, done = self.pin(price=12.5)
        self.assertIn("12.50, whatever the pricelist has", pin.note)
        self.assertEqual((listing.price_source, listing.price_fixed), ("fixed", 12.5))
        self.assertIn("whatever the pricelist has", listing.message_ids[:1].body)
        self.run_stages("plan_products", "send")
        self.assertEqual((self.tasks().state, self.remote.received), ("waiting", []))
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

    def test_fixing_a_price_starts_with_the_offered_one(self):
        """001-77: a list asks for one of both; what the channel shows and the new value are named,
        where they differ."""
        self.listings[0].product_id.list_price = 11
        for part, name, value, words in (
            ("price", "price", 12.5, "$ 10.00 → $ 12.50"),
            ("inventory", "quantity", 3, "5 → 3"),
            ("inventory", "quantity", 5, "From now on"),
        ):
            asked = self.asked(default_part=part)
            begun = asked.part, asked._values["price"], asked._values["quantity"]
            self.assertEqual(begun, (part, 11, 5))
            asked[name] = value
            first = asked.note.splitlines()[0].replace("\xa0", " ")
            self.assertEqual(first[: len(words)], words)

    def test_a_price_that_cannot_be_offered_is_not_fixed(self):
        """001-77: each with what is wrong."""
        listing = self.listings[0]
        shipped = {"part": "inventory", "quantity": 1}
        parent = {"template_id": listing.product_id.product_tmpl_id.id, "product_id": False}
        for before, values, words in (
            ({}, {"price": 0}, "Enter the price"),
            ({"price_minimum": 8}, {"price": 7.99}, "The limit of this listing is .*8.00"),
            ({}, {"part": "inventory", "quantity": -1}, "Enter how many"),
            ({"channel": "site"}, shipped, "out of its own stock"),
            ({"state": "closed"}, {"price": 9}, "not offered"),
            ({"state": "live", **parent}, {"price": 9}, "not offered"),
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

    def test_fields_changed_since_are_not_undone(self):
        """001-77: a colleague's work is not overwritten."""
        done = self.confirm(self.drift().action_site_wins())
        self.listings[0].price_fixed = 12
        with self.assertRaisesRegex(UserError, "changed it since"):
            self.undo(done)
        self.assertEqual(self.listings[0].price_fixed, 12)

    def test_a_dismissal_is_undone(self):
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
