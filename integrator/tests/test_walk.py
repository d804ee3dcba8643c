# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import re
from pathlib import Path

from odoo.tests import HttpCase, new_test_user, tagged

from .sale_case import SaleCase

ADDON = Path(__file__).resolve().parents[1]
DOCS = ADDON.parent / "docs"
TOUR = ADDON / "static" / "tests" / "tours" / "hold_tour.js"


@tagged("post_install", "-at_install")
class TestWalk(SaleCase, HttpCase):
    """The steps of the documentation can be done as they are written (000-04, 001-88)."""

    def page(self, name):
        if not DOCS.is_dir():
            self.skipTest("The addons stand alone here, without the repository's docs.")
        return (DOCS / name).read_text(encoding="utf-8")

    def groups(self):
        """The groups of operators that set-up.md names, by their full names."""
        names = re.findall(r"^ *\| \*(\w+ / [^*]+)\* \|", self.page("set-up.md"), re.MULTILINE)
        found = {name: self.env["res.groups"].search([("full_name", "=", name)]) for name in names}
        self.assertTrue(all(len(group) == 1 for group in found.values()), found)
        self.assertGreaterEqual(len(names), 4)
        return list(found.values())

    def test_the_walk_is_done_with_the_groups_that_are_named(self):
        """000-04: from the held delivery to the parcel that has left, in a real browser."""
        walker = new_test_user(self.env, "walker", "base.group_user")
        walker.group_ids = [(4, group.id) for group in self.groups()]
        picking = self.see().sale_order_id.picking_ids
        picking._integrator_hold("address", "No street. Ask the buyer.")
        self.start_tour("/odoo", "integrator_walk", login="walker")
        self.assertFalse(picking.integrator_hold)
        partner = picking.partner_id
        self.assertEqual((partner.street, partner.zip, partner.city), ("Way 1", "10115", "Town"))
        self.assertEqual((picking.state, picking.carrier_tracking_ref), ("done", "T-1"))

    def test_each_step_of_the_page_is_a_step_of_the_tour(self):
        """000-04: with every word that the page prints in bold."""
        section = self.page("daily-work.md").partition("## A walk")[2].partition("\n## ")[0]
        steps = dict(re.findall(r"^(\d+)\. (.*?)(?=^\d+\. |\Z)", section, re.DOTALL | re.MULTILINE))
        tour = TOUR.read_text(encoding="utf-8").partition('add("integrator_walk"')[2]
        walked = {}
        for number, rest in re.findall(r'content: "(\d+)\. (.*?)\n        \}', tour, re.DOTALL):
            walked[number] = walked.get(number, "") + rest
        self.assertEqual(list(steps), list(walked))
        for number, text in steps.items():
            for word in re.findall(r"\*\*(.+?)\*\*", text):
                with self.subTest(step=number, word=word):
                    self.assertIn(word, walked[number])
