# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import csv
from io import BytesIO, StringIO

from odoo.tests import new_test_user, tagged

from ..files.constants import Context
from .impex_case import CONTACTS, ImpexCase

PRODUCTS = {
    "name": "products",
    "model": "product.product",
    "columns": [
        {"field": "default_code", "source": "code", "key": True},
        {"field": "name", "source": "name"},
        {"field": "barcode", "source": "barcode"},
        {"field": "list_price", "source": "price", "type": "decimal"},
    ],
}
TAG = {"model": "res.partner.category", "by": ["name"]}


@tagged("post_install", "-at_install")
class TestBatches(ImpexCase):
    """Rows are written together, with the same result as one by one."""

    def product(self, code):
        return self.env["product.product"].search([("default_code", "=", code)])

    def test_one_row_that_odoo_refuses(self):
        """003-04: of fifty rows two are refused by Odoo itself, each with its own reason; all
        others are written, and the error file has exactly the two."""
        self.env["product.product"].create({"name": "Other", "barcode": "4006381333931"})
        group = self.load(PRODUCTS, name="Products")
        rows = [f"B{number};Product {number};;{number}.10\n" for number in range(50)]
        rows[11] = "B11;Product 11;4006381333931;11.10\n"
        rows[37] = "B37;Product 37;4006381333931;37.10\n"
        run = self.imported(group, "code;name;barcode;price\n" + "".join(rows), "products.csv")
        self.assertEqual((run.state, self.counts(run)), ("done", {"created": 48, "refused": 2}))
        refused = run.row_ids.filtered(lambda row: row.operation == "refused")
        self.assertEqual(refused.mapped("number"), [13, 39])
        for row in refused:
            self.assertIn("4006381333931", row.reason)
        self.assertFalse(self.product("B11") | self.product("B37"))
        self.assertEqual(self.product("B36").list_price, 36.1)
        errors = list(csv.reader(StringIO(self.content(run)), delimiter=";"))
        self.assertEqual([row[0] for row in errors], ["code", "B11", "B37"])

    def test_a_value_that_odoo_passes_over(self):
        """003-12: Odoo takes no negative stock from a product, and says nothing; the row is
        refused, and the others have theirs."""
        column = {"field": "qty_available", "source": "qty", "type": "decimal"}
        layout = {**PRODUCTS, "name": "stock", "mode": "update"}
        layout["columns"] = [PRODUCTS["columns"][0], column]
        rights = "integrator.group_integrator_user,product.group_product_manager"
        rights += ",stock.group_stock_manager"
        user = new_test_user(self.env, "stock_importer", rights)
        self.env["product.product"].create(
            [{"name": "P", "default_code": f"Q{n}", "is_storable": True} for n in range(5)]
        )
        run = self.check(
            self.load(layout, name="Stock"),
            "code;qty\nQ0;4\nQ1;-3\nQ2;0\nQ3;2.5\nQ0;5\n",
            "stock.csv",
            user,
        )
        self.press(run, "action_run")
        self.assertEqual(self.counts(run), {"updated": 3, "unchanged": 1, "refused": 1})
        refused = run.row_ids.filtered(lambda row: row.operation == "refused")
        self.assertEqual(refused.number, 3)
        self.assertIn("Quantity On Hand", refused.reason)
        self.assertEqual(
            [self.product(f"Q{n}").qty_available for n in range(4)], [5.0, 0.0, 0.0, 2.5]
        )

    def test_the_same_key_twice_in_a_file(self):
        """003-12: the second row changes what the first has made or changed."""
        group = self.load(PRODUCTS, name="Products")
        self.env["product.product"].create({"default_code": "K2", "name": "Old"})
        text = "code;name;price\nK1;First;1\nK2;First;1\nK1;Second;1\nK2;Second;1\n"
        run = self.imported(group, text, "products.csv")
        self.assertEqual(self.counts(run), {"created": 1, "updated": 3})
        self.assertEqual(self.product("K1").name, "Second")
        self.assertEqual(self.product("K2").name, "Second")
        self.press(run, "action_undo")
        self.assertFalse(self.product("K1"))
        self.assertEqual(self.product("K2").name, "Old")

    def test_a_row_refers_to_one_before_it(self):
        """003-12: also to what is only going to be created together with others."""
        lookup = {"model": "product.category", "by": ["name"]}
        columns = [
            {"field": "name", "source": "name", "key": True},
            {"field": "parent_id", "source": "up", "type": "reference", "lookup": lookup},
        ]
        layout = {"name": "categories", "model": "product.category", "columns": columns}
        group = self.load(layout, name="Categories")
        text = "name;up\nTop;\nMiddle;Top\nAside;\nLow;Middle\n"
        run = self.imported(group, text, "categories.csv")
        self.assertEqual((run.state, self.counts(run)), ("done", {"created": 4}))
        low = self.env["product.category"].search([("name", "=", "Low")])
        self.assertEqual(low.complete_name, "Top / Middle / Low")

    def test_a_reference_that_stands_for_two(self):
        """003-12: it is refused, and named; the others are taken."""
        self.env["res.partner.category"].create([{"name": "Gold"}, {"name": "Silver"}])
        self.env["res.partner.category"].create({"name": "Gold"})
        tag = {"field": "category_id", "source": "tag", "type": "reference", "lookup": TAG}
        columns = [*CONTACTS["columns"], {**tag, "separator": "|"}]
        group = self.load({**CONTACTS, "name": "tagged", "columns": columns}, name="Tagged")
        run = self.imported(group, "code;name;tag\nA;Anna;Silver\nB;Bert;Gold\nC;Carl;Iron\n")
        self.assertEqual(self.counts(run), {"created": 1, "refused": 2})
        refused = run.row_ids.filtered(lambda row: row.operation == "refused")
        self.assertEqual(refused.mapped("column"), ["tag", "tag"])
        self.assertIn("several", refused[0].reason)
        self.assertIn("no “Iron”", refused[1].reason)

    def test_a_reference_by_its_second_field(self):
        """003-12: what the first field does not find is looked for by the next one, row by row."""
        top = self.env["product.category"].create({"name": "Tools"})
        axes = self.env["product.category"].create({"name": "Axes", "parent_id": top.id})
        lookup = {"model": "product.category", "by": ["complete_name", "name"]}
        column = {"field": "categ_id", "source": "group", "type": "reference", "lookup": lookup}
        layout = {**PRODUCTS, "name": "grouped", "columns": [*PRODUCTS["columns"], column]}
        text = "code;name;group\nG1;One;Axes\nG2;Two;Tools / Axes\nG3;Three;Saws\n"
        run = self.imported(self.load(layout, name="Grouped"), text, "products.csv")
        self.assertEqual(self.counts(run), {"created": 2, "refused": 1})
        self.assertEqual(self.product("G1").categ_id, axes)
        self.assertEqual(self.product("G2").categ_id, axes)

    def test_a_key_that_two_records_have(self):
        """003-12: nobody guesses which one is meant."""
        self.env["res.partner"].create([{"ref": "A", "name": "One"}, {"ref": "A", "name": "Two"}])
        group = self.load(CONTACTS)
        run = self.imported(group, "code;name\nA;Anna\nB;Bert\n")
        self.assertEqual(self.counts(run), {"created": 1, "refused": 1})
        refused = run.row_ids.filtered(lambda row: row.operation == "refused")
        self.assertEqual((refused.number, refused.column), (2, "code"))
        self.assertIn("Several records have this key", refused.reason)
        names = self.env["res.partner"].search([("ref", "=", "A")]).mapped("name")
        self.assertEqual(sorted(names), ["One", "Two"])

    def test_deleted_twice(self):
        """003-12: the second row finds nothing any more."""
        self.env["res.partner"].create([{"ref": "A", "name": "One"}, {"ref": "B", "name": "Two"}])
        group = self.load({**CONTACTS, "mode": "delete"})
        run = self.imported(group, "code;name\nA;x\nB;x\nA;x\n")
        self.assertEqual(self.counts(run), {"deleted": 2, "skipped": 1})

    def test_no_query_for_a_row(self):
        """003-04: four times as many rows that change nothing ask the database as often, and each
        one that changes something only as often as Odoo's own writing does."""
        codes = range(200)
        self.env["product.product"].create(
            [{"default_code": f"Q{code}", "name": f"Name {code}"} for code in codes]
        )
        group = self.load(PRODUCTS, name="Products")
        layout = group._descriptors()._layout()
        service = self.env["integrator.impex.service.csv"]

        def queries(count, name):
            lines = "".join(f"Q{code};{name} {code}\n" for code in range(count))
            source = BytesIO(f"code;name\n{lines}".encode())
            records = list(service._read(layout, source, Context()))
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            found = service._import_all(layout, records)
            operations = {outcome.operation for _record, outcome in found}
            return self.env.cr.sql_log_count - before, operations

        queries(10, "Name")
        few, many = queries(50, "Name"), queries(200, "Name")
        self.assertEqual((few[1], many[1]), ({"unchanged"}, {"unchanged"}))
        self.assertLessEqual(many[0], few[0] + 5)
        few, many = queries(50, "New"), queries(200, "Newer")
        self.assertEqual((few[1], many[1]), ({"update"}, {"update"}))
        self.assertLessEqual((many[0] - few[0]) / 150, 4)
