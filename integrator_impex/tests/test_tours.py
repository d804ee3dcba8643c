# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import HttpCase, new_test_user, tagged

from .impex_case import CONTACTS, ImpexCase


@tagged("post_install", "-at_install")
class TestImpexTours(ImpexCase, HttpCase):
    """Files are imported in the browser."""

    def test_a_bad_row_is_repaired(self):
        """003-04, 003-35: a file with a bad row is checked and imported, its error file corrected
        and imported, all in the client, by somebody with the rights that the documentation
        names."""
        new_test_user(
            self.env,
            "contacts_importer",
            "integrator.group_integrator_user,base.group_partner_manager",
        )
        group = self.load(CONTACTS, name="People")
        url = f"/odoo/action-integrator_impex.integrator_impex_group_action/{group.id}"
        self.start_tour(url, "integrator_impex_repair", login="contacts_importer")
        partners = self.env["res.partner"].search([("ref", "in", ("T1", "T2"))], order="ref")
        self.assertEqual(partners.mapped("name"), ["Tina", "Theo"])
        first, second = group.run_ids.sorted("id")
        self.assertEqual((first.created, first.refused), (1, 1))
        self.assertEqual((second.created, second.refused), (1, 0))
