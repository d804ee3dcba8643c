# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import os
import tempfile
from http.server import ThreadingHTTPServer
from pathlib import Path
from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import mute_logger

from .order_case import OrderCase
from .place_servers import MailServer, RestartableServer, SshServer
from .test_order_json import Receiver


class OutageCase:
    """The target of orders is away for hours, then it comes back. Its classes have `target`, which
    starts and stops, `reach()`, which makes the exporter, and `arrived()`: the texts that have come
    there, the first one first."""

    # Odoo runs only what stands in a class itself
    allow_inherited_tests_method = True

    def setUp(self):
        super().setUp()
        self.enterContext(patch.dict(os.environ, {"INTEGRATOR_IMPEX_HOSTS": "127.0.0.1"}))
        self.target.start()
        self.addCleanup(self.target.stop)
        self.exporter = self.reach()
        self.env.flush_all()

    def work(self, hours):
        """Run the scheduled actions at a time."""
        with self.later(hours=hours):
            self.export()

    @mute_logger("odoo.addons.integrator.stages.stage")
    def test_all_leaves_once_in_order_when_the_target_is_back(self):
        """003-29, 003-33: it is tried again after growing pauses, then a person is asked; it is
        tried on all the same, and once the target is back the case closes by itself."""
        self.target.stop()
        orders = self.make_order() + self.make_order() + self.make_order()
        pauses = []
        for hours in range(5):
            self.work(hours)
            first = self.exports(orders[0])
            pauses.append(first.retry_at - first.attempted_at)
        self.assertEqual(pauses, sorted(pauses))
        self.assertGreater(pauses[-1], pauses[0])
        self.assertEqual((first.state, len(first.activity_ids)), ("error", 1))
        self.assertTrue(self.site.with_user(self.operator).home_todo)
        orders += self.make_order()
        self.work(5)
        self.assertEqual(self.arrived(), [])
        self.target.start()
        self.work(7)
        self.work(8)
        exports = sum(map(self.exports, orders), self.env["integrator.order.export"])
        self.assertEqual(exports.mapped("state"), ["done"] * 4, exports.mapped("error_message"))
        arrived = self.arrived()
        self.assertEqual(len(arrived), 4)
        for order, text in zip(orders, arrived, strict=True):
            self.assertIn(order.name, text)
        self.assertFalse(exports.activity_ids)
        self.assertFalse(self.alerts(stage="export_orders"))
        self.assertEqual(self.site.with_user(self.operator).home_todo, 0)
        self.assertEqual(self.flags(orders[0]), [("confirmed", "done")])


class HoldingCase(OutageCase):
    """Targets that answer at once whether they are there."""

    @mute_logger("odoo.addons.integrator.stages.stage")
    def test_one_order_tests_the_connection_for_all(self):
        """003-33: while the target is away the others wait behind the first, and nobody is asked
        about each of them."""
        self.target.stop()
        orders = self.make_order() + self.make_order()
        for hours in range(4):
            self.work(hours)
        first, second = self.exports(orders[0]), self.exports(orders[1])
        self.assertEqual((first.state, first.attempts), ("error", 4))
        self.assertEqual((second.state, second.attempts), ("waiting", 0))
        with self.later(hours=3):
            self.assertEqual(second.with_user(self.operator).waits_for_id, first)
        self.assertEqual(len(self.alerts(stage="export_orders")), 1)
        second.with_user(self.operator).action_retry()
        self.work(3)
        self.assertEqual(second.attempts, 1, "a person wants it at once")
        self.target.start()
        first.with_user(self.operator).action_refuse()
        self.work(4)
        self.assertEqual(self.exports(orders[1]).state, "done")


class Share:
    """A folder of the server that is not always mounted."""

    def __init__(self, root):
        self.folder, self._away = Path(root, "out"), Path(root, "away")
        self._away.mkdir()

    def start(self):
        """It is there."""
        if self._away.exists():
            self._away.rename(self.folder)

    def stop(self):
        """It is not."""
        if self.folder.exists():
            self.folder.rename(self._away)


