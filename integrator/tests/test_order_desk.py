# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields
from odoo.tests import HttpCase, new_test_user, tagged

from .sale_case import SaleCase

PASSWORD = "order_desk_pass"
#: The groups that docs/set-up.md names for an operator.
OPERATOR = (
    "integrator.group_integrator_user,stock.group_stock_user,"
    "sales_team.group_sale_salesman_all_leads"
)


@tagged("post_install", "-at_install")
class TestOrderDesk(SaleCase, HttpCase):
    """Orders and parcels in the browser, as an operator with the groups named for one."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        new_test_user(cls.env, "order_desk", OPERATOR, password=PASSWORD)

    def order(self):
        now = fields.Datetime.now().replace(microsecond=0)
        times = {"ordered_at": now.isoformat(), "ship_by": (now + timedelta(days=9)).isoformat()}
        return self.import_orders(self.remote.order("R-1", **times))

    def test_an_order_is_found_by_number_item_and_buyer(self):
        """001-85: by what is typed into the search of the orders."""
        self.order()
        self.import_orders(self.remote.order("Q-2", sku="OTHER"))
        path = "/odoo/integration-remote-orders"
        self.start_tour(path, "integrator_find_order", login="order_desk")

    def test_a_parcel_is_shipped_in_four_clicks_from_home(self):
        """001-24, 001-43: with its tracking number, on the first page of the delivery."""
        picking = self.order().sale_order_id.picking_ids
        self.start_tour("/odoo/integration-home", "integrator_ship_order", login="order_desk")
        self.assertEqual((picking.state, picking.carrier_tracking_ref), ("done", "T-9"))
