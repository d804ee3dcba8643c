from odoo.tests import HttpCase, new_test_user, tagged
from decimal import Decimal
from ..exceptions import RejectedError
from ..operation_types import AVAILABILITY, FEE, Discrepancy, RemoteOrderLine
from .operation_case import OperationCase


class Look(OperationCase, HttpCase):
    browser_size = "1400,900"

    def look(self, url):
        try:
            self.browser_js(url, "setTimeout(()=>console.error('look'),5000)", login="op2", timeout=60)
        except AssertionError:
            pass
        import pathlib, shutil
        from odoo.tools import config
        target = pathlib.Path("/tmp/oper_see"); target.mkdir(exist_ok=True)
        for one in pathlib.Path(config["screenshots"]).rglob("*.png"):
            shutil.copy(one, target)

    def setUp(self):
        super().setUp()
        groups = "integrator.group_integrator_user,stock.group_stock_user,sales_team.group_sale_salesman_all_leads"
        self.op2 = new_test_user(self.env, "op2", groups, name="Olga Operator")

    def prepare(self):
        for n in range(12):
            self.env["product.product"].create({"name": f"P{n}", "default_code": f"P-{n}"})
        self._forget_events()
        wizard = self.env["integrator.sync"].with_user(self.op2).create({"kind": "send_products", "site_ids": self.site.ids})
        action = wizard.action_synchronise()
        op = self.env["integrator.operation"].browse(action["res_id"])
        return op


@tagged("post_install", "-at_install")
class TestZzLook(Look):
    def test_pages(self):
        act = "/odoo/action-integrator.integrator_operation_action"
        op = self.prepare()
        self.run_stages("operate", "plan_products", "send")
        self.look(f"{act}/{op.id}")
        self.remote.refusals["product"] = RejectedError("Amazon wants a brand. Give one on the product.", code="brand")
        wizard = self.env["integrator.sync"].with_user(self.op2).create({"kind": "send_products", "site_ids": self.site.ids})
        self.run_stages(*["send"] * 4, "operate")
        op2 = self.prepare()
        self.run_stages("operate", "plan_products", *["send"] * 4, "operate")
        self.look(f"{act}/{op2.id}")
        self.look(act)
        order = self.make_orders_of_two(5, 3)
        self.warehouse.discrepancies = [Discrepancy(AVAILABILITY, str(order.order_line[0].id), "Only 2 are there.", data={"available": 2}), Discrepancy(FEE, "", "It costs 9.00, more than the limit of 5.00.")]
        op3 = self.export(order)
        self.look(f"{act}/{op3.id}")


@tagged("post_install", "-at_install")
class TestZzLookPhone(Look):
    browser_size = "390x844".replace("x", ",")
    touch_enabled = True

    def test_pages(self):
        act = "/odoo/action-integrator.integrator_operation_action"
        op = self.prepare()
        self.run_stages("operate", "plan_products", "send")
        self.look(f"{act}/{op.id}")
        self.look(act)
