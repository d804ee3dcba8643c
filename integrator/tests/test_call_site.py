# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import os
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from unittest.mock import patch

from odoo.tests import tagged

from ..access_token import access_token
from ..call_site import call_json, call_site, check_host
from ..exceptions import (
    CircuitOpenError,
    ConfigurationError,
    IntegratorError,
    OutcomeUnknownError,
    RejectedError,
    ThrottledError,
    TransientError,
)
from .common import IntegratorCommon


class Channel(BaseHTTPRequestHandler):
    """Answers with the status that stands in the path; 0: it hangs up without an answer. It takes
    the newest access token only."""

    token, wait, content_type = "", "7", "text/plain"

    def do_GET(self):
        """Answer."""
        status = int(self.path.strip("/"))
        if not status:
            return
        if self.token and self.headers["Authorization"] != f"Bearer {self.token}":
            status = 401
        self.send_response(status)
        self.send_header("Retry-After", self.wait)
        self.send_header("Location", "/200")
        self.send_header("Content-Type", self.content_type)
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

    def caught(self, method, url, call=call_site, **options):
        with self.assertRaises(IntegratorError) as caught:
            call(self.site, method, url, **options)
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
            self.assertIs(type(self.caught("POST", f"{url}403")), ConfigurationError)
            with patch.object(Channel, "content_type", "text/html; charset=utf-8"):
                # a firewall before the channel says nothing about the keys
                self.assertIs(type(self.caught("POST", f"{url}403")), TransientError)
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

    def test_a_page_in_place_of_json_is_a_lost_answer(self):
        """000-12: a gateway answers 200 with a page about maintenance; what it was asked may have
        been done."""
        with self.channel() as url:
            read = self.caught("GET", f"{url}200", call=call_json)
            self.assertEqual((type(read), read.code), (TransientError, "channel_unreadable"))
            written = self.caught("POST", f"{url}200", call=call_json)
            self.assertIs(type(written), OutcomeUnknownError)

    def test_a_channel_says_until_when_as_a_date_too(self):
        """000-12: also where it has a problem of its own."""
        with self.channel() as url:
            self.assertEqual(self.caught("GET", f"{url}503").retry_after, 7)
            with patch.object(Channel, "wait", "Fri, 01 Jan 2100 00:00:00 GMT"):
                # a slip of the channel does not stop it for years
                self.assertEqual(self.caught("GET", f"{url}429").retry_after, 21600)
            with patch.object(Channel, "wait", "soon"):
                self.assertEqual(self.caught("GET", f"{url}429").retry_after, 60)
                self.assertIsNone(self.caught("GET", f"{url}503").retry_after)

    def test_an_operation_that_fails_again_and_again_rests(self):
        """000-12: not each record finds out by itself that the channel is down; a refusal, and
        too many calls, do not count."""
        self.site.circuit_failures = 2
        with self.channel() as url, self.running() as env:
            site = env["integrator.site"].browse(self.site.id)
            for status in (429, 404, 500, 404, 500, 500):
                # not assertRaises, which would roll back what was counted
                with suppress(IntegratorError):
                    call_site(site, "GET", f"{url}{status}", operation="offers")
            self.assertTrue(call_site(site, "GET", f"{url}200", operation="orders"))
            with self.assertRaises(CircuitOpenError):
                call_site(site, "GET", f"{url}200", operation="offers")

    def test_an_access_token_is_shared_renewed_and_never_lost(self):
        """000-12: a channel that replaces the key at each log-in knows the old one no more: the
        new one is committed by itself, whatever becomes of the work that needed it."""
        self.site._keep_secret("key", "key-0")
        with self.channel() as url, patch.object(Channel, "token", "token-1"):
            with self.running() as env:
                site = env["integrator.site"].browse(self.site.id)
                for _time in range(2):
                    call_site(site, "GET", f"{url}200", with_token=True)
                self.assertEqual(self.remote.logins, ["key-0"])
                Channel.token = "token-2"  # the first one is over before its time
                call_site(site, "GET", f"{url}200", with_token=True)
                self.assertNotIn(env.cr, self.remote.login_cursors)
            self.env.invalidate_all()
            self.assertEqual(self.remote.logins, ["key-0", "key-1"])
            self.assertEqual(self.site._secret("key"), "key-2")
            with self.later(hours=1), self.running() as env:
                token = access_token(env["integrator.site"].browse(self.site.id))
            self.assertEqual((token, self.remote.logins[-1]), ("token-3", "key-2"))
            self.env.invalidate_all()
            # a person enters another key: the token of the old one is not used again
            self.site._keep_secret("key", "mine")
            with self.running() as env:
                access_token(env["integrator.site"].browse(self.site.id))
            self.assertEqual(self.remote.logins[-1], "mine")

    def test_keys_go_to_the_hosts_of_the_channel_only(self):
        """000-12: over https, and to what the server opens; never to a cloud's metadata."""
        hosts = {"api.bazaar.example"}
        opened = "localhost:8090,127.0.0.1,169.254.169.254"
        self.assertEqual(
            check_host(self.site, "https://api.bazaar.example/", hosts),
            "https://api.bazaar.example",
        )
        with patch.dict(os.environ, INTEGRATOR_PRACTICE_HOSTS=opened):
            check_host(self.site, "http://localhost:8090", hosts)
            check_host(self.site, "http://127.0.0.1:1", hosts)
            for url in (
                *("", "http://api.bazaar.example", "https://api.bazaar.example:8443"),
                *("https://api.bazaar.example.evil.test", "https://x@evil.test", "http://[::1"),
                *("http://localhost:8091", "http://169.254.169.254/", "ftp://localhost:8090"),
            ):
                with self.subTest(url), self.assertRaises(ConfigurationError):
                    check_host(self.site, url, hosts)
