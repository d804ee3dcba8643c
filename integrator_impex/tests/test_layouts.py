# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import base64
import io
import json

from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from ..files.layout import XlsxFormat
from ..files.xlsx_table import XlsxWriter
from .impex_case import TAGGED, TAGS, ImpexCase


@tagged("post_install", "-at_install")
class TestLayouts(ImpexCase):
    """Layouts are made, guessed from a file, and copied to another database."""

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
        sample = "Internal Reference;Name;Sales Price;Colour;Barcode\n"
        sample += "A;Axe;1.234,50;;4006381333931\nB;Box;2,5O;;\n"
        descriptor = self.env["integrator.impex.descriptor"].create(
            {"name": "prices", "model_id": model.id, "sample": base64.b64encode(sample.encode())}
        )
        descriptor.action_guess()
        self.assertEqual(descriptor.number_form, "1.234,56")
        self.assertEqual(
            descriptor.column_ids.mapped(lambda column: (column.field, column.guarded)),
            [
                ("default_code", False),
                ("name", False),
                ("lst_price", True),
                ("barcode", False),
            ],
        )
        # a product may have no bar code, or get another one
        self.assertEqual(descriptor.column_ids.filtered("key").mapped("field"), ["default_code"])
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
