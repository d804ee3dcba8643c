# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import base64
import os
import tempfile
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from unittest.mock import patch

from odoo import fields
from odoo.tests import Form, freeze_time, new_test_user, tagged
from odoo.tools import config

from odoo.addons.base.tests.common import BaseCommon
from odoo.addons.integrator.exceptions import ConfigurationError

from ..files.sizes import digest


@tagged("post_install", "-at_install")
class TestLocations(BaseCommon):
    """Locations of files are set up and tested."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = new_test_user(cls.env, "files_manager", "integrator.group_integrator_manager")
        cls.locations = cls.env["integrator.impex.location"].with_user(cls.manager)

    def folder(self, **values):
        """A location in a folder that the server opens."""
        root = self.enterContext(tempfile.TemporaryDirectory())
        self.enterContext(patch.dict(config.options, {"integrator_impex_root": root}))
        Path(root, "in").mkdir()
        values = {"name": "Folder", "kind": "folder", "folder": "in", **values}
        return self.locations.create(values), Path(root, "in")

    def test_folder_takes_each_file_once(self):
        """003-03: of two who claim a file one gets it, and it ends in the archive of its run."""
        location, folder = self.folder()
        (folder / "stock.csv").write_bytes(b"a;b")
        (folder / "other.txt").write_bytes(b"")
        self.assertEqual([file.name for file in location._list_files("*.csv")], ["stock.csv"])
        claimed = location._claim_file("stock.csv")
        self.assertFalse(location._claim_file("stock.csv"))
        with location._read_file(claimed) as file:
            self.assertEqual(file.read(), b"a;b")
        location._archive_file(claimed, location)
        found = [path.name for path in (folder / "archive").rglob("*") if path.is_file()]
        self.assertEqual(found, ["stock.csv"])
        self.assertEqual([file.name for file in location._list_files()], ["other.txt"])

    def test_attachment_takes_each_file_once(self):
        """003-03: the same with files that people upload."""
        location = self.locations.create({"name": "Uploads"})
        location.file_ids = [
            (0, 0, {"name": "a.csv", "content": base64.b64encode(b"one")}),
        ]
        claimed = location._claim_file("a.csv")
        self.assertFalse(location._claim_file("a.csv"))
        with location._read_file(claimed) as file:
            self.assertEqual(file.read(), b"one")
        location._archive_file(claimed, location)
        self.assertTrue(location.file_ids.folder.startswith("archive/"))
        location._write_file("b.csv", b"two")
        self.assertEqual([file.name for file in location._list_files()], ["b.csv"])

    def test_what_a_dead_worker_had_claimed_is_put_away(self):
        """003-03: a worker dies when he has claimed a file whose content is kept: the next one puts
        it away; one that was written anew meanwhile goes back to those that wait."""
        location, folder = self.folder()
        kept = digest(BytesIO(b"kept"))
        for content, waiting in ((b"kept", []), (b"newer", ["a.csv"])):
            (folder / "a.csv").write_bytes(content)
            with (
                patch.object(type(location), "_read_file", side_effect=SystemExit),
                self.assertRaises(SystemExit),
            ):
                location._archive_if_same("a.csv", kept, location)
            location._archive_if_same("a.csv", kept, location)
            self.assertEqual([file.name for file in location._list_files()], waiting)
        left = [path.name for path in (folder / "processing").rglob("*") if path.is_file()]
        self.assertFalse(left)

    def test_file_still_growing_is_left(self):
        """003-03: a file is taken once it has not changed between two looks."""
        location, folder = self.folder()
        now = fields.Datetime.now()
        names = []
        for seconds, text in ((0, "a"), (30, "ab"), (40, "ab"), (70, "ab")):
            (folder / "stock.csv").write_text(text)
            os.utime(folder / "stock.csv", (len(text), len(text)))
            with freeze_time(now + timedelta(seconds=seconds)):
                names.append([file.name for file in location._list_steady_files()])
        self.assertEqual(names, [[], [], [], ["stock.csv"]])

    def test_two_who_look_for_other_files_in_one_place(self):
        """003-03: what one of them looks at does not make the other forget what it has seen."""
        location, folder = self.folder()
        (folder / "a.csv").write_bytes(b"a")
        (folder / "b.xml").write_bytes(b"b")
        now = fields.Datetime.now()
        for seconds in (0, 10):
            for mask in ("*.csv", "*.xml"):
                with freeze_time(now + timedelta(seconds=seconds)):
                    self.assertFalse(location._list_steady_files(mask))
        for mask, name in (("*.csv", "a.csv"), ("*.xml", "b.xml")):
            with freeze_time(now + timedelta(seconds=30)):
                found = [file.name for file in location._list_steady_files(mask)]
            self.assertEqual(found, [name])

    def test_set_up_by_form(self):
        """003-03: who sets locations up does it in the form, and tries them there."""
        with Form(self.locations) as form:
            form.name = "Uploads"
            with form.file_ids.new() as file:
                file.name = "a.csv"
                file.content = base64.b64encode(b"x")
        location = form.record
        self.assertIn("1", location.action_check()["params"]["message"])
        with Form(self.locations) as form:
            form.name = "Server"
            form.kind = "sftp"
            form.host = "files.example"
            form.host_key = "SHA256:abc"
            form.password = "hidden"
        self.assertTrue(form.record.kept_secrets)

    def test_no_folder_without_the_servers_word(self):
        """003-03: a folder is read only below the one that the server's configuration names."""
        location = self.locations.create({"name": "Folder", "kind": "folder", "folder": "in"})
        with self.assertRaisesRegex(ConfigurationError, "integrator_impex_root"):
            location._list_files()
        location, _folder = self.folder(folder="../")
        with self.assertRaises(ConfigurationError):
            location._list_files()

    def test_secret_is_kept_and_not_shown(self):
        """003-03: a password is kept for the server that it was entered for, and for no reader."""
        location = self.locations.create(
            {"name": "Server", "kind": "sftp", "host": "a.example", "password": "hidden"}
        )
        self.assertTrue(location.kept_secrets)
        self.assertFalse(location.read(["password"])[0]["password"])
        self.assertEqual(location.sudo()._secret("password"), "hidden")
        location.host = "b.example"
        self.assertFalse(location.sudo()._secret("password"))
