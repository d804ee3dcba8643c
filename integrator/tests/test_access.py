# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .rights_case import AccessCase


@tagged("post_install", "-at_install")
class TestAccess(AccessCase):
    """Secrets and menus (001-35, 001-81); what else people may do is in `test_rights.py`."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.fill_once()

    def test_secrets_are_read_by_nobody(self):
        """001-81: not even by the administrator of the database."""
        admin = self.env.ref("base.user_admin")
        for user in (self.plain, self.operator, self.manager, admin):
            with self.subTest(user=user.login):
                secrets = self.env["integrator.secret"].with_user(user)
                for name in ("search", "search_count", "search_read"):
                    with self.assertRaises(AccessError):
                        getattr(secrets, name)([])
        with self.assertRaises(AccessError):
            self.env["integrator.secret"].search([]).with_user(admin).export_data(["value"])

    def test_no_field_of_a_site_shows_its_secrets(self):
        """001-81: absent from reads and exports."""
        values = self.site.with_user(self.manager).read()[0]
        self.assertNotIn("hidden", str(values))

    def test_a_secret_is_kept_replaced_and_forgotten(self):
        """001-81, 002-27."""
        secrets = self.env["integrator.secret"]
        self.assertEqual(secrets._fetch(self.site, "key"), "hidden")
        secrets._store(self.site, "key", "newer")
        self.assertEqual(secrets._fetch(self.site, "key"), "newer")
        secrets._store(self.site, "key", "")
        self.assertEqual(secrets._fetch(self.site, "key"), "")
        self.assertFalse(secrets.search([]))

    def test_menus_are_seen_by_those_who_may_use_them(self):
        """001-35, 001-75: two menus, configuration for administrators only."""
        root = self.env.ref("integrator.integrator_menu_root")
        settings = self.env.ref("integrator.integrator_menu_configuration")
        seen = {
            user: self.env["ir.ui.menu"].with_user(user)._visible_menu_ids()
            for user in (self.plain, self.operator, self.manager)
        }
        self.assertEqual([root.id in menus for menus in seen.values()], [False, True, True])
        self.assertEqual([settings.id in menus for menus in seen.values()], [False, False, True])

    def test_an_operator_sees_what_people_do_and_no_logs(self):
        """001-75: at most fourteen entries of this addon, Home first."""
        operator = new_test_user(
            self.env, "menus", "integrator.group_integrator_user,stock.group_stock_user"
        )
        menus = self.env["ir.ui.menu"].with_user(operator).load_menus(False)
        ours = [
            menu
            for menu in menus.values()
            if (menu.get("xmlid") or "").startswith("integrator.") and menu["action_id"]
        ]
        entries = [menu for menu in ours if menu["xmlid"] != "integrator.integrator_menu_root"]
        self.assertLessEqual(len(entries), 14, [menu["name"] for menu in entries])
        root = self.env.ref("integrator.integrator_menu_root")
        first = menus[menus[root.id]["children"][0]]
        self.assertEqual(first["name"], "Home")
        logs = self.env.ref("integrator.integrator_menu_log")
        self.assertNotIn(logs.id, menus)
        managers = self.env["ir.ui.menu"].with_user(self.manager).load_menus(False)
        self.assertIn(logs.id, managers)
