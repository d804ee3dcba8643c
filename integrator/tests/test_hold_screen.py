# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import HttpCase, new_test_user, tagged

from .news_case import NewsCase


@tagged("post_install", "-at_install")
class TestHoldScreen(NewsCase, HttpCase):
    """Deliveries on hold in a real browser (000-04)."""

    def test_an_operator_finds_the_held_delivery_and_ships_it_anyway(self):
        """000-04: list, reason, answer."""
        groups = "integrator.group_integrator_user,stock.group_stock_user"
        new_test_user(self.env, "holder", f"{groups},sales_team.group_sale_salesman_all_leads")
        order = self.see(cancel_requested=True, cancel_reason="Ordered by mistake")
        picking = order.sale_order_id.picking_ids
        self.start_tour("/odoo", "integrator_hold", login="holder")
        self.assertFalse(picking.integrator_hold)
        self.assertEqual(list(picking.integrator_answers), ["buyer_cancel"])

    def test_the_walk_of_the_documentation(self):
        """000-04: from Home to the reason, the address, and out."""
        groups = (
            "integrator.group_integrator_user,stock.group_stock_user,base.group_partner_manager"
        )
        new_test_user(self.env, "walker", f"{groups},sales_team.group_sale_salesman_all_leads")
        picking = self.see().sale_order_id.picking_ids
        picking._hold("address", "No street. Ask the buyer.")
        self.start_tour("/odoo", "integrator_walk", login="walker")
        self.assertFalse(picking.integrator_hold)
        self.assertEqual(picking.partner_id.street, "Way 1")
