# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .sale_case import SaleCase

NOTING = "odoo.addons.integrator.models.outbox.order_integration"
RUNNING = "odoo.addons.integrator.stages.stage"
PARAMETER = "other_connector.orders"


@tagged("post_install", "-at_install")
class TestOwner(SaleCase):
    """An account has one owner (004-01, 004-12 … 004-15, 004-18, 004-23)."""

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

    def test_which_rules_make_a_conflict(self):
        """004-01, 004-14: installed, and set up for the same account."""
        cases = [
            ("not installed", {}, ("uninstalled", "1"), False),
            ("switched off", {}, ("installed", "False"), False),
            ("switched on", {}, ("installed", "1"), True),
            ("no parameter to look at", {"parameter": False}, ("installed", ""), True),
            ("another account", {"account_table": "countries"}, ("installed", "1"), False),
            ("its table is gone", {"account_table": "gone"}, ("installed", "1"), True),
            ("its table has changed", {"account_table": "changed"}, ("installed", "1"), True),
        ]
        for name, values, state, expected in cases:
            with self.subTest(name):
                self.rule.write({"parameter": PARAMETER, "account_table": False, **values})
                self.install(*state)
                self.assertEqual(bool(self.conflict()), expected)

    def test_the_account_is_compared(self):
        """004-14: the same account there and here, if it is switched on there."""
        self.rule.account_table = "countries"
        self.install()
        self.site.name = "DE"
        self.assertTrue(self.conflict())
        self.env.ref("base.de").phone_code = 0
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
        self.assertEqual((task.state, self.remote.received), ("ready", []))
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
        """004-18: the event is noted for it, and it is sent to that site only."""
        self.rule.account_table = "countries"
        self.install()
        self._make_site("Free")
        self.site.name = "DE"
        order = self.make_order()
        self.assertEqual(self.operations(order), ["confirmation"])

    def test_only_tables_that_are_known_can_be_looked_into(self):
        """001-81: what is read as the system is chosen from a list."""
        with self.assertRaises(ValidationError):
            self.rule.account_table = "ir.config_parameter"

    def test_only_administrators_of_the_system_change_rules(self):
        """001-81: the answer of a rule is seen by everybody."""
        manager = new_test_user(self.env, "owner_mgr", "integrator.group_integrator_manager")
        rule = self.rule.with_user(manager)
        self.assertEqual(rule.name, "Other connector")
        with self.assertRaises(AccessError):
            rule.parameter = "database.secret"

    def test_a_table_that_has_changed_breaks_no_order(self):
        """004-14: where it cannot be determined, the other one synchronises; the order is
        confirmed."""
        self.rule.account_table = "changed"
        self.install()
        order = self.make_order(confirm=False)
        with mute_logger(NOTING):
            order.action_confirm()
        self.assertEqual(order.state, "sale")

    def test_a_name_writes_no_line_of_its_own_into_the_log(self):
        """The name of an order is typed by people."""
        order = self.make_order(confirm=False)
        order.name = "S1\n2026-11-01 10:00:00,000 1 CRITICAL forged"
        self.install()
        with self.assertLogs(NOTING, "ERROR") as logs:
            order.action_confirm()
        self.assertNotIn("\n", logs.records[0].getMessage())

    def test_the_site_shows_the_conflict(self):
        """004-14: on its form."""
        self.assertFalse(self.site.owner_conflict)
        self.install()
        self.site.invalidate_recordset()
        self.assertIn("Other connector", self.site.owner_conflict)
