# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import freeze_time, tagged

from .common import AmazonCommon

TABLES = ("product.integration", "order.integration")
COLUMNS = ("amazon_status", "amazon_status_data", "amazon_status_timestamp")


@tagged("post_install", "-at_install")
class TestStatus(AmazonCommon):
    """Amazon's columns on the two tables of the integrator (001-47, 001-62 … 001-72)."""

    def test_the_columns_are_this_addons_own(self):
        """001-62, 001-64: without this addon the tables are whole without them."""
        for table in TABLES:
            for column in COLUMNS:
                field = self.env["ir.model.fields"]._get(table, column)
                self.assertEqual(field.modules, "integrator_amazon")

    def test_the_operations_of_products_are_a_closed_list(self):
        """001-49."""
        field = self.env["product.integration"]._fields["record_operation"]
        self.assertEqual(
            [value for value, _label in field.selection], ["create", "write", "unlink"]
        )

    def test_a_status_follows_its_task_with_the_answer_of_amazon(self):
        """001-65 … 001-68, 001-71, 001-72, 004-07, 004-08, 004-28 … 004-30."""
        self.list_products()
        self._forget_events()
        self.products[0].name = "Better"
        event = self.events()
        self.assertEqual(event.amazon_status, "none")
        self.run_stages("plan_products", "send")
        self.assertEqual(event.amazon_status, "submitted")
        data = event.amazon_status_data[0]
        feed = self.amazon.feeds()[-1]["feed_id"]
        self.assertEqual(data["ticket"], feed)
        self.assertEqual(data["answer"]["feed_id"], feed)
        self.run_stages("send", "send", "send")
        self.assertEqual(event.amazon_status, "success")
        self.assertTrue(event.amazon_status_timestamp)

    def test_the_time_is_that_of_the_present_status(self):
        """001-67, 001-72: what Amazon has accepted and does not show yet is pending."""
        self.list_products()
        self._forget_events()
        self.products[0].name = "Better"
        event = self.events()
        self.run_stages("plan_products", "send")
        steps = [
            ("2035-01-01 10:00:00", "pending", {}),
            ("2035-01-01 11:30:00", "error", {"error_message": "Amazon: no."}),
            ("2035-01-02 09:00:00", "ready", {}),
            ("2035-01-02 09:10:00", "submitted", {}),
            ("2035-01-02 09:20:00", "success", {}),
        ]
        shown = {"ready": "none"}
        for moment, state, values in steps:
            with freeze_time(moment):
                event.task_ids._move(state, **values)
            found = event.amazon_status, str(event.amazon_status_timestamp)
            self.assertEqual(found, (shown.get(state, state), moment))

    def test_one_account_in_error_speaks_for_all(self):
        """001-64, 001-69: the worst of several accounts."""
        other = self.amazon.add_seller(marketplace_ids=self.germany.mapped("code"))
        self._make_site(
            name="Second account",
            product_domain=self.site.product_domain,
            amazon_merchant_id=other.merchant_id,
            amazon_lwa_client_id=other.client_id,
            amazon_lwa_client_secret=other.client_secret,
            amazon_refresh_token=other.refresh_token,
        )
        self.products[0].name = "Better"
        self.run_stages("plan_products", *["send"] * 4)
        event = self.events()
        self.assertEqual(event.amazon_status, "success")
        task = event.task_ids.filtered(lambda one: one.site_id != self.site)[:1]
        task.write({"state": "error"})
        self.assertEqual(event.amazon_status, "error")
