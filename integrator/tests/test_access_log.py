# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools import mute_logger

from .privacy_case import PrivacyCase


@tagged("post_install", "-at_install")
class TestAccessLog(PrivacyCase, HttpCase):
    """Access to personal data as a whole is logged with user, time and records (001-81)."""

    def setUp(self):
        super().setUp()
        groups = "integrator.group_integrator_user,sales_team.group_sale_salesman_all_leads"
        groups += ",base.group_allow_export,base.group_partner_manager"
        self.clerk = new_test_user(self.env, "clerk", groups)
        self.manager = new_test_user(self.env, "boss", "integrator.group_integrator_manager")
        self.order = self.bring(self.order_of("R-1"))
        self.document = self.order.document_id

    def entries(self):
        """The clerk's entries as the administrator sees them: kind, model, number, ids."""
        rows = self.env["integrator.access.log"].with_user(self.manager).search([])
        self.assertEqual(set(rows.user_id), {self.clerk} if rows else set())
        return [(row.kind, row.res_model, row.res_count, row.res_ids) for row in rows]

    def test_a_download_of_a_raw_document_is_noted(self):
        """By its own address and by that of its file."""
        self.authenticate("clerk", "clerk")
        about = [("res_model", "=", "integrator.document"), ("res_id", "=", self.document.id)]
        file = self.env["ir.attachment"].search([*about, ("res_field", "=", "content")])
        for path in (f"integrator.document/{self.document.id}/content", file.id):
            # that the request writes after all is a warning in tests, as it is beside a replica
            with mute_logger("odoo.http"):
                answer = self.url_open(f"/web/content/{path}")
            self.assertIn(b"Zenobia", answer.content)
        entry = ("read", "integrator.document", 1, self.document.ids)
        self.assertEqual(self.entries(), [entry, entry])

    def test_bytes_that_are_read_over_the_api_are_noted(self):
        """The form only asks how many there are."""
        document = self.document.with_user(self.clerk)
        document.with_context(bin_size=True).read(["content"])
        document.web_read({"remote_id": {}})
        self.assertEqual(self.entries(), [])
        document.read(["content"])
        self.env["ir.attachment"].with_user(self.clerk).search_read(
            [("res_model", "=", "integrator.document"), ("res_field", "=", "content")], ["datas"]
        )
        self.assertEqual([kind for kind, *_rest in self.entries()], ["read", "read"])

    def test_a_replay_is_noted(self):
        self.env["integrator.replay"].with_user(self.clerk).create(
            {"document_ids": self.document.ids}
        ).flush_recordset()
        self.assertIn(("replay", "integrator.document", 1, self.document.ids), self.entries())

    def test_exports_of_buyers_are_noted(self):
        """Of remote orders, sale orders and customers; other customers are nobody's business."""
        sale_order = self.order.sale_order_id
        self.order.with_user(self.clerk).export_data(["buyer", "address"])
        sale_order.with_user(self.clerk).export_data(["partner_id/name"])
        (sale_order.partner_id | self.partner).with_user(self.clerk).export_data(["name"])
        self.partner.with_user(self.clerk).export_data(["name"])
        self.assertEqual(
            self.entries(),
            [
                ("export", "res.partner", 1, sale_order.partner_id.ids),
                ("export", "sale.order", 1, sale_order.ids),
                ("export", "integrator.order", 1, self.order.ids),
            ],
        )
        entry = self.env["integrator.access.log"].search([])[-1:]
        self.assertEqual(entry.field_names, "buyer, address")
        self.assertEqual(entry.res_text, str(self.order.id))
        self.assertNotIn("Zenobia", str(entry.read()))

    def test_the_system_is_no_reader(self):
        """Stages read documents all the time."""
        self.run_stages()
        self.document.read(["content"])
        self.assertEqual(self.entries(), [])

    def test_only_administrators_of_the_company_see_the_log(self):
        self.document.with_user(self.clerk).read(["content"])
        with self.assertRaises(AccessError):
            self.env["integrator.access.log"].with_user(self.clerk).search([])
        company = self.env["res.company"].create({"name": "Elsewhere"})
        stranger = new_test_user(
            self.env,
            "stranger",
            "integrator.group_integrator_manager",
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )
        self.assertFalse(self.env["integrator.access.log"].with_user(stranger).search([]))

    def test_the_log_is_kept_for_a_year(self):
        self.document.with_user(self.clerk).read(["content"])
        entry = self.env["integrator.access.log"].search([])
        for days, kept in ((364, True), (366, False)):
            with self.later(days=days):
                self.env["integrator.access.log"]._gc_retained()
            self.assertEqual(bool(entry.exists()), kept)

    def test_a_user_who_is_deleted_stays_named(self):
        self.document.with_user(self.clerk).read(["content"])
        entry = self.env["integrator.access.log"].search([])
        self.assertLessEqual(entry.at, fields.Datetime.now())
        self.clerk.unlink()
        self.assertEqual((entry.user_id.id, entry.login), (False, "clerk"))
