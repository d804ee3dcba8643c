# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import HttpCase, new_test_user, tagged

from ..files.orders.updates import read_update
from .order_case import OrderCase


@tagged("post_install", "-at_install")
class TestOrderScreen(OrderCase, HttpCase):
    """Exports and updates in a real browser, as an operator without rights on sales orders."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.approver = new_test_user(cls.env, "export_approver", "integrator.group_integrator_user")

    def test_an_operator_approves_an_order(self):
        """003-34: from the menu to the button; who and when is shown."""
        self.make_exporter(approval="always")
        order = self.make_order()
        self.export()
        self.start_tour("/odoo", "integrator_impex_approval", login="export_approver")
        export = self.exports(order)
        self.assertEqual((export.state, export.decided_by_id), ("waiting", self.approver))
        self.export()
        self.assertEqual(self.exports(order).state, "done")

    def test_an_operator_sets_an_unknown_order_aside(self):
        """003-25: listed with the reason, and set aside by hand."""
        feed = (
            self.env["integrator.order.feed"]
            .with_user(self.manager)
            .create({"name": "Carrier", "site_id": self.site.id})
        )
        update = self.env["integrator.order.update"]._receive(
            feed.sudo(), "m-1", read_update({"order": "PO-LATER", "shipped": True})
        )
        self.update()
        self.start_tour("/odoo", "integrator_impex_unknown_update", login="export_approver")
        self.assertEqual(update.state, "dropped")
