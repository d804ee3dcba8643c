# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import HttpCase, new_test_user, tagged

from .listing_case import ListingCase


@tagged("post_install", "-at_install")
class TestDriftScreen(ListingCase, HttpCase):
    """Differences on the site are decided in a real browser."""

    def test_an_operator_reads_what_follows_before_the_site_wins(self):
        """A question first, then the price of the site."""
        new_test_user(self.env, "decider", "integrator.group_integrator_user")
        section = self.listings[0]._section("price")
        section._drift({"figure": "77.00"})
        self.start_tour("/odoo/integration-drift", "integrator_site_wins", login="decider")
        self.assertEqual((self.listings[0].price_fixed, section.state), (77, "verified"))
