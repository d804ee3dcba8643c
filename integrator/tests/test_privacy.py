# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import base64
import json
from datetime import timedelta

from psycopg2.errors import CheckViolation

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import SQL, mute_logger

from ..exceptions import RejectedError
from ..neutral import Page
from .common import DummyAdapter
from .privacy_case import PrivacyCase


@tagged("post_install", "-at_install")
class TestPrivacy(PrivacyCase):
    """Personal data is kept for as long as the site's settings say, then masked."""

    def bring_order(self, name="R-1", deliver=True, key="R-1", **values):
        """An imported order of one buyer, delivered."""
        self.remote.pages.clear()
        value = self.order_of(name, key, **values)
        value["lines"][0]["gift_message"] = "Dear Zenobia"
        return self.bring(value, deliver=deliver)

    def is_masked(self, order):
        """Return whether nothing is left of the buyer, or all of it: never a part."""
        partners = order.sale_order_id.partner_id | order.sale_order_id.partner_shipping_id
        texts = [order.buyer, order.address, order.line_ids.mapped("gift_message")]
        texts += partners.read(["name", "email", "street", "phone", "zip", "city", "vat"])
        found = [any(stem in str(text).lower() for stem in self.STEMS) for text in texts if text]
        self.assertEqual(len(set(found)), 1, texts)
        self.assertEqual(bool(order.masked_at), not found[0])
        return not found[0]

    def reports(self):
        return self.env["integrator.privacy.report"].search([("site_id", "=", self.site.id)])

    # === CLOCKS === #

    def test_thirty_days_after_delivery_the_buyer_is_masked_and_reported(self):
        order = self.bring_order()
        self.assertEqual(self.site.privacy_days, 30)
        self.mask(days=31)
        self.assertTrue(self.is_masked(order))
        report = self.reports()
        self.assertEqual((report.orders, report.partners, report.documents), (1, 2, 1))
        self.assertEqual(report.remote_order_ids, "R-1")
        self.assertIn("Gift messages: 1", report.details)
        self.assertEqual(order.address["country"], "DE")

    def test_before_its_time_nothing_changes(self):
        order = self.bring_order()
        self.mask(days=29)
        self.assertFalse(self.is_masked(order))
        self.assertFalse(self.reports())

    def test_nothing_is_masked_twice(self):
        self.bring_order()
        self.mask(days=31)
        self.mask(days=40)
        self.assertEqual(len(self.reports()), 1)

    def test_changes_of_the_site_do_not_restart_the_clock(self):
        order = self.bring_order()
        with self.later(days=20):
            self.bring_order()
        self.assertGreater(order.updated_at, fields.Datetime.now() + timedelta(days=19))
        self.mask(days=31)
        self.assertTrue(self.is_masked(order))

    def test_an_undelivered_order_is_masked_by_its_age(self):
        """And its parcel waits for a person, who can send it all the same."""
        order = self.bring_order(deliver=False)
        self.mask(days=44)
        self.assertFalse(self.is_masked(order))
        self.mask(days=46)
        self.assertTrue(self.is_masked(order))
        picking = order.sale_order_id.picking_ids
        self.assertEqual(picking.integrator_hold, "address")
        self.assertIn("erased", picking.integrator_hold_note)
        picking.action_integrator_release_hold()
        self.deliver(picking)
        self.assertEqual(picking.state, "done")

    def test_an_order_that_is_not_imported_is_masked_by_its_age(self):
        """Held, not paid, and cancelled before the import."""
        held = self.bring(self.order_of("R-1", sku="UNKNOWN"))
        unpaid = self.bring(self.order_of("R-2", status="pending"))
        cancelled = self.bring(self.order_of("R-3", status="cancelled"))
        states = (held | unpaid | cancelled).mapped("state")
        self.assertEqual(sorted(states), ["cancelled", "error", "pending"])
        self.mask(days=31)
        self.assertEqual([bool(one.masked_at) for one in (held, unpaid, cancelled)], [0, 0, 1])
        self.mask(days=46)
        self.assertTrue(all((held | unpaid | cancelled).mapped("masked_at")))
        self.assertFalse(self.traces())

    def test_a_held_order_can_still_be_imported_when_it_is_masked(self):
        order = self.bring(self.order_of("R-1", sku="UNKNOWN"))
        self.mask(days=46)
        self.env["integrator.sku.match"].search([("sku", "=", "UNKNOWN")]).product_id = self.product
        self.run_stages("import")
        self.assertEqual(order.state, "imported")
        self.assertEqual(order.sale_order_id.partner_id.name, "Dummy market customer")
        self.assertIn("erased", order.sale_order_id.picking_ids.integrator_hold_note)

    def test_a_date_in_the_future_keeps_nothing(self):
        """The time of receipt counts, whatever time a site gives."""
        future = (fields.Datetime.now() + timedelta(days=4000)).isoformat(timespec="seconds")
        order = self.bring_order(deliver=False, ordered_at=future)
        self.mask(days=46)
        self.assertTrue(self.is_masked(order))

    def test_the_retention_cannot_be_endless(self):
        for field, days in (("privacy_days", 0), ("privacy_days", 31), ("privacy_open_days", 61)):
            with (
                self.subTest(field=field, days=days),
                mute_logger("odoo.sql_db"),
                self.assertRaises(CheckViolation),
                self.env.cr.savepoint(),
            ):
                self.site.write({field: days})
                self.env.flush_all()

    # === MASKED STAYS MASKED === #

    def test_later_documents_do_not_restore_masked_data(self):
        """An update takes over status and pieces; its document goes at once."""
        order = self.bring_order()
        self.mask(days=31)
        masked_at = order.masked_at
        with self.later(days=35):
            self.bring_order(status="shipped", cancel_reason="Zenobia's wish")
            self.assertEqual(order.remote_status, "shipped")
            self.assertEqual(order.masked_at, masked_at)
            self.assertTrue(self.is_masked(order))
            self.assertFalse(self.traces())

    def test_a_replay_brings_nobody_back(self):
        """Nor does it show anybody: here a document that came again when its buyer was masked."""
        order = self.bring_order()
        self.mask(days=31)
        content = json.dumps([self.order_of("R-1")]).encode()
        page = Page(content=content, charset="utf-8", received_at=fields.Datetime.now())
        document = self.env["integrator.document"]._keep(self.site, "again", page, stage="done")
        replay = self.env["integrator.replay"].create({"document_ids": document.ids})
        texts = [(line.before, line.after) for line in replay.line_ids]
        self.assertNotIn("Zenobia", str(texts))
        replay.action_apply()
        self.assertTrue(self.is_masked(order))
        self.assertFalse(self.traces())

    def test_a_masked_buyer_who_comes_back_is_a_new_customer(self):
        old = self.bring_order()
        self.mask(days=31)
        new = self.bring_order("R-2")
        self.assertNotEqual(old.sale_order_id.partner_id, new.sale_order_id.partner_id)
        self.assertIn("Zenobia", new.sale_order_id.partner_id.name)

    def test_data_written_later_has_a_retention_of_its_own(self):
        order = self.bring_order().sale_order_id
        self.mask(days=31)
        message = order.message_post(body="Zenobia called", message_type="comment")
        self.mask(days=29)
        self.assertIn("Zenobia", message.body)
        self.mask(days=31)
        self.assertFalse(message.body)

    def test_an_address_that_is_entered_later_goes_again(self):
        order = self.bring_order(deliver=False).sale_order_id
        self.mask(days=46)
        order.partner_shipping_id.street = "Plumestreet 1"
        self.mask(days=29)
        self.assertTrue(order.partner_shipping_id.street)
        self.mask(days=31)
        self.assertFalse(order.partner_shipping_id.street)

    # === DISPUTES === #

    def keep(self, order, user, **values):
        wizard = self.env["integrator.keep.data"].with_user(user)
        with Form(wizard.with_context(active_ids=order.ids)) as form:
            for name, value in values.items():
                form[name] = value
        form.record.action_keep()

    def test_an_order_in_dispute_is_kept_until_its_day(self):
        order = self.bring_order()
        manager = new_test_user(self.env, "manager", "integrator.group_integrator_manager")
        until = fields.Date.today() + timedelta(days=90)
        self.keep(order, manager, reason="Claim 4711", until=until)
        self.assertIn("Claim 4711", order.sale_order_id.message_ids[:1].body)
        self.mask(days=89)
        self.assertFalse(self.is_masked(order))
        self.mask(days=91)
        self.assertTrue(self.is_masked(order))

    def test_a_dispute_that_is_over_is_released(self):
        order = self.bring_order()
        manager = new_test_user(self.env, "manager", "integrator.group_integrator_manager")
        self.keep(order, manager, reason="Claim 4711")
        order.with_user(manager).action_release_personal_data()
        self.mask(days=31)
        self.assertTrue(self.is_masked(order))

    def test_a_dispute_needs_a_reason_and_an_end(self):
        order = self.bring_order()
        manager = new_test_user(self.env, "manager", "integrator.group_integrator_manager")
        far = fields.Date.today() + timedelta(days=181)
        with self.assertRaisesRegex(UserError, "180 days"):
            self.keep(order, manager, reason="Claim", until=far)
        with self.assertRaisesRegex(UserError, "reason"):
            self.keep(order, manager, reason=" ")
        self.mask(days=31)
        with self.assertRaisesRegex(UserError, "masked already"):
            self.keep(order, manager, reason="Claim")

    def test_only_administrators_of_the_integration_keep_and_release(self):
        order = self.bring_order()
        operator = new_test_user(self.env, "operator", "integrator.group_integrator_user")
        with self.assertRaises(AccessError):
            self.keep(order, operator, reason="mine")
        with self.assertRaises(AccessError):
            order.with_user(operator).action_release_personal_data()

    def test_a_buyer_who_asks_for_it_is_erased_at_once(self):
        """By an administrator; what is not delivered waits for a person."""
        order = self.bring_order(deliver=False)
        held = self.bring(self.order_of("R-2", "R-1", sku="UNKNOWN"))
        operator = new_test_user(self.env, "operator", "integrator.group_integrator_user")
        manager = new_test_user(self.env, "manager", "integrator.group_integrator_manager")
        with self.assertRaises(AccessError):
            order.with_user(operator).action_erase_personal_data()
        (order | held).with_user(manager).action_erase_personal_data()
        self.assertTrue(self.is_masked(order))
        self.assertEqual(order.sale_order_id.picking_ids.integrator_hold, "address")
        self.assertEqual(held.buyer["name"], "")
        self.assertEqual(self.reports().orders, 2)

    # === CUSTOMERS === #

    def test_an_address_that_was_replaced_is_masked_as_well(self):
        """The site, or a person, had given another one before."""
        order = self.bring_order()
        sale_order = order.sale_order_id
        before = sale_order.partner_shipping_id
        sale_order.partner_shipping_id = sale_order.partner_id
        self.mask(days=31)
        self.assertFalse(before.street)
        self.assertNotIn("Zenobia", before.name)

    def test_a_customer_with_another_open_order_keeps_his_name(self):
        old = self.bring_order()
        new = self.bring_order("R-2", deliver=False)
        self.assertEqual(old.sale_order_id.partner_id, new.sale_order_id.partner_id)
        self.mask(days=31)
        self.assertEqual(old.buyer["name"], "")
        self.assertIn("Zenobia", new.sale_order_id.partner_id.name)

    def test_an_order_by_hand_keeps_its_customer_until_its_own_end(self):
        """A spare part that is sent later, for example."""
        order = self.bring_order()
        partner = order.sale_order_id.partner_id
        with self.later(days=20):
            spare = self.make_order(partner_id=partner.id)
            self.deliver(spare.picking_ids)
        self.mask(days=31)
        self.assertIn("Zenobia", partner.name)
        self.mask(days=51)
        self.assertNotIn("Zenobia", partner.name)

    def test_a_customer_with_an_account_is_not_masked(self):
        partner = self.bring_order().sale_order_id.partner_id
        portal = self.env.ref("base.group_portal")
        login = {"login": "portal", "partner_id": partner.id}
        self.env["res.users"].create({**login, "group_ids": [Command.set(portal.ids)]})
        self.mask(days=31)
        self.assertIn("Zenobia", partner.name)

    def test_a_posted_invoice_keeps_what_tax_law_asks_for_and_no_more(self):
        order = self.bring_order()
        sale_order = order.sale_order_id
        sale_order._create_invoices().action_post()
        delivery = sale_order.partner_shipping_id
        self.mask(days=31)
        partner = sale_order.partner_id
        self.assertEqual(order.buyer["name"], "")
        self.assertIn("Zenobia", partner.name)
        self.assertEqual(partner.street, "Plumestreet R-1")
        self.assertEqual((partner.email, partner.phone), (False, False))
        self.assertEqual((delivery.street, delivery.phone, delivery.city), (False, False, False))

    def test_an_invoice_that_is_not_posted_any_more_keeps_nothing(self):
        sale_order = self.bring_order().sale_order_id
        invoice = sale_order._create_invoices()
        invoice.action_post()
        self.mask(days=31)
        invoice.button_draft()
        self.mask(days=32)
        self.assertFalse(self.traces())

    def test_a_company_is_masked_like_a_person(self):
        """A sole trader is one."""
        company = {"company": "Quillfeather Books", "purchase_order": "QUILLFEATHER-7"}
        sale_order = self.bring_order(buyer={**company, "vat": "Zenobia"}).sale_order_id
        self.assertTrue(sale_order.partner_id.is_company)
        self.assertEqual(sale_order.client_order_ref, "R-1 / QUILLFEATHER-7")
        self.mask(days=31)
        self.assertEqual(sale_order.client_order_ref, "R-1")
        self.assertFalse(self.traces())

    # === SITES === #

    def test_an_archived_site_is_masked(self):
        order = self.bring_order()
        self.site.active = False
        self.mask(days=31)
        self.assertTrue(self.is_masked(order))

    def test_a_deleted_site_leaves_nobody_behind(self):
        """Its documents go with their bytes, its customers at their time."""
        site = self._make_site("Short")
        order = self.bring(self.order_of("R-9"), site=site, deliver=True)
        sale_order, document = order.sale_order_id, order.document_id
        self.put_hold(sale_order, "Zenobia's husband asks")
        DummyAdapter.remotes[site.id].pages.clear()
        self.remove_site(site)
        about = [("res_model", "=", document._name), ("res_id", "=", document.id)]
        self.assertFalse(self.env["ir.attachment"].search([*about, ("res_field", "=", "content")]))
        self.assertTrue(self.traces())
        self.mask(days=31)
        self.assertFalse(self.traces())
        report = self.env["integrator.privacy.report"].search([("site_id", "=", False)])
        self.assertEqual((report.remote_order_ids, report.orders), ("R-9", 1))

    def test_the_report_outlives_its_site(self):
        site = self._make_site("Short")
        self.bring(self.order_of("R-9"), site=site, deliver=True)
        self.mask(days=31)
        report = self.env["integrator.privacy.report"].search([("site_id", "=", site.id)])
        self.remove_site(site)
        self.assertEqual((report.site_name, report.orders), ("Short", 1))

    # === DOCUMENTS === #

    def test_documents_are_in_no_index(self):
        """Odoo's index of attachments would keep their words in plain text beside the bytes."""
        content = b"order-id\tbuyer-name\n1\tZenobia Quillfeather\n"
        page = Page(content=content, charset="utf-8", received_at=fields.Datetime.now())
        document = self.env["integrator.document"]._keep(self.site, "flat", page)
        domain = [("res_model", "=", "integrator.document"), ("res_id", "=", document.id)]
        file = self.env["ir.attachment"].search([*domain, ("res_field", "=", "content")])
        self.assertFalse(file.index_content)
        document.content = base64.b64encode(content * 2)
        self.assertIn(b"Zenobia", file.raw)
        self.assertFalse(file.index_content)

    def test_a_held_order_keeps_no_document(self):
        """The document of its page went with those of all other buyers of it."""
        orders = self.bring(self.order_of("R-1"), self.order_of("R-2", sku="UNKNOWN"))
        self.mask(days=31)
        held = orders.filtered(lambda one: one.state == "error")
        self.assertTrue(held.buyer["name"])
        self.assertFalse(held.document_id.content)

    def test_a_document_that_nobody_can_read_goes_and_says_what_to_do(self):
        self.remote.pages[:] = [b'[{"name": "Zenobia Quillfeather"']
        self.run_stages("fetch", "acknowledge", "extract")
        document = self.env["integrator.document"].search([("site_id", "=", self.site.id)])
        self.assertEqual(document.error_code, "malformed_document")
        self.mask(days=31)
        self.assertFalse(document.content)
        self.assertEqual((document.stage, document.error_code), ("done", "document_expired"))
        self.run_stages("extract")
        self.assertEqual(document.error_code, "document_expired")
        with self.assertRaisesRegex(RejectedError, "Fetch the orders again"):
            document._raw()

    # === WHEN SOMETHING IS WRONG === #

    def test_a_record_that_cannot_be_masked_stops_no_other(self):
        """The administrators get a message, without anybody's name."""
        odd = self.bring_order()
        fine = self.bring_order("R-2", key="R-2")
        table, name = SQL.identifier("sale_order"), SQL.identifier("odd_order")
        rule = SQL("CHECK (id != %s OR integrator_masked_at IS NULL)", odd.sale_order_id.id)
        self.env.cr.execute(SQL("ALTER TABLE %s ADD CONSTRAINT %s %s", table, name, rule))
        with mute_logger("odoo.sql_db", "odoo.addons.integrator.privacy.masking"):
            self.mask(days=31)
        self.assertTrue(self.is_masked(fine))
        self.assertFalse(self.is_masked(odd))
        alert = self.alerts(code="masking_failed")
        self.assertIn(f"Sales Order {odd.sale_order_id.id}", alert.message)
        self.env.cr.execute(SQL("ALTER TABLE %s DROP CONSTRAINT %s", table, name))
        self.mask(days=32)
        self.assertTrue(self.is_masked(odd))
        self.assertFalse(self.alerts(code="masking_failed"))
