# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import csv
import io
import os
import tempfile
from pathlib import Path
from unittest.mock import patch

from lxml import etree

from odoo import fields
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.integrator.tests.stage_case import Kill

from .order_case import OrderCase

#: More commit points than any run has.
MOST = 60

#: Each point before and after its commit; in short every third before, the one after it after.
STEP = 1 if "FAULT_MATRIX" in os.environ else 3
PLACES = ((0, False), (min(STEP, 2) - 1, True))


@tagged("post_install", "-at_install")
class TestOrderChain(OrderCase):
    """Orders are exported once per exporter, in a chain, or on a person's request."""

    # === WHAT LEAVES === #

    def test_a_file_holds_the_order(self):
        """003-02, 003-08, 003-28: one row per line, amounts to the cent."""
        self.make_exporter()
        order = self.make_order(client_order_ref="PO-7")
        self.export()
        [name] = self.files()
        rows = list(csv.DictReader(io.StringIO(self.content(name))))
        self.assertEqual([row["line_sku"] for row in rows], ["SKU-1", "SKU-2"])
        self.assertEqual([row["line_quantity"] for row in rows], ["2", "1"])
        self.assertEqual([row["line_total"] for row in rows], ["20.00", "5.00"])
        self.assertEqual({row["amount_total"] for row in rows}, {"25.00"})
        first = rows[0]
        self.assertEqual((first["order"], first["reference"]), (order.name, "PO-7"))
        self.assertEqual((first["ship_to_name"], first["ship_to_country"]), ("Ada", "DE"))
        export = self.exports(order)
        self.assertEqual(export.file_name, name)
        self.assertIn(export.key, name)
        self.assertFalse(export.content, "what has left is not kept a second time")

    def test_a_delivery_as_xml_holds_what_it_holds(self):
        """003-28: the quantities of the delivery, not of the order."""
        self.make_exporter(flag="delivered", file_format="xml")
        order = self.make_order()
        picking = order.picking_ids
        picking.carrier_tracking_ref = "T-1"
        picking.move_ids[0].write({"quantity": 1, "picked": True})
        picking.move_ids[1].write({"quantity": 0})
        picking.with_context(skip_backorder=True).button_validate()
        self.export()
        [name] = self.files()
        root = etree.fromstring(self.content(name).encode())
        self.assertEqual(root.findtext("delivery"), picking.name)
        self.assertEqual(root.findtext("tracking"), "T-1")
        lines = [(one.findtext("sku"), one.findtext("quantity")) for one in root.find("lines")]
        self.assertEqual(lines, [("SKU-1", "1")])

    # === CHAIN === #

    def test_each_exporter_has_the_order_once_by_priority(self):
        """003-31, 003-33: two systems both get it, the more urgent first, and only once."""
        second = self._make_site("Bookkeeping")
        self.make_exporter("Second", sequence=20, site_id=second.id, file_name="b-{key}")
        self.make_exporter("First", sequence=10, file_name="a-{key}")
        order = self.make_order()
        self.export()
        self.export()
        self.assertEqual([name[:2] for name in self.files()], ["a-", "b-"])
        self.assertEqual(self.exports(order).mapped("exporter_id.name"), ["First", "Second"])
        self.assertEqual(self.flags(order), [("confirmed", "done")])

    def test_only_exporters_of_systems_in_use(self):
        """003-31: one of an archived system has the same flag, and gets no order."""
        self.make_exporter("Mine")
        away = self._make_site("Archived")
        self.make_exporter("Of an archived system", site_id=away.id)
        away.active = False
        order = self.make_order()
        self.export()
        self.assertEqual(self.exports(order).exporter_id.mapped("name"), ["Mine"])

    def test_a_finished_exporter_sets_the_next_flag(self):
        """003-32: A, then B, then the end."""
        flag = self.env["integrator.order.flag"].create({"name": "Sent", "code": "sent"})
        self.make_exporter("A", next_flag_id=flag.id, file_name="a-{key}")
        self.make_exporter("B", flag="sent", file_name="b-{key}")
        order = self.make_order()
        self.export()
        self.export()
        self.assertEqual([name[:2] for name in self.files()], ["a-", "b-"])
        self.assertEqual(self.flags(order), [("confirmed", "done"), ("sent", "done")])
        self.export()
        self.assertEqual(len(self.files()), 2)

    def test_two_exporters_with_one_next_flag_set_it_once(self):
        """003-32: however many name it."""
        flag = self.env["integrator.order.flag"].create({"name": "Sent", "code": "sent"})
        self.make_exporter("A", next_flag_id=flag.id)
        self.make_exporter("B", next_flag_id=flag.id)
        self.make_exporter("C", flag="sent")
        order = self.make_order()
        self.export()
        self.export()
        self.assertEqual(self.flags(order), [("confirmed", "done"), ("sent", "done")])
        self.assertEqual(len(self.files()), 3)

    def test_a_circle_ends(self):
        """003-32: B would set A's flag again; it is not set, and the log says so."""
        flag = self.env["integrator.order.flag"].create({"name": "Sent", "code": "sent"})
        self.make_exporter("A", next_flag_id=flag.id)
        self.make_exporter("B", flag="sent", next_flag_id=self.flag("confirmed").id)
        order = self.make_order()
        for _time in range(3):
            self.export()
        self.assertEqual(self.flags(order), [("confirmed", "done"), ("sent", "done")])
        self.assertIn("circle", order.integrator_eligibility_ids[0].note)

    def test_a_longer_circle_ends(self):
        """003-32: however many flags lie between."""
        flags = self.env["integrator.order.flag"].create(
            [{"name": "One", "code": "one"}, {"name": "Two", "code": "two"}]
        )
        self.make_exporter("A", next_flag_id=flags[0].id)
        self.make_exporter("B", flag="one", next_flag_id=flags[1].id)
        self.make_exporter("C", flag="two", next_flag_id=self.flag("confirmed").id)
        order = self.make_order()
        for _time in range(5):
            self.export()
        self.assertEqual(
            self.flags(order), [("confirmed", "done"), ("one", "done"), ("two", "done")]
        )

    def test_a_failure_of_one_never_repeats_another(self):
        """003-33: the second fails, the first has sent and does not send again; then a person."""
        self.make_exporter("A", file_name="a-{key}")
        partner = self.env["res.partner"].create({"name": "Supplier"})
        self.make_exporter("B", sequence=20, kind="mail", partner_id=partner.id)
        order = self.make_order()
        for hours in (0, 1, 2):
            with self.later(hours=hours):
                self.export()
        self.assertEqual(len(self.files()), 1)
        first, second = self.exports(order)
        self.assertEqual((first.state, second.state), ("done", "error"))
        self.assertEqual(self.flags(order), [("confirmed", "taken")])
        self.assertEqual(second.error_code, "export_no_mail")
        self.assertEqual(len(second.activity_ids), 1)
        self.assertTrue(self.alerts(stage="export_orders", code="export_no_mail"))
        partner.email = "supplier@example.com"
        second.with_user(self.operator).action_retry()
        self.export()
        self.env.invalidate_all()
        self.assertEqual((second.state, second.answer), ("done", "supplier@example.com"))
        self.assertFalse(second.activity_ids)
        self.assertEqual(self.flags(order), [("confirmed", "done")])
        self.assertEqual(len(self.files()), 1)
        self.assertFalse(self.alerts(stage="export_orders"))

    def test_a_mail_goes_to_the_supplier_with_the_order(self):
        """003-33: once, with the file."""
        partner = self.env["res.partner"].create({"name": "S", "email": "s@example.com"})
        self.make_exporter(kind="mail", partner_id=partner.id)
        self.customer.name = "=cmd()"
        order = self.make_order()
        self.export()
        self.export()
        mail = self.env["mail.mail"].search(
            [("integrator_export_id", "in", self.exports(order).ids)]
        )
        self.assertEqual(len(mail), 1)
        self.assertEqual(mail.recipient_ids, partner)
        self.assertIn(order.name, mail.subject)
        rows = list(csv.DictReader(io.StringIO(mail.attachment_ids.raw.decode())))
        self.assertEqual(rows[0]["line_sku"], "SKU-1")
        self.assertEqual(rows[0]["customer_name"], "'=cmd()", "a person opens it")
        mail._postprocess_sent_message(
            [], [], failure_reason="no", failure_type="mail_email_invalid"
        )
        self.assertEqual(self.exports(order).error_code, "export_mail")

    def test_a_mail_takes_the_text_of_a_template(self):
        """003-33: Odoo's own templates."""
        partner = self.env["res.partner"].create({"name": "S", "email": "s@example.com"})
        template = self.env["mail.template"].create(
            {
                "name": "Order",
                "model_id": self.env["ir.model"]._get_id("sale.order"),
                "subject": "Please send {{ object.name }}",
                "body_html": "<p>Thank you</p>",
            }
        )
        self.make_exporter(kind="mail", partner_id=partner.id, template_id=template.id)
        order = self.make_order()
        self.export()
        mail = self.env["mail.mail"].search(
            [("integrator_export_id", "in", self.exports(order).ids)]
        )
        self.assertEqual(mail.subject, f"Please send {order.name}")
        self.assertIn("Thank you", mail.body_html)

    # === PEOPLE === #

    def test_an_order_waits_until_somebody_approves_it(self):
        """003-34: not exported before, exported at the next run after; who and when is kept."""
        self.make_exporter(approval="domain", approval_domain="[('amount_total', '>', 20)]")
        order = self.make_order()
        small = self.make_order(order_line=[(0, 0, {"product_id": self.other.id})])
        self.export()
        self.export()
        held = self.exports(order)
        self.assertEqual((held.state, self.exports(small).state), ("held", "done"))
        weak = new_test_user(self.env, "order_decider", "integrator.group_integrator_user")
        shown = held.with_user(weak).read(["customer_name", "amount_total"])[0]
        self.assertEqual((shown["customer_name"], shown["amount_total"]), ("Ada", 25.0))
        self.assertEqual(len(held.activity_ids), 1)
        before = fields.Datetime.now()
        held.with_user(self.operator).action_approve()
        self.assertEqual(held.decided_by_id, self.operator)
        self.assertGreaterEqual(held.decided_at, before)
        self.export()
        self.assertEqual(self.exports(order).state, "done")
        self.assertFalse(held.activity_ids)
        with self.assertRaises(UserError):
            held.with_user(self.operator).action_approve()

    def test_the_card_of_the_system_says_what_waits(self):
        """003-34: on Home, with a link to the exports; gone when they are decided."""
        self.make_exporter(approval="always")
        order = self.make_order()
        self.export()
        site = self.site.with_user(self.operator)
        self.assertEqual(
            (site.home_state, site.home_message),
            ("attention", "1 order did not leave: Approve or refuse"),
        )
        # a single thing to do opens at once
        action = site.action_open_todo()
        found = self.env["integrator.order.export"].search(action["domain"])
        self.assertEqual(found, self.exports(order))
        found.with_user(self.operator).action_refuse()
        site.invalidate_recordset()
        self.assertEqual(site.home_todo, 0)

    def test_a_gate_holds_the_chain(self):
        """003-34: nothing leaves at the gate; approved, the chain goes on; refused, it ends."""
        flag = self.env["integrator.order.flag"].create({"name": "Released", "code": "released"})
        gate = {"kind": "gate", "approval": "always", "next_flag_id": flag.id, "location_id": False}
        self.make_exporter("Gate", **gate)
        self.make_exporter("Out", flag="released")
        first, second = self.make_order(), self.make_order()
        self.export()
        self.assertFalse(self.files())
        self.exports(first).with_user(self.operator).action_approve()
        self.exports(second).with_user(self.operator).action_refuse()
        self.export()
        self.export()
        self.assertEqual(len(self.files()), 1)
        self.assertEqual(self.flags(first), [("confirmed", "done"), ("released", "done")])
        self.assertEqual(self.flags(second), [("confirmed", "done")])

    def test_one_order_is_held_and_let_go(self):
        """003-34: for one order, whatever the exporters say; who stands in its log."""
        self.make_exporter()
        order, other = self.make_order(), self.make_order()
        order.with_user(self.operator).action_integrator_hold_exports()
        self.export()
        self.assertEqual(self.exports(order).state, "waiting")
        self.assertEqual(self.exports(other).state, "done")
        order.with_user(self.operator).action_integrator_release_exports()
        self.assertIn("order_operator", order.message_ids[0].body)
        self.export()
        self.assertEqual(self.exports(order).state, "done")

    def test_nothing_leaves_while_pushes_are_stopped_or_automatic_is_off(self):
        """003-34: but what a person asks for leaves when automatic mode is off."""
        self.make_exporter()
        order = self.make_order()
        self.site.stopped = "all"
        self.export()
        self.assertEqual(self.exports(order).state, "waiting")
        self.site.write({"stopped": False, "automatic": False})
        self.export()
        self.assertEqual(self.exports(order).state, "waiting")
        self.exports(order).with_user(self.operator).action_retry()
        self.export()
        self.assertEqual(self.exports(order).state, "done")

    def test_rights_on_order_exports(self):
        """003-34: a user without the group decides nothing, an operator sets nothing up, and a
        manager changes no exporter that acts as somebody else."""
        exporter = self.make_exporter(approval="always")
        order = self.make_order()
        self.export()
        clerk = new_test_user(self.env, "order_clerk", "sales_team.group_sale_manager")
        with self.assertRaises(AccessError):
            self.exports(order).with_user(clerk).action_approve()
        with self.assertRaises(AccessError):
            exporter.with_user(self.operator).name = "Mine"
        colleague = new_test_user(
            self.env,
            "order_colleague",
            "integrator.group_integrator_manager,sales_team.group_sale_manager",
        )
        with self.assertRaises(AccessError):
            exporter.with_user(colleague).domain = "[]"
        with self.assertRaises(AccessError):
            exporter.with_user(self.manager).user_id = self.operator

    def test_a_set_up_that_cannot_work_is_refused(self):
        """003-31: in words, when it is saved."""
        for values in (
            {"domain": "[('no_such', '=', 1)]"},
            {"domain": "os.system('x')"},
            {"file_name": "{order}"},
            {"file_name": "../{key}"},
            {"file_name": "{key.__class__}"},
            {"next_flag_id": self.flag("confirmed").id},
            {"location_id": False},
        ):
            with self.subTest(values), self.assertRaises(ValidationError):
                self.make_exporter(**values)
        exporter = self.make_exporter()
        for name in ("location_id", "file_name"):
            with self.subTest(name), self.assertRaises(ValidationError):
                exporter[name] = False

    def test_the_form_makes_one(self):
        """003-31: by the form, as a manager."""
        with Form(self.env["integrator.order.exporter"].with_user(self.manager)) as form:
            form.name = "By form"
            form.site_id = self.site
            form.flag_id = self.flag("confirmed")
            form.location_id = self.outbox
        self.assertEqual(form.record.user_id, self.manager)

    # === KILLS === #

    def isolated(self, point=MOST, after=False):
        """The whole chain with a worker that dies at a commit; nothing of it stays.

        :return: tuple (end state, whether it died)
        """
        with self.env.cr.savepoint() as savepoint:
            order = self.make_order()
            died = self.die_at(point, after)
            for minutes in (0, 2, 4):
                with self.later(minutes=minutes):
                    self.export()
            self.env.invalidate_all()
            exports = self.exports(order)
            state = {
                # a folder of the server knows no transaction
                "files": sorted(path.name[:2] for path in self.folder.glob("*.csv")),
                "exports": exports.mapped("state"),
                "flags": self.flags(order),
                "mails": self.env["mail.mail"].search_count(
                    [("integrator_export_id", "in", exports.ids)]
                ),
            }
            savepoint.rollback()
        for path in self.folder.glob("*.csv"):
            path.unlink()
        self.env.invalidate_all()
        return state, died

    def die_at(self, point, after):
        try:
            with self.dying_at(point, after):
                self.export()
        except Kill:
            return True
        return False

    @mute_logger("odoo.addons.integrator.stages.stage")
    def test_a_killed_worker_loses_and_doubles_nothing(self):
        """003-32, 003-33: at every commit point, before and after it."""
        root = self.enterContext(tempfile.TemporaryDirectory())
        self.enterContext(patch.dict(os.environ, {"INTEGRATOR_IMPEX_ROOT": root}))
        self.folder = Path(root, "out")
        self.folder.mkdir()
        self.outbox = self.env["integrator.impex.location"].create(
            {"name": "Folder", "kind": "folder", "folder": "out"}
        )
        flag = self.env["integrator.order.flag"].create({"name": "Sent", "code": "sent"})
        partner = self.env["res.partner"].create({"name": "S", "email": "s@example.com"})
        self.make_exporter("A", next_flag_id=flag.id, file_name="a-{key}")
        self.make_exporter("M", kind="mail", partner_id=partner.id, sequence=20)
        self.make_exporter("B", flag="sent", file_name="b-{key}")
        wanted, _died = self.isolated()
        self.assertEqual(wanted["files"], ["a-", "b-"])
        self.assertEqual((wanted["exports"], wanted["mails"]), (["done"] * 3, 1))
        point, died = 1, True
        while died:
            for further, after in PLACES:
                state, died = self.isolated(point + further, after)
                with self.subTest(point=point + further, after=after):
                    self.assertEqual(state, wanted)
            point += STEP
        self.assertGreater(point, 9)
