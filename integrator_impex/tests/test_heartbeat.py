# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from .impex_case import CONTACTS, ImpexCase
from .order_case import OrderCase

#: Names of the scheduled actions of this addon on Home.
UPDATE, EXPORT = "Update orders", "Export orders"
LOOK, WORK = "Integration: look for files", "Integration: import and export files"


@tagged("post_install", "-at_install")
class TestHeartbeat(OrderCase, ImpexCase):
    """Scheduled actions of files and orders are missed where they are used, and nowhere else."""

    def switch(self, *names, active):
        for name in names:
            self.env.ref(f"integrator_impex.ir_cron_{name}").active = active

    def named(self):
        """Return the actions of the addon that the alarm of the site names."""
        self.env.invalidate_all()
        message = self.site.heartbeat_message or ""
        return {name for name in (UPDATE, EXPORT, LOOK, WORK) if name in message}

    def test_scheduled_actions_that_a_site_does_not_use_are_not_missed(self):
        self.env["integrator.impex.group"].search([]).active = False
        self.switch("update_orders", "export_orders", "run_files", "work", active=False)
        self.assertEqual(self.named(), set())

    def test_a_site_with_feeds_and_exporters_misses_their_stages(self):
        self.make_exporter()
        self.env["integrator.order.feed"].create(
            {"name": "Updates", "site_id": self.site.id, "location_id": self.inbox.id}
        )
        self.assertEqual(self.named() & {UPDATE, EXPORT}, set())
        self.switch("export_orders", active=False)
        self.assertEqual(self.named() & {UPDATE, EXPORT}, {EXPORT})
        self.switch("export_orders", active=True)
        with self.later(minutes=17):
            self.assertEqual(self.named() & {UPDATE, EXPORT}, {UPDATE, EXPORT})
            self.env["integrator.run"]._start(self.site, "update_orders")
            self.assertEqual(self.named() & {UPDATE, EXPORT}, {EXPORT})

    def test_files_are_missed_by_the_company_that_has_some(self):
        """Looking for files only where it happens by itself."""
        self.env["integrator.impex.group"].search([]).active = False
        group = self.load(CONTACTS)
        self.switch("run_files", "work", active=False)
        self.assertEqual(self.named(), {WORK})
        group.write({"location_id": self.inbox.id, "automatic": True})
        self.assertEqual(self.named(), {WORK, LOOK})
        self.switch("run_files", "work", active=True)
        self.assertEqual(self.named(), set())
