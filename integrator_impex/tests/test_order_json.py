# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json
import os
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from unittest.mock import patch

from odoo.exceptions import AccessError, ValidationError
from odoo.tests import tagged

from odoo.addons.integrator.tests.stage_case import Kill

from .order_case import OrderCase


class Receiver(BaseHTTPRequestHandler):
    """Another system: what it got, and what it answers next."""

    def do_POST(self):
        """Take a message; `None` as the next answer: the connection breaks."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.got.append((dict(self.headers), json.loads(body)))
        status, headers = self.server.answers.pop(0) if self.server.answers else (200, {})
        if status is None:
            self.close_connection = True
            return
        answer = b'{"id": "THEIRS-1"}'
        self.send_response(status)
        for name, value in {"Content-Length": str(len(answer)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *args):
        """Nothing is written about a call."""


@tagged("post_install", "-at_install")
class TestOrderJson(OrderCase):
    """Orders leave as JSON over HTTP for a server on this machine."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
        thread = threading.Thread(target=cls.server.serve_forever, daemon=True)
        thread.start()
        cls.addClassCleanup(thread.join)
        cls.addClassCleanup(cls.server.server_close)
        cls.addClassCleanup(cls.server.shutdown)
        cls.host = f"127.0.0.1:{cls.server.server_port}"
        cls.enterClassContext(patch.dict(os.environ, {"INTEGRATOR_IMPEX_HOSTS": cls.host}))

    def setUp(self):
        super().setUp()
        self.server.got, self.server.answers = [], []
        self.exporter = self.make_exporter(kind="json", location_id=False)
        self.exporter.with_user(self.system).url = f"http://{self.host}/orders"
        self.exporter.with_user(self.system).token = "s3cret"
        self.env.flush_all()

    def later_exports(self, order):
        for hours in (0, 1, 2, 3):
            with self.later(hours=hours):
                self.export()
        return self.exports(order)

    def test_an_order_is_posted_once_with_its_key(self):
        """003-33: with the token; what the other side calls it is kept."""
        order = self.make_order()
        self.export()
        self.export()
        export = self.exports(order)
        [(headers, body)] = self.server.got
        self.assertEqual(headers["Authorization"], "Bearer s3cret")
        self.assertEqual(headers["Idempotency-Key"], export.key)
        self.assertEqual((body["order"], body["amount_total"]), (order.name, "25.00"))
        self.assertEqual((export.state, export.answer), ("done", "THEIRS-1"))

    def test_a_passing_failure_is_tried_again_with_growing_pauses(self):
        """003-33: the same bytes under the same key, also when the order has changed since."""
        self.server.answers = [(503, {}), (429, {"Retry-After": "600"})]
        order = self.make_order()
        self.export()
        order.client_order_ref = "CHANGED"
        export = self.later_exports(order)
        self.assertEqual((export.state, export.attempts), ("done", 3))
        keys = {headers["Idempotency-Key"] for headers, _body in self.server.got}
        bodies = {json.dumps(body) for _headers, body in self.server.got}
        self.assertEqual((len(self.server.got), len(keys), len(bodies)), (3, 1, 1))

    def test_after_the_last_try_a_person_is_asked(self):
        """003-33: the cause is one alert, the order has one to-do; its server may come back."""
        self.server.answers = [(503, {})] * 9
        export = self.later_exports(self.make_order())
        self.assertEqual((export.state, len(self.server.got)), ("error", 4))
        self.assertEqual(len(export.activity_ids), 1)
        self.assertEqual(len(self.alerts(stage="export_orders")), 1)

    def test_a_refused_request_is_not_repeated(self):
        """003-33: a person corrects it first."""
        self.server.answers = [(422, {})]
        export = self.later_exports(self.make_order())
        self.assertEqual((export.error_code, len(self.server.got)), ("export_status_422", 1))

    def test_a_server_in_between_may_have_passed_it_on(self):
        """003-33: nobody knows what a gateway did before it gave up."""
        self.exporter.when_unsure = "ask"
        for status in (502, 504):
            self.server.got, self.server.answers = [], [(status, {})]
            export = self.later_exports(self.make_order())
            with self.subTest(status):
                self.assertEqual((export.error_code, len(self.server.got)), ("export_unclear", 1))

    def test_an_order_that_breaks_their_server_holds_no_other(self):
        """003-33: it is tried again by itself, and those behind it have left meanwhile."""
        self.server.answers = [(500, {}), (200, {}), *[(500, {})] * 9]
        broken, other = self.make_order(), self.make_order()
        self.export()
        self.assertEqual(self.exports(other).state, "done")
        export = self.later_exports(broken)
        self.assertEqual((export.state, len(export.activity_ids)), ("error", 1))
        self.server.answers = []
        with self.later(hours=9):
            self.export()
        export = self.exports(broken)
        self.assertEqual((export.state, len(export.activity_ids)), ("done", 0))

    def test_a_wrong_token_asks_once_for_all_orders(self):
        """003-33: when it is put right they leave by themselves, in order."""
        self.server.answers = [(401, {})] * 3
        orders = self.make_order() + self.make_order() + self.make_order()
        for order in orders:
            self.later_exports(order)
        exports = self.exports(orders[0]) + self.exports(orders[1]) + self.exports(orders[2])
        self.assertEqual(exports.mapped("state"), ["done"] * 3)
        names = [body["order"] for _headers, body in self.server.got]
        self.assertEqual(names, [orders[0].name] * 4 + orders[1:].mapped("name"))

    def test_a_lost_answer_is_repeated_under_the_same_key_or_asked_about(self):
        """003-33: by the setting of the exporter."""
        self.server.answers = [(None, {})]
        lost, other = self.make_order(), self.make_order()
        self.export()
        self.assertEqual(self.exports(lost).state, "sending")
        self.assertEqual(self.exports(other).state, "done", "it holds no other")
        export = self.later_exports(lost)
        self.assertEqual((export.state, len(self.server.got)), ("done", 3))
        self.exporter.when_unsure = "ask"
        self.server.got, self.server.answers = [], [(None, {})]
        export = self.later_exports(self.make_order())
        self.assertEqual((export.state, export.error_code), ("error", "export_unclear"))
        self.assertEqual(len(self.server.got), 1)
        export.with_user(self.operator).action_arrived()
        self.assertEqual((export.state, export.decided_by_id), ("done", self.operator))

    def test_a_worker_that_dies_after_the_call_repeats_it_under_the_same_key_or_asks(self):
        """003-33: that it was about to leave had been committed."""
        for setting, state, calls in (("repeat", "done", 2), ("ask", "error", 1)):
            with self.subTest(setting):
                self.exporter.when_unsure = setting
                self.server.got = []
                order = self.make_order()
                with patch.object(type(self.exports(order)), "_end", side_effect=Kill):
                    self.die()
                self.assertEqual(self.exports(order).state, "sending")
                self.export()
                self.assertEqual((self.exports(order).state, len(self.server.got)), (state, calls))
                keys = {headers["Idempotency-Key"] for headers, _body in self.server.got}
                self.assertEqual(keys, {self.exports(order).key})

    def die(self):
        try:
            self.export()
        except Kill:
            return
        self.fail("the worker lives")

    def test_redirections_and_private_networks_are_not_followed(self):
        """003-33: an answer cannot send the server round its own network."""
        self.server.answers = [(302, {"Location": f"http://{self.host}/elsewhere"})]
        export = self.later_exports(self.make_order())
        self.assertEqual((export.error_code, len(self.server.got)), ("export_status_302", 1))
        self.exporter.with_user(self.system).url = "https://localhost/orders"
        export = self.later_exports(self.make_order())
        self.assertEqual((export.state, export.error_code), ("error", "place_private"))
        self.assertEqual(len(self.server.got), 1)

    def test_only_administrators_of_the_system_enter_addresses_and_tokens(self):
        """003-33: another address forgets the token, and nobody reads it."""
        with self.assertRaises(AccessError):
            self.exporter.with_user(self.manager).url = "https://example.com"
        with self.assertRaises(AccessError):
            self.exporter.with_user(self.manager).token = "x"
        with self.assertRaises(ValidationError):
            self.exporter.with_user(self.system).url = "http://example.com"
        self.assertTrue(self.exporter.kept_secrets)
        self.assertFalse(self.exporter.with_user(self.system).token)
        self.exporter.with_user(self.system).url = "https://example.com/orders"
        self.exporter.invalidate_recordset()
        self.assertFalse(self.exporter.kept_secrets)
