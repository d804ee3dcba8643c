# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields
from odoo.tests import new_test_user, tagged

from ..exceptions import IntegratorError, RejectedError, ThrottledError, TransientError
from .common import IntegratorCommon

GROUP = "integrator.group_integrator_user"


@tagged("post_install", "-at_install")
class TestAlerts(IntegratorCommon):
    """Each cause of failures makes one alert and one notification, however many records it hits
    (001-36, 001-89, 000-29)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company_b = cls.env["res.company"].create({"name": "Elsewhere"})
        cls.member = new_test_user(cls.env, "member", GROUP, notification_type="inbox")
        cls.manager = new_test_user(
            cls.env, "manager", "integrator.group_integrator_manager", notification_type="inbox"
        )
        cls.outsider = new_test_user(cls.env, "outsider", "base.group_user")
        cls.stranger = new_test_user(
            cls.env, "stranger", GROUP, company_id=cls.company_b.id,
            company_ids=[(6, 0, cls.company_b.ids)],
        )  # fmt: skip

    def setUp(self):
        super().setUp()
        self.site.message_ids.unlink()

    def raise_alert(self, code="cause", message="Mend it.", site=None):
        error = RejectedError(message, code=code)
        self.env["integrator.alert"]._raise(site or self.site, "import", error)

    def messages(self):
        return self.site.message_ids.filtered("subject")

    def refuse_twenty(self):
        orders = [self.remote.order(f"R-{number}", sku=f"X-{number}") for number in range(20)]
        self.import_orders(*orders)

    def test_twenty_records_with_one_cause_are_one_message(self):
        """001-36, 001-89; 000-29: not one mail each."""
        self.refuse_twenty()
        self.assertEqual(len(self.messages()), 1)
        self.assertEqual((self.alerts().code, self.alerts().count), ("unknown_sku", 20))

    def test_the_same_cause_again_is_no_message_again(self):
        """001-36."""
        self.refuse_twenty()
        with self.later(hours=1):
            self.run_stages("import")
        self.assertEqual(len(self.messages()), 1)
        self.assertEqual(self.alerts().count, 40)

    def test_another_cause_is_another_message(self):
        """001-36: no error without a message."""
        self.raise_alert("one")
        self.raise_alert("two")
        self.assertEqual(len(self.messages()), 2)

    def test_the_message_says_where_what_and_why(self):
        """001-36: site, stage, reason."""
        self.raise_alert(message="No brand. Give one.")
        self.assertEqual(self.messages().subject, "Integration error on Dummy")
        self.assertIn("Import orders: No brand. Give one.", self.messages().body)

    def test_a_passing_failure_is_reported_once_a_day(self):
        """001-36, 001-89: and is a task when it lasts."""
        error = TransientError("It is down.", code="down")
        alerts = self.env["integrator.alert"]
        for _time in range(3):
            alerts._raise(self.site, "fetch", error)
            alerts._raise(self.site, "fetch", error)
            self.assertEqual((self.alerts().count, self.alerts().is_passing), (2, True))
            self.alerts()._close()
        self.assertEqual(len(self.messages()), 1)
        alert = alerts.search([("site_id", "=", self.site.id)])
        alert.last_at = fields.Datetime.now() - timedelta(days=2)
        alerts._raise(self.site, "fetch", error)
        self.assertEqual(len(self.messages()), 2)
        self.alerts().first_at -= timedelta(minutes=31)
        alerts._raise(self.site, "fetch", error)
        self.assertFalse(self.alerts().is_passing)
        self.assertEqual(len(self.messages()), 2)
        # the next one of the day, which was not reported, stays
        self.alerts()._close()
        alerts._raise(self.site, "fetch", error)
        self.assertEqual(len(self.messages()), 2)
        self.alerts().first_at -= timedelta(minutes=31)
        alerts._raise(self.site, "fetch", error)
        alerts._raise(self.site, "fetch", error)
        self.assertEqual(len(self.messages()), 3)

    def test_a_passing_failure_that_needs_a_person_is_reported_again(self):
        """001-36."""
        alerts = self.env["integrator.alert"]
        alerts._raise(self.site, "fetch", TransientError("It is down.", code="down"))
        alerts._raise(self.site, "fetch", RejectedError("It is closed.", code="down"))
        alerts._raise(self.site, "fetch", RejectedError("It is closed.", code="down"))
        alerts._raise(self.site, "fetch", TransientError("It is down.", code="down"))
        self.assertFalse(self.alerts().is_passing)
        self.assertEqual(len(self.messages()), 2)

    def test_each_member_of_the_group_is_notified_and_nobody_else(self):
        """001-89: a user outside has none, nor a member of another company."""
        self.raise_alert()
        notified = self.messages().notification_ids.res_partner_id
        self.assertLessEqual((self.member + self.manager).partner_id, notified)
        self.assertFalse(notified & (self.outsider + self.stranger).partner_id)
        inbox = self.messages().notification_ids.filtered(
            lambda notification: notification.res_partner_id == self.member.partner_id
        )
        self.assertEqual(inbox.notification_type, "inbox")

    def test_an_archived_member_is_not_notified(self):
        """001-89."""
        self.member.active = False
        self.raise_alert()
        self.assertNotIn(self.member.partner_id, self.messages().notification_ids.res_partner_id)

    def test_an_alert_closes_by_itself_when_every_record_is_corrected(self):
        """001-36."""
        self.import_orders(self.remote.order("R-1", sku="A"), self.remote.order("R-2", sku="B"))
        products = self.env["product.product"]
        products.create({"name": "A", "default_code": "A"})
        with self.later(minutes=2):
            self.run_stages("import")
        self.assertEqual(len(self.alerts()), 1, "one of two is still held")
        products.create({"name": "B", "default_code": "B"})
        with self.later(hours=2):
            self.run_stages("import")
        self.assertFalse(self.alerts())

    def test_a_cause_that_comes_back_is_reported_again(self):
        """001-36: a new alert and a new message; the old one is history."""
        self.raise_alert()
        self.alerts().action_close()
        self.raise_alert()
        self.assertEqual(len(self.messages()), 2)
        alerts = self.env["integrator.alert"].search([("site_id", "=", self.site.id)])
        self.assertCountEqual(alerts.mapped("state"), ["open", "closed"])

    def test_the_same_cause_on_two_sites_is_two_alerts(self):
        """001-89: each company reads of its own."""
        other = self._make_site("Other")
        self.raise_alert()
        self.raise_alert(site=other)
        self.assertEqual(len(self.alerts()), 1)
        self.assertEqual(len(other.message_ids.filtered("subject")), 1)

    def test_being_throttled_is_no_error(self):
        error = ThrottledError("Too many calls.", code="throttled", retry_after=9)
        self.put_orders(self.remote.order("R-1"))
        self.remote.faults.append(("fetch", error))
        self.run_stages("fetch")
        self.assertFalse(self.alerts() or self.messages())
        self.assertEqual(self.last_run("fetch").errors, 0)

    def test_an_error_knows_its_message_its_code_and_when_to_come_back(self):
        """001-88."""
        error = IntegratorError("Mend it.", code="cause", retry_after=1.5)
        self.assertEqual((str(error), error.code, error.retry_after), ("Mend it.", "cause", 1.5))
        self.assertEqual(IntegratorError("Mend it.").code, "unknown")
