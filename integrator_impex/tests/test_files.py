# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import base64
import io
import zipfile
from datetime import timedelta
from warnings import catch_warnings, simplefilter

from odoo import fields
from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged

from ..files.records import read_records, write_records
from .impex_case import CONTACTS, TAGGED, TAGS, ImpexCase

PEOPLE = "code;name;tags\nA;Anna;Gold|Silver\n"
COLOURS = "name;parent\nSilver;Metal\nMetal;\nGold;Alloy\n"


@tagged("post_install", "-at_install")
class TestFiles(ImpexCase):
    """Several files are imported in one run."""

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

    def test_good_files_are_taken_beside_bad_ones(self):
        """003-14, 003-17: a file that cannot be read is left out with its reason, also when the
        place that is bad comes late; the others are imported."""
        group = self.load(CONTACTS)
        rows = "".join(f"L{number};Lena;;\n" for number in range(1200))
        files = {
            "contacts-1__csv": "code;name;city;phone\nA;Anna;Ulm;\n",
            "contacts-2__csv": "",
            "contacts-3__csv": f'code;name;city;phone\n{rows}B;"Bert;;\n',
        }
        run = self.check(group, self.zip(**files), "all.zip")
        if run.task:
            self.work()
        self.assertEqual((run.state, self.counts(run)), ("checked", {"created": 1}))
        first, second = run.left_out.splitlines()
        self.assertIn("“contacts-2.csv” is left out: The file is empty", first)
        self.assertIn("“contacts-3.csv” is left out: In row 1202: The quotation marks", second)
        self.press(run, "action_run")
        self.assertEqual((run.state, self.counts(run)), ("done", {"created": 1}))
        self.assertTrue(self.contact("A"))
        self.assertFalse(self.contact("L1"))
        run = self.check(group, self.zip(**{**files, "contacts-1__csv": ""}), "all.zip")
        if run.task:
            self.work()
        self.assertEqual((run.state, run.error_message), ("failed", run.left_out))
        self.assertEqual(len(run.left_out.splitlines()), 3)

    def test_a_bad_archive_keeps_no_other_file_out(self):
        """003-17: several files of one call, one of them a damaged archive."""
        group = self.load(CONTACTS)
        files = {"contacts.csv": b"code;name\nA;Anna\n", "more.zip": b"nonsense"}
        files = [
            {"name": name, "content": base64.b64encode(content).decode()}
            for name, content in files.items()
        ]
        with self.running() as env:
            result = env[group._name].browse(group.id).import_files(files, run=True)
        self.assertEqual((result["state"], result["created"]), ("done", 1))
        self.assertIn("“more.zip” is left out: This is not a zip", result["message"])

    def test_an_empty_file_says_what_to_do(self):
        """003-04: the dialog names it; the browser gives no content of such a file."""
        with self.assertRaisesRegex(UserError, "“contacts.csv” is empty. Save it once more"):
            self.check(self.load(CONTACTS), "")

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
        silver, gold = self.env["res.partner.category"].search(
            [("name", "in", ("Silver", "Gold"))], order="id"
        )
        self.assertEqual((silver.parent_id.name, gold.parent_id.name), ("Metal", "Alloy"))
        # what came late is as much the run's as the rest
        self.assertIn(gold.id, run.row_ids.mapped("res_id"))
        self.press(run, "action_undo")
        self.assertFalse((silver | gold).exists())
        # each waits for the next one, which waits itself
        run = self.imported(group, "name;parent\nC;B\nB;A\nA;\n", "tags.csv")
        self.assertEqual(self.counts(run), {"created": 3})
        run = self.imported(group, "name;parent\nF;E\nE;D\n", "tags.csv")
        self.assertEqual(self.counts(run), {"waiting": 2})
        self.imported(group, "name;parent\nD;\n", "tags.csv")
        self.work()
        self.assertEqual(self.counts(run), {"created": 2})

    def test_an_undone_run_waits_for_nothing(self):
        """003-04, 003-12: a row of a run that was undone is not written when what it waited for
        comes."""
        group = self.load(TAGS)
        run = self.imported(group, COLOURS, "tags.csv")
        self.press(run, "action_undo")
        self.imported(group, "name;parent\nAlloy;\n", "tags.csv")
        self.work()
        self.assertFalse(self.env["res.partner.category"].search([("name", "=", "Gold")]))
        self.assertEqual(run.waiting, 1)

    def test_a_reference_that_never_comes_is_refused(self):
        """003-12: a row does not wait for ever; where the column says so, it does not wait at all
        and leaves the field as it is."""
        group = self.load(TAGS)
        run = self.imported(group, COLOURS, "tags.csv")
        self.assertEqual(run.waiting, 1)
        # that others are imported day by day makes it wait no longer
        for hours in (20, 40):
            with freeze_time(fields.Datetime.now() + timedelta(hours=hours)):
                self.imported(group, f"name;parent\nOther {hours};\n", "tags.csv")
                self.work()
            self.assertEqual(run.waiting, 1)
        self.work_later(days=3)
        self.assertEqual(self.counts(run), {"created": 2, "refused": 1})
        self.assertIn("Alloy", self.content(run))
        column = {**TAGS["columns"][1], "lookup": {**TAGS["columns"][1]["lookup"]}}
        column["lookup"]["unresolved"] = "leave"
        left = {**TAGS, "name": "left", "columns": [TAGS["columns"][0], column]}
        run = self.imported(self.load(left, name="Left"), "name;parent\nSilver;Alloy\n", "tags.csv")
        self.assertEqual(self.counts(run), {"unchanged": 1})
        silver = self.env["res.partner.category"].search([("name", "=", "Silver")])
        self.assertEqual(silver.parent_id.name, "Metal")

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
