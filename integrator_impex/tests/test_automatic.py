# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import os
from contextlib import suppress
from datetime import timedelta
from functools import partial
from unittest.mock import patch

from botocore.client import BaseClient

from odoo import fields
from odoo.tests import freeze_time, new_test_user, tagged

from ..files.sizes import copy
from ..models import integrator_impex_location
from .impex_case import CONTACTS, ImpexCase
from .place_servers import S3Server


@tagged("post_install", "-at_install")
class TestAutomatic(ImpexCase):
    """Files are fetched from a location automatically."""

    def contact(self, ref):
        return self.env["res.partner"].search([("ref", "=", ref)])

    def test_automatic_from_a_location(self):
        """003-02, 003-03: a file in the watched place is imported at the next look in the name
        of the group's user, and moved to the archive; the same file again does nothing."""
        location = self.env["integrator.impex.location"].create({"name": "Uploads"})
        group = self.load(
            CONTACTS, automatic=True, location_id=location.id, user_id=self.operator.id
        )
        rows = "code;name\n" + "".join(f"A{n};Name {n}\n" for n in range(10))
        location._write_file("contacts.csv", rows.encode())
        location._write_file("photo.jpg", b"")
        self.work()
        run = group.run_ids
        self.assertEqual((run.state, self.counts(run)), ("done", {"created": 10}))
        self.assertEqual(self.contact("A1").create_uid, self.operator)
        self.assertEqual(group.unmatched, "photo.jpg")
        archived = location.file_ids.filtered(lambda file: file.name == "contacts.csv")
        self.assertTrue(archived.folder.startswith("archive/"))
        location._write_file("contacts.csv", rows.encode())
        with freeze_time(fields.Datetime.now() + timedelta(hours=1)):
            self.work()
        again = group.run_ids - run
        self.assertEqual(again.state, "done")
        self.assertIn(run.name, again.message)
        location._write_file("contacts.csv", b"code;name\nA1;Other\n")
        with freeze_time(fields.Datetime.now() + timedelta(hours=2)):
            self.work()
        held = group.run_ids[0]
        self.assertIn("10", held.held_reason)
        self.assertEqual((held.state, self.contact("A1").name), ("ready", "Name 1"))
        self.assertEqual(group.activity_ids.user_id, self.operator)
        self.press(held.with_user(self.operator), "action_accept")
        self.assertFalse(group.activity_ids)
        self.press(held.with_user(self.operator), "action_run")
        self.assertEqual((held.state, self.contact("A1").name), ("done", "Other"))

    def test_a_user_without_the_rights_writes_nothing(self):
        """003-03, 003-21: a file does what its user may do, who is asked to look; rows that he may
        not write are refused one by one."""
        weak = new_test_user(self.env, "weak_taker", "integrator.group_integrator_user")
        location = self.env["integrator.impex.location"].create({"name": "Uploads"})
        group = self.load(CONTACTS, automatic=True, location_id=location.id, user_id=weak.id)
        self.env["res.partner"].create({"ref": "A", "name": "Old"})
        location._write_file("contacts.csv", b"code;name\nA;Anna\nB;Bert\nC;\n")
        self.work()
        run = group.run_ids
        self.assertEqual((run.user_id, self.counts(run)), (weak, {"refused": 3}))
        self.assertEqual(run.row_ids.mapped("number"), [2, 3, 4])
        self.assertEqual((self.contact("A").name, len(self.contact("B"))), ("Old", 0))
        self.assertEqual(group.activity_ids.user_id, weak)

    def test_a_file_whose_run_was_undone_may_come_again(self):
        """003-03: a file is the same as one that was done, but that was undone."""
        location = self.env["integrator.impex.location"].create({"name": "Uploads"})
        group = self.load(
            CONTACTS, automatic=True, location_id=location.id, user_id=self.operator.id
        )
        location._write_file("contacts.csv", b"code;name\nA;Anna\n")
        self.work()
        self.press(group.run_ids.with_user(self.operator), "action_undo")
        self.assertFalse(self.contact("A"))
        location._write_file("contacts.csv", b"code;name\nA;Anna\n")
        with freeze_time(fields.Datetime.now() + timedelta(hours=1)):
            self.work()
        self.assertEqual(self.contact("A").name, "Anna")

    def test_worker_dies_after_the_claim(self):
        """003-03: a file whose taker died after he had claimed it is found and imported."""
        location = self.env["integrator.impex.location"].create({"name": "Uploads"})
        group = self.load(
            CONTACTS, automatic=True, location_id=location.id, user_id=self.operator.id
        )
        location._write_file("contacts.csv", b"code;name\nK;Kim\n")
        run_class = type(self.env["integrator.impex.run"])
        with patch.object(run_class, "_receive", side_effect=SystemExit):
            try:
                self.work()
            except SystemExit:
                self.env.invalidate_all()
        run = group.run_ids
        path = run.claimed_path
        # what the dead worker had done at the place, and not committed, is done where files are
        location._claim_file("contacts.csv", path)
        with freeze_time(fields.Datetime.now() + timedelta(hours=1)):
            self.work()
        self.assertEqual((group.run_ids, run.state), (run, "done"))
        self.assertEqual(self.contact("K").name, "Kim")

    def test_worker_dies_within_a_move_on_s3(self):
        """003-03: a file that was copied and not deleted is imported once, also when claims of that
        age are taken over."""
        server = S3Server("files-in")
        server.start()
        self.addCleanup(server.stop)
        self.enterContext(patch.dict(os.environ, {"INTEGRATOR_IMPEX_HOSTS": "127.0.0.1"}))
        login = server.login
        location = self.env["integrator.impex.location"].create(
            {
                "name": "S3",
                "kind": "s3",
                "bucket": login["bucket"],
                "endpoint": login["endpoint"],
                "access_key": login["key_id"],
                "secret_key": login["secret"],
            }
        )
        group = self.load(
            CONTACTS, automatic=True, location_id=location.id, user_id=self.operator.id
        )
        location._write_file("contacts.csv", b"code;name\nK;Kim\n")
        self.work()
        call = BaseClient._make_api_call

        def call_and_die(client, operation, values):
            if operation == "DeleteObject":
                raise SystemExit
            return call(client, operation, values)

        # `assertRaises` would undo what was committed
        with patch.object(BaseClient, "_make_api_call", call_and_die), suppress(SystemExit):
            self.work_later(hours=1)
        self.env.invalidate_all()
        self.assertEqual((len(group.run_ids), len(location._list_files())), (1, 1))
        self.work_later(hours=2)
        self.assertEqual((group.run_ids.mapped("state"), location._list_files()), (["done"], []))
        self.assertEqual(self.contact("K").name, "Kim")

    def test_a_file_that_cannot_be_taken_keeps_no_other_waiting(self):
        """003-03: a file that is too large fails with its reason, and those after it are taken."""
        location = self.env["integrator.impex.location"].create({"name": "Uploads"})
        group = self.load(
            CONTACTS, automatic=True, location_id=location.id, user_id=self.operator.id
        )
        location._write_file("contacts-1.csv", b"code;name\nK;" + b"Kim" * 50)
        location._write_file("contacts-2.csv", b"code;name\nL;Lea\n")
        with patch.object(integrator_impex_location, "copy", partial(copy, limit=100)):
            self.work()
            self.work()
        small, large = group.run_ids
        self.assertEqual((large.state, small.state), ("failed", "done"))
        self.assertIn("100 bytes", large.error_message)
        folders = location.file_ids.mapped(lambda file: file.folder.partition("/")[0])
        self.assertEqual(folders, ["archive", "archive"])

    def test_a_file_that_may_not_be_read_keeps_no_other_waiting(self):
        """003-03: the same of a file that was claimed and cannot be read: it is named on the
        group, waits to be put right, and the others are taken."""
        location, folder = self.folder()
        group = self.load(
            CONTACTS, automatic=True, location_id=location.id, user_id=self.operator.id
        )
        run = group.with_user(self.operator)._start(
            location_id=location.id, claimed_path="../contacts-1.csv", automatic=True
        )
        (folder / "contacts-2.csv").write_text("code;name\nL;Lea\n")
        self.work_later(minutes=1)
        self.work_later(minutes=2)
        self.work_later(minutes=20)
        self.assertEqual((group.run_ids - run).mapped("state"), ["done"])
        self.assertEqual(run.state, "uploaded")
        self.assertTrue(group.error_message)

    def test_a_place_that_does_not_answer_says_so(self):
        """003-03: on the group and at the location, until it answers."""
        location, folder = self.folder()
        group = self.load(
            CONTACTS, automatic=True, location_id=location.id, user_id=self.operator.id
        )
        folder.rmdir()
        self.work()
        self.assertTrue(location.error_message)
        self.assertEqual(group.error_message, location.error_message)
        folder.mkdir()
        self.work_later(hours=1)
        self.assertFalse(location.error_message or group.error_message)
        self.assertGreater(location.checked_at, fields.Datetime.now())

    def test_a_failure_is_reported(self):
        """003-03: a file that cannot be read ends in the archive, and the user of the group has a
        to-do."""
        location = self.env["integrator.impex.location"].create({"name": "Uploads"})
        group = self.load(
            CONTACTS, automatic=True, location_id=location.id, user_id=self.operator.id
        )
        location._write_file("contacts.csv", b"other;head\n1;2\n")
        self.work()
        self.assertEqual(group.run_ids.state, "failed")
        self.assertIn("code", group.run_ids.error_message)
        self.assertTrue(location.file_ids.folder.startswith("archive/"))
        self.assertEqual(group.activity_ids.user_id, self.operator)
        # where a group takes all or none, what is good is not imported either
        group.partial = False
        parts = self.zip(contacts_1__csv="code;name\nA;Anna\n", contacts_2__csv="")
        for hours, (name, content, words) in enumerate(
            (
                ("contacts.csv", b"code;name\nA;Anna\nB;\n", "Some rows are refused"),
                ("contacts.zip", parts, "A file cannot be read"),
            ),
            1,
        ):
            group.activity_ids.unlink()
            location._write_file(name, content)
            self.work_later(hours=hours)
            run = group.run_ids[0]
            self.assertEqual(run.state, "stopped", run.error_message)
            self.assertIn(words, run.error_message)
            self.assertFalse(self.contact("A"))
            self.assertEqual(group.activity_ids.user_id, self.operator)
