# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from ..exceptions import RejectedError
from .sale_case import SaleCase


@tagged("post_install", "-at_install")
class TestHome(SaleCase):
    """The first screen: what runs, what is stuck, what to do now (001-35, 001-85)."""

    def setUp(self):
        super().setUp()
        self.operator = new_test_user(self.env, "clerk", "integrator.group_integrator_user")

    def card(self):
        self.env.invalidate_all()
        return self.site.with_user(self.operator)

    def open_figure(self, name):
        action = self.card().with_context(figure=name).action_open_figure()
        return self.env[action["res_model"]].search(action["domain"])

    def test_nothing_to_do_is_said(self):
        """Silence is never the answer."""
        self.run_stages()
        card = self.card()
        self.assertEqual((card.home_state, card.home_message), ("ok", "Nothing waits for you."))
        self.assertIn("Send updates", card.home_runs)

    def test_what_the_site_refused_needs_a_person(self):
        """001-77: the figure opens what it counts."""
        self.remote.refusals["product"] = RejectedError("No brand.", code="brand")
        self.product.name = "Better"
        self.run_stages()
        card = self.card()
        self.assertEqual(card.home_state, "attention")
        self.assertIn("refused something", card.home_message)
        found = self.open_figure("home_errors")
        self.assertEqual(len(found), card.home_errors)
        self.assertEqual(set(found.mapped("state")), {"error"})

    def test_an_order_that_is_held_comes_before_what_was_refused(self):
        """000-31: the most urgent thing first."""
        self.remote.refusals["product"] = RejectedError("No brand.", code="brand")
        self.product.name = "Better"
        self.import_orders(self.remote.order("R-1", sku="UNKNOWN"))
        self.run_stages()
        card = self.card()
        self.assertEqual(card.home_held, 1)
        self.assertIn("Orders are held", card.home_message)
        self.assertEqual(self.open_figure("home_held").remote_order_id, "R-1")

    def test_what_stands_still_is_said_before_everything(self):
        """001-60: somebody pressed “stop”."""
        self.site.action_stop_all()
        card = self.card()
        self.assertEqual(card.home_state, "stopped")
        self.assertIn("has stopped", card.home_message)

    def test_the_graph_has_a_bar_for_each_of_thirty_days(self):
        """Orders of the last month."""
        self.import_orders(self.remote.order("R-1"), self.remote.order("R-2"))
        card = self.card()
        [bars] = json.loads(card.home_graph)
        self.assertEqual(len(bars["values"]), 30)
        self.assertEqual(bars["values"][-1]["value"], 2)
        self.assertEqual(card.home_orders, 2)

    def test_outsiders_see_no_card(self):
        """001-35."""
        outsider = new_test_user(self.env, "outsider", "base.group_user")
        with self.assertRaises(AccessError):
            self.site.with_user(outsider).read(["home_state"])
