# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import io
import zipfile

from odoo.tests import tagged
from odoo.tools import file_open

from .impex_case import ImpexCase

FILES = ("skus.csv", "products.csv", "attributes.csv", "categories.csv")


@tagged("post_install", "-at_install")
class TestCatalog(ImpexCase):
    """The supplied group “Catalog & PIM” imports products."""

    def zipped(self, *names):
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w") as archive:
            for name in names:
                with file_open(f"integrator_impex/static/example/{name}", "rb") as file:
                    archive.writestr(name, file.read())
        return target.getvalue()

    def test_one_zip_makes_a_catalogue(self):
        """003-14, 003-15, 003-16: categories, attributes, templates and variants out of one zip,
        in whatever order they lie there; the second time nothing changes."""
        self.env["integrator.impex.descriptor"]._load_example()
        group = self.env["integrator.impex.group"].search([("name", "=", "Catalog & PIM")])
        self.env["product.attribute"].create(
            {"name": "Other size", "value_ids": [(0, 0, {"name": "42"})]}
        )
        run = self.check(group, self.zipped(*FILES), "catalog.zip")
        self.assertFalse(
            run.row_ids.filtered(lambda row: row.operation == "refused").mapped("reason")
        )
        self.press(run, "action_run")
        self.assertEqual(run.state, "done")
        self.work()
        self.assertFalse(run.waiting)
        shoe = self.env["product.template"].search([("name", "=", "Ridge runner")])
        self.assertEqual(shoe.categ_id.complete_name, "Outdoor / Trail running / Shoes")
        self.assertEqual(shoe.list_price, 129.9)
        self.assertEqual(
            sorted(shoe.product_variant_ids.mapped("default_code")),
            ["RR-MO-42", "RR-MO-43", "RR-SL-42", "RR-SL-43"],
        )
        variant = shoe.product_variant_ids.filtered(lambda one: one.default_code == "RR-SL-43")
        self.assertEqual(
            set(variant.product_template_attribute_value_ids.mapped("name")), {"Slate", "43"}
        )
        again = self.imported(group, self.zipped(*reversed(FILES)), "catalog.zip")
        self.assertEqual(self.counts(again), {"unchanged": 11})

    def test_layouts_of_the_example_are_right(self):
        """003-15: nothing is wrong with the shipped layouts."""
        made = self.env["integrator.impex.descriptor"]._load_example()
        self.assertEqual([one.problems for one in made], [""] * 4)
