# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields
from odoo.exceptions import RedirectWarning
from odoo.tests import Form, new_test_user, tagged

from .listing_case import ListingCase


@tagged("post_install", "-at_install")
class TestGuard(ListingCase):
    """Limits hold a change that exceeds them until a person decides."""

    def raise_price(self, price):
        """The first product costs this now, and that is to be sent."""
        self.products[0].list_price = price
        task = self.enqueue("price", self.listings[0])
        self.run_stages("send")
        return task

    def test_a_price_that_moves_little_goes(self):
        """001-08: a limit of 50 % lets 15.00 instead of 10.00 pass."""
        task = self.raise_price(15)
        self.assertEqual(task.state, "submitted")
        self.assertFalse(self.held())

    def test_a_price_that_moves_far_is_held_with_both_values(self):
        """The task waits and says why; the group is notified once."""
        task = self.raise_price(99)
        held = self.held(rule="price")
        self.assertEqual((held.old_value, held.new_value), ("10.00", "99.00"))
        self.assertEqual((task.state, task.approval_id), ("waiting", held))
        self.assertIn("from 10.00 USD to 99.00 USD", task.hold_reason)
        self.assertEqual(held.change_text, "price: 10.00 → 99.00 USD (+890 %)")
        self.assertEqual(held.product_id, self.products[0])
        self.run_stages("send", "send")
        self.assertEqual((task.state, self.remote.received), ("waiting", []))
        self.assertEqual(self.alerts(code="held_price").count, 1)

    def test_a_price_that_falls_far_is_held(self):
        """A comma at the wrong place sells below cost."""
        self.assertEqual(self.raise_price(1).state, "waiting")
        self.assertEqual(self.held().change_text, "price: 10.00 → 1.00 USD (-90 %)")

    def test_an_approval_is_of_the_value_that_the_site_had(self):
        """004-27: from another value the same new one is another change."""
        task = self.raise_price(99)
        self.held()._approve()
        section = self.listings[0]._section("price")
        section._mark_sent({"figure": "20.00"})
        section._mark_verified()
        self.run_stages("send")
        self.assertEqual((task.state, self.held().old_value), ("waiting", "20.00"))

    def test_an_approved_price_goes(self):
        """User and time are kept; the alert closes."""
        task = self.raise_price(99)
        held = self.held()
        held._approve()
        self.run_stages("send")
        self.assertEqual((task.state, held.state), ("submitted", "approved"))
        self.assertEqual(held.decided_by, self.env.user)
        self.assertTrue(held.decided_at)
        self.assertFalse(self.alerts(code="held_price"))

    def test_a_price_that_moved_back_after_the_approval_is_sent(self):
        """004-27: the current state is sent; less far needs no second question."""
        task = self.raise_price(99)
        self.held()._approve()
        self.products[0].list_price = 60
        self.run_stages("send")
        self.assertEqual(task.state, "submitted")

    def test_a_price_that_moved_further_after_the_approval_is_asked_again(self):
        """004-27."""
        task = self.raise_price(99)
        self.held()._approve()
        self.products[0].list_price = 999
        self.run_stages("send")
        self.assertEqual((task.state, self.held().new_value), ("waiting", "999.00"))

    def test_a_price_that_moved_the_other_way_after_the_approval_is_asked_again(self):
        """004-27: who said yes to 99.00 instead of 10.00 said nothing of 1.00."""
        task = self.raise_price(99)
        self.held()._approve()
        self.products[0].list_price = 1
        self.run_stages("send")
        self.assertEqual((task.state, self.held().new_value), ("waiting", "1.00"))

    def test_a_question_that_nobody_answered_is_asked_again(self):
        """004-27: changes of the listing outdate it, and that is not an approval."""
        task = self.raise_price(99)
        first = self.held()
        self.enqueue("price", self.listings[0])
        self.run_stages("send")
        self.assertEqual((task.state, first.state), ("waiting", "outdated"))
        self.assertEqual(self.held().new_value, "99.00")

    def test_a_change_of_a_held_price_is_checked_with_the_present_value(self):
        """004-27: a price that is sensible again leaves without an answer."""
        task = self.raise_price(99)
        first = self.held()
        self.products[0].list_price = 11
        self.assertEqual(self.enqueue("price", self.listings[0]), task)
        self.run_stages("send")
        self.assertEqual((task.state, first.state), ("submitted", "outdated"))

    def test_a_rejected_price_is_not_sent(self):
        """The task ends with who rejected it."""
        task = self.raise_price(99)
        held = self.held()
        held._reject()
        self.run_stages("send")
        self.assertEqual((task.state, held.state), ("obsolete", "rejected"))
        self.assertIn(self.env.user.name, task.error_message)
        self.assertFalse(self.remote.received)

    def test_a_limit_of_zero_holds_nothing(self):
        """Each rail can be off."""
        self.site.write({"guard_price": 0, "guard_zero": 0, "guard_deletions": 0})
        self.sell_out(self.products[:6])
        tasks = self.raise_price(999) | self.enqueue("inventory")
        self.products.active = False
        tasks |= self.enqueue("delist")
        self.run_stages("send")
        self.assertFalse(self.held())
        self.assertLessEqual(set(tasks.mapped("state")), {"submitted", "success"})

    def test_a_first_price_is_no_change(self):
        """001-08: there is nothing to compare it with."""
        self.listings[0].state = "new"
        self.assertEqual(self.raise_price(999).state, "submitted")

    def test_too_many_sold_out_at_once_are_held(self):
        """Six of eight; the others go on."""
        self.sell_out(self.products[:6])
        tasks = self.enqueue("inventory")
        self.run_stages("send")
        self.assertEqual(tasks.mapped("state"), ["waiting"] * 6 + ["submitted"] * 2)
        self.assertEqual(len(self.held(rule="zero")), 6)
        self.assertIn("6 of 8", self.held()[0].reason)
        self.held()._approve()
        self.run_stages("send")
        self.assertEqual(set(tasks.mapped("state")) - {"success"}, {"submitted"})

    def test_as_many_sold_out_as_the_site_allows_go(self):
        """001-04: six of eight are 75 %."""
        self.site.guard_zero = 75
        self.sell_out(self.products[:6])
        tasks = self.enqueue("inventory", self.listings[:6])
        self.run_stages("send")
        self.assertEqual(set(tasks.mapped("state")), {"submitted"})

    def test_a_few_sold_out_are_never_held(self):
        """001-04: small shops sell out."""
        self.sell_out(self.products[:5])
        tasks = self.enqueue("inventory")
        self.run_stages("send")
        self.assertEqual(set(tasks.mapped("state")), {"submitted"})

    def test_those_on_their_way_count_too(self):
        """A drain that comes in small steps."""
        self.sell_out(self.products[:6])
        for listing in self.listings[:3]:
            listing._section("inventory")._mark_sent({"figure": "0"})
        tasks = self.enqueue("inventory", self.listings[3:6])
        self.run_stages("send")
        self.assertEqual(set(tasks.mapped("state")), {"waiting"})

    def test_zero_quantities_within_a_day_count_together(self):
        """Also after the site has shown it; not what somebody approved."""
        self.sell_out(self.products)
        self.sold_out_before(hours=1)
        more = self.enqueue("inventory", self.listings[3:6])
        self.run_stages("send")
        self.assertEqual(set(more.mapped("state")), {"waiting"})
        self.assertIn("6 of 8", self.held()[0].reason)
        self.held()._approve()
        for listing in self.listings[3:6]:
            listing._section("inventory")._mark_sent({"figure": "0"})
        last = self.enqueue("inventory", self.listings[6:])
        self.run_stages("send")
        self.assertEqual(set(last.mapped("state")) - {"success"}, {"submitted"})

    def sold_out_before(self, **age):
        """Three listings were sent as sold out some time ago."""
        for listing in self.listings[:3]:
            section = listing._section("inventory")
            section._mark_sent({"figure": "0"})
            section._mark_verified()
            section.emptied_at = fields.Datetime.subtract(section.emptied_at, **age)

    def test_a_zero_quantity_of_yesterday_no_longer_counts(self):
        """A limit of a day."""
        self.sell_out(self.products)
        self.sold_out_before(hours=25)
        tasks = self.enqueue("inventory", self.listings[3:])
        self.run_stages("send")
        self.assertEqual(set(tasks.mapped("state")), {"submitted"})

    def test_a_listing_that_is_in_stock_again_no_longer_counts(self):
        self.sold_out_before(hours=1)
        self.listings[0]._section("inventory")._mark_sent({"figure": "4"})
        self.assertFalse(self.listings[0]._section("inventory").emptied_at)
        self.sell_out(self.products)
        tasks = self.enqueue("inventory", self.listings[3:6])
        self.run_stages("send")
        self.assertEqual(set(tasks.mapped("state")), {"submitted"})

    def test_closings_within_a_day_count_together(self):
        """001-59: a wrong rule meets products one by one, as they move."""
        self.site.guard_deletions = 3
        self.products.active = False
        first = self.enqueue("delist", self.listings[:2])
        self.run_stages("send", "send")
        self.assertEqual(set(first.mapped("state")), {"success"})
        second = self.enqueue("delist", self.listings[2:4])
        self.run_stages("send")
        self.assertEqual(set(second.mapped("state")), {"waiting"})
        self.assertIn("4 listings", self.held()[0].reason)
        first.state_timestamp = fields.Datetime.subtract(fields.Datetime.now(), hours=25)
        second._move("ready")
        self.run_stages("send")
        self.assertEqual(set(second.mapped("state")), {"submitted"})

    def test_closings_that_were_approved_do_not_count(self):
        """A person has said yes to these."""
        self.site.guard_deletions = 3
        self.products.active = False
        tasks = self.enqueue("delist", self.listings[:4])
        self.run_stages("send")
        self.held()._approve()
        self.run_stages("send", "send")
        self.assertEqual(set(tasks.mapped("state")), {"success"})
        more = self.enqueue("delist", self.listings[4:7])
        self.run_stages("send")
        self.assertEqual(set(more.mapped("state")), {"submitted"})

    # === PRODUCTS TO OFFER === #

    def save_rule(self, rule):
        """A manager saves another rule on the site's form.

        :return: the question that it leads to, or None
        """
        manager = new_test_user(
            self.env, "keeper", "integrator.group_integrator_manager,stock.group_stock_manager"
        )
        site = self.site.with_user(manager)
        try:
            with self.env.cr.savepoint(), Form(site) as form:
                form.product_domain = rule
        except RedirectWarning as warning:
            _text, action_id, _button, context = warning.args
            action = self.env["ir.actions.act_window"].browse(action_id)
            return self.env[action.res_model].with_user(manager).with_context(**context).create({})
        return None

    def test_a_rule_that_drops_listings_is_asked_about(self):
        """001-59: how many, and nothing is saved before somebody says yes."""
        before = self.site.product_domain
        question = self.save_rule("[('default_code', '=like', 'G-1%')]")
        self.assertIn("7 of 8 live listings of Dummy", question.text)
        self.assertIn("G-0", question.text)
        self.assertEqual(self.site.product_domain, before)
        question.action_save_rule()
        self.assertEqual(self.site.product_domain, "[('default_code', '=like', 'G-1%')]")

    def test_a_rule_that_drops_nothing_is_saved(self):
        """001-59: what matches already stays."""
        self.assertIsNone(self.save_rule("[('default_code', '=like', 'G-%')]"))
        self.assertEqual(self.site.product_domain, "[('default_code', '=like', 'G-%')]")

    def test_too_many_deletions_are_held(self):
        """001-59, 001-42."""
        self.site.guard_deletions = 3
        self.products[:4].active = False
        tasks = self.enqueue("delist", self.listings[:4])
        self.run_stages("send")
        self.assertEqual(len(self.held(rule="deletion")), 4)
        self.held()[:1]._reject()
        self.held()._approve()
        self.run_stages("send")
        states = sorted(tasks.mapped("state"))
        self.assertEqual(states, ["obsolete", "submitted", "submitted", "submitted"])

    def test_a_held_task_that_is_dismissed_leaves_the_screen(self):
        """001-77."""
        task = self.raise_price(99)
        held = self.held()
        task._give_up()
        self.assertEqual((task.state, held.state), ("obsolete", "outdated"))
        held._approve()
        self.assertEqual(task.state, "obsolete")

    def test_a_decision_stands(self):
        """002-01: two people press different buttons."""
        self.raise_price(99)
        held = self.held()
        held._approve()
        held._reject()
        self.assertEqual((held.state, held.task_id.state), ("approved", "ready"))
