# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import base64
import io
import json
import os
import tempfile
import zipfile
from datetime import timedelta
from functools import partial
from pathlib import Path
from unittest.mock import patch
from warnings import catch_warnings, simplefilter

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import config

from ..files.layout import XlsxFormat
from ..files.records import read_records, write_records
from ..files.sizes import copy
from ..files.xlsx_table import XlsxWriter
from ..models import integrator_impex_location
from .impex_case import CONTACTS, ImpexCase
from .place_servers import SshServer

TAGS = {
    "name": "tags",
    "model": "res.partner.category",
    "mask": "tags*.csv",
    "columns": [
        {"field": "name", "source": "name", "key": True},
        {
            "field": "parent_id",
            "source": "parent",
            "type": "reference",
            "lookup": {"model": "res.partner.category", "by": ["name"], "unresolved": "wait"},
        },
    ],
}
TAGGED = {
    **CONTACTS,
    "name": "tagged",
    "mask": "people*.csv",
    "columns": [
        *CONTACTS["columns"],
        {
            "field": "category_id",
            "source": "tags",
            "type": "reference",
            "separator": "|",
            "lookup": {"model": "res.partner.category", "by": ["name"]},
        },
    ],
}
TYPED = {
    "model": "product.template",
    "conditions": [{"field": "default_code", "operator": "in", "value": ["RT-1", "RT-2"]}],
    "columns": [
        {"field": "default_code", "source": "code", "key": True},
        {"field": "name", "source": "name"},
        {"field": "list_price", "source": "price", "type": "decimal"},
        {"field": "sale_ok", "source": "sold", "type": "boolean"},
        {"field": "description_sale", "source": "text"},
        {
            "field": "categ_id",
            "source": "group",
            "type": "reference",
            "lookup": {"model": "product.category", "by": ["complete_name"]},
        },
        {
            "field": "product_tag_ids",
            "source": "tags",
            "type": "reference",
            "separator": "|",
            "lookup": {"model": "product.tag", "by": ["name"]},
        },
    ],
}
PEOPLE = "code;name;tags\nA;Anna;Gold|Silver\n"
COLOURS = "name;parent\nSilver;Metal\nMetal;\nGold;Alloy\n"


