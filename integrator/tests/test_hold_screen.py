# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import UserError
from odoo.tests import HttpCase, new_test_user, tagged

from .sale_case import SaleCase


@tagged("post_install", "-at_install")
class TestHoldScreen(SaleCase, HttpCase):
    """Deliveries on hold in a real browser (000-04)."""

    def test_an_operator_finds_the_held_delivery_and_ships_it_anyway(self):
        """000-04: list, reason, answer."""
        groups = "integrator.group_integrator_user,stock.group_stock_user"
        new_test_user(self.env, "holder", f"{groups},sales_team.group_sale_salesman_all_leads")
        order = self.see(cancel_requested=True, cancel_reason="Ordered by mistake")
        picking = order.sale_order_id.picking_ids
        self.start_tour("/odoo", "integrator_hold", login="holder")
        self.assertFalse(picking.integrator_hold)
        held = picking.integrator_hold_ids
        self.assertEqual((held.reason, held.answer), ("buyer_cancel", "ship"))
        self.assertEqual(held.user_id.login, "holder")

    def address(self, **values):
        """The dialog of a held delivery, as an operator who may not change contacts."""
        clerk = new_test_user(
            self.env, "address_clerk", "integrator.group_integrator_user,stock.group_stock_user"
        )
        picking = self.see().sale_order_id.picking_ids
        picking._integrator_hold("address", "No street. Ask the buyer.")
        action = picking.with_user(clerk).action_integrator_correct_address()
        dialog = self.env[action["res_model"]].with_user(clerk).browse(action["res_id"])
        dialog.write(values)
        return picking, dialog

    def test_a_corrected_address_releases_the_delivery(self):
        """000-04: one step, kept in the log; what a parcel needs has to be there. Other deliveries
        of the order leave where they go to the same address."""
        picking, dialog = self.address(street="", city="Bonn")
        contacts = picking.partner_id | self.partner
        beside = [picking.copy({"partner_id": contact.id}) for contact in contacts]
        for one in beside:
            one.action_confirm()
            one._integrator_hold("address", "No street.")
        self.assertEqual((dialog.note, dialog.name), ("No street. Ask the buyer.", "Ada"))
        with self.assertRaisesRegex(UserError, "needs a street"):
            dialog.action_save()
        self.assertEqual(picking.integrator_hold, "address")
        dialog.street = "Way 7"
        dialog.action_save()
        self.assertFalse(picking.integrator_hold)
        self.assertEqual([one.integrator_hold for one in beside], [False, "address"])
        self.assertEqual(picking.integrator_hold_ids.answer, "address")
        self.assertEqual((picking.partner_id.street, picking.partner_id.city), ("Way 7", "Bonn"))
        self.assertIn("corrected", " ".join(picking.message_ids.mapped("body")))

    def test_no_other_contact_is_changed_by_the_dialog(self):
        """002-01: once nothing waits for the address, it is the contact's own again."""
        picking, dialog = self.address(street="Way 8")
        picking._integrator_release_hold()
        with self.assertRaisesRegex(UserError, "does not wait"):
            dialog.action_save()
        self.assertEqual(picking.partner_id.street, "Way 1")
