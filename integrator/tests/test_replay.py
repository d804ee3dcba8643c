# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import base64
import json

from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from .common import IntegratorCommon


@tagged("post_install", "-at_install")
class TestReplay(IntegratorCommon):
    """Kept documents are read again with the present code (000-12, 000-22)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.operator = new_test_user(cls.env, "operator", "integrator.group_integrator_user")

    def replay(self, documents):
        wizard = self.env["integrator.replay"].with_user(self.operator)
        return wizard.create({"document_ids": documents.ids})

    def rewrite(self, document, **changes):
        """The code of today reads something else in a document."""
        orders = json.loads(document._raw())
        orders[0] |= changes
        document.content = base64.b64encode(json.dumps(orders).encode())

    def test_an_unchanged_document_shows_no_difference(self):
        """Replay gives identical orders."""
        orders = self.import_orders(*(self.remote.order(f"R-{number}") for number in range(9)))
        wizard = self.replay(orders.document_id)
        self.assertFalse(wizard.line_ids, wizard.line_ids.mapped("name"))
        self.assertIn("Nothing would differ", wizard.summary)

    def test_differences_are_shown_field_by_field_and_nothing_is_written(self):
        order = self.import_orders(self.remote.order("R-1"))
        self.rewrite(order.document_id, service_level="EXPRESS", amount_total="25.90")
        wizard = self.replay(order.document_id)
        shown = {(line.name, line.before, line.after) for line in wizard.line_ids}
        self.assertIn(("Service level", "", "EXPRESS"), shown)
        self.assertIn(("Total", "24.9", "25.9"), shown)
        self.assertEqual(order.amount_total, 24.9)
        self.assertFalse(order.service_level)

    def test_taking_over_lets_a_held_order_be_imported(self):
        """000-22: with today's code a document gives an order that it did not give before."""
        order = self.import_orders(self.remote.order("R-1", status="unknown"))
        self.assertEqual(order.error_code, "unknown_status")
        self.rewrite(order.document_id, remote_status="unshipped")
        self.replay(order.document_id).action_apply()
        self.run_stages("import")
        self.assertEqual(order.state, "imported", order.error_message)

    def test_an_order_that_is_not_there_any_more_is_shown_and_made(self):
        order = self.import_orders(self.remote.order("R-1", status="cancelled"))
        document = order.document_id
        order.unlink()
        wizard = self.replay(document)
        self.assertEqual(wizard.line_ids.mapped("after"), ["R-1"])
        wizard.action_apply()
        found = self.env["integrator.order"].search([("site_id", "=", self.site.id)])
        self.assertEqual(found.remote_order_id, "R-1")

    def test_a_document_that_cannot_be_read_says_so(self):
        """000-13."""
        order = self.import_orders(self.remote.order("R-1"))
        order.document_id.content = base64.b64encode(b"{")
        wizard = self.replay(order.document_id)
        self.assertIn("cannot be read", wizard.summary)
        with self.assertRaises(UserError):
            wizard.action_apply()
