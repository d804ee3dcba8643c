# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import HttpCase, new_test_user, tagged

from .common import AmazonCommon


@tagged("post_install", "-at_install")
class TestTour(AmazonCommon, HttpCase):
    """The integration screen in a real browser."""

    def test_an_operator_reads_why_a_shipment_failed_and_retries_it(self):
        """001-77, 001-85, 001-88."""
        new_test_user(
            self.env,
            "operator",
            password="operator",
            groups="integrator.group_integrator_user,sales_team.group_sale_salesman",
        )
        self.place_orders(count=1)
        order = self.import_orders()
        self.site.write({"tracking_delay": 0, "tracking_deadline": 0})
        self.deliver(order.sale_order_id, tracking=False)
        self.run_stages("plan_orders", "send")
        task = self.tasks(kind="shipment")
        self.assertEqual(task.state, "error")
        self.start_tour("/odoo/integration-orders", "integrator_amazon_retry", login="operator")
        self.assertEqual(task.state, "ready")


@tagged("post_install", "-at_install")
class TestEveryScreen(AmazonCommon, HttpCase):
    """No screen fails: Odoo's own click-everywhere opens each menu, view and filter (001-85)."""

    allow_end_on_form = True

    def test_every_menu_view_and_filter_opens(self):
        self.list_products()
        self.place_orders(count=2)
        self.deliver(self.import_orders()[:1].sale_order_id)
        self.run_stages("plan_orders", "send")
        self.env.ref("base.user_admin").tour_enabled = False
        loader = "odoo.loader.modules.get('@web/webclient/clickbot/clickbot_loader')"
        self.browser_js(
            "/odoo",
            f"{loader}.startClickEverywhere('integrator.integrator_menu_root');",
            "odoo.isReady === true",
            login="admin",
            timeout=300,
            success_signal="clickbot test succeeded",
        )
