# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import Command
from odoo.tests import new_test_user

from odoo.addons.test_integrator.models.integrator_adapter_dummy import DummyAdapter
from odoo.addons.test_integrator.warehouse import Fulfilment

from .sale_case import SaleCase


class OperationCase(SaleCase):
    """Orders that a site ships, as operators ask for it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.addClassCleanup(DummyAdapter.warehouses.clear)
        sales = "sales_team.group_sale_salesman_all_leads"
        cls.operator = new_test_user(
            cls.env, "operator", f"integrator.group_integrator_user,{sales}"
        )
        cls.second = cls.env["product.product"].create(
            {
                "name": "Other",
                "default_code": "SKU-2",
                "barcode": "4006381333931",
                "list_price": 4.0,
                "is_storable": True,
            }
        )
        cls.env["stock.quant"]._update_available_quantity(cls.second, cls.stock, 100)
        # a synchronisation begins when it is asked for
        cls.site.export_minutes = 0
        cls._forget_events()

    def setUp(self):
        super().setUp()
        self.warehouse = Fulfilment()
        DummyAdapter.warehouses[self.site.id] = self.warehouse
        self.api = self.env["integrator.api"].with_user(self.operator)

    def make_orders_of_two(self, *quantities, third=None):
        """A confirmed sale order: a line of the first product, the others of the second one.

        :param third: product of what comes after
        """
        order = self.make_order(quantities[0], confirm=False)
        products = [self.second, *([third or self.second] * len(quantities))]
        for product, quantity in zip(products, quantities[1:], strict=False):
            line = {"product_id": product.id, "product_uom_qty": quantity, "tax_ids": False}
            order.order_line = [Command.create(line)]
        order.action_confirm()
        return order

    def export(self, order, run=True, **values):
        """Ask for an export; with `run` everything that can be done is done."""
        answer = self.api.export_order(self.site.id, order.id, **values)
        return self.operation(answer, run)

    def operation(self, answer, run=True):
        operation = self.env["integrator.operation"].browse(answer["id"])
        if run:
            self.go_on()
        return operation

    def go_on(self):
        """Run the stage as the scheduled action does."""
        self.run_stages("operate")
        self.env.invalidate_all()

    def answer(self, operation, action, number=0, **values):
        """Answer the first open question, or another one."""
        step = operation._open_questions().sorted("id")[number]
        return self.api.do_action(operation.kind, operation.id, f"{step.id}:{action}", **values)

    def synchronise(self):
        return self.operation(self.api.synchronise(self.site.id))

    def remote_orders(self, order):
        """The remote orders of a sale order that are bound, oldest first."""
        domain = [("sale_order_id", "=", order.id), ("state", "in", ("prepared", "open", "done"))]
        return self.env["integrator.remote.order"].search(domain, order="id")

    def texts(self, operation, *kinds):
        steps = operation.step_ids.filtered(lambda step: not kinds or step.kind in kinds)
        return "\n".join(steps.mapped("text"))
