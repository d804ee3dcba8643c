# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged
from odoo.tools import mute_logger

from ..exceptions import RejectedError
from .common import IntegratorCommon


@tagged("post_install", "-at_install")
class TestStageExtract(IntegratorCommon):
    """Documents become remote orders, each all or nothing (000-03, 000-13, 000-18 … 21)."""

    def extract(self):
        self.run_stages("fetch", "acknowledge", "extract")
        return self.env["integrator.document"].search([("site_id", "=", self.site.id)], order="id")

    def orders(self):
        domain = [("site_id", "=", self.site.id)]
        return self.env["integrator.order"].search(domain, order="remote_order_id")

    def test_a_document_of_three_orders_makes_three_remote_orders(self):
        """000-03: with lines, money and where it came from."""
        self.put_orders(*(self.remote.order(f"R-{number}") for number in range(3)))
        document = self.extract()
        self.assertEqual((document.stage, document.state), ("done", "done"))
        self.assertEqual(self.orders().mapped("remote_order_id"), ["R-0", "R-1", "R-2"])
        order = self.orders()[0]
        self.assertEqual(order.document_id, document)
        self.assertEqual((order.state, order.amount_total), ("new", 24.9))
        self.assertEqual(order.line_ids.amount_total, 24.9)
        self.assertEqual(order.line_ids.sku, "SKU-1")

    def test_a_document_that_cannot_be_read_is_kept_with_bytes_and_reason(self):
        """000-13: and the others go on."""
        self.remote.pages = [b'[{"cut', b"[]"]
        self.put_orders(self.remote.order("R-1"))
        documents = self.extract()
        self.assertEqual(documents.mapped("state"), ["error", "done", "done"])
        self.assertEqual(documents[0].error_message, "This cannot be read.")
        self.assertEqual(documents[0]._raw(), b'[{"cut')
        self.assertEqual(self.orders().remote_order_id, "R-1")
        self.assertEqual(self.alerts().code, "malformed_document")

    def test_a_failed_document_is_tried_again_at_each_run(self):
        """000-12, 000-19: without any user action, as often as it takes."""
        self.put_orders(self.remote.order("R-1"))
        error = RejectedError("Not now.", code="not_now")
        self.remote.faults += [("extract", error)] * 4
        document = self.extract()
        for attempts in range(1, 5):
            self.assertEqual((document.state, document.attempts), ("error", attempts))
            self.run_stages("extract")
        self.assertEqual(document.state, "done")
        self.assertFalse(document.error_message or self.alerts())

    @mute_logger("odoo.addons.integrator.stages.stage")
    def test_one_broken_order_fails_its_whole_document(self):
        """000-20, 000-21: no order of it is extracted."""
        broken = self.remote.order("R-1")
        del broken["lines"]
        self.put_orders(self.remote.order("R-0"), broken, self.remote.order("R-2"))
        document = self.extract()
        self.assertEqual((document.stage, document.state), ("extract", "error"))
        self.assertFalse(self.orders())

    def test_an_order_without_an_id_fails_its_document(self):
        """000-20."""
        self.put_orders(self.remote.order("R-0"), self.remote.order(""))
        self.assertEqual(self.extract().error_code, "malformed_order")
        self.assertFalse(self.orders())

    def test_a_kill_in_the_middle_leaves_no_half_document(self):
        """000-21."""
        self.put_orders(self.remote.order("R-0"))
        self.run_stages("fetch", "acknowledge")
        self.kill("extract", "extract")
        self.assertFalse(self.orders())
        self.run_stages("extract")
        self.assertEqual(self.orders().remote_order_id, "R-0")

    def test_the_same_order_in_two_documents_is_one(self):
        """000-22; pain 9: already extracted is recognised."""
        self.put_orders(self.remote.order("R-0"))
        self.put_orders(self.remote.order("R-0"), self.remote.order("R-1"))
        self.extract()
        self.assertEqual(self.orders().mapped("remote_order_id"), ["R-0", "R-1"])
        self.assertEqual(len(self.orders().line_ids), 2)

    def test_retry_by_hand_shows_the_document_as_ready(self):
        """000-12."""
        self.remote.pages = [b"cut"]
        document = self.extract()
        document.action_retry()
        self.assertEqual((document.stage, document.state), ("extract", "ready"))
        self.run_stages("extract")
        self.assertEqual(document.state, "error")
