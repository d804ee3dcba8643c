# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import re
from pathlib import Path

from odoo.tests import BaseCase, TransactionCase, tagged

ADDON = Path(__file__).parent.parent

#: The site that the first site addon speaks to; split, so that this file does not name it.
FOREIGN = "ama" + "zon"


def files(*suffixes):
    """The addon's files; without suffixes: all of them."""
    found = (path for path in ADDON.rglob("*") if path.is_file())
    return [path for path in found if "__pycache__" not in path.parts
            and (not suffixes or path.suffix in suffixes)]  # fmt: skip


@tagged("post_install", "-at_install")
class TestNeutralFiles(BaseCase):
    """No file of the addon names a kind of site (001-37, 001-38)."""

    def test_no_file_names_a_site(self):
        """001-38: neither in its text nor in its name."""
        for path in files():
            with self.subTest(file=str(path.relative_to(ADDON))):
                self.assertNotIn(FOREIGN, str(path.relative_to(ADDON)).lower())
                self.assertNotIn(FOREIGN.encode(), path.read_bytes().lower())

    def test_no_code_asks_which_type_a_site_is_of(self):
        """001-37: the adapter is the one place where a site addon plugs in."""
        pattern = re.compile(r"site_type\s*(==|!=|\bin\b)")
        for path in files(".py", ".xml"):
            if path == Path(__file__):
                continue
            with self.subTest(file=path.name):
                self.assertFalse(pattern.search(path.read_text(encoding="utf-8")))

    def test_no_code_imports_a_site_addon(self):
        """001-38: the dependency goes one way only."""
        pattern = re.compile(r"odoo\.addons\.integrator_")
        for path in files(".py"):
            with self.subTest(file=path.name):
                if path != Path(__file__):
                    self.assertFalse(pattern.search(path.read_text(encoding="utf-8")))


@tagged("post_install", "-at_install")
class TestNeutralScreens(TransactionCase):
    """Screens of the addon alone name no kind of site (001-38, 001-75)."""

    def own(self, model):
        data = self.env["ir.model.data"].search(
            [("module", "=", "integrator"), ("model", "=", model)]
        )
        return self.env[model].browse(data.mapped("res_id"))

    def test_no_menu_names_a_site(self):
        """001-38, 001-85: a product tab and an order tab."""
        names = self.own("ir.ui.menu").mapped("complete_name")
        self.assertTrue(any("Products" in name for name in names))
        self.assertTrue(any("Orders" in name for name in names))
        self.assertFalse([name for name in names if FOREIGN in name.lower()])

    def test_no_view_names_a_site(self):
        """001-38: in the addon's own views."""
        views = self.own("ir.ui.view")
        self.assertTrue(views)
        self.assertFalse(views.filtered(lambda view: FOREIGN in view.arch_db.lower()))

    def test_no_product_or_scheduled_action_names_a_site(self):
        """001-38."""
        names = [*self.own("product.product").mapped("name"), *self.own("ir.cron").mapped("name")]
        self.assertGreater(len(names), 12)
        self.assertFalse([name for name in names if FOREIGN in name.lower()])

    def test_people_read_of_channels(self):
        """001-75: one word for one thing, also in the labels of addons that add to this one."""
        fields = self.env["ir.model.fields"].search([("model", "=like", "integrator.%")])
        self.assertGreater(len(fields), 500)
        wrong = fields.filtered(
            lambda field: re.search(r"\bsites?\b", field.field_description, re.IGNORECASE)
        )
        self.assertFalse(wrong.mapped(lambda field: (field.model, field.field_description)))
