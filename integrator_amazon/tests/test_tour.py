# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import os

from odoo.tests import HttpCase, new_test_user, tagged

from odoo.addons.integrator.tests.menus_mixin import MenusMixin

from .common import AmazonCommon

#: Keeps the clickbot from the filters, which are most of its clicks.
WITHOUT_FILTERS = """
    new MutationObserver(() => document.querySelectorAll(".o_filter_menu").forEach(
        (menu) => menu.classList.remove("o_filter_menu")
    )).observe(document.body, {childList: true, subtree: true});
"""


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
class TestEveryScreen(MenusMixin, AmazonCommon, HttpCase):
    """No screen fails: Odoo's own click-everywhere opens each menu and view (001-85)."""

    allow_end_on_form = True

    def setUp(self):
        super().setUp()
        self.list_products()
        self.place_orders(count=2)
        self.deliver(self.import_orders()[:1].sale_order_id)
        self.run_stages("plan_orders", "send")

    def test_every_menu_and_filter_opens(self):
        self.assertGreater(self.check_menus(), 100)

    def test_every_menu_and_view_opens_in_a_browser(self):
        """With `FAULT_MATRIX` each filter is clicked as well."""
        self.env.ref("base.user_admin").tour_enabled = False
        loader = "odoo.loader.modules.get('@web/webclient/clickbot/clickbot_loader')"
        start = f"{loader}.startClickEverywhere('integrator.integrator_menu_root');"
        self.browser_js(
            "/odoo",
            start if "FAULT_MATRIX" in os.environ else WITHOUT_FILTERS + start,
            "odoo.isReady === true",
            login="admin",
            timeout=300,
            success_signal="clickbot test succeeded",
        )
