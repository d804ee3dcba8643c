# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import ValidationError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from ..exceptions import RejectedError
from .sale_case import SaleCase

GROUP = "integrator.group_integrator_user"


@tagged("post_install", "-at_install")
class TestDigest(SaleCase):
    """The error mail lists what is wrong now, once (000-29, 001-36, 004-34)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.member = new_test_user(cls.env, "member", GROUP, email="member@example.com")
        cls.other_company = cls.env["res.company"].create({"name": "Elsewhere"})
        cls.stranger = new_test_user(
            cls.env, "stranger", GROUP, email="stranger@example.com",
            company_id=cls.other_company.id, company_ids=[(6, 0, cls.other_company.ids)],
        )  # fmt: skip

    def setUp(self):
        super().setUp()
        self.site.digest_emails = "errors@example.com, boss@example.com"

    def refuse(self, *numbers):
        """Orders whose product nobody knows."""
        self.import_orders(*(self.remote.order(f"R-{number}", sku="?") for number in numbers))

    def mails(self, **delta):
        """The mails that a look of the scheduler makes, so much later."""
        known = self.env["mail.mail"].search([])
        with self.later(**delta), self.running() as env:
            env["integrator.digest"]._cron_digest()
        return self.env["mail.mail"].search([], order="id") - known

    def test_one_mail_has_a_line_for_each_record(self):
        """000-29, 001-36: reason, link and next step; to the address of the settings."""
        self.refuse(1, 2)
        mail = self.mails()
        self.assertEqual(len(mail), 1)
        self.assertEqual(mail.email_to, "errors@example.com,boss@example.com")
        self.assertEqual(mail.subject, "Integration errors on Dummy")
        for order in self.env["integrator.order"].search([("site_id", "=", self.site.id)]):
            self.assertIn(order.remote_order_id, mail.body_html)
            self.assertIn(f"/odoo/integrator.order/{order.id}", mail.body_html)
        self.assertIn("tried again by itself", mail.body_html)

    def test_many_errors_are_numbered_mails(self):
        """000-29: bulk mails, not one each."""
        self.refuse(*range(120))
        mails = self.mails()
        self.assertEqual(
            mails.mapped("subject"),
            [f"Integration errors on Dummy ({number} of 3)" for number in (1, 2, 3)],
        )
        rows = [mail.body_html.count("<tr") for mail in mails]
        self.assertEqual(rows, [50, 50, 20])

    def test_the_orders_of_a_failed_ticket_are_in_it(self):
        """004-34: one mail, all failed orders, with reason and link."""
        orders = self.make_order() + self.make_order()
        self.remote.refusals["acknowledgement"] = RejectedError("Wrong item. Mend it.", code="item")
        self.run_stages("plan_orders", "send", "send")
        mail = self.mails()
        self.assertEqual(len(mail), 1)
        self.assertEqual(mail.body_html.count("Wrong item. Mend it."), 2)
        for order in orders:
            self.assertIn(order.name, mail.body_html)
        self.assertIn("Try again", mail.body_html)

    def test_nothing_new_is_no_mail(self):
        """000-29: neither without errors, nor for those that were reported."""
        self.assertFalse(self.mails())
        self.refuse(1)
        self.assertTrue(self.mails())
        self.assertFalse(self.mails(hours=2))

    def test_the_interval_is_kept(self):
        """000-29: what fails meanwhile waits for the next mail."""
        self.site.digest_minutes = 90
        self.refuse(1)
        self.assertTrue(self.mails())
        self.refuse(2)
        self.assertFalse(self.mails(minutes=89))
        later = self.mails(minutes=91)
        self.assertIn("R-2", later.body_html)
        self.assertNotIn("R-1<", later.body_html)

    def test_a_corrected_record_that_fails_again_is_reported_again(self):
        """001-36."""
        self.refuse(1)
        self.mails()
        order = self.env["integrator.order"].search([("remote_order_id", "=", "R-1")])
        order.state = "new"
        self.assertFalse(self.mails(hours=2))
        order.state = "error"
        self.assertTrue(self.mails(hours=4))

    def test_it_can_be_switched_off(self):
        """000-29."""
        self.site.digest_minutes = 0
        self.refuse(1)
        self.assertFalse(self.mails())

    def test_without_an_address_the_members_of_the_group_get_it(self):
        """000-29, 001-89: those of the site's company."""
        self.site.digest_emails = False
        self.refuse(1)
        mail = self.mails()
        self.assertIn(self.member.partner_id, mail.recipient_ids)
        self.assertNotIn(self.stranger.partner_id, mail.recipient_ids)

    def test_addresses_that_are_none_are_refused(self):
        """000-29."""
        for text in ("nobody", "a@example.com, nobody"):
            with self.subTest(text), self.assertRaises(ValidationError):
                self.site.digest_emails = text

    @mute_logger("odoo.addons.integrator.stages.stage")
    def test_a_conflict_of_owners_is_reported_once_per_day(self):
        """004-13, 004-15."""
        module = self.env["ir.module.module"].create({"name": "other", "state": "installed"})
        self.env["integrator.owner.rule"].create({"name": "Other", "module": module.name})
        self.addCleanup(self.env.registry.clear_all_caches)
        self.env.registry.clear_all_caches()
        self.assertIn("Other", self.mails().body_html)
        self.assertFalse(self.mails(hours=20))
        self.assertIn("Other", self.mails(hours=25).body_html)

    def test_a_mail_names_no_buyer(self):
        """000-29: no personal data."""
        self.refuse(1)
        body = self.mails().body_html
        for secret in ("Ada", "ada@example.com", "Way 1"):
            self.assertNotIn(secret, body)
