# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..exceptions import TransientError
from .common import IntegratorCommon


@tagged("post_install", "-at_install")
class TestStageAcknowledge(IntegratorCommon):
    """Documents that were taken over are acknowledged at the remote (000-02, 000-14 … 000-18)."""

    def setUp(self):
        super().setUp()
        self.put_orders(self.remote.order("R-0"))
        self.put_orders(self.remote.order("R-1"))
        self.run_stages("fetch")
        self.documents = self.env["integrator.document"].search([("site_id", "=", self.site.id)])

    def test_accepted_documents_go_on_with_their_time(self):
        """000-14, 000-15."""
        self.run_stages("acknowledge")
        self.assertEqual(set(self.documents.mapped("stage")), {"extract"})
        self.assertTrue(all(self.documents.mapped("acknowledged_at")))

    def test_a_refused_batch_shows_the_reason_on_each_document(self):
        """000-17: and is tried again at the next run."""
        self.remote.refusals["document"] = "Not yours."
        self.run_stages("acknowledge")
        self.assertEqual(self.documents.mapped("state"), ["error", "error"])
        self.assertEqual(self.documents.mapped("error_message"), ["Not yours."] * 2)
        self.remote.refusals.clear()
        self.run_stages("acknowledge")
        self.assertEqual(set(self.documents.mapped("state")), {"ready"})
        self.assertFalse(any(self.documents.mapped("error_message")))

    def test_a_failed_call_leaves_the_stage_green(self):
        """000-16, 000-17."""
        self.remote.faults.append(("acknowledge", TransientError("Offline.", code="offline")))
        self.run_stages("acknowledge")
        self.assertEqual(self.documents.mapped("error_code"), ["offline"] * 2)
        self.assertEqual(self.last_run("acknowledge").errors, 2)

    @mute_logger("odoo.addons.integrator.stages.stage")
    def test_an_error_in_the_adapter_leaves_the_stage_green_too(self):
        """000-16."""
        self.remote.faults.append(("acknowledge", ZeroDivisionError()))
        self.run_stages("acknowledge")
        self.assertEqual(self.documents.mapped("state"), ["error", "error"])
        self.assertEqual(self.alerts().code, "unexpected_ZeroDivisionError")

    def test_a_document_that_is_not_acknowledged_is_not_extracted(self):
        """000-18."""
        self.run_stages("extract")
        self.assertEqual(set(self.documents.mapped("stage")), {"acknowledge"})
        self.assertFalse(self.env["integrator.order"].search([("site_id", "=", self.site.id)]))

    def test_only_documents_in_the_right_condition_are_touched(self):
        """000-14."""
        self.run_stages("acknowledge")
        self.remote.faults.append(("acknowledge", AssertionError("called again")))
        self.run_stages("acknowledge", "extract", "acknowledge")
        self.assertEqual(self.remote.faults[0][0], "acknowledge")
        self.assertEqual(self.documents.mapped("state"), ["done", "done"])

    def test_a_kill_during_the_call_leaves_the_documents_where_they_were(self):
        """000-14."""
        self.kill("acknowledge", "acknowledge")
        self.assertEqual(set(self.documents.mapped("stage")), {"acknowledge"})
        self.run_stages("acknowledge")
        self.assertEqual(set(self.documents.mapped("stage")), {"extract"})
