# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from odoo.addons.integrator.tests.common import IntegratorCommon

SETTLE = "Take over settlements"


@tagged("post_install", "-at_install")
class TestSettlementHeartbeat(IntegratorCommon):
    """The stage of settlements is watched like any other, at its own pace."""

    def message(self):
        self.env.invalidate_all()
        return self.site.heartbeat_message or ""

    def test_settlements_are_missed_after_their_own_interval(self):
        """Every quarter of an hour, and the site's fifteen minutes of patience."""
        self.env["integrator.run"]._start(self.site, "settle")
        with self.later(minutes=29):
            self.assertIn("Fetch orders", self.message())
            self.assertNotIn(SETTLE, self.message())
        with self.later(minutes=31):
            self.assertIn(SETTLE, self.message())
            self.env["integrator.run"]._start(self.site, "settle")
            self.assertNotIn(SETTLE, self.message())

    def test_a_switched_off_action_is_named_at_once(self):
        self.assertNotIn(SETTLE, self.message())
        self.env.ref("integrator_account.ir_cron_settle").active = False
        self.assertIn(SETTLE, self.message())

    def test_waking_all_stages_wakes_it(self):
        action = self.env.ref("integrator_account.ir_cron_settle")
        self.env["integrator.site"]._trigger_stages()
        self.assertTrue(self.env["ir.cron.trigger"].search_count([("cron_id", "=", action.id)]))
