# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from decimal import Decimal

from odoo.tests import HttpCase, new_test_user, tagged

from ..operation_types import AVAILABILITY, FEE, Discrepancy, RemoteOrderLine
from .operation_case import OperationCase


@tagged("post_install", "-at_install")
class TestOperationScreen(OperationCase, HttpCase):
    """Operations in a real browser."""

    def setUp(self):
        super().setUp()
        groups = "integrator.group_integrator_user,stock.group_stock_user"
        new_test_user(self.env, "exporter", f"{groups},sales_team.group_sale_salesman_all_leads")
        self.order = self.make_orders_of_two(5, 3)
        self.page = f"/odoo/action-sale.action_orders/{self.order.id}"

    def walk(self, tour, page=None):
        self.start_tour(page or self.page, f"integrator_{tour}", login="exporter")
        self.go_on()

    def test_an_export_from_the_form_to_the_result(self):
        """002-33, 002-40, 002-41, 002-60, 002-61, 002-66, 002-82, 002-85: an order is exported, two
        questions are answered, it is seen shipped, unbound, and another one bound."""
        line = str(self.order.order_line[0].id)
        self.warehouse.discrepancies = [
            Discrepancy(AVAILABILITY, line, "Only 2 are there.", data={"available": 2}),
            Discrepancy(FEE, "", "It costs 9.00."),
        ]
        self.walk("export")
        operation = self.env["integrator.operation"].search([("order_id", "=", self.order.id)])
        self.assertEqual((operation.state, operation.user_id.login), ("waiting", "exporter"))
        action = "/odoo/action-integrator.integrator_operation_action"
        self.walk("answer", f"{action}/{operation.id}")
        self.assertEqual(operation.state, "done")
        self.assertEqual(self.env["integrator.operation.rule"].search([]).cause, FEE)
        remote = self.remote_orders(self.order)
        self.warehouse.ship(remote.remote_ref, tracking="1Z999")
        self.synchronise()
        self.walk("compare")
        self.walk("scan", "/odoo/action-integrator.integrator_home_action")
        self.walk("unbind")
        self.assertEqual(remote.state, "unbound")
        rest = RemoteOrderLine("", "SKU-1", Decimal(3), remote_line_id="1")
        self.warehouse.make("HAND-1", rest)
        self.walk("bind")
        self.assertEqual(self.remote_orders(self.order).mapped("remote_ref"), ["HAND-1"])
