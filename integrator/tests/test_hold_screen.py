# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import HttpCase, new_test_user, tagged

from .news_case import NewsCase


@tagged("post_install", "-at_install")
class TestHoldScreen(NewsCase, HttpCase):
    """Deliveries on hold in a real browser (000-04; pain 18)."""

    def test_an_operator_finds_the_held_delivery_and_ships_it_anyway(self):
        """000-04; pain 18: list, reason, answer."""
        groups = "integrator.group_integrator_user,stock.group_stock_user"
        new_test_user(self.env, "holder", f"{groups},sales_team.group_sale_salesman_all_leads")
        order = self.see(cancel_requested=True, cancel_reason="Ordered by mistake")
        picking = order.sale_order_id.picking_ids
        self.start_tour("/odoo", "integrator_hold", login="holder")
        self.assertFalse(picking.integrator_hold)
        self.assertEqual(list(picking.integrator_answers), ["buyer_cancel"])
