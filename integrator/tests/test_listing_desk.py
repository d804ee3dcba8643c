# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError
from odoo.tests import HttpCase, new_test_user, tagged

from .listing_case import ListingCase

PASSWORD = "listing_desk_pass"
#: The groups that docs/set-up.md names for an operator.
OPERATOR = (
    "integrator.group_integrator_user,stock.group_stock_user,"
    "sales_team.group_sale_salesman_all_leads"
)


def plain(text):
    """A text with plain spaces."""
    return text and " ".join(text.split())


class ListingDeskCase(ListingCase):
    """Listings as an operator sees them."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.operator = new_test_user(cls.env, "listing_desk", OPERATOR, password=PASSWORD)
        cls.product = cls.products[0]

    def listing(self):
        self.env.invalidate_all()
        return self.listings[0].with_user(self.operator)

    def prices(self):
        listing = self.listing()
        return [plain(listing[name]) for name in ("price_odoo", "price_next", "price_site")]

    def pieces(self):
        listing = self.listing()
        return [listing[name] for name in ("stock_odoo", "stock_next", "stock_site")]


@tagged("post_install", "-at_install")
class TestListingDesk(ListingDeskCase):
    """A listing shows Odoo's value, the channel's value, the next step and what is wrong
    (001-77)."""

    def test_equal_values_show_that_nothing_is_sent(self):
        """001-77."""
        self.assertEqual(self.prices(), ["$ 10.00", "$ 10.00", "$ 10.00"])
        self.assertEqual(self.pieces(), ["5", "5", "5"])
        listing = self.listing()
        self.assertEqual((listing.title, listing.price_differs), ("Item 0", False))
        self.assertIn("Nothing is to be sent", listing.outlook)

    def test_a_change_in_odoo_stands_beside_what_the_channel_shows(self):
        """001-77: with what is held back."""
        self.product.list_price = 12.49
        self.listings[0].stock_buffer = 2
        self.assertEqual(self.prices(), ["$ 12.49", "$ 12.49", "$ 10.00"])
        self.assertEqual(self.pieces(), ["5", "3", "5"])
        self.assertEqual(plain(self.listing().outlook), "Price: $ 10.00 → $ 12.49 Quantity: 5 → 3")
        self.assertTrue(self.listing().price_differs)

    def test_a_listing_that_cannot_be_offered_shows_why(self):
        """002-31: a price of nothing."""
        self.product.list_price = 0
        self.assertEqual(self.prices()[1], False)
        self.assertIn("cannot be offered", self.listing().outlook)

    def test_a_listing_shipped_by_the_channel_gets_no_quantity(self):
        """001-16."""
        self.listings[0].channel = "site"
        self.assertFalse(self.listing().stock_next)
        self.assertIn("No quantity is sent", self.listing().outlook)

    def test_a_problem_comes_first_and_in_words(self):
        """001-77: with the part that has it."""
        section = self.listings[0]._section("price")
        section._drift({"figure": "77.00"})
        listing = self.listing()
        self.assertEqual(listing.problem_ids, section)
        self.assertEqual(
            listing.problem_text,
            "Price: The channel shows something else than what was sent to it.",
        )
        self.assertEqual(self.prices()[2], "$ 77.00")
        self.assertEqual(section.display_name, "Price: Changed on the channel")
        found = listing.search(listing._problem_domain())
        self.assertEqual(found, listing)

    def test_an_ignored_difference_follows_odoo_again(self):
        """001-30: it says so, and is sent anew."""
        section = self.listings[0]._section("price")
        section._drift({"figure": "77.00"})
        section.with_user(self.operator)._decide_as("ignore")
        self.assertEqual(self.listing().pinned_text, "Price may stay different from Odoo.")
        self.assertEqual(self.prices()[2], "$ 77.00")
        self.listing().action_unpin()
        self.assertFalse(self.listing().pinned_text)
        tasks = self.env["integrator.task"].search([("kind", "=", "price")])
        self.assertEqual(tasks.listing_id, self.listings[0])
        # the channel shows it again: nothing is left of the decision
        section._mark_sent(section.verified_value)
        section._mark_verified()
        self.assertFalse(self.listing().pinned_text)

    def test_a_fixed_price_follows_odoo_again(self):
        """002-32: price and quantity."""
        self.listings[0].write({"price_source": "fixed", "price_fixed": 8})
        self.listings[0].write({"stock_policy": "fixed", "stock_quantity": 2})
        self.assertEqual(
            plain(self.listing().pinned_text),
            "The price is fixed at $ 8.00. The quantity is fixed at 2.",
        )
        self.listing().action_unpin()
        self.assertEqual(self.prices()[1], "$ 10.00")
        self.assertEqual(self.pieces()[1], "5")
        self.assertFalse(self.listing().pinned_text)

    def test_only_operators_let_it_follow_again(self):
        """001-35."""
        outsider = new_test_user(self.env, "outsider", "base.group_user")
        with self.assertRaises(AccessError):
            self.listings[0].with_user(outsider).action_unpin()

    def test_the_sent_value_is_shown_without_the_channels_form(self):
        """001-77."""
        section = self.listings[0]._section("price").with_user(self.operator)
        self.assertEqual(section.sent_text, "10.00 USD")
        value = {"item_name": [{"value": "Pan", "marketplace_id": "M1"}], "count": [{"value": 2}]}
        self.assertEqual(section._plain(value), "Pan, 2")


@tagged("post_install", "-at_install")
class TestListingDeskScreen(ListingDeskCase, HttpCase):
    """Listings in the browser, as an operator."""

    def test_why_a_price_is_what_it_is(self):
        """001-77: two clicks from Home; a part that is clicked opens words."""
        self.listings[0]._section("price")._drift({"figure": "77.00"})
        self.start_tour("/odoo/integration-home", "integrator_why", login="listing_desk")
        self.assertEqual(self.tasks(kind="price").listing_id, self.listings[0])

    def test_figures_are_fixed_in_the_list(self):
        """001-77: by the keyboard, by an operator, who may not write listings."""
        with self.assertRaises(AccessError):
            self.listing().write({"price_fixed": 1})
        self.start_tour(
            "/odoo/integration-listings", "integrator_fix_in_list", login="listing_desk"
        )
        listing = self.listing()
        self.assertEqual(listing.price_source, "site")
        self.assertEqual((listing.stock_policy, listing.stock_quantity), ("fixed", 3))
        task = self.env["integrator.task"].search([("listing_id", "=", listing.id)])
        self.assertEqual((task.kind, task.state), ("inventory", "waiting"))
