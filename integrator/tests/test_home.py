# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from ..exceptions import RejectedError
from .sale_case import SaleCase


@tagged("post_install", "-at_install")
class TestHome(SaleCase):
    """Home shows what runs, what is stuck and what to do now (001-35, 001-85)."""

    def setUp(self):
        super().setUp()
        self.operator = new_test_user(self.env, "clerk", "integrator.group_integrator_user")

    def card(self):
        self.env.invalidate_all()
        return self.site.with_user(self.operator)

    def test_nothing_to_do_is_said(self):
        """Silence is never the answer: a healthy site says in one line that it runs."""
        self.run_stages("fetch")
        card = self.card()
        self.assertEqual((card.home_state, card.home_message), ("ok", "Nothing waits for you."))
        self.assertRegex(card.home_line, r"^Since .* · last orders .* · next .*")
        self.assertIn("Send updates", card.home_runs)

    def test_updates_refused_by_the_site_need_a_person(self):
        """001-77: the card opens what it counts, and says what to do."""
        self.remote.refusals["product"] = RejectedError("No brand.", code="brand")
        self.product.name = "Better"
        self.run_stages()
        card = self.card()
        self.assertEqual(
            (card.home_state, card.home_message),
            ("attention", "1 update refused: Read why, solve it and retry"),
        )
        action = card.action_open_todo()
        found = self.env[action["res_model"]].with_user(self.operator).search(action["domain"])
        self.assertEqual(found.mapped("state"), ["error"])

    def test_an_order_that_is_held_comes_before_what_was_refused(self):
        """000-31: the most urgent thing first."""
        self.remote.refusals["product"] = RejectedError("No brand.", code="brand")
        self.product.name = "Better"
        self.import_orders(self.remote.order("R-1", sku="UNKNOWN"))
        self.run_stages()
        card = self.card()
        self.assertEqual(card.home_todo, 2)
        self.assertEqual(card.home_message, "1 unknown SKU: Choose the product")
        action = card.action_open_todo()
        found = self.env[action["res_model"]].with_user(self.operator).search(action["domain"])
        self.assertEqual(found.mapped("kind"), ["sku", "refused"])

    def test_a_stopped_site_is_shown_first(self):
        """001-60: somebody pressed “stop”."""
        self.site.action_stop_all()
        card = self.card()
        self.assertEqual(card.home_state, "stopped")
        self.assertIn("has stopped", card.home_message)

    def test_outsiders_see_no_card(self):
        """001-35."""
        outsider = new_test_user(self.env, "outsider", "base.group_user")
        with self.assertRaises(AccessError):
            self.site.with_user(outsider).read(["home_state"])
