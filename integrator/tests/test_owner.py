# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .sale_case import SaleCase

NOTING = "odoo.addons.integrator.models.integrator_owner_rule"
RUNNING = "odoo.addons.integrator.stages.stage"
PARAMETER = "other_connector.orders"


@tagged("post_install", "-at_install")
class TestOwner(SaleCase):
    """An account has one owner (004-01, 004-12 … 004-15, 004-18, 004-23; pain 29)."""

    def setUp(self):
        super().setUp()
        self.module = self.env["ir.module.module"].create(
            {"name": "other_connector", "state": "uninstalled"}
        )
        self.rule = self.env["integrator.owner.rule"].create(
            {
                "name": "Other connector",
                "module": "other_connector",
                "parameter": PARAMETER,
                "setting": "Sales, Settings, Other connector",
            }
        )
        self.addCleanup(self.env.registry.clear_all_caches)

    def install(self, state="installed", switched_on="1"):
        self.module.state = state
        self.env.registry.clear_all_caches()
        self.env["ir.config_parameter"].set_param(PARAMETER, switched_on)

    def conflict(self):
        return self.site._owner_conflict()

    def test_automatic_mode_cannot_be_switched_on_beside_another_connector(self):
        """004-14: it is named, with its setting."""
        self.site.automatic = False
        self.install()
        with self.assertRaises(ValidationError) as refusal:
            self.site.automatic = True
        text = str(refusal.exception)
        self.assertIn("other_connector", text)
        self.assertIn("Sales, Settings, Other connector", text)

    def test_what_makes_a_conflict(self):
        """004-01, 004-14: installed, and set up for the same account."""
        country = {"account_model": "res.country", "account_field": "code", "site_field": "name"}
        cases = [
            ("not installed", {}, ("uninstalled", "1"), False),
            ("switched off", {}, ("installed", "False"), False),
            ("switched on", {}, ("installed", "1"), True),
            ("no parameter to look at", {"parameter": False}, ("installed", ""), True),
            ("another account", country, ("installed", "1"), False),
            ("the same account", {**country, "site_field": "x"}, ("installed", "1"), True),
            ("its table is gone", {"account_model": "not.there"}, ("installed", "1"), True),
        ]
        for name, values, state, expected in cases:
            with self.subTest(name):
                self.rule.write({"parameter": PARAMETER, "account_model": False, **values})
                self.install(*state)
                self.assertEqual(bool(self.conflict()), expected)

    def test_the_account_is_compared(self):
        """004-14: the same account there and here."""
        self.rule.write(
            {"account_model": "res.country", "account_field": "code", "site_field": "name"}
        )
        self.install()
        self.site.name = "DE"
        self.assertTrue(self.conflict())
        self.rule.account_domain = "[('phone_code', '=', 0)]"
        self.assertFalse(self.conflict())

    def test_a_required_partner_works_the_other_way_round(self):
        """004-12, 004-13."""
        self.rule.kind = "requires"
        self.site.automatic = False
        with self.assertRaises(ValidationError):
            self.site.automatic = True
        self.install()
        self.site.automatic = True
        self.assertFalse(self.conflict())

    def test_the_stages_do_nothing_and_log_an_error(self):
        """004-01, 004-13, 004-15, 004-23: rows stay, one line per run, one message."""
        self.make_order()
        self.run_stages("plan_orders")
        task = self.tasks()
        self.put_orders(self.remote.order("R-1"))
        self.install()
        for stage in ("fetch", "plan_orders", "send"):
            with self.assertLogs(RUNNING, "ERROR") as logs:
                self.run_stages(stage)
            self.assertEqual(len(logs.output), 1)
            self.assertEqual(self.last_run(stage).error_code, "owner_conflict")
        self.assertEqual((task.state, self.remote.told), ("ready", []))
        self.assertFalse(self.env["integrator.document"].search([]))
        self.assertEqual(self.alerts().mapped("code"), ["owner_conflict"])

    def test_when_the_other_one_goes_the_work_goes_on(self):
        """004-23: nothing was lost, the alert closes."""
        self.make_order()
        self.run_stages("plan_orders")
        self.install()
        with mute_logger(RUNNING):
            self.run_stages("send")
        self.install("uninstalled")
        self.run_stages("send", "send")
        self.assertEqual(self.tasks().state, "success")
        self.assertFalse(self.alerts())

    def test_changes_are_not_noted_meanwhile(self):
        """004-18: no row, one log line."""
        order = self.make_order(confirm=False)
        self.install()
        with self.assertLogs(NOTING, "ERROR") as logs:
            order.action_confirm()
        self.assertFalse(self.operations(order))
        self.assertEqual(len(logs.output), 1)

    def test_another_site_without_a_conflict_goes_on(self):
        """004-18: the event is noted for it, and only it is told."""
        self.rule.write(
            {"account_model": "res.country", "account_field": "code", "site_field": "name"}
        )
        self.install()
        self._make_site("Free")
        self.site.name = "DE"
        order = self.make_order()
        self.assertEqual(self.operations(order), ["confirmation"])

    def test_a_domain_that_cannot_be_read_is_refused(self):
        """004-14."""
        with self.assertRaises(ValidationError):
            self.rule.account_domain = "[('active'"

    def test_the_site_shows_the_conflict(self):
        """004-14: on its form."""
        self.assertFalse(self.site.owner_conflict)
        self.install()
        self.site.invalidate_recordset()
        self.assertIn("Other connector", self.site.owner_conflict)
