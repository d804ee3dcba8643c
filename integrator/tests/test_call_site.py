# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

from odoo.tests import tagged

from ..call_site import call_site
from ..exceptions import (
    ConfigurationError,
    IntegratorError,
    OutcomeUnknownError,
    RejectedError,
    ThrottledError,
    TransientError,
)
from .common import IntegratorCommon


class Channel(BaseHTTPRequestHandler):
    """Answers with the status that stands in the path; 0: it hangs up without an answer."""

    def do_GET(self):
        """Answer."""
        status = int(self.path.strip("/"))
        if not status:
            return
        self.send_response(status)
        self.send_header("Retry-After", "7")
        self.send_header("Location", "/200")
        self.end_headers()
        self.wfile.write(b"no such offer")

    do_POST = do_GET

    def log_message(self, *_args):
        """Say nothing."""


@tagged("post_install", "-at_install")
class TestCallSite(IntegratorCommon):
    """Failures of an HTTP call are raised as the error of whoever has to act (000-12)."""

    @contextmanager
    def channel(self):
        with HTTPServer(("127.0.0.1", 0), Channel) as server:
            thread = Thread(target=server.serve_forever)
            thread.start()
            try:
                yield f"http://127.0.0.1:{server.server_port}/"
            finally:
                server.shutdown()
                thread.join()

    def caught(self, method, url, **options):
        with self.assertRaises(IntegratorError) as caught:
            call_site(self.site, method, url, **options)
        return caught.exception

    def test_a_status_says_who_has_to_act(self):
        """000-12: 429 nobody, and when; 401 the administrator; another 4xx the operator."""
        with self.channel() as url:
            self.assertEqual(call_site(self.site, "GET", f"{url}200").text, "no such offer")
            for status, kind, step in (
                (429, ThrottledError, "you do not have to do anything"),
                (401, ConfigurationError, "“Keys”, then press “Test connection”"),
                (302, ConfigurationError, "Correct it on the channel, then press"),
                (404, RejectedError, "press “Try again”"),
                (503, TransientError, "ask the support"),
            ):
                with self.subTest(status=status):
                    error = self.caught("GET", f"{url}{status}")
                    self.assertIs(type(error), kind)
                    self.assertIn(step, error.message)
            self.assertEqual(self.caught("GET", f"{url}429").retry_after, 7)
            refused = self.caught("POST", f"{url}400", read_refusal=lambda one: one.text)
            self.assertIn("no such offer", refused.message)

    def test_a_lost_answer_is_unknown_only_where_it_matters(self):
        """000-12: what did not leave, or may be done again, is tried again."""
        with self.channel() as url:
            for status in (0, 500):
                self.assertIs(type(self.caught("POST", f"{url}{status}")), OutcomeUnknownError)
                again = self.caught("POST", f"{url}{status}", may_repeat=True)
                self.assertIs(type(again), TransientError)
                self.assertIs(type(self.caught("GET", f"{url}{status}")), TransientError)
        silent = self.caught("POST", f"{url}200")
        self.assertIs(type(silent), TransientError)
        self.assertIn("check the address on the channel", silent.message)
