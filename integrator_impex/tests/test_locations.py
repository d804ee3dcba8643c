# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import base64
import tempfile
from pathlib import Path
from unittest.mock import patch

from odoo.tests import new_test_user, tagged
from odoo.tools import config

from odoo.addons.base.tests.common import BaseCommon
from odoo.addons.integrator.exceptions import ConfigurationError


@tagged("post_install", "-at_install")
class TestLocations(BaseCommon):
    """Where files come from and go to, as seen by who sets them up."""

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
        self.assertTrue(location.has_secret)
        self.assertFalse(location.read(["password"])[0]["password"])
        self.assertEqual(location.sudo()._secret("password"), "hidden")
        location.host = "b.example"
        self.assertFalse(location.sudo()._secret("password"))
