# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from ..exceptions import RejectedError
from .common import IntegratorCommon

PASSWORD = "operator-of-this-test"


@tagged("post_install", "-at_install")
class TestScreens(IntegratorCommon, HttpCase):
    """The integration screens in a real browser, and remote calls by key (001-85, 002-01)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        group = "integrator.group_integrator_user"
        cls.operator = new_test_user(cls.env, "operator", group, password=PASSWORD)
        cls.plain = new_test_user(cls.env, "plain", "base.group_user")

    def fail_event(self):
        """One failed product event among good ones."""
        self.remote.refusals["product"] = RejectedError("No brand. Give one.", code="brand")
        self.product.name = "Broken thing"
        self.run_stages("plan_products", "send", "send")
        self.remote.refusals.clear()
        self.env["product.product"].create({"name": "Good thing"})
        self.run_stages("plan_products", *["send"] * 4)
        return self.tasks(state="error")

    def test_an_operator_finds_the_failed_product_and_retries_it(self):
        """001-77, 001-85, 001-88: both tabs, filter by state, reason, retry."""
        task = self.fail_event()
        self.assertEqual(len(task), 1)
        # the logs are shown in developer mode
        self.start_tour("/odoo?debug=1", "integrator_integration", login="operator")
        self.assertEqual((task.state, task.manual), ("ready", True))

    def call(self, user, task):
        """Retry a task over the JSON interface with an API key of the user."""
        keys = self.env["res.users.apikeys"].with_user(user)
        key = keys._generate("rpc", "test", fields.Datetime.now() + timedelta(days=1))
        return self.url_open(
            "/json/2/integrator.task/action_retry",
            json={"ids": task.ids},
            headers={"Authorization": f"bearer {key}"},
        )

    @mute_logger("odoo.http")
    def test_the_key_of_an_operator_works_and_that_of_another_user_does_not(self):
        """002-01, 002-02."""
        task = self.fail_event()
        self.assertEqual(self.call(self.plain, task).status_code, 403)
        self.assertEqual(task.state, "error")
        answer = self.call(self.operator, task)
        self.assertEqual(answer.status_code, 200, answer.text)
        self.assertEqual(task.state, "ready")

    def test_a_manual_synchronisation_shows_what_came_of_it(self):
        """001-31, 001-59."""
        self.start_tour("/odoo", "integrator_sync", login="operator")
        operation = self.env["integrator.operation"].search([])
        self.assertEqual((operation.kind, operation.user_id), ("send_products", self.operator))
        page = f"/odoo/action-integrator.integrator_operation_action/{operation.id}"
        self.start_tour(page, "integrator_refresh", login="operator")
        self.assertEqual(operation.state, "cancelled")
        self.start_tour(page, "integrator_sync_again", login="operator")
        operation = self.env["integrator.operation"].search([], limit=1)
        self.run_stages("operate", "plan_products", *["send"] * 4, "operate")
        self.env.invalidate_all()
        page = f"/odoo/action-integrator.integrator_operation_action/{operation.id}"
        self.start_tour(page, "integrator_sync_records", login="operator")

    def test_an_operator_approves_what_was_held_back(self):
        """The card leads there; what is approved is seen, and asked about once more."""
        listing = self.env["integrator.listing"].create(
            {"site_id": self.site.id, "product_id": self.product.id, "sku": "SKU-1"}
        )
        task = self.env["integrator.task"].create(
            {"site_id": self.site.id, "kind": "price", "state": "waiting", "target_ref": "x,1"}
        )
        held = {"rule": "price", "old_value": "10", "new_value": "30", "reason": "Three times."}
        held |= {"figure": "price", "currency_id": self.env.ref("base.USD").id}
        held["listing_id"] = listing.id
        approval = self.env["integrator.approval"].create(
            {"site_id": self.site.id, "task_id": task.id, **held}
        )
        task.approval_id = approval
        self.start_tour("/odoo", "integrator_approval", login="operator")
        self.assertEqual((approval.state, task.state), ("approved", "ready"))

    def test_an_operator_repairs_a_held_order_from_home(self):
        """000-31, 001-88: card, reason, next step, answer; and the order goes on."""
        hose = self.env["product.product"].create(
            {"name": "Garden hose", "default_code": "HOSE-20", "is_storable": True}
        )
        order = self.import_orders(self.remote.order("R-1", sku="hose 20"))
        self.assertEqual(order.error_code, "unknown_sku")
        self.start_tour("/odoo", "integrator_repair", login="operator")
        self.run_stages("import")
        self.assertEqual(order.state, "imported", order.error_message)
        self.assertEqual(order.sale_order_id.order_line[:1].product_id, hose)
