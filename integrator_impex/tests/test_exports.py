# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import base64
import os
import tempfile
from pathlib import Path
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged

from .impex_case import CONTACTS, ImpexCase
from .place_servers import SshServer

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


@tagged("post_install", "-at_install")
class TestExports(ImpexCase):
    """Files are exported, by hand or on schedule, and can be imported again."""

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
        for what was made, and somebody is notified."""
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
