# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from psycopg2 import IntegrityError

from odoo.exceptions import ValidationError
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import mute_logger

from ..exceptions import ConfigurationError
from .common import IntegratorCommon

MANAGER = "integrator.group_integrator_manager,base.group_system"


@tagged("post_install", "-at_install")
class TestSettings(IntegratorCommon):
    """Settings are checked and stored (000-25, 001-75, 001-76, 001-82)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.manager = new_test_user(cls.env, "manager", MANAGER)

    def settings(self):
        return self.env["res.config.settings"].with_user(self.manager)

    def test_the_settings_page_lists_the_sites_of_the_company(self):
        """001-75, 001-76."""
        company = self.env["res.company"].create({"name": "Elsewhere"})
        warehouse = {"name": "There", "code": "THERE", "company_id": company.id}
        warehouse = self.env["stock.warehouse"].create(warehouse)
        self._make_site("Theirs", company_id=company.id, warehouse_id=warehouse.id)
        with Form(self.settings()) as form:
            self.assertEqual(form.integrator_site_ids[:], self.site)
            self.assertEqual(form.integrator_max_attempts, 3)

    def test_the_page_has_its_block_for_administrators_of_the_integration_only(self):
        """001-75."""
        plain = new_test_user(self.env, "system", "base.group_system")
        views = {
            user: self.env["res.config.settings"].with_user(user).get_view(view_type="form")["arch"]
            for user in (self.manager, plain)
        }
        self.assertIn('name="integrator"', views[self.manager])
        self.assertNotIn('name="integrator"', views[plain])

    def test_the_values_are_kept(self):
        """000-25, 001-57."""
        with Form(self.settings()) as form:
            form.integrator_max_attempts = 5
            form.integrator_silent = True
        form.record.execute()
        self.assertEqual(self.env["integrator.site"]._max_attempts(), 5)
        self.site.automatic = False
        self.assertTrue(self.env["integrator.site"]._is_silent())

    def test_the_button_opens_a_form_for_a_new_site(self):
        """001-76."""
        action = self.settings().create({}).action_integrator_add_site()
        self.assertEqual((action["res_model"], action["view_mode"]), ("integrator.site", "form"))
        with Form(self.env["integrator.site"].with_user(self.manager)) as form:
            form.name = "Second"
            form.site_type = "dummy"
        self.assertEqual(form.record.company_id, self.env.company)
        self.assertFalse(form.record.automatic, "nothing starts by itself")

    def test_two_sites_of_a_company_have_different_names(self):
        """001-76."""
        with mute_logger("odoo.sql_db"), self.assertRaisesRegex(IntegrityError, "name_uniq"):
            self._make_site("Dummy")

    def test_a_product_domain_that_cannot_be_read_is_refused_in_words(self):
        """000-25."""
        with self.assertRaisesRegex(ValidationError, "Products to offer"):
            self.site.product_domain = "[('no_such_field', '=', 1)]"

    def test_a_product_domain_asks_only_for_what_its_writer_may_read(self):
        """It is run as the system, so it may be no question about other people's rows."""
        site = self.site.with_user(self.manager)
        for domain in (
            "[('integrator_listing_ids.site_id.name', '=like', 'B%')]",
            "[('integrator_listing_ids', 'any', [('site_id.name', '=like', 'B%')])]",
            "[('seller_ids.partner_id.name', 'ilike', 'a')]",
            "[('seller_ids', '!=', False)]",
            "[('create_uid', 'ilike', 'a')]",
            "[('create_uid.password', '=like', 'a%')]",
            "[('message_ids.body', 'ilike', 'a')]",
            "[('default_code', 'in', [str(one) for one in (1, 2)])]",
            "[('default_code', '=', user.login)]",
        ):
            with self.subTest(domain=domain), self.assertRaisesRegex(ValidationError, "cannot be"):
                site.product_domain = domain
        for domain in (
            "[('sale_ok', '=', True), '|', ('list_price', '>', 5), ('categ_id.name', '=', 'A')]",
            "[('categ_id', 'child_of', 1), ('product_tag_ids.name', '!=', 'x')]",
            "[('create_uid', '=', 2), ('company_id', 'in', [False])]",
            "[('create_date.year_number', '>', 2000)]",
            "",
        ):
            with self.subTest(domain=domain):
                site.product_domain = domain
                self.assertIsNotNone(self.site._offered_products())

    def test_company_dependent_values_are_those_of_the_site_s_company(self):
        """Another company's price decides nothing."""
        company = self.env["res.company"].create({"name": "Elsewhere"})
        site = self._make_site("Elsewhere", company_id=company.id, warehouse_id=False)
        self.product.standard_price = 3
        self.product.with_company(company).standard_price = 8
        site.product_domain = "[('standard_price', '=', 8)]"
        self.assertIn(self.product, site._offered_products())
        site.product_domain = "[('standard_price', '=', 3)]"
        self.assertNotIn(self.product, site._offered_products())

    def test_a_good_connection_is_shown_in_green(self):
        """001-82: the words come from the site."""
        answer = self.site.with_user(self.manager).action_test_connection()
        self.assertEqual(answer["params"]["message"], "Connected as Dummy.")
        self.assertEqual(answer["params"]["type"], "success")
        self.assertEqual(self.site.connection_state, "ok")
        self.assertTrue(self.site.connection_at)

    def test_a_bad_connection_names_what_to_correct(self):
        """001-82: and stays readable on the site."""
        error = ConfigurationError("The secret is wrong. Enter it again.", code="secret")
        self.remote.faults.append(("test_connection", error))
        answer = self.site.with_user(self.manager).action_test_connection()
        self.assertEqual(answer["params"]["type"], "danger")
        self.assertEqual(self.site.connection_state, "failed")
        self.assertEqual(self.site.connection_message, "The secret is wrong. Enter it again.")

    def test_run_now_wakes_every_stage_of_an_automatic_site(self):
        """001-31: and says why it cannot while automatic is off."""
        self.env["ir.cron.trigger"].search([]).unlink()
        self.site.with_user(self.manager).action_run_now()
        self.assertEqual(len(self.env["ir.cron.trigger"].search([]).cron_id), 9)

    def test_the_site_form_shows_what_it_needs(self):
        """001-83, 001-84: interval, automatic, delay."""
        with Form(self.site.with_user(self.manager)) as form:
            form.interval_seconds = 30
            form.tracking_delay = 0
        self.site.with_user(self.manager).action_switch_off()
        self.assertEqual((self.site.interval_seconds, self.site.automatic), (30, False))
