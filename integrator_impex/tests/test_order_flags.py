# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged
from odoo.tools import mute_logger

from .order_case import OrderCase


@tagged("post_install", "-at_install")
class TestOrderFlags(OrderCase):
    """Odoo's changes of state set flags, and a flag finds its exporters."""

    def test_without_an_exporter_nothing_is_flagged(self):
        """003-28: a company that exports no orders has no rows of it."""
        self.assertEqual(self.flags(self.make_order()), [])

    def test_a_confirmed_order_is_flagged_and_found_by_its_flag(self):
        """003-28, 003-29, 003-30: only orders with a flag are looked at."""
        self.make_exporter()
        order, draft = self.make_order(), self.make_order(confirm=False)
        self.assertEqual(self.flags(order), [("confirmed", "open")])
        self.assertEqual(self.flags(draft), [])
        orders = self.env["sale.order"].with_user(self.operator)
        found = orders.search([("integrator_flag_ids", "in", self.flag("confirmed").ids)])
        self.assertEqual(found, order)
        self.assertEqual(order.with_user(self.operator).integrator_flag_ids.code, "confirmed")

    def test_a_new_address_is_asked_about_once_the_order_was_exported(self):
        """003-28: who ships it has the former one, until all of it has left."""
        self.make_exporter()
        order = self.make_order()
        places = self.customer.create([{"name": "There"}, {"name": "Elsewhere"}])
        summary = "Shipped elsewhere to the former address"
        order.partner_shipping_id = places[0]
        self.assertNotIn(summary, order.activity_ids.mapped("summary"))
        self.export()
        [name] = self.files()
        self.assertIn("There", self.content(name))
        order.partner_shipping_id = places[1]
        asked = order.activity_ids.filtered(lambda activity: activity.summary == summary)
        self.assertIn("To the warehouse", asked.note)
        asked.unlink()
        for move in order.picking_ids.move_ids:
            move.write({"quantity": move.product_uom_qty, "picked": True})
        order.picking_ids.button_validate()
        order.partner_shipping_id = places[0]
        self.assertNotIn(summary, order.activity_ids.mapped("summary"))

    def test_a_delivery_a_return_and_the_whole_order_set_flags(self):
        """003-29: each delivery its own, and “complete” with the last."""
        self.make_exporter()
        order = self.make_order()
        picking = order.picking_ids
        for move in picking.move_ids:
            move.write({"quantity": move.product_uom_qty, "picked": True})
        picking.with_context(skip_backorder=True).button_validate()
        wanted = [("confirmed", "open"), ("delivered", "open"), ("complete", "open")]
        self.assertEqual(self.flags(order), wanted)
        wizard = (
            self.env["stock.return.picking"]
            .with_context(
                active_id=picking.id, active_ids=picking.ids, active_model="stock.picking"
            )
            .create({})
        )
        wizard.product_return_moves.quantity = 1
        back = self.env["stock.picking"].browse(wizard.action_create_returns()["res_id"])
        for move in back.move_ids:
            move.write({"quantity": 1, "picked": True})
        back.button_validate()
        self.assertEqual(self.flags(order)[-1], ("returned", "open"))

    def test_a_paid_invoice_sets_the_flag(self):
        """003-29: the order is paid when all of it is invoiced and paid; it is flagged once."""
        self.product.invoice_policy = self.other.invoice_policy = "order"
        self.make_exporter(flag="paid")
        order = self.make_order()
        invoice = order._create_invoices()
        invoice.action_post()
        self.assertEqual(self.flags(order), [("confirmed", "open")])
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        ).create({}).action_create_payments()
        self.assertEqual(self.flags(order), [("confirmed", "open"), ("paid", "open")])

    def test_an_order_paid_from_deposits_is_paid(self):
        """003-29: what this addon calls paid is not what channels that ship orders wait for."""
        api = self.env["integrator.api.order"].with_user(self.manager)
        order = self.make_order()
        api.deposit(self.customer.id, 25.0)
        paid = api.pay_order(order.id)
        self.assertEqual((paid["amount_due"], paid["is_paid"]), (0.0, True))

    def test_a_payment_that_is_matched_anew_exports_nothing_again(self):
        """003-29: not a year later either, when all else that is over has been cleaned up."""
        self.product.invoice_policy = self.other.invoice_policy = "order"
        self.make_exporter(flag="paid")
        order = self.make_order()
        invoice = order._create_invoices()
        invoice.action_post()
        self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=invoice.ids
        ).create({}).action_create_payments()
        self.export()
        self.assertEqual(len(self.files()), 1)
        rows = self.env["integrator.order.eligibility"].search([("order_id", "=", order.id)])
        rows.set_at = "2025-01-01 00:00:00"
        rows.filtered(lambda row: row.flag_id.code == "confirmed").state = "done"
        self.env["integrator.order.eligibility"]._gc_retained()
        self.assertEqual(self.flags(order), [("paid", "done")])
        # what Odoo calls when the invoice is paid, each time that it is
        invoice._invoice_paid_hook()
        self.export()
        self.assertEqual(len(self.files()), 1)

    @mute_logger("odoo.sql_db", "odoo.addons.integrator.stages.stage")
    def test_a_flag_that_cannot_be_set_is_tried_once_a_run(self):
        """004-24: what has left stays left, its reason is shown, and nothing goes round."""
        flag = self.env["integrator.order.flag"].with_user(self.system)
        flag = flag.create({"name": "Sent", "code": "sent"})
        self.make_exporter(next_flag_id=flag.id)
        order = self.make_order()
        self.env.cr.execute(
            "ALTER TABLE integrator_order_eligibility"
            " ADD CONSTRAINT no_next CHECK (parent_id IS NULL)"
        )
        self.export()
        export = self.exports(order)
        self.assertEqual((export.state, export.is_chained), ("done", False))
        self.assertTrue(export.error_code)
        self.env.cr.execute("ALTER TABLE integrator_order_eligibility DROP CONSTRAINT no_next")
        self.export()
        self.assertEqual((len(self.files()), export.is_chained), (1, True))
        self.assertFalse(export.error_code)

    def test_a_cancelled_order_is_flagged_and_what_has_not_left_need_not_leave(self):
        """003-29: the cancellation is exported, the confirmation is not."""
        self.make_exporter(approval="always")
        self.make_exporter("Cancellations", flag="cancelled")
        order = self.make_order()
        self.export()
        self.assertEqual(self.exports(order).state, "held")
        order._action_cancel()
        self.export()
        states = [(row.flag_id.code, row.state) for row in self.exports(order)]
        self.assertEqual(states, [("confirmed", "obsolete"), ("cancelled", "done")])
        self.assertEqual(self.flags(order), [("confirmed", "done"), ("cancelled", "done")])

    def test_no_exporter_keeps_the_flag_and_says_so(self):
        """003-31: kept in the list with the reason, and found when there is one that fits."""
        exporter = self.make_exporter(domain="[('amount_total', '>', 100)]")
        order = self.make_order()
        self.export()
        row = order.integrator_eligibility_ids
        self.assertEqual(row.state, "kept")
        self.assertIn("To the warehouse", row.note)
        exporter.domain = "[('amount_total', '>', 20)]"
        row.with_user(self.operator).action_look_again()
        self.export()
        self.assertEqual(self.flags(order), [("confirmed", "done")])

    def test_no_exporter_takes_the_flag_off_by_the_setting(self):
        """003-31: cleared by rule, and the log says so."""
        self.make_exporter(flag="delivered")
        self.flag("confirmed").with_user(self.system).without_exporter = "clear"
        order = self.make_order()
        self.export()
        self.assertEqual(self.flags(order), [("confirmed", "cleared")])
        self.assertEqual(
            order.integrator_eligibility_ids.note, "There is no exporter for this flag."
        )

    def test_another_addon_sets_a_flag_of_its_own(self):
        """003-29: extensible; set twice before it is looked at, it is one."""
        self.env["integrator.order.flag"].with_user(self.system).create(
            {"name": "Packed", "code": "packed"}
        )
        self.make_exporter(flag="packed")
        order = self.make_order(confirm=False)
        order._integrator_set_flag("packed")
        order._integrator_set_flag("packed")
        self.export()
        self.assertEqual(len(self.files()), 1)