@tagged("post_install", "-at_install")
class TestFiles(ImpexCase):
    """Several files in one process, waiting rows, exports and what travels."""

    def contact(self, ref):
        return self.env["res.partner"].search([("ref", "=", ref)])

    def test_zip_in_any_order(self):
        """003-14, 003-16, 003-17: one upload, one run; each layout takes its files in the group's
        order, whatever the order in the zip; what fits nothing and what is missing is said."""
        group = self.load(TAGS, TAGGED, {**CONTACTS, "name": "more", "mask": "more.csv"})
        content = self.zip(
            people__csv=PEOPLE, readme__txt="Hello", tags__csv="name\nGold\nSilver\n"
        )
        run = self.check(group, content, "all.zip")
        self.assertEqual((run.state, self.counts(run)), ("ready", {"created": 3}))
        self.assertIn("readme.txt", run.message)
        self.assertIn("“more”", run.message)
        self.press(run, "action_run")
        self.assertEqual(self.contact("A").category_id.mapped("name"), ["Gold", "Silver"])

    def test_zip_tricks_are_refused(self):
        """003-17: names that lead elsewhere, nested archives and bombs: nothing is read."""
        group = self.load(CONTACTS)
        for name, text, reason in (
            ("../contacts-2__csv", "a", "leads out of the archive"),
            ("/contacts-2__csv", "a", "leads out of the archive"),
            ("inner__zip", self.zip(a__csv="b"), "is an archive in the archive"),
            ("contacts-2__csv", self.zip(a__csv="b"), "is an archive in the archive"),
            ("contacts-2__csv", "0" * 30_000_000, "packed more than 100 times"),
            ("contacts__csv", "a", "contacts.csv twice"),
            (self.link("contacts-2.csv"), "/etc/passwd", "is a link"),
        ):
            # what is right beside it is not read either
            content = self.zip_of(("contacts__csv", "code;name\nA;Anna\n"), (name, text))
            with self.subTest(reason):
                run = self.check(group, content, "all.zip")
                self.assertEqual(run.state, "failed")
                self.assertIn(reason, run.error_message)
                self.assertFalse(run.input_ids)
                with self.assertRaises(UserError):
                    self.press(run, "action_run")
        self.assertFalse(self.contact("A"))

    def link(self, name):
        """An entry that is a link."""
        info = zipfile.ZipInfo(name)
        info.external_attr = 0o120777 << 16
        return info

    def zip_of(self, *entries):
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive, catch_warnings():
            simplefilter("ignore")
            for name, text in entries:
                plain = name.replace("__", ".") if isinstance(name, str) else name
                archive.writestr(plain, text)
        return target.getvalue()

    def test_unresolved_waits(self):
        """003-12: a row waits for what it refers to, further down in its file or in one that
        comes later, and is done when that is there."""
        group = self.load(TAGS)
        run = self.imported(group, COLOURS, "tags.csv")
        self.assertEqual(self.counts(run), {"created": 2, "waiting": 1})
        self.assertIn("Alloy", run.row_ids.filtered(lambda row: row.operation == "waiting").reason)
        self.work()
        self.assertEqual(run.waiting, 1)
        self.imported(group, "name;parent\nAlloy;\n", "tags.csv")
        self.work()
        self.assertEqual(self.counts(run), {"created": 3})
        self.assertFalse(run.input_ids.filtered(lambda one: one.kind == "errors"))
        silver = self.env["res.partner.category"].search([("name", "=", "Silver")])
        self.assertEqual(silver.parent_id.name, "Metal")

    def test_what_never_comes_is_refused(self):
        """003-12: a row does not wait for ever; where the column says so, it does not wait at all
        and leaves the field as it is."""
        group = self.load(TAGS)
        run = self.imported(group, COLOURS, "tags.csv")
        self.assertEqual(run.waiting, 1)
        with freeze_time(fields.Datetime.now() + timedelta(days=1)):
            self.work()
        self.assertEqual(run.waiting, 1)
        with freeze_time(fields.Datetime.now() + timedelta(days=3)):
            self.work()
        self.assertEqual(self.counts(run), {"created": 2, "refused": 1})
        self.assertIn("Alloy", self.content(run))
        column = {**TAGS["columns"][1], "lookup": {**TAGS["columns"][1]["lookup"]}}
        column["lookup"]["unresolved"] = "leave"
        left = {**TAGS, "name": "left", "columns": [TAGS["columns"][0], column]}
        run = self.imported(self.load(left, name="Left"), "name;parent\nSilver;Alloy\n", "tags.csv")
        self.assertEqual(self.counts(run), {"unchanged": 1})
        silver = self.env["res.partner.category"].search([("name", "=", "Silver")])
        self.assertEqual(silver.parent_id.name, "Metal")

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

    def test_what_was_taken_back_may_come_again(self):
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

    def test_undo_of_lines(self):
        """003-04: what a row wrote is taken back from its end: the lines before their record."""
        lookup = {"model": "res.partner", "by": ["ref"]}
        vendor = {"field": "partner_id", "source": "vendor", "key": True, "type": "reference"}
        price = {"field": "price", "source": "price", "type": "decimal"}
        layout = {
            "name": "bought",
            "model": "product.template",
            "mask": "bought.csv",
            "columns": [
                {"field": "default_code", "source": "code", "key": True},
                {"field": "name", "source": "name"},
            ],
            "nested": [{"field": "seller_ids", "columns": [{**vendor, "lookup": lookup}, price]}],
        }
        self.env["res.partner"].create({"name": "Vendor", "ref": "V1"})
        known = self.env["product.template"].create({"name": "Old", "default_code": "U2"})
        text = "code;name;vendor;price\nU1;Axe;V1;2.50\nU2;Adze;V1;3\n"
        run = self.imported(self.load(layout, name="Bought"), text, "bought.csv")
        self.assertEqual(self.counts(run), {"created": 1, "updated": 1})
        self.assertEqual((known.name, known.seller_ids.price), ("Adze", 3))
        self.press(run, "action_undo")
        self.assertEqual((known.name, len(known.seller_ids)), ("Old", 0))
        self.assertFalse(self.env["product.template"].search([("default_code", "=", "U1")]))

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

    def folder(self):
        """A location in a folder that the server opens."""
        root = self.enterContext(tempfile.TemporaryDirectory())
        self.enterContext(patch.dict(config.options, {"integrator_impex_root": root}))
        Path(root, "files").mkdir()
        values = {"name": "Folder", "kind": "folder", "folder": "files"}
        return self.env["integrator.impex.location"].create(values), Path(root, "files")

    def work_later(self, **passed):
        with freeze_time(fields.Datetime.now() + timedelta(**passed)):
            self.work()

    def automatic_export(self, location, name="contacts-{timestamp}.csv"):
        layout = {**CONTACTS, "file_name": name}
        layout["conditions"] = [{"field": "ref", "operator": "=", "value": "E1"}]
        self.env["res.partner"].create({"ref": "E1", "name": "Eva"})
        return self.load(
            layout,
            direction="export",
            automatic=True,
            location_id=location.id,
            user_id=self.operator.id,
            interval_number=1,
            interval_type="days",
        )

    def test_an_export_is_written_once(self):
        """003-05: a worker dies after he has written the file: the next one finds it, and what
        lies there is what the run has kept."""
        location, folder = self.folder()
        group = self.automatic_export(location)
        location_class = type(location)
        write = location_class._write_file

        def write_and_die(self, name, content):
            write(self, name, content)
            raise SystemExit

        with patch.object(location_class, "_write_file", write_and_die):
            try:
                self.work()
            except SystemExit:
                self.env.invalidate_all()
        self.env["res.partner"].search([("ref", "=", "E1")]).name = "Ewa"
        self.work_later(seconds=90)
        (made,) = folder.iterdir()
        self.assertIn(b"Eva", made.read_bytes())
        self.assertEqual(group.run_ids.mapped("state"), ["done"])
        self.assertEqual(base64.b64decode(group.run_ids.input_ids.content), made.read_bytes())
        # the file of somebody else is not taken for it
        self.work_later(days=1, minutes=5)
        self.assertEqual(len(list(folder.iterdir())), 2)

    def test_a_file_of_somebody_else_is_not_ours(self):
        """003-05: one of the same name that lies there already is neither written over nor taken
        for what was made, and somebody is told."""
        location, folder = self.folder()
        (folder / "contacts.csv").write_bytes(b"theirs")
        group = self.automatic_export(location, "contacts.csv")
        self.work()
        self.assertEqual(group.run_ids.state, "failed")
        self.assertIn("contacts.csv", group.run_ids.error_message)
        self.assertEqual((folder / "contacts.csv").read_bytes(), b"theirs")
        self.assertEqual(group.activity_ids.user_id, self.operator)

    def test_an_export_waits_for_its_server(self):
        """003-05: a server that is away gets the file when it is back; it is made once."""
        self.enterContext(patch.dict(os.environ, {"INTEGRATOR_IMPEX_HOSTS": "127.0.0.1"}))
        root = Path(self.enterContext(tempfile.TemporaryDirectory()))
        server = SshServer(root)
        (root / "in").mkdir()
        login = dict(server.login)
        values = {"name": "SFTP", "kind": "sftp", "folder": str(root / "in")}
        location = self.env["integrator.impex.location"].create(
            {**values, "user_name": login.pop("user"), **login}
        )
        group = self.automatic_export(location)
        self.work()
        run = group.run_ids
        self.assertEqual((run.state, run.task), ("running", "run"))
        self.assertIn("cannot be reached", run.error_message)
        server.start()
        self.addCleanup(server.stop)
        self.work_later(hours=3)
        self.assertEqual((run.state, run.error_message), ("done", False))
        self.assertEqual(
            [path.name for path in (root / "in").iterdir()], run.input_ids.mapped("name")
        )
        server.stop()
        self.work_later(days=1, minutes=5)
        self.work_later(days=3)
        later = group.run_ids - run
        self.assertEqual(later.sorted("id")[:1].state, "failed")
        self.assertTrue(group.activity_ids)

    def test_a_workbook_for_a_table(self):
        """003-12, 003-20: a table whose layout says CSV may come as a workbook; its error file is
        one, too."""
        group = self.load(CONTACTS)
        sheet = {**CONTACTS, "name": "sheet", "format": {"kind": "xlsx"}}
        layout = self.load(sheet, name="Sheet").line_ids.descriptor_id._layout()
        target = io.BytesIO()
        write_records(layout, [{"ref": "A", "name": "Anna"}, {"ref": "B"}], target)
        run = self.imported(group, target.getvalue(), "contacts.xlsx")
        self.assertEqual(self.counts(run), {"created": 1, "refused": 1})
        errors = run.input_ids.filtered(lambda one: one.kind == "errors")
        self.assertEqual(errors.name, "contacts-errors.xlsx")
        (record,) = read_records(layout, io.BytesIO(base64.b64decode(errors.content)))
        self.assertEqual(record.values, {"ref": "B", "city": None})

    def test_failure_is_told(self):
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

    def test_set_up_by_form(self):
        """003-11, 003-12: a layout is made in its form out of a sample, then a group of it."""
        sample = b"Reference;Name\nA;Anna\n"
        descriptors = self.env["integrator.impex.descriptor"].with_user(self.manager)
        with Form(descriptors) as form:
            form.name = "people"
            form.model_id = self.env["ir.model"]._get("res.partner")
            form.sample = base64.b64encode(sample)
        form.record.action_guess()
        self.assertFalse(form.record.problems)
        with Form(self.env["integrator.impex.group"].with_user(self.manager)) as form:
            form.name = "People"
            with form.line_ids.new() as line:
                line.descriptor_id = descriptors.search([("name", "=", "people")])
        run = self.imported(form.record, sample, "anything.csv")
        self.assertEqual(self.counts(run), {"created": 1})
        load = self.env["integrator.impex.load"].with_user(self.manager).create({})
        self.assertEqual(len(load.action_example()["domain"][0][2]), 4)

    def test_export_and_import_change_nothing(self):
        """003-02, 003-05, 003-06, 003-20: what was exported is imported without a change, as CSV,
        as a workbook and as XML; the same records make the same file."""
        partners = self.env["res.partner"].create(
            [
                {"ref": "X1", "name": "=1+1", "city": "Köln; “Süd”"},
                {"ref": "X2", "name": "+49", "phone": "-5"},
            ]
        )
        xml = {"kind": "xml", "rows": "contacts/contact"}
        for form in ({"kind": "csv"}, {"kind": "xlsx"}, xml):
            layout = {**CONTACTS, "name": form["kind"], "format": form}
            layout["service"] = "xml" if form["kind"] == "xml" else "csv"
            layout["conditions"] = [{"field": "ref", "operator": "in", "value": ["X1", "X2"]}]
            layout["file_name"] = f"out-{{timestamp}}.{form['kind']}"
            out = self.load(layout, name=f"out {form['kind']}", direction="export")
            into = self.load(layout, name=f"in {form['kind']}")
            with self.subTest(form["kind"]):
                made = self.exported(out)
                self.assertRegex(made.name, r"^out-\d{8}-\d{6}\.")
                self.assertEqual(made.total, 2)
                content = base64.b64decode(made.with_context(bin_size=False).content)
                if form["kind"] == "csv":
                    self.assertIn(b"'=1+1", content)
                run = self.imported(into, content, made.name)
                self.assertEqual((run.state, self.counts(run)), ("done", {"unchanged": 2}))
        self.assertEqual(partners.mapped("name"), ["=1+1", "+49"])

    def test_every_type_goes_out_and_comes_in(self):
        """003-20: numbers, yes and no, days, texts of several lines, references to one and to
        several records, as CSV in the form of another country, as a workbook and as XML."""
        product = self.typed_products()
        tags = product.product_tag_ids
        forms = {"csv": {}, "xlsx": {}, "xml": {"rows": "products/product"}}
        for kind, more in forms.items():
            layout = {**TYPED, "name": f"typed {kind}", "mask": f"*.{kind}"}
            layout["format"] = {"kind": kind, **more}
            layout["service"] = "xml" if kind == "xml" else "csv"
            if kind == "csv":
                layout["forms"] = {"number": "1.234,56"}
            out = self.load(layout, name=f"out {kind}", direction="export")
            into = self.load(layout, name=f"in {kind}")
            with self.subTest(kind):
                made = self.exported(out)
                content = base64.b64decode(made.with_context(bin_size=False).content)
                run = self.imported(into, content, made.name)
                self.assertEqual((run.state, self.counts(run)), ("done", {"unchanged": 2}))
                # and what has changed comes back as it was
                wrong = {"list_price": 2, "sale_ok": False, "description_sale": "x"}
                product.write({**wrong, "product_tag_ids": [(5, 0, 0)]})
                run = self.imported(into, content, made.name)
                self.assertEqual(self.counts(run), {"updated": 1, "unchanged": 1})
                self.assertEqual((product.list_price, product.sale_ok), (1234.56, True))
                self.assertEqual(product.product_tag_ids, tags)
                self.assertEqual(product.description_sale, 'a;"b"\nc')

    def typed_products(self):
        """Two products; the first one, which has something in each field."""
        tags = self.env["product.tag"].create([{"name": "Red"}, {"name": "New; “now”"}])
        category = self.env["product.category"].create({"name": "Axes"})
        values = {"list_price": 1234.56, "categ_id": category.id, "description_sale": 'a;"b"\nc'}
        axe = {**values, "name": "Axe", "default_code": "RT-1", "product_tag_ids": tags.ids}
        other = {"name": "Adze", "default_code": "RT-2", "sale_ok": False, "list_price": 0.01}
        return self.env["product.template"].create([axe, other])[0]

    def exported(self, group):
        """Make an export by hand; return its file."""
        with self.running() as env:
            wizard = env["integrator.impex.start"].create({"group_id": group.id})
            run_id = wizard.action_start()["res_id"]
        run = self.env["integrator.impex.run"].browse(run_id)
        self.assertEqual(run.state, "done", run.error_message)
        return run.input_ids

    def test_automatic_export(self):
        """003-02, 003-05: an export is made at its time, the time in its name, in its location."""
        location = self.env["integrator.impex.location"].create({"name": "Out"})
        group = self.load(
            {**CONTACTS, "file_name": "contacts-{timestamp}.csv"},
            direction="export",
            automatic=True,
            location_id=location.id,
            user_id=self.operator.id,
        )
        self.work()
        self.assertRegex(location.file_ids.name, r"^contacts-\d{8}-\d{6}\.csv$")
        self.assertGreater(group.next_at, fields.Datetime.now())

    def test_layouts_travel(self):
        """003-12: layouts and groups go to another database as JSON, and are the same there."""
        group = self.load(TAGS, TAGGED, name="Both")
        text = group._dump()
        before = group.line_ids.descriptor_id.mapped(lambda one: one._layout())
        group.unlink()
        self.env["integrator.impex.descriptor"]._load(text)
        again = self.env["integrator.impex.group"].search([("name", "=", "Both")])
        self.assertEqual(again._descriptors().mapped("name"), ["tags", "tagged"])
        self.assertEqual(again.line_ids.descriptor_id.mapped(lambda one: one._layout()), before)
        with self.assertRaisesRegex(UserError, "SQL"):
            bad = {"version": 1, "descriptors": [{**TAGS, "select_sql": "SELECT 1"}]}
            self.env["integrator.impex.descriptor"]._load(json.dumps(bad))

    def test_guess_and_template(self):
        """003-12: a layout is guessed from a sample and shown with its first rows; its template
        can be imported."""
        model = self.env["ir.model"]._get("res.partner")
        sample = "Reference\tName\tCity\nA\tAnna\tUlm\n".encode("utf-16")
        descriptor = self.env["integrator.impex.descriptor"].create(
            {"name": "guess", "model_id": model.id, "sample": base64.b64encode(sample)}
        )
        descriptor.action_guess()
        self.assertEqual(descriptor.column_ids.mapped("field"), ["ref", "name", "city"])
        self.assertEqual(descriptor.delimiter, "\t")
        self.assertIn("Anna", descriptor.preview)
        self.assertTrue(descriptor.column_ids[0].key)
        name, content = descriptor._template()
        self.assertEqual(name, "guess.csv")
        self.assertEqual(len(content.decode("utf-16").splitlines()), 3)

    def test_guess_of_a_price_list(self):
        """003-12: from a workbook or a table as suppliers write them; prices are watched."""
        model = self.env["ir.model"]._get("product.product")
        sample = "Internal Reference;Name;Sales Price;Colour\nA;Axe;1.234,50;\nB;Box;2,5O;\n"
        descriptor = self.env["integrator.impex.descriptor"].create(
            {"name": "prices", "model_id": model.id, "sample": base64.b64encode(sample.encode())}
        )
        descriptor.action_guess()
        self.assertEqual(descriptor.number_form, "1.234,56")
        self.assertEqual(
            descriptor.column_ids.mapped(lambda column: (column.field, column.guarded)),
            [("default_code", False), ("name", False), ("lst_price", True)],
        )
        self.assertIn("1234.50", descriptor.preview)
        self.assertIn("Colour", descriptor.preview, "what is not read is named")
        target = io.BytesIO()
        writer = XlsxWriter(target, XlsxFormat())
        writer.write_row(["Internal Reference", "Name"])
        writer.write_row(["A", "Axe"])
        writer.close()
        book = descriptor.copy({"name": "book", "sample": base64.b64encode(target.getvalue())})
        book.action_guess()
        self.assertEqual(book.format_kind, "xlsx")
        self.assertIn("Axe", book.preview)
        item = b"<item><default_code>A</default_code><name>Axe</name></item>"
        xml = b"<list xmlns='urn:x'>" + item + b"</list>"
        book.column_ids.unlink()
        book.sample = base64.b64encode(xml)
        book.action_guess()
        self.assertEqual((book.service, book.format_kind), ("xml", "xml"))
        self.assertIn("Axe", book.preview)

    def test_two_languages(self):
        """003-12: texts of two languages stand in two columns."""
        self.env["res.lang"]._activate_lang("fr_FR")
        column = {"field": "name", "source": "nom", "language": "fr_FR"}
        layout = {**TAGS, "name": "spoken", "columns": [TAGS["columns"][0], column]}
        group = self.load(layout)
        run = self.imported(group, "name;nom\nGold;Or\n", "tags.csv")
        self.assertEqual(self.counts(run), {"created": 1})
        tag = self.env["res.partner.category"].search([("name", "=", "Gold")])
        self.assertEqual((tag.name, tag.with_context(lang="fr_FR").name), ("Gold", "Or"))
        again = self.imported(group, "name;nom\nGold;D'or\n", "tags.csv")
        self.assertEqual(self.counts(again), {"updated": 1})
        self.assertEqual((tag.name, tag.with_context(lang="fr_FR").name), ("Gold", "D'or"))

    def test_lines(self):
        """003-12: lines of a record stand in rows that follow with its key; “replace” leaves
        exactly the ones of the file."""
        nested = {
            "field": "child_ids",
            "mode": "replace",
            "columns": [{"field": "name", "source": "person", "key": True}],
        }
        layout = {**CONTACTS, "name": "lines", "nested": [nested]}
        group = self.load(layout)
        rows = "code;name;person\nA;Anna Ltd;Eve\nA;;Adam\nB;Bert Ltd;Bob\n"
        run = self.imported(group, rows)
        self.assertEqual(self.counts(run), {"created": 2})
        self.assertEqual(set(self.contact("A").child_ids.mapped("name")), {"Eve", "Adam"})
        again = self.imported(group, "code;name;person\nA;Anna Ltd;Eve\n;;Ada\n")
        self.assertEqual(self.counts(again), {"updated": 1})
        self.assertEqual(set(self.contact("A").child_ids.mapped("name")), {"Eve", "Ada"})
