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
