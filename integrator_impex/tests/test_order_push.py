# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json
import re
from pathlib import Path

from odoo.exceptions import AccessError
from odoo.tests import HttpCase, tagged

from .order_case import OrderCase

DOCS = Path(__file__).resolve().parents[2] / "docs"


@tagged("post_install", "-at_install")
class TestOrderPush(OrderCase, HttpCase):
    """Carriers and warehouses push updates over HTTP, each with the key of its feed."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.feed = (
            cls.env["integrator.order.feed"]
            .with_user(cls.manager)
            .create(
                {"name": "Carrier", "site_id": cls.site.id, "max_kilobytes": 2, "per_minute": 5}
            )
        )

    def setUp(self):
        super().setUp()
        self.key = self.feed.action_make_key()["params"]["message"]

    def push(self, content, key=None, reference=None, **headers):
        data = content if isinstance(content, bytes) else json.dumps(content).encode()
        names = {"Authorization": f"Bearer {self.key if key is None else key}"}
        names |= {"Content-Type": "application/json"}
        names |= {name.replace("_", "-"): value for name, value in headers.items()}
        url = f"/integrator/feed/{reference or self.feed.reference}"
        return self.url_open(url, data=data, headers=names)

    def updates(self):
        self.env.invalidate_all()
        return self.env["integrator.order.update"].search([("feed_id", "=", self.feed.id)])

    def test_one_push_is_one_row_and_a_repeated_one_has_no_second_effect(self):
        """003-24: the same notification ten times, then the delivery is done once."""
        order = self.make_order()
        # five a minute are taken; what is known already counts for nothing
        for _time in range(5):
            answer = self.push({"message_id": "m-1", "order": order.name, "shipped": True})
            self.assertEqual(answer.status_code, 202)
        self.assertEqual(answer.json(), {"updates": [{"message": "m-1", "state": "new"}]})
        self.assertEqual(len(self.updates()), 1)
        self.update()
        for _time in range(5):
            answer = self.push({"message_id": "m-1", "order": order.name, "shipped": True})
        self.assertEqual(answer.json()["updates"][0]["state"], "applied")
        self.update()
        self.assertEqual(len(self.updates()), 1)
        self.assertEqual(order.picking_ids.mapped("state"), ["done"])

    def test_the_example_of_the_documentation(self):
        """003-23, 003-24: what docs/order-exports.md sends ships the order."""
        text = (DOCS / "order-exports.md").read_text()
        message = json.loads(re.search(r"-d '(.*?)'", text, re.DOTALL)[1])
        order = self.make_order(client_order_ref=message["order"])
        self.assertEqual(self.push(message).status_code, 202)
        self.update()
        self.env.invalidate_all()
        self.assertEqual(order.delivery_status, "full")
        self.assertEqual(order.picking_ids.carrier_tracking_ref, message["tracking"])
        done = {move.product_id.default_code: move.state for move in order.picking_ids.move_ids}
        self.assertEqual(done, {"SKU-1": "done", "SKU-2": "cancel"})

    def test_several_updates_under_one_key(self):
        """003-24: the header names the message where updates have no names."""
        rows = [{"order": "A"}, {"tracking": "B"}]
        answer = self.push(rows, Idempotency_Key="batch-7")
        self.assertEqual(answer.status_code, 202)
        self.push(rows, Idempotency_Key="batch-7")
        self.assertEqual(sorted(self.updates().mapped("message_key")), ["batch-7/0", "batch-7/1"])

    def test_a_missing_or_wrong_key_is_refused(self):
        """003-24: without a word about what is wrong, and nothing is kept."""
        answers = [
            self.push({"message_id": "m", "order": "A"}, key="wrong"),
            self.push({"message_id": "m", "order": "A"}, key=""),
            self.push({"message_id": "m", "order": "A"}, reference="other"),
        ]
        self.feed.site_id.active = False
        answers.append(self.push({"message_id": "m", "order": "A"}))
        self.assertEqual([answer.status_code for answer in answers], [401] * 4)
        self.assertEqual(len({answer.text for answer in answers}), 1)
        self.assertFalse(self.updates())

    def test_a_new_key_closes_the_door_for_the_old_one(self):
        """003-24: a key is kept as its hash, and shown once."""
        old, self.key = self.key, self.feed.action_make_key()["params"]["message"]
        self.assertEqual(self.push({"message_id": "m", "order": "A"}, key=old).status_code, 401)
        self.assertEqual(self.push({"message_id": "m", "order": "A"}).status_code, 202)
        stored = self.feed.sudo().read()[0]
        self.assertNotIn(self.key, str(stored))
        with self.assertRaises(AccessError):
            self.feed.with_user(self.manager).read(["key_hash"])
        with self.assertRaises(AccessError):
            self.feed.with_user(self.operator).action_make_key()

    def test_an_invalid_update_is_refused_with_the_reason(self):
        """003-24: in the answer and in the list; a corrected one is taken under the same key."""
        bad = [
            b"{",
            [1],
            {"message_id": "m", "shipped": True},
            {"message_id": "m", "order": "A", "lines": [{"sku": "S", "delivered": -1}]},
            {"order": "A"},
        ]
        for content in bad:
            answer = self.push(content)
            self.assertEqual(answer.status_code, 422, answer.text)
            self.assertTrue(answer.json()["reason"])
        self.assertEqual(self.updates().mapped("state"), ["refused"] * 5)
        answer = self.push({"message_id": "m", "order": "A"})
        self.assertEqual(answer.status_code, 429, "what was refused counts, too")
        with self.later(minutes=2):
            self.assertEqual(self.push({"message_id": "m", "order": "A"}).status_code, 202)

    def test_another_content_under_a_known_key_is_refused(self):
        """003-24: nobody would know which one counts."""
        self.push({"message_id": "m", "order": "A"})
        answer = self.push({"message_id": "m", "order": "B"})
        self.assertEqual((answer.status_code, answer.json()["error"]), (422, "update_key_reused"))
        self.assertEqual(self.updates().order_ref, "A")
        rows = [{"message_id": "n", "order": "A"}, {"message_id": "m", "order": "B"}]
        self.assertEqual(self.push(rows).status_code, 422)
        self.assertEqual(self.updates().mapped("message_key"), ["m"], "nothing of it is taken")

    def test_texts_that_no_database_keeps_are_refused(self):
        """003-24: with the reason, and not by a failure."""
        for text in ("A\0", "A\ud800"):
            answer = self.push({"message_id": "m", "order": text})
            self.assertEqual(answer.status_code, 422, answer.text)

    def test_size_and_rate_are_bounded(self):
        """003-24: with the time after which there is room."""
        large = {"message_id": "m", "order": "A", "lines": [{"sku": "S" * 100}] * 50}
        self.assertEqual(self.push(large).status_code, 413)
        rows = [{"message_id": f"m-{number}", "order": "A"} for number in range(6)]
        answer = self.push(rows)
        self.assertEqual((answer.status_code, answer.headers["Retry-After"]), (429, "60"))
        self.assertFalse(self.updates())
        self.assertEqual(self.push(rows[:5]).status_code, 202)
        # nor does what is refused fill the list
        self.assertEqual(self.push(b"{").status_code, 429)
