# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import importlib
from pathlib import Path

from odoo.tests import TransactionCase, tagged


@tagged("post_install", "-at_install")
class TestDocs(TransactionCase):
    """Pages that are generated from the database agree with it."""

    maxDiff = None

    def compare(self, name):
        """The lines of the database that the page lacks."""
        if not (Path(__file__).resolve().parents[2] / "tools").is_dir():
            self.skipTest("The addons stand alone here, without the repository's tools and docs.")
        page = importlib.import_module(f"tools.docs.{name}")
        kept = set(page.PAGE.read_text(encoding="utf-8").splitlines())
        # the kind of site that the addon for tests brings is in no customer's database
        rendered = page.render(self.env).replace("`dummy`, ", "").splitlines()
        missing = [line for line in rendered if line not in kept and not self.is_wider(line, kept)]
        self.assertFalse(missing, f"{page.PAGE.name} is out of date; see {page.__name__}")

    def is_wider(self, line, kept):
        """Return whether the page has the line with more choices, which addons bring that are not
        here."""
        before, word, rest = line.partition("selection: ")
        choices, end, after = rest.partition(" |")
        wanted = set(choices.split(", "))
        return bool(word) and any(
            one.startswith(before + word)
            and one.endswith(end + after)
            and wanted <= set(one[len(before + word) : len(one) - len(end + after)].split(", "))
            for one in kept
        )

    def test_every_field_of_ours_is_in_the_model_reference(self):
        """000-24."""
        self.compare("model_reference")

    def test_every_setting_is_on_the_settings_page(self):
        """000-25."""
        self.compare("settings_page")

    def test_every_place_of_personal_data_is_on_its_page(self):
        """One inventory."""
        self.compare("privacy_page")

    def test_every_setting_of_a_site_says_what_it_does(self):
        """000-25: on the form, when one asks for help."""
        site = self.env["integrator.site"]
        plain = {"name", "sequence", "active", "company_id", "site_type"}
        ours = [
            field
            for field in site._fields.values()
            if (field._module or "").startswith("integrator")
            and field.store
            and not field.readonly
            and field.name not in plain
            and field.type not in ("one2many", "many2many")
        ]
        self.assertGreater(len(ours), 20)
        self.assertFalse([field.name for field in ours if not field.help and not field.related])
