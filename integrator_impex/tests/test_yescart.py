# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import os
from pathlib import Path

from odoo.tests import tagged

from .impex_case import ImpexCase

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = Path(os.environ.get("IMPEX_SAMPLES", ROOT.parent / "shared" / "samples" / "yes-cart"))
FORMAT = {"kind": "csv", "delimiter": ";", "head": True}


@tagged("post_install", "-at_install")
class TestYescart(ImpexCase):
    """Real files of YesCart are imported, where they are in a folder beside the repository."""

    def sample(self, name):
        if not SAMPLES.is_dir():
            self.fail(f"The samples are not at {SAMPLES}; set IMPEX_SAMPLES to their folder.")
        return (SAMPLES / name).read_bytes()

    def products(self, **values):
        """A group for files of products by their code, with names in two languages."""
        self.env["res.lang"]._activate_lang("ru_RU")
        columns = [
            {"field": "default_code", "position": 1, "key": True},
            {"field": "name", "position": 5, "language": "en_US"},
            {"field": "name", "position": 6, "language": "ru_RU"},
            {"field": "description_sale", "position": 8, "language": "en_US"},
        ]
        layout = {"name": "yescart", "model": "product.template", "columns": columns, **values}
        return self.load(layout, name="YesCart")

    def product(self, code, lang="en_US"):
        found = self.env["product.template"].search([("default_code", "=", code)])
        return found.with_context(lang=lang)

    def test_insert_only_changes_nothing(self):
        """003-12: the second file has other names for what the first has made."""
        group = self.products(mode="insert")
        run = self.imported(group, self.sample("insertonlytest001a.csv"), "a.csv")
        self.assertEqual(self.counts(run), {"created": 1})
        run = self.imported(group, self.sample("insertonlytest001b.csv"), "b.csv")
        self.assertEqual(self.counts(run), {"skipped": 1})
        self.assertEqual(self.product("ASIMO-INSERT").name, "Robot ASIMO")
        self.assertEqual(self.product("ASIMO-INSERT", "ru_RU").name, "Робот ASIMO")

    def test_the_same_file_again_changes_nothing(self):
        """003-04, 003-12: all of its rows are unchanged, in both languages."""
        group = self.products()
        content = self.sample("skipnochangetest001a.csv")
        self.assertEqual(self.counts(self.imported(group, content, "a.csv")), {"created": 1})
        self.assertEqual(self.counts(self.imported(group, content, "a.csv")), {"unchanged": 1})

    def test_categories_refer_to_each_other(self):
        """003-12: fourteen of two levels, some below one that stands in the same file; those below
        the shop's own root wait for it until it is there."""
        lookup = {"model": "product.category", "by": ["name"], "unresolved": "wait"}
        layout = {
            "name": "categories",
            "model": "product.category",
            "columns": [
                {"field": "name", "position": 4, "key": True},
                {"field": "parent_id", "position": 1, "type": "reference", "lookup": lookup},
            ],
        }
        group = self.load(layout, name="Categories")
        content = self.sample("categorynames.csv")
        run = self.check(group, content, "categorynames.csv")
        self.assertEqual(self.counts(run), {"waiting": 14})
        self.env["product.category"].create({"name": "root"})
        run = self.imported(group, content, "categorynames.csv")
        self.assertEqual((run.state, self.counts(run)), ("done", {"created": 14}))
        optical = self.env["product.category"].search([("name", "=", "optical mice")])
        self.assertEqual(optical.complete_name, "root / mice / wireless mice / optical mice")

    def test_a_descriptor_is_loaded_by_the_wizard(self):
        """003-12: the person chooses the records, and sees what was left out."""
        descriptors = self.env["integrator.impex.descriptor"].with_user(self.manager)
        made = descriptors._load(
            self.sample("descriptors/categorynames.xml"), "categorynames", "product.category"
        )
        self.assertEqual(made.model, "product.category")
        self.assertIn("ru_RU", made.column_ids.mapped("language"))
