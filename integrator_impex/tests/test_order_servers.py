# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import os
import tempfile
from pathlib import Path
from unittest.mock import patch

from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.integrator.tests.stage_case import Kill

from .order_case import OrderCase
from .place_servers import S3Server, SshServer


class ServerCase:
    """Orders leave as files to a server that the test starts; nothing stands in for it.

    Its classes have `server`, `location` and `_kept`: name -> (content, what changes with each
    writing) of the files that lie on the server, those with a temporary name among them.
    """

    # Odoo runs only what stands in a class itself
    allow_inherited_tests_method = True

    def setUp(self):
        super().setUp()
        self.enterContext(patch.dict(os.environ, {"INTEGRATOR_IMPEX_HOSTS": "127.0.0.1"}))
        self.server.start()
        self.addCleanup(self.server.stop)
        self.outbox = self.location()
        self.exporter = self.make_exporter(file_name="{order}-{key}")

    def test_an_order_lies_there_once_and_whole(self):
        """003-05, 003-29, 003-33: by the scheduled action; the name is known beforehand, and
        nothing is left behind under a temporary one."""
        order = self.make_order()
        self.export()
        self.export()
        export = self.exports(order)
        self.assertEqual((export.state, export.attempts), ("done", 1), export.error_message)
        ((name, (content, _mark)),) = self.kept().items()
        self.assertEqual(name, f"{order.name}-{export.key}.csv")
        self.assertIn(b"SKU-1", content)
        self.assertIn(b"SKU-2", content)

    @mute_logger("odoo.addons.integrator.stages.stage")
    def test_a_worker_dies_after_the_upload(self):
        """003-33: the file lies there and nobody has noted it: the next worker finds it, and does
        not write it again."""
        order = self.make_order()
        sender = type(self.env["integrator.order.sender.file"])
        send = sender._send

        def send_and_die(records, export):
            send(records, export)
            raise Kill

        with patch.object(sender, "_send", send_and_die):
            try:
                self.export()
            except Kill:
                self.assertEqual(self.exports(order).state, "sending")
            else:
                self.fail("nobody died")
        before = self.kept()
        self.assertEqual(len(before), 1)
        with self.later(minutes=5):
            self.export()
        self.assertEqual(self.exports(order).state, "done")
        self.assertEqual(self.kept(), before)

    @mute_logger("odoo.addons.integrator.stages.stage")
    def test_a_server_that_is_away_is_tried_again_and_then_a_person(self):
        """003-33: with growing pauses, in the order's own time; then somebody is asked, and
        sends it when the server is back."""
        order = self.make_order()
        self.server.stop()
        self.export()
        export = self.exports(order)
        self.assertEqual((export.state, export.error_code), ("waiting", "place_unreachable"))
        pauses = []
        for _try in range(self.env["integrator.site"]._max_attempts() - 1):
            pauses.append(export.retry_at - export.attempted_at)
            with self.later(hours=24 * len(pauses)):
                self.export()
            export = self.exports(order)
        self.assertEqual(pauses, sorted(pauses))
        self.assertGreater(pauses[-1], pauses[0])
        self.assertEqual((export.state, len(export.activity_ids)), ("error", 1))
        self.server.start()
        self.assertEqual(self.kept(), {})
        export.with_user(self.operator).action_retry()
        self.export()
        export = self.exports(order)
        self.assertEqual((export.state, len(self.kept())), ("done", 1), export.error_message)
        self.assertFalse(export.activity_ids)


@tagged("post_install", "-at_install")
class TestOrdersBySftp(ServerCase, OrderCase):
    """OpenSSH's own server."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.root = Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        cls.server = SshServer(cls.root)

    def location(self):
        self.folder = Path(tempfile.mkdtemp(dir=self.root))
        login = dict(self.server.login)
        return self.env["integrator.impex.location"].create(
            {
                "name": "SFTP",
                "kind": "sftp",
                "folder": str(self.folder),
                "user_name": login.pop("user"),
                **login,
            }
        )

    def kept(self):
        found = [path for path in self.folder.rglob("*") if path.is_file()]
        return {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in found}


@tagged("post_install", "-at_install")
class TestOrdersByS3(ServerCase, OrderCase):
    """A server that speaks S3."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.server = S3Server("orders-out")

    def location(self):
        login = self.server.login
        self.folder = self._testMethodName
        return self.env["integrator.impex.location"].create(
            {
                "name": "S3",
                "kind": "s3",
                "folder": self.folder,
                "bucket": login["bucket"],
                "endpoint": login["endpoint"],
                "access_key": login["key_id"],
                "secret_key": login["secret"],
            }
        )

    def kept(self):
        client, bucket = self.server.client(), self.server.login["bucket"]
        found = client.list_objects_v2(Bucket=bucket, Prefix=self.folder).get("Contents", [])
        return {
            one["Key"].rpartition("/")[2]: (
                client.get_object(Bucket=bucket, Key=one["Key"])["Body"].read(),
                one["LastModified"],
            )
            for one in found
        }
