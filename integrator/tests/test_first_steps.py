# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from lxml import etree

from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, new_test_user, tagged
from odoo.tools.safe_eval import safe_eval

from .common import IntegratorCommon


@tagged("post_install", "-at_install")
class TestFirstSteps(IntegratorCommon, HttpCase):
    """First steps lead from a new channel to the first order (001-80, 001-82)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.operator = new_test_user(cls.env, "beginner", "integrator.group_integrator_user")
        manager = "integrator.group_integrator_manager,stock.group_stock_user"
        cls.manager = new_test_user(cls.env, "founder", manager)
        cls.site.automatic = False
        cls.site.product_domain = "[('default_code', '=like', 'FIRST-%')]"
        cls.product.default_code = "FIRST-1"

    def setUp(self):
        super().setUp()
        self.remote.offers |= {"source:listings"}

    def open_steps(self, user=None):
        action = self.site.with_user(user or self.operator).action_open_setup()
        setup = self.env[action["res_model"]].with_user(user or self.operator)
        return setup.browse(action["res_id"])

    def step(self, key, user=None):
        return self.open_steps(user).line_ids.filtered(lambda line: line.key == key)

    def test_every_step_has_a_name_a_sentence_and_one_button(self):
        """001-80: and exactly one of them is the next."""
        steps = self.open_steps().line_ids
        self.assertEqual(
            steps.mapped("key"),
            [
                *("account", "connection", "marketplaces", "listings"),
                *("match", "preview", "offer", "automatic"),
            ],
        )
        for step in steps:
            with self.subTest(step=step.key):
                self.assertTrue(step.name and step.text and step.button)
        self.assertEqual(steps.filtered(lambda step: step.state == "next").key, "connection")

    def test_a_channel_without_listings_has_fewer_steps(self):
        """001-80: nothing stays open that there is nothing to do for."""
        self.remote.offers = {"orders"}
        self.remote.sections = ()
        self.step("connection").action_do()
        self.site.automatic = True
        self.env.invalidate_all()
        steps = self.open_steps().line_ids
        self.assertEqual(steps.mapped("key"), ["account", "connection", "automatic"])
        self.assertEqual(self.site.setup_done, 100)

    def test_the_steps_are_read_anew_whenever_the_page_is(self):
        """The steps show the present state when they are opened again."""
        step = self.step("connection")
        self.assertEqual(step.state, "next")
        step.action_do()
        self.env.invalidate_all()
        self.assertEqual(step.state, "done")
        self.assertIn("Connected as", step.text)
        self.assertEqual(step.button, "Test again")

    def test_offering_says_how_many_products_match(self):
        """001-31: never offered ones are counted; the button leads to sending them."""
        self.assertEqual(self.step("offer").text, "Products that match: 1. Not offered yet: 1.")
        action = self.step("offer").action_do()
        self.assertEqual(action["res_model"], "integrator.sync")
        self.assertEqual(action["context"]["default_kind"], "send_products")
        listing = {"site_id": self.site.id, "product_id": self.product.id, "sku": "FIRST-1"}
        listing = self.env["integrator.listing"].create(listing)
        section = {"listing_id": listing.id, "name": "price", "sent_hash": "x", "state": "sent"}
        self.env["integrator.listing.section"].create(section)
        self.env.invalidate_all()
        self.assertEqual(self.step("offer").state, "done")

    def test_a_dry_run_reaches_what_was_never_offered(self):
        """001-82: nothing is sent by it."""
        listing = {"site_id": self.site.id, "product_id": self.product.id, "sku": "FIRST-1"}
        self.env["integrator.listing"].create(listing)
        self.assertFalse(self.site.previewed_at)
        action = self.step("preview").action_do()
        preview = self.env[action["res_model"]].browse(action["res_id"])
        self.assertEqual(preview.listing_ids.product_id, self.product)
        self.env.invalidate_all()
        self.assertEqual(self.step("preview").state, "done")
        self.assertFalse(self.tasks())

    def test_without_a_product_the_dry_run_says_what_to_do(self):
        """Bad input gets a clear error."""
        self.product.default_code = False
        with self.assertRaisesRegex(UserError, "internal reference"):
            self.step("preview").action_do()
        self.assertIn("No product matches", self.step("offer").text)

    def test_switching_on_asks_with_numbers_and_offers(self):
        """001-31, 001-84: what will be offered, and since when orders come."""
        action = self.step("automatic", self.manager).action_do()
        wizard = self.env[action["res_model"]].with_user(self.manager).browse(action["res_id"])
        self.assertEqual((wizard.matching, wizard.left, wizard.with_offers), (1, 1, True))
        self.assertEqual(wizard.orders_from, self.site._next_fetch_start().replace(microsecond=0))
        self._forget_events()
        wizard.action_switch_on()
        self.assertTrue(self.site.automatic)
        self.run_stages("operate")
        self.assertEqual(self.events().record_id, self.product.id)
        self.assertIn("Automatic mode is on", self.site.home_message)

    def test_switching_on_without_offering_sends_no_products(self):
        """Orders only."""
        wizard = self.env["integrator.switch.on"].with_user(self.manager)
        wizard = wizard.create({"site_id": self.site.id})
        wizard.with_offers = False
        self._forget_events()
        wizard.action_switch_on()
        self.assertTrue(self.site.automatic)
        self.assertFalse(self.events())
        self.assertIn("Not offered yet: 1", self.site.home_message)

    def test_only_who_sets_channels_up_switches_on(self):
        """001-35."""
        with self.assertRaises(AccessError):
            self.step("automatic").action_do()
        with self.assertRaises(AccessError):
            self.site.with_user(self.operator).action_switch_off()

    def test_products_of_another_company_are_not_counted(self):
        """002-04: although the wizard is his own."""
        company = self.env["res.company"].create({"name": "Elsewhere"})
        theirs = self._make_site("Theirs", company_id=company.id, warehouse_id=False)
        with self.assertRaises(AccessError):
            wizard = self.env["integrator.switch.on"].with_user(self.manager)
            wizard.create({"site_id": theirs.id}).read(["left"])

    def test_an_unsaved_channel_shows_neither_buttons_nor_technical_settings(self):
        """001-76: type and keys first; the rest once there is a channel to set up."""
        view = self.env["integrator.site"].with_user(self.manager).get_view(view_type="form")
        arch = etree.fromstring(view["arch"])
        for button in arch.findall("header/button"):
            shown = button.get("invisible", "")
            with self.subTest(button=button.get("name")):
                self.assertTrue(self._is_hidden(shown), f"{button.get('name')}: {shown}")
        [notebook] = arch.iter("notebook")
        self.assertTrue(self._is_hidden(notebook.get("invisible")))
        technical = ("interval_seconds", "tracking_delay", "heartbeat_minutes", "circuit_failures")
        for name in technical:
            with self.subTest(field=name):
                [field] = arch.xpath(f"//notebook//field[@name='{name}']")
                page = next(one for one in field.iterancestors("page"))
                self.assertEqual(page.get("name"), "advanced")

    def _is_hidden(self, condition):
        """Return whether something with this condition is not shown on a new channel."""
        new = {"id": False, "automatic": False, "stopped": False, "connection_state": "unknown"}
        return safe_eval(condition or "False", new)

    def test_a_beginner_goes_through_the_first_hour(self):
        """001-80, 001-82: in a real browser, from the card to automatic mode."""
        listing = {"site_id": self.site.id, "product_id": self.product.id, "sku": "FIRST-1"}
        self.env["integrator.listing"].create(listing)
        self.start_tour("/odoo", "integrator_first_hour", login="founder")
        self.assertEqual(self.site.connection_state, "ok")
        self.assertTrue(self.site.automatic)

    def test_home_leads_a_beginner_to_the_first_channel(self):
        """001-80: whoever may not add one has no button for it."""
        self.env["integrator.site"].search([]).active = False
        self.start_tour("/odoo", "integrator_first_channel", login="founder")
        button = "document.querySelector('.o_integrator_add_channel')"
        self.browser_js(
            "/odoo/integration-home",
            f"{button} ? console.error('There is a button') : console.log('test successful')",
            ready="!!document.querySelector('.o_view_nocontent')",
            login="beginner",
        )
