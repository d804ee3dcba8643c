# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from psycopg2.errors import UniqueViolation

from odoo.exceptions import AccessError, UserError
from odoo.fields import Command, Domain
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger
from odoo.tools.safe_eval import safe_eval

from ..hooks import uninstall_hook
from .sale_case import SaleCase


@tagged("post_install", "-at_install")
class TestHolds(SaleCase):
    """A delivery on hold leaves only after a person has answered."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        groups = "integrator.group_integrator_user,stock.group_stock_user"
        cls.operator = new_test_user(cls.env, "operator", groups)
        cls.worker = new_test_user(cls.env, "worker", "stock.group_stock_user")

    def setUp(self):
        super().setUp()
        self.site.user_id = self.operator
        self.order = self.make_order(2, integrator_site_id=self.site.id)
        self.picking = self.order.picking_ids
        self._forget_events()

    def hold(self, reason="address", note="No street. Ask the buyer."):
        self.picking._integrator_hold(reason, note)

    def assert_refused(self, validate):
        with self.assertRaises(UserError) as caught:
            validate()
        self.assertIn("No street. Ask the buyer.", str(caught.exception))
        self.assertIn(self.picking.name, str(caught.exception))
        self.assertNotEqual(self.picking.state, "done")

    def test_the_validate_button_refuses_with_the_reason(self):
        """000-04."""
        self.hold()
        self.assert_refused(self.picking.button_validate)
        self.assert_refused(self.picking.with_user(self.worker).button_validate)

    def test_a_worker_without_other_rights_ships_a_part(self):
        """002-01: the rest becomes a backorder, although he may write nothing of ours."""
        self.picking.move_ids.write({"quantity": 1, "picked": True})
        part = self.picking.with_user(self.worker).with_context(skip_backorder=True, skip_sms=True)
        part.button_validate()
        self.assertEqual(sorted(self.order.picking_ids.mapped("state")), ["assigned", "done"])

    def test_no_other_way_of_validating_passes(self):
        """000-04: code, the backorder wizard."""
        self.picking.move_ids.write({"quantity": 1, "picked": True})
        action = self.picking.button_validate()
        wizard = self.env[action["res_model"]].with_context(**action["context"]).create({})
        self.hold()
        self.assert_refused(wizard.process)
        self.assert_refused(self.picking._action_done)

    def test_once_released_it_leaves(self):
        """000-04."""
        self.hold()
        self.picking.with_user(self.operator).action_integrator_release_hold()
        self.assertFalse(self.picking.integrator_hold or self.picking.integrator_hold_note)
        self.deliver(self.picking)
        self.assertEqual(self.picking.state, "done")

    def test_only_operators_can_release_a_hold(self):
        """000-04, 002-01."""
        self.hold()
        with self.assertRaises(AccessError):
            self.picking.with_user(self.worker).action_integrator_release_hold()
        self.assertEqual(self.picking.integrator_hold, "address")

    def test_a_hold_is_not_written_away(self):
        """002-01: its fields change by the buttons, whoever may change the delivery."""
        self.hold()
        for values in (
            {"integrator_hold": False, "integrator_hold_ids": [Command.clear()]},
            {"integrator_shipped_elsewhere": True},
            {"integrator_hold_ids": [Command.create({"reason": "address", "state": "answered"})]},
            {"note": "Fine", "integrator_hold": False},
        ):
            with self.subTest(values=values), self.assertRaises(AccessError):
                self.picking.with_user(self.worker).write(values)
        self.picking.with_user(self.worker).note = "Fine"
        self.assertEqual(self.picking.integrator_hold, "address")
        for values in ({"state": "released"}, {"answer": "ship"}):
            with self.subTest(values=values), self.assertRaises(AccessError):
                self.picking.integrator_hold_ids.with_user(self.operator).write(values)

    def test_the_responsible_is_asked_once(self):
        """000-04: on the sale order, where he looks."""
        self.hold()
        self.hold()
        activity = self.order.activity_ids
        self.assertEqual(activity.user_id, self.operator)
        self.assertEqual(activity.summary, "Address missing or unclear")
        self.assertIn("No street", activity.note)
        self.assertEqual(self.order.integrator_hold, "address")

    def test_texts_of_the_site_are_escaped(self):
        """000-04: nothing that comes from outside is markup here."""
        self.hold(note="<b>No</b> street")
        self.assertIn("&lt;b&gt;No", self.order.activity_ids.note)

    def test_the_question_goes_with_the_hold(self):
        """000-04."""
        self.hold()
        self.picking._integrator_release_hold("address")
        self.assertFalse(self.order.activity_ids)

    def test_an_answered_hold_is_not_asked_again(self):
        """000-04: until something else is said."""
        self.hold()
        self.order.with_user(self.operator).action_integrator_release_hold()
        self.hold()
        self.assertFalse(self.picking.integrator_hold)
        self.hold(note="No town either.")
        self.assertEqual(self.picking.integrator_hold_note, "No town either.")
        self.order.with_user(self.operator).action_integrator_release_hold()
        self.hold(note="No town either.")
        self.assertFalse(self.picking.integrator_hold)
        self.hold()
        self.assertEqual(self.picking.integrator_hold, "address", "only the last answer counts")

    def test_a_hold_keeps_its_answer_user_and_time(self):
        """000-04: as rows that can be looked up."""
        self.hold()
        held = self.picking.integrator_hold_ids
        self.assertEqual((held.state, held.site_id), ("open", self.site))
        self.assertEqual(self.picking.integrator_hold_since, held.since)
        self.order.with_user(self.operator).action_integrator_release_hold()
        self.assertEqual(
            (held.state, held.answer, held.user_id), ("answered", "ship", self.operator)
        )
        self.assertTrue(held.ended_at)
        self.picking._integrator_release_hold("address")
        self.assertEqual(
            (held.state, held.answer, held.user_id), ("released", "ship", self.operator)
        )

    def test_a_hold_that_ends_by_itself_has_no_answer(self):
        """000-04."""
        self.hold()
        self.picking._integrator_release_hold("address")
        held = self.picking.integrator_hold_ids
        self.assertEqual((held.state, held.answer, len(held.user_id)), ("released", False, 0))
        self.assertTrue(held.ended_at)

    def test_a_delivery_is_held_once_for_a_reason(self):
        """000-04: the database refuses a second row; the same hold may come again later."""
        self.hold()
        values = {"picking_id": self.picking.id, "reason": "address", "note": "Again"}
        with mute_logger("odoo.sql_db"), self.assertRaises(UniqueViolation):
            self.env["integrator.delivery.hold"].create(values)
        self.picking._integrator_release_hold("address")
        self.hold()
        self.assertEqual(
            self.picking.integrator_hold_ids.sorted("id").mapped("state"), ["released", "open"]
        )

    def test_holds_go_after_the_retention_with_finished_deliveries(self):
        """The answer about a delivery that has not left is needed still."""
        self.hold()
        self.order.with_user(self.operator).action_integrator_release_hold()
        holds = self.env["integrator.delivery.hold"]
        with self.later(days=100):
            holds._gc_retained()
            self.assertTrue(self.picking.integrator_hold_ids)
            self.deliver(self.picking)
            holds._gc_retained()
        self.assertFalse(self.picking.integrator_hold_ids)

    def test_a_withdrawn_hold_can_return(self):
        """000-04."""
        self.hold()
        self.order.with_user(self.operator).action_integrator_release_hold()
        self.picking._integrator_release_hold("address")
        self.hold()
        self.assertEqual(self.picking.integrator_hold, "address")

    def test_the_gravest_of_two_holds_is_shown_and_each_is_answered(self):
        """000-04."""
        self.hold()
        self.hold("shipped_elsewhere", "It has left.")
        self.assertEqual(self.picking.integrator_hold, "shipped_elsewhere")
        self.picking.with_user(self.operator).action_integrator_release_hold()
        self.assertEqual(self.picking.integrator_hold, "address")
        self.assert_refused(self.picking.button_validate)

    def test_cancelling_a_delivery_ends_its_hold(self):
        """Also who is no operator."""
        self.hold()
        self.picking.with_user(self.worker).action_cancel()
        self.assertFalse(self.picking.integrator_hold)

    def test_a_cancelled_delivery_waits_for_no_answer(self):
        """000-04."""
        self.hold()
        self.order._action_cancel()
        self.assertFalse(self.picking.integrator_hold or self.order.integrator_hold)
        self.assertFalse(self.order.activity_ids)

    def test_without_a_responsible_the_salesperson_is_asked_and_never_nobody(self):
        """000-04."""
        self.site.user_id = False
        self.order.user_id = self.operator
        self.assertEqual(self.site._responsible(self.order), self.operator)
        self.order.user_id = self.env.ref("base.user_root")
        self.assertTrue(self.site._responsible(self.order).active)

    def test_deliveries_on_hold_are_found(self):
        """001-74: by the filter of the deliveries, and in a list of their own."""
        view = self.env.ref("stock.view_picking_internal_search")
        arch = self.env["stock.picking"].get_view(view.id, "search")["arch"]
        self.assertIn('name="on_hold"', arch)
        action = self.env["ir.actions.act_window"]._for_xml_id("integrator.delivery_hold_action")
        pickings = self.env["stock.picking"].with_user(self.operator)
        listed = Domain(safe_eval(action["domain"]))
        self.assertEqual(list(listed), list(pickings._integrator_held_domain()))
        self.assertNotIn(self.picking, pickings.search(listed))
        self.hold()
        self.assertIn(self.picking, pickings.search(listed))

    def test_cancelling_as_the_buyer_asks_tells_the_reason(self):
        """001-22, 001-44."""
        self.hold("buyer_cancel", "Ordered by mistake")
        self.picking.with_user(self.operator).action_integrator_cancel_for_buyer()
        self.assertEqual(self.order.state, "cancel")
        self.assertEqual(self.picking.state, "cancel")
        event = self.events("order", record_operation="cancellation")
        self.assertEqual(event.operation_data["reason"], "BuyerCanceled")

    def test_an_order_of_which_a_parcel_has_left_is_not_cancelled(self):
        """001-22."""
        rest = self.deliver(self.picking, 1)
        rest._integrator_hold("buyer_cancel", "Ordered by mistake")
        with self.assertRaises(UserError):
            self.order.with_user(self.operator).action_integrator_cancel_for_buyer()
        self.assertEqual(self.order.state, "sale")

    def test_the_questions_go_with_the_addon(self):
        """000-04: a person is not asked for what no button answers any more."""
        self.hold()
        other = self.order.activity_schedule("mail.mail_activity_data_todo", summary="Call")
        self.assertEqual(len(self.order.activity_ids), 2)
        uninstall_hook(self.env)
        self.assertEqual(self.order.activity_ids, other)
