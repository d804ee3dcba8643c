# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime, timedelta
from hashlib import sha256

from odoo import fields
from odoo.tests import freeze_time, tagged

from ..exceptions import ConfigurationError, RejectedError, ThrottledError, TransientError
from ..neutral import Page
from .common import IntegratorCommon

OFFLINE = TransientError("The site cannot be reached.", code="offline")


@tagged("post_install", "-at_install")
class TestStageFetch(IntegratorCommon):
    """Pages of the remote become documents (000-01, 000-08 … 000-12)."""

    def setUp(self):
        super().setUp()
        for number in range(3):
            self.put_orders(self.remote.order(f"R-{number}"))

    def documents(self):
        return self.env["integrator.document"].search([("site_id", "=", self.site.id)], order="id")

    def fetch_request(self):
        domain = [("site_id", "=", self.site.id)]
        return self.env["integrator.fetch.request"].search(domain, limit=1)

    def test_every_page_is_one_document_with_its_bytes(self):
        """000-01, 000-08, 000-09: all pages, none twice, byte-equal."""
        self.run_stages("fetch")
        documents = self.documents()
        self.assertEqual([document._raw() for document in documents], self.remote.pages)
        for document, content in zip(documents, self.remote.pages, strict=True):
            self.assertEqual(document.content_size, len(content))
            self.assertEqual(document.checksum, sha256(content).hexdigest())
            self.assertEqual((document.stage, document.state), ("acknowledge", "ready"))
        self.assertEqual(documents.mapped("request_id"), ["request-0", "request-1", "request-2"])
        self.assertEqual(self.fetch_request().state, "done")

    def test_a_repeated_page_of_the_remote_is_kept_once(self):
        """000-09: under the name that the remote has for it."""
        self.run_stages("fetch")
        first = self.documents()[0]
        again = Page(content=b"[]", received_at=fields.Datetime.now())
        documents = self.env["integrator.document"]
        self.assertEqual(documents._keep(self.site, first.remote_id, again), first)
        self.assertEqual(first._raw(), self.remote.pages[0])

    def test_a_kill_between_two_pages_loses_and_doubles_none(self):
        """000-08, 000-12."""
        self.kill("fetch", "fetch page 2")
        self.assertEqual(len(self.documents()), 2)
        self.assertEqual(
            (self.fetch_request().page, self.fetch_request().next_token), (2, "token-2")
        )
        self.run_stages("fetch")
        self.assertEqual([document._raw() for document in self.documents()], self.remote.pages)
        self.assertEqual(len(self.documents().fetch_request_id), 1)

    def test_a_passing_error_keeps_what_came_and_is_tried_again(self):
        """000-10 … 000-12: the run is red with its reason, the next one goes on."""
        self.remote.faults.append(("fetch page 1", OFFLINE))
        self.run_stages("fetch")
        self.assertEqual(len(self.documents()), 1)
        self.assertEqual(self.fetch_request().error_code, "offline")
        run = self.last_run("fetch")
        self.assertEqual((run.errors, run.error_message), (1, "The site cannot be reached."))
        self.run_stages("fetch")
        self.assertEqual(len(self.documents()), 1)
        with self.later(minutes=1):
            self.run_stages("fetch")
        self.assertEqual(len(self.documents()), 3)
        self.assertFalse(self.fetch_request().error_message)

    def test_the_remote_says_when_to_come_back(self):
        """000-12."""
        error = ThrottledError("Too many calls.", code="throttled", retry_after=7)
        self.remote.faults.append(("fetch page 1", error))
        with freeze_time("2026-11-20 10:00:00"):
            self.run_stages("fetch")
        self.assertEqual(self.fetch_request().retry_at, datetime(2026, 11, 20, 10, 0, 7))
        self.assertFalse(self.alerts())

    def test_a_failure_for_a_person_is_retried_less_often(self):
        """000-12."""
        self.remote.faults.append(("fetch", ConfigurationError("No role.", code="role")))
        self.run_stages("fetch")
        self.assertGreater(
            self.fetch_request().retry_at, fields.Datetime.now() + timedelta(minutes=50)
        )

    def test_the_same_token_twice_stops_instead_of_looping(self):
        """000-08: what came is kept, and the next look asks again."""
        self.remote.pages *= 9
        self.remote.tokens = ["again"] * 27
        self.run_stages("fetch")
        self.assertEqual(len(self.documents()), 2)
        self.assertEqual(self.fetch_request().error_code, "repeated_page")
        self.assertEqual(self.alerts().code, "repeated_page")
        self.assertFalse(self.site.order_watermark)
        self.remote.tokens = None
        del self.remote.pages[3:]
        self.run_stages("fetch")
        self.assertEqual(self.fetch_request().state, "done")
        self.assertFalse(self.alerts())

    def test_pages_without_a_new_order_stop_instead_of_looping(self):
        """000-08: other tokens, the same orders, twice in a row."""
        self.remote.pages *= 9
        self.run_stages("fetch")
        self.assertEqual(len(self.documents()), 5)
        self.assertEqual(self.fetch_request().error_code, "repeated_page")

    def test_a_token_that_is_taken_no_more_begins_again_once(self):
        """000-08, 000-12: nothing that came is lost or doubled."""
        refused = RejectedError("The token is too old.", code="page_token_refused")
        self.remote.faults.append(("fetch page 2", refused))
        self.run_stages("fetch")
        self.assertEqual((self.fetch_request().state, self.fetch_request().restarts), ("done", 1))
        self.assertEqual(len(self.documents()), 5)
        self.run_stages("acknowledge", "extract", "import")
        self.assertEqual(self.env["integrator.order"].search_count([]), 3)

    def test_a_token_that_is_refused_again_is_reported(self):
        """000-10."""
        refused = RejectedError("The token is too old.", code="page_token_refused")
        self.remote.faults += [("fetch page 1", refused)] * 2
        self.run_stages("fetch")
        self.assertEqual(self.fetch_request().error_code, "page_token_refused")
        self.assertEqual(self.alerts().code, "page_token_refused")

    def test_a_failed_request_is_repeated_beside_the_next_one(self):
        """002-54: a person does not wait until that is over."""
        requests = self.env["integrator.fetch.request"]
        failed = requests._open(self.site, "report", date_from=fields.Datetime.now())
        failed._give_up(RejectedError("There is no such report.", code="rejected"))
        following = requests._open(self.site, "report", date_from=fields.Datetime.now())
        self.assertNotEqual(following, failed)
        failed.next_token = "too old"
        failed._ask_again()
        self.assertEqual((failed.state, failed.manual), ("ready", True))
        self.assertFalse(failed.next_token)
        self.assertEqual((following.state, following.manual), ("ready", False))

    def test_an_order_that_a_person_asks_for_is_asked_for_at_once(self):
        """002-54: also while it waits for its next try by itself."""
        requests = self.env["integrator.fetch.request"]
        known = requests._request_orders(self.site, ["R-9"])
        known.retry_at = fields.Datetime.now() + timedelta(days=1)
        self.assertEqual(requests._request_orders(self.site, ["R-9"], manual=True), known)
        self.assertEqual((known.manual, known.retry_at), (True, False))

    def test_the_first_look_reaches_back_two_days(self):
        with freeze_time("2026-11-20 10:00:00"):
            self.run_stages("fetch")
        self.assertEqual(self.fetch_request().date_from, datetime(2026, 11, 18, 10))

    def test_each_look_begins_before_the_time_the_remote_vouched_for(self):
        """The remote's own time of the first page, less an overlap."""
        self.remote.watermark = datetime(2026, 11, 19, 8, 30)
        self.run_stages("fetch", "fetch")
        self.assertEqual(self.site.order_watermark, datetime(2026, 11, 19, 8, 30))
        self.assertEqual(self.fetch_request().date_from, datetime(2026, 11, 19, 8, 20))

    def test_the_watermark_never_goes_back(self):
        self.site.order_watermark = datetime(2026, 11, 20)
        self.remote.watermark = datetime(2026, 11, 19)
        self.run_stages("fetch")
        self.assertEqual(self.site.order_watermark, datetime(2026, 11, 20))

    def test_a_manual_request_moves_no_watermark(self):
        """000-10: a day of the past vouches for nothing that came since."""
        self.site.automatic = False
        day = datetime(2026, 11, 1)
        self.env["integrator.fetch.request"]._request(self.site, [(day, day + timedelta(days=1))])
        self.run_stages("fetch")
        self.assertEqual((len(self.documents()), self.fetch_request().state), (3, "done"))
        self.assertFalse(self.site.order_watermark)

    def test_an_unfinished_window_moves_no_watermark(self):
        self.remote.faults.append(("fetch page 2", OFFLINE))
        self.run_stages("fetch")
        self.assertFalse(self.site.order_watermark)

    def test_a_site_that_is_not_automatic_is_never_called(self):
        """001-84."""
        self.site.automatic = False
        self.remote.faults.append(("fetch", AssertionError("called")))
        self.run_stages("fetch")
        self.assertFalse(self.documents() or self.fetch_request())

    def test_a_window_that_was_begun_stops_when_automatic_is_switched_off(self):
        """001-84."""
        self.kill("fetch", "fetch page 1")
        self.site.automatic = False
        self.run_stages("fetch")
        self.assertEqual(len(self.documents()), 1)
