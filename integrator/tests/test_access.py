# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .access_case import INTERNAL, WATCHED, AccessCase

#: Calls on a row that each stand for one right.
CALLS = {"read": [], "write": [{}], "unlink": [], "create": [[{}]]}


#: Questions that operators answer.
ANSWERED = ("integrator.tax.rule", "integrator.mapping", "integrator.listing.import")

#: What the administrator of the integration sets up.
CONFIGURED = (
    "integrator.site",
    "integrator.credential",
    "integrator.listing",
    "integrator.marketplace",
    "integrator.tax.rule",
    "integrator.delivery.map",
    "integrator.status.map",
    "integrator.owner.rule",
    "integrator.drift.policy",
    "integrator.product.image",
    "integrator.refund.reason",
)

#: Words that all companies share.
SHARED = {"integrator.refund.reason"}


@tagged("post_install", "-at_install")
class TestAccess(AccessCase):
    """Who may do what with the rows, over RPC (001-35, 001-81, 002-01)."""

    def setUp(self):
        super().setUp()
        self.rows = self.fill()

    def refused(self, user, name, operation):
        """Whether a call is refused for want of a right."""
        try:
            with self.env.cr.savepoint() as savepoint:
                self.call(self.rows[name][:1], user, operation, *CALLS[operation])
                savepoint.close(rollback=True)
        except AccessError:
            return True
        except Exception:  # noqa: BLE001 - whatever the row itself objects to
            return False
        return False

    @mute_logger("odoo.sql_db")
    def granted(self, user, name):
        return {operation for operation in CALLS if not self.refused(user, name, operation)}

    def test_there_is_a_row_of_every_model(self):
        """This test would prove nothing about a model without one."""
        for name, rows in self.rows.items():
            self.assertTrue(rows, name)

    def test_users_without_the_group_may_do_nothing(self):
        """001-35: an access error on every model."""
        for user in (self.plain, self.portal, self.env.ref("base.public_user")):
            for name in self.rows:
                with self.subTest(user=user.login, model=name):
                    self.assertEqual(self.granted(user, name), set())

    def test_operators_read_everything_and_change_nothing_by_hand(self):
        """001-35, 002-01."""
        for name in self.rows:
            with self.subTest(model=name):
                expected = set() if name in INTERNAL | WATCHED else {"read"}
                expected |= {"write"} if name in ANSWERED else set()
                self.assertEqual(self.granted(self.operator, name), expected)

    def test_administrators_of_the_integration_change_sites_and_listings(self):
        """001-76."""
        for name in self.rows:
            with self.subTest(model=name):
                expected = set() if name in INTERNAL else {"read"}
                expected |= {"write"} if name in ANSWERED else set()
                if name in CONFIGURED:
                    expected = set(CALLS)
                self.assertEqual(self.granted(self.manager, name), expected)

    def test_another_company_sees_no_row(self):
        """001-35, 002-04."""
        own = INTERNAL | SHARED | WATCHED
        for name, rows in self.rows.items():
            if name in own:
                continue
            with self.subTest(model=name):
                seen = self.env[name].with_user(self.stranger).search([])
                ours = rows.filtered(lambda row: "company_id" not in row or row.company_id)
                self.assertFalse(seen & ours)
                if ours:
                    with self.assertRaises(AccessError):
                        ours.with_user(self.stranger).read(["display_name"])

    def test_secrets_are_read_by_nobody(self):
        """001-81: not even by the administrator of the database."""
        admin = self.env.ref("base.user_admin")
        for user in (self.plain, self.operator, self.manager, admin):
            with self.subTest(user=user.login):
                self.assertEqual(self.granted(user, "integrator.secret"), set())
                secrets = self.env["integrator.secret"].with_user(user)
                for name in ("search", "search_count", "search_read"):
                    with self.assertRaises(AccessError):
                        getattr(secrets, name)([])
        with self.assertRaises(AccessError):
            self.rows["integrator.secret"].with_user(admin).export_data(["value"])

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
