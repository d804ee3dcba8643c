# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo.tests import HttpCase, new_test_user, tagged

from ..models.monitoring import integrator_run
from .sale_case import SaleCase

CHANGED = "integrator_changed"
PASSWORD = "fresh_clerk_pass"


class ScreensCase(SaleCase):
    """Open screens get a message when stages have done something."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        groups = "integrator.group_integrator_user,sales_team.group_sale_salesman_all_leads"
        cls.clerk = new_test_user(cls.env, "fresh_clerk", groups, password=PASSWORD)

    def setUp(self):
        super().setUp()
        self.remote.offers |= {"source:order"}

    def screen_messages(self):
        """The messages that were sent to screens."""
        self.env.cr.flush()
        return self.env["bus.bus"].search([("message", "like", CHANGED)])


@tagged("post_install", "-at_install")
class TestScreenReload(ScreensCase):
    """Home, To do and Orders reload when something has changed (001-85)."""

    def forget_messages(self):
        self.screen_messages().unlink()

    def test_a_new_order_reloads_the_screens_of_operators_once(self):
        """However many stages have worked on it within two seconds; without any data."""
        # a busy machine takes longer
        self.patch(integrator_run, "COVERED", timedelta(hours=1))
        self.forget_messages()
        self.import_orders(self.remote.order("R-1"), self.remote.order("R-2"))
        messages = self.screen_messages()
        self.assertEqual(len(messages), 1)
        self.assertIn("res.groups", messages.channel)
        self.assertIn(str(self.env.ref("integrator.group_integrator_user").id), messages.channel)
        self.assertEqual(messages.message, '{"type":"integrator_changed","payload":{}}')

    def test_a_later_order_reloads_screens_again(self):
        self.patch(integrator_run, "COVERED", timedelta(0))
        self.import_orders(self.remote.order("R-1"))
        messages = self.screen_messages()
        self.import_orders(self.remote.order("R-2"))
        self.assertGreater(len(self.screen_messages()), len(messages))

    def test_a_run_that_finds_nothing_tells_nothing(self):
        self.run_stages("plan_orders", "send", "import")
        self.forget_messages()
        self.run_stages("plan_orders", "send", "import")
        self.assertFalse(self.screen_messages())

    def offers(self, *texts):
        return self.env["integrator.order"].with_user(self.clerk).get_fetch_offers(texts)

    def test_an_order_that_odoo_lacks_is_offered_to_be_fetched(self):
        """001-85: what is no order number is not."""
        self.assertEqual(self.offers("Ada", "R-nine", "R-9 or so"), [])
        [offer] = self.offers(" R-9 ")
        self.assertEqual((offer["site_id"], offer["remote_order_id"]), (self.site.id, "R-9"))
        self.assertEqual(offer["text"], "Odoo does not have order R-9.")
        self.env["integrator.order"].with_user(self.clerk).fetch_order(self.site.id, "R-9")
        [offer] = self.offers("R-9")
        self.assertTrue(offer["is_asked"])
        order = self.import_orders(self.remote.order("R-9"))
        [offer] = self.offers("R-9")
        self.assertEqual((offer["order_id"], offer["is_asked"]), (order.id, False))

    def test_why_an_order_was_not_fetched_is_said(self):
        """001-85: in the words of the channel."""
        self.env["integrator.order"].with_user(self.clerk).fetch_order(self.site.id, "R-9")
        request = self.env["integrator.fetch.request"].search([("remote_ref", "=", "R-9")])
        request.write({"state": "error", "error_code": "gone", "error_message": "Never seen."})
        [offer] = self.offers("R-9")
        self.assertEqual((offer["text"], offer["is_asked"]), ("Never seen.", False))


@tagged("post_install", "-at_install")
class TestFreshScreens(ScreensCase, HttpCase):
    """Screens reload in a real browser."""

    def test_home_is_read_when_the_server_says_so(self):
        """Not only each minute."""
        self.import_orders(self.remote.order("R-2", sku="OTHER"))
        self.start_tour("/odoo", "integrator_fresh_home", login="fresh_clerk")

    def test_a_page_that_was_left_is_not_read(self):
        """Also one that was left before it was ever shown."""
        self.start_tour("/odoo", "integrator_left_home", login="fresh_clerk")

    def test_a_page_is_read_on_after_a_search_took_its_turn(self):
        """001-85: else it would stay as it is until it is left."""
        self.import_orders(self.remote.order("R-1"))
        self.start_tour("/odoo", "integrator_fresh_search", login="fresh_clerk")

    def test_an_order_is_found_or_fetched_from_home(self):
        """001-85: its number and two presses."""
        self.import_orders(self.remote.order("R-1"))
        self.start_tour("/odoo/integration-home", "integrator_fetch_order", login="fresh_clerk")
        request = self.env["integrator.fetch.request"].search([("remote_ref", "=", "R-9")])
        self.assertEqual((request.site_id, request.manual), (self.site, True))
