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

    def test_an_order_that_cannot_be_read_stops_only_itself(self):
        """000-20, 000-22: it is held with its place, asked for by its id, and then as any other."""
        self.remote.offers.add("source:order")
        broken = {"remote_order_id": "R-1", "unreadable": "cannot be parsed at $.x: missing"}
        broken["updated_at"] = "2026-11-01T11:00:00"
        self.put_orders(self.remote.order("R-0"), broken, self.remote.order("R-2"))
        document = self.extract()
        self.assertEqual((document.stage, document.state), ("done", "done"))
        self.run_stages("import")
        held = self.orders().filtered(lambda order: order.remote_order_id == "R-1")
        self.assertEqual((held.state, held.error_code), ("error", "unreadable_order"))
        self.assertIn("$.x: missing", held.error_message)
        self.assertEqual((self.orders() - held).mapped("state"), ["imported"] * 2)
        self.assertEqual(self.alerts().code, "unreadable_order")
        self.remote.orders["R-1"] = self.remote.order("R-1")
        # the page shows it as before for some minutes
        for _run in range(2):
            self.run_stages("fetch", "acknowledge", "extract", "import")
        self.assertEqual(held.state, "imported", held.error_message)
        self.assertFalse(held.error_message or held.flaw or self.alerts())

    def test_an_order_that_is_never_readable_is_asked_for_once(self):
        """000-12: and again when a person presses the button."""
        self.remote.offers.add("source:order")
        broken = {"remote_order_id": "R-1", "unreadable": "cannot be parsed"}
        self.remote.orders["R-1"] = broken
        self.put_orders(broken)
        for _run in range(3):
            self.run_stages("fetch", "acknowledge", "extract", "import")
        fetch_requests = self.env["integrator.fetch.request"].search([("source", "=", "order")])
        self.assertEqual(len(fetch_requests), 1)
        self.orders().action_import()
        self.assertEqual(len(fetch_requests.search([("source", "=", "order")])), 2)

    def test_changes_that_cannot_be_read_change_nothing(self):
        """000-20: what was imported stays, with the reason, until the site sends it again."""
        self.put_orders(self.remote.order("R-1"))
        self.run_stages("fetch", "acknowledge", "extract", "import")
        order = self.orders()
        self.remote.pages = []
        broken = {"remote_order_id": "R-1", "unreadable": "cannot be parsed"}
        self.put_orders({**broken, "updated_at": "2026-11-01T12:00:00"})
        self.run_stages("fetch", "acknowledge", "extract", "import")
        self.assertEqual((order.state, order.error_code), ("imported", "unreadable_order"))
        self.remote.pages = []
        self.put_orders(self.remote.order("R-1", updated_at="2026-11-01T12:00:00"))
        self.run_stages("fetch", "acknowledge", "extract", "import")
        self.assertFalse(order.error_code or order.has_changes or self.alerts())

    def test_an_answer_that_is_no_order_is_noted_on_its_document(self):
        """000-13: a message that is none stops no other."""
        self.put_orders({"unreadable": "cannot be parsed at message 1"}, self.remote.order("R-1"))
        document = self.extract()
        self.assertEqual((document.state, document.error_code), ("done", "part_unreadable"))
        self.assertIn("message 1", document.error_message)
        self.assertEqual(self.alerts().code, "part_unreadable")
        self.assertEqual(self.orders().remote_order_id, "R-1")
        self.run_stages("extract")
        self.assertTrue(self.alerts())

    def test_an_order_that_is_twice_in_a_document_is_the_younger_one(self):
        """in whatever order they stand there."""
        old = self.remote.order("R-1", updated_at="2026-11-01T11:00:00.200")
        young = self.remote.order("R-1", status="shipped", updated_at="2026-11-01T11:00:00.700")
        self.put_orders(young, old, self.remote.order("R-2"))
        self.put_orders(old)
        self.extract()
        self.assertEqual(self.orders().mapped("remote_order_id"), ["R-1", "R-2"])
        self.assertEqual(self.orders()[0].remote_status, "shipped")

    def test_an_order_that_is_not_all_there_waits_for_the_rest(self):
        """000-04: nothing of what a report leaves open is guessed."""
        self.remote.offers.add("source:order")
        self.put_orders(self.remote.order("R-1", complete=False, status_known=False))
        self.extract()
        self.run_stages("import")
        self.assertEqual(self.orders().error_code, "incomplete_order")
        self.remote.pages = []
        self.remote.orders["R-1"] = self.remote.order("R-1")
        self.run_stages("fetch", "acknowledge", "extract", "import")
        self.assertEqual(self.orders().state, "imported")

    def test_an_order_whose_status_is_known_is_not_asked_for(self):
        """000-04: what a source leaves open was given by another one before."""
        self.remote.offers.add("source:order")
        self.put_orders(self.remote.order("R-1"))
        self.extract()
        self.remote.pages = []
        self.put_orders(self.remote.order("R-1", status_known=False))
        self.extract()
        asked = [("site_id", "=", self.site.id), ("source", "=", "order")]
        self.assertFalse(self.env["integrator.fetch.request"].search(asked))

    def test_a_kill_in_the_middle_leaves_no_half_document(self):
        """000-21."""
        self.put_orders(self.remote.order("R-0"))
        self.run_stages("fetch", "acknowledge")
        self.kill("extract", "extract")
        self.assertFalse(self.orders())
        self.run_stages("extract")
        self.assertEqual(self.orders().remote_order_id, "R-0")

    def test_the_same_order_in_two_documents_is_one(self):
        """000-22: already extracted is recognised."""
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
