# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields
from odoo.tests import tagged

from ..exceptions import RejectedError
from .sale_case import SaleCase

OLD = timedelta(days=91)
#: Odoo's cleaner goes on after an error and writes it here.
CLEANER = "odoo.addons.base.models.ir_autovacuum"


@tagged("post_install", "-at_install")
class TestRetention(SaleCase):
    """Finished rows go after the retention, unresolved ones never."""

    def vacuum(self, model, method):
        """Run the nightly vacuum until nothing remains."""
        remaining = True
        while remaining:
            _done, remaining = getattr(self.env[model], method)()

    def age(self, records, *names):
        """Make rows older than the retention."""
        records.write(dict.fromkeys(names, fields.Datetime.now() - OLD))
        records.flush_recordset()

    def make_task(self, state, **values):
        values = {"kind": "product", "target_ref": f"x,{state}", "state": state, **values}
        return self.env["integrator.task"].create({"site_id": self.site.id, **values})

    def test_the_retention_of_a_new_site_is_ninety_days(self):
        self.assertEqual(self.site.retention_days, 90)

    def test_finished_tasks_go_and_others_stay(self):
        states = ["waiting", "ready", "submitted", "pending", "error", "success", "obsolete"]
        tasks = self.env["integrator.task"].union(*map(self.make_task, states))
        self.age(tasks, "state_timestamp")
        young = self.make_task("success", target_ref="y,1")
        self.vacuum("integrator.task", "_gc_retained")
        self.assertEqual(tasks.exists().mapped("state"), states[:5])
        self.assertTrue(young.exists())

    def test_the_longest_retention_of_all_sites_counts(self):
        self._make_site("Archive", retention_days=365)
        task = self.make_task("success")
        self.age(task, "state_timestamp")
        self.vacuum("integrator.task", "_gc_retained")
        self.assertTrue(task.exists())

    def test_finished_events_go_and_others_stay(self):
        self.remote.refusals["acknowledgement"] = RejectedError("Too late.", code="late")
        self.product.name = "Better"
        self.make_order()
        self.run_stages()
        self.env["product.product"].create({"name": "Under way"})
        self.run_stages("plan_products")
        events = self.events()
        self.assertEqual(set(events.mapped("task_state")), {"success", "waiting"})
        failed = self.events("order")
        self.assertEqual(failed.task_state, "error")
        self.age(events, "operation_timestamp")
        self.age(failed, "operation_timestamp")
        self.vacuum("product.integration", "_gc_events")
        self.vacuum("order.integration", "_gc_events")
        self.assertEqual(events.exists().mapped("task_state"), ["waiting"])
        self.assertTrue(failed.exists())

    def test_events_that_no_site_wanted_go(self):
        """001-57."""
        self.site.automatic = False
        self.product.name = "Unread"
        event = self.events()
        self.age(event, "operation_timestamp")
        self.vacuum("product.integration", "_gc_events")
        self.assertFalse(event.exists())

    def test_an_event_that_waits_for_a_site_stays(self):
        """001-54: it was stopped for long, and still needs the event."""
        self.product.name = "Unread"
        event = self.events()
        self.age(event, "operation_timestamp")
        self.vacuum("product.integration", "_gc_events")
        self.assertTrue(event.exists())

    def test_an_event_goes_when_the_last_site_that_waits_for_it_is_off(self):
        """001-54."""
        other = self._make_site("Other")
        self.run_stages("plan_products")
        self.product.name = "Half read"
        event = self.events()
        other.automatic = False
        self.run_stages("plan_products", "send", "send")
        event.pending = True
        self.age(event, "operation_timestamp")
        other.automatic = True
        self.vacuum("product.integration", "_gc_events")
        self.assertTrue(event.exists(), "the other site still needs it")
        other.automatic = False
        self.vacuum("product.integration", "_gc_events")
        self.assertFalse(event.exists())

    def test_documents_that_are_read_go_and_others_stay(self):
        self.remote.pages = [b"cut"]
        self.put_orders(self.remote.order("R-1"))
        self.run_stages("fetch", "acknowledge", "extract")
        documents = self.env["integrator.document"].search([("site_id", "=", self.site.id)])
        self.age(documents, "received_at")
        self.vacuum("integrator.document", "_gc_retained")
        self.assertEqual(documents.exists().mapped("state"), ["error"])
        order = self.env["integrator.order"].search([("site_id", "=", self.site.id)])
        self.assertTrue(order, "its order stays")

    def test_windows_that_are_done_go_and_others_stay(self):
        self.run_stages("fetch", "fetch")
        self.env["integrator.fetch.request"]._open_automatic(self.site)
        fetch_requests = self.env["integrator.fetch.request"].search(
            [("site_id", "=", self.site.id)]
        )
        self.env.flush_all()
        query = "UPDATE integrator_fetch_request SET write_date = %s WHERE id IN %s"
        self.env.cr.execute(query, (fields.Datetime.now() - OLD, tuple(fetch_requests.ids)))
        fetch_requests.invalidate_recordset()
        self.vacuum("integrator.fetch.request", "_gc_retained")
        self.assertEqual(fetch_requests.exists().mapped("state"), ["ready"])

    def test_batches_go_when_they_are_done_and_their_tasks_are_gone(self):
        self.product.name = "Better"
        self.run_stages("plan_products", "send", "send")
        submission = self.tasks().submission_id
        self.vacuum("integrator.submission", "_gc_retained")
        self.assertTrue(submission.exists())
        self.age(self.tasks(), "state_timestamp")
        self.vacuum("integrator.task", "_gc_retained")
        self.vacuum("integrator.submission", "_gc_retained")
        self.assertFalse(submission.exists())

    def test_cancelled_remote_orders_go_and_others_stay(self):
        self.import_orders(
            self.remote.order("R-1"),
            self.remote.order("R-2", status="cancelled"),
            self.remote.order("R-3", status="pending"),
            self.remote.order("R-4", sku="NONE"),
            self.remote.order("R-5", status="cancelled"),
        )
        orders = self.env["integrator.order"].search([("site_id", "=", self.site.id)])
        self.age(orders.filtered(lambda order: order.remote_order_id != "R-5"), "updated_at")
        self.vacuum("integrator.order", "_gc_retained")
        left = orders.exists().mapped("remote_order_id")
        self.assertCountEqual(left, ["R-1", "R-3", "R-4", "R-5"])

    def test_empty_runs_go_after_a_day_and_others_after_the_retention(self):
        """004-25."""
        now = fields.Datetime.now()
        values = {"site_id": self.site.id, "stage": "send"}
        ages = ((0, 0), (0, 2), (5, 2), (5, 91))
        runs = self.env["integrator.run"].create(
            [{**values, "done": done, "started_at": now - timedelta(days=days)}
             for done, days in ages]
        )  # fmt: skip
        self.vacuum("integrator.run", "_gc_retained")
        self.assertEqual(runs.exists(), runs[0] + runs[2])

    def test_closed_alerts_go_and_open_ones_stay(self):
        values = {"site_id": self.site.id, "stage": "send"}
        alerts = self.env["integrator.alert"].create(
            [{**values, "code": state, "state": state} for state in ("open", "closed")]
        )
        self.age(alerts, "last_at")
        self.vacuum("integrator.alert", "_gc_retained")
        self.assertEqual(alerts.exists().mapped("state"), ["open"])

    def test_the_cleaner_finds_every_model_ready(self):
        """000-10: Odoo asks each model that has a cleaner, abstract ones among them."""
        with self.running() as env, self.assertNoLogs(CLEANER, "ERROR"):
            env.ref("base.autovacuum_job").method_direct_trigger()
