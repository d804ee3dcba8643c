# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from ..exceptions import RejectedError
from .sync_case import SyncCase


@tagged("post_install", "-at_install")
class TestSyncRuns(SyncCase):
    """A synchronisation by hand shows how far it is, and what came of it (001-31, 001-77)."""

    def start(self, kind="products", **values):
        action = self.wizard(kind, **values).action_synchronise()
        return self.env[action["res_model"]].browse(action["res_id"])

    def work(self, *stages):
        if not stages:
            self.run_stages()
        self.run_stages(*stages)
        # how far it is, is read anew each time
        self.env.invalidate_all()

    def test_it_goes_from_nothing_to_everything(self):
        """001-31: what was said beforehand stays readable."""
        run = self.start()
        self.assertEqual((run.state, run.progress), ("running", 0))
        self.assertIn("Nothing is ever deleted", run.expected)
        self.work()
        self.assertEqual((run.state, run.progress), ("done", 100))
        self.assertEqual(run.done, run.total)
        self.assertIn(f"{run.total} of {run.total} are done", run.summary)

    def test_what_fails_is_named_with_its_reason_and_can_be_tried_again(self):
        """001-77."""
        self.remote.refusals["product"] = RejectedError("No brand.", code="brand")
        run = self.start()
        self.work()
        self.assertEqual(run.state, "failed")
        self.assertTrue(run.failed)
        self.assertIn("No brand.", run.summary)
        action = run.action_open_failed()
        rows = self.env[action["res_model"]].search(action["domain"])
        self.assertEqual(len(rows), run.failed)
        self.remote.refusals.clear()
        run.action_retry_failed()
        self.work()
        self.assertEqual(run.state, "done")

    def test_fetched_orders_count_by_their_requests(self):
        """001-33, 001-86."""
        run = self.start("orders_in", date_from="2026-11-03")
        self.assertEqual(run.total, len(self.fetch_requests()))
        self.work("fetch", "fetch")
        self.assertEqual(run.state, "done")

    def test_two_of_them_do_not_mix(self):
        """What one made is not counted by the other."""
        first = self.start()
        self.work()
        second = self.start("orders_in", date_from="2026-11-03")
        self.assertEqual((first.state, second.state), ("done", "running"))

    def test_what_happens_by_itself_belongs_to_none(self):
        """Only what was asked for is counted."""
        run = self.start()
        count = run.total
        self.product.name = "Another name"
        self.env.invalidate_all()
        self.assertEqual(run.total, count)