class JsonServer(RestartableServer):
    """A web server that keeps what it gets in `got`."""

    def __init__(self):
        super().__init__()
        self.got = []
        self.address = f"http://127.0.0.1:{self.port}/orders"

    def _new(self, port):
        server = ThreadingHTTPServer(("127.0.0.1", port), Receiver)
        server.got, server.answers = self.got, []
        return server


class FileTarget(HoldingCase):
    """Orders leave as files."""

    def arrived(self):
        """The files there, by the time at which they were written."""
        found = [path for path in self.folder.rglob("*") if path.is_file()]
        return [path.name for path in sorted(found, key=lambda path: path.stat().st_mtime_ns)]


@tagged("post_install", "-at_install")
class TestOutageOfFolder(FileTarget, OrderCase):
    """A share that is not mounted."""

    def setUp(self):
        root = self.enterContext(tempfile.TemporaryDirectory())
        self.enterContext(patch.dict(os.environ, {"INTEGRATOR_IMPEX_ROOT": root}))
        self.target = Share(root)
        self.folder = self.target.folder
        super().setUp()

    def reach(self):
        """An exporter to it."""
        place = {"name": "Share", "kind": "folder", "folder": "out"}
        location = self.env["integrator.impex.location"].create(place)
        return self.make_exporter(location_id=location.id)


@tagged("post_install", "-at_install")
class TestOutageOfSftp(FileTarget, OrderCase):
    """OpenSSH's own server."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.root = Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        cls.target = SshServer(cls.root)

    def reach(self):
        """An exporter to it."""
        self.folder = Path(tempfile.mkdtemp(dir=self.root))
        login = dict(self.target.login)
        place = {"name": "SFTP", "kind": "sftp", "folder": str(self.folder)}
        place["user_name"] = login.pop("user")
        location = self.env["integrator.impex.location"].create({**place, **login})
        return self.make_exporter(location_id=location.id)


@tagged("post_install", "-at_install")
class TestOutageOfHttp(HoldingCase, OrderCase):
    """A web server."""

    def setUp(self):
        self.target = JsonServer()
        super().setUp()

    def reach(self):
        """An exporter to it."""
        exporter = self.make_exporter(kind="json", location_id=False)
        exporter.with_user(self.system).url = self.target.address
        return exporter

    def arrived(self):
        """The orders that it has got."""
        return [body["order"] for _headers, body in self.target.got]


@tagged("post_install", "-at_install")
class TestOutageOfMail(OutageCase, OrderCase):
    """An outgoing mail server, which Odoo's own queue of mails calls."""

    def setUp(self):
        self.target = MailServer()
        super().setUp()
        servers = type(self.env["ir.mail_server"])
        # Odoo's tests send nothing otherwise
        self.enterContext(patch.object(servers, "_disable_send", lambda *_args: False))

    def reach(self):
        """An exporter to a supplier."""
        servers = self.env["ir.mail_server"]
        servers.search([]).active = False
        port = {"smtp_host": "127.0.0.1", "smtp_port": self.target.port, "smtp_encryption": "none"}
        servers.create({"name": "Out", **port})
        partner = self.env["res.partner"].create({"name": "S", "email": "s@example.com"})
        return self.make_exporter(kind="mail", partner_id=partner.id, location_id=False)

    def work(self, hours):
        """Run the scheduled actions at a time."""
        with self.later(hours=hours), mute_logger("odoo.addons.mail.models.mail_mail"):
            self.export()
            self.env["mail.mail"].process_email_queue()

    def arrived(self):
        """The subjects of the mails with orders that it has got; mails to people are among them,
        too."""
        return [mail["Subject"] for mail in self.target.mails if mail["X-Export-Key"]]

    def test_a_mail_that_a_person_sent_meanwhile_is_not_sent_again(self):
        """003-33: from Odoo's list of mails."""
        self.target.stop()
        order = self.make_order()
        self.work(0)
        export = self.exports(order)
        self.assertEqual((export.state, export.error_code), ("waiting", "export_mail_server"))
        self.assertEqual(self.flags(order), [("confirmed", "taken")])
        self.target.start()
        mail = self.env["mail.mail"].search([("integrator_export_id", "=", export.id)])
        mail.action_retry()
        mail.send()
        self.work(2)
        self.assertEqual((self.exports(order).state, len(self.arrived())), ("done", 1))
