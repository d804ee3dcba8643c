# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from .common import IntegratorCommon


@tagged("post_install", "-at_install")
class TestStagesOut(IntegratorCommon):
    """From an event to a result (001-61, 001-65 … 001-72, 004-20 … 004-37)."""

    def test_a_product_event_is_sent_and_succeeds(self):
        self.product.name = "Better"
        self.run_stages("plan_products", "send")
        self.assertEqual(self.tasks().state, "submitted")
        self.run_stages("send")
        self.assertEqual(self.tasks().state, "success")
        self.assertEqual(self.events().task_state, "success")
