# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import new_test_user

from spapi_simulator.settings import Settings

from .common import GERMANY, AmazonCommon

OPERATOR_GROUPS = ",".join(
    (
        "integrator.group_integrator_user",
        "sales_team.group_sale_salesman_all_leads",
        "stock.group_stock_user",
    )
)


class FulfillmentCase(AmazonCommon):
    """A web shop's orders, and twenty pieces of each product at the local Amazon."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.site.write({"amazon_fulfillment": True, "export_minutes": 0})
        cls.fba = cls.env["stock.location"].create(
            {
                "name": "Amazon FBA",
                "usage": "internal",
                "location_id": cls.site.warehouse_id.view_location_id.id,
            }
        )
        cls.site.write({"site_stock": "location", "site_location_id": cls.fba.id})
        for product in cls.products:
            cls.env["stock.quant"]._update_available_quantity(product, cls.fba, 20)
        cls.operator = new_test_user(cls.env, "operator", OPERATOR_GROUPS)
        cls.team = cls.env["crm.team"].create({"name": "Web shop"})
        cls.customer = cls.env["res.partner"].create(
            {
                "name": "Erika Mustermann",
                "street": "Musterstraße 12",
                "zip": "80331",
                "city": "München",
                "country_id": cls.env.ref("base.de").id,
            }
        )

    def setUp(self):
        super().setUp()
        # buttons call Amazon, too: what they do in a transaction of their own belongs to the test
        self.registry_enter_test_mode()
        for name, usual in vars(Settings()).items():
            setattr(self.amazon.settings, name, usual)
        for product in self.products:
            self.amazon.set_fba_stock(product.default_code, 20, GERMANY)

    def sell(self, *quantities, confirm=True, **values):
        """A sale order of the web shop with some pieces of the first products."""
        lines = [
            (0, 0, {"product_id": product.id, "product_uom_qty": quantity})
            for product, quantity in zip(self.products, quantities, strict=False)
        ]
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "team_id": self.team.id,
                "order_line": lines,
                **values,
            }
        )
        if confirm:
            order.action_confirm()
        return order

    def export(self, order, **parameters):
        """Let the site ship an order, up to the end or a question."""
        operation, _joined = self.env["integrator.operation"]._start(
            "export", self.site, order, **parameters
        )
        return self.go_on(operation)

    def go_on(self, operation):
        for _piece in range(20):
            if operation.state not in ("queued", "running"):
                break
            self.run_stages("operate")
        return operation

    def synchronise(self):
        operation, _joined = self.env["integrator.operation"]._start("synchronise", self.site)
        return self.go_on(operation)

    def remote(self, order):
        return self.env["integrator.remote.order"].search([("sale_order_id", "=", order.id)])

    def questions(self, operation):
        return operation.step_ids.filtered(lambda step: step.kind == "question")

    def ship(self, remote, status="Complete"):
        """Amazon does what it does in days, and is then asked about it."""
        self.amazon.move_fulfillment(remote.remote_ref, status)
        self.synchronise()
