# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ..exceptions import ConfigurationError
from .common import IntegratorCommon

MANAGER = "integrator.group_integrator_manager"


@tagged("post_install", "-at_install")
class TestCredentials(IntegratorCommon):
    """Expiring secrets warn people in time and are renewed without a gap."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.admin = new_test_user(cls.env, "system_admin", f"base.group_system,{MANAGER}")
        cls.manager = new_test_user(cls.env, "only_manager", MANAGER)

    def setUp(self):
        super().setUp()
        self.secrets = self.env["integrator.secret"]
        self.secrets._store(self.site, "key", "first")
        self.credential = self.site.credential_ids

    def watch(self):
        with self.running() as env:
            env["integrator.health"]._cron_health()
        self.env.invalidate_all()

    def activities(self):
        return self.site.activity_ids.filtered(lambda one: "Renew" in (one.summary or ""))

    def rotate(self, value, user=None):
        wizards = self.env["integrator.rotate"].with_user(user or self.admin)
        wizard = wizards.create({"credential_id": self.credential.id, "new_value": value})
        return wizard, wizard.action_rotate()

    def test_the_end_is_counted_from_the_day_it_is_entered(self):
        """180 days, editable; what does not expire has no end."""
        today = fields.Date.today()
        self.assertEqual(self.credential.entered_on, today)
        self.assertEqual(self.credential.expires_on, today + timedelta(days=180))
        self.credential.with_user(self.manager).expires_on = today + timedelta(days=99)
        self.assertEqual(self.credential.days_left, 99)
        self.secrets._store(self.site, "token", "any")
        token = self.site.credential_ids - self.credential
        self.assertFalse(token.expires_on)
        self.secrets._store(self.site, "token", "")
        self.assertFalse(token.exists())

    def test_people_are_warned_once_at_each_step(self):
        """30, 14, 7 and 1 days before, and when it is over."""
        codes = []
        for left in (31, 30, 20, 14, 7, 3, 1, 0, -1):
            with self.later(days=180 - left):
                self.watch()
                self.watch()
                codes.append(self.credential.error_code)
        steps = [f"expires_{step}" for step in (30, 30, 14, 7, 7, 1, 1)]
        self.assertEqual(codes, [False, *steps, "expired"])
        self.assertEqual(len(self.activities()), 1)
        self.assertIn("expired on", self.credential.error_message)

    def test_a_warning_is_in_the_error_mail(self):
        """000-29."""
        with self.later(days=170):
            self.watch()
            self.env["integrator.digest"]._send_entries(self.site)
        mail = self.env["mail.mail"].search([], order="id desc", limit=1)
        self.assertIn("expires on", mail.body_html)

    def test_a_new_secret_ends_the_warning(self):
        with self.later(days=175):
            self.watch()
            self.assertTrue(self.activities())
            self.rotate("second")
            self.watch()
            self.assertFalse(self.activities())
            self.assertEqual(self.credential.days_left, 180)

    def test_a_new_secret_is_tried_before_it_replaces_the_old_one(self):
        """And the old one can be used again for a week."""
        self.rotate(" second ")
        self.assertEqual(self.remote.tried, ["second"])
        self.assertEqual(self.secrets._fetch(self.site, "key"), "second")
        self.assertEqual(self.credential.old_until, fields.Date.today() + timedelta(days=7))
        self.credential.with_user(self.admin).action_use_previous()
        self.assertEqual(self.secrets._fetch(self.site, "key"), "first")

    def test_a_secret_that_does_not_work_is_not_taken(self):
        """The old one stays, with what the site says."""
        error = ConfigurationError("The client secret is wrong.", code="bad_secret")
        self.remote.faults.append(("test_credentials", error))
        with self.assertRaises(UserError) as caught:
            self.rotate("wrong")
        self.assertIn("client secret is wrong", str(caught.exception))
        self.assertEqual(self.secrets._fetch(self.site, "key"), "first")
        self.assertFalse(self.credential.old_until)

    def test_the_wizard_keeps_and_shows_nothing(self):
        """001-81."""
        wizard, _answer = self.rotate("second")
        self.assertFalse(wizard.read(["new_value"])[0]["new_value"])
        self.assertFalse(self.secrets._has(self.site, "key.new"))
        with self.assertRaises(UserError):
            wizard.action_rotate()

    def test_a_renewal_that_nobody_finishes_ends(self):
        """001-81: the fetch request was closed; what was entered does not stay for ever."""
        wizards = self.env["integrator.rotate"].with_user(self.admin)
        wizards.create({"credential_id": self.credential.id, "new_value": "second"})
        self.secrets._gc_waiting()
        self.assertTrue(self.secrets._has(self.site, "key.new"))
        with self.later(hours=2):
            self.secrets._gc_waiting()
        self.assertFalse(self.secrets._has(self.site, "key.new"))
        self.assertEqual(self.secrets._fetch(self.site, "key"), "first")

    def test_only_administrators_of_the_system_renew(self):
        """001-81, 002-01."""
        with self.assertRaises(AccessError):
            self.rotate("second", user=self.manager)
        with self.assertRaises(AccessError):
            self.credential.with_user(self.manager).action_use_previous()

    def test_the_previous_secret_is_forgotten_after_a_week(self):
        """001-81."""
        self.rotate("second")
        with self.later(days=8):
            self.credential._gc_previous()
        self.assertFalse(self.secrets._has(self.site, "key.old"))
        with self.assertRaises(UserError):
            self.credential.action_use_previous()

    def test_a_new_secret_ends_pauses_that_waited_for_it(self):
        circuit = self.env["integrator.circuit"].create(
            {"site_id": self.site.id, "operation": "fetch"}
        )
        circuit._failed("revoked", "Revoked.", lasting=True)
        self.assertGreater(circuit._wait(), 0)
        self.secrets._store(self.site, "key", "second")
        self.assertEqual(circuit._wait(), 0)
