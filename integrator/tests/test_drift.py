# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from psycopg2.errors import UniqueViolation

from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .listing_case import ListingCase


@tagged("post_install", "-at_install")
class TestDrift(ListingCase):
    """Listings that a site shows are imported, or compared with what was sent."""

    def setUp(self):
        super().setUp()
        self.remote.offers = {"source:listings"}

    def shown(self, sku, code="M1", **values):
        """A neutral listing."""
        return {
            "sku": sku,
            "marketplace_code": code,
            "remote_id": f"R-{sku}",
            "title": "A thing",
            "barcode": "",
            "channel": "merchant",
            "shown": {},
            **values,
        }

    def look(self, *values):
        """The site shows these."""
        self.remote.lists["listings"] = list(values)
        with self.running() as env:
            env["integrator.drift.check"]._cron_drift_check()
        self.run_stages("fetch")
        with self.later(minutes=2):
            self.run_stages("fetch", "acknowledge", "extract")

    def drift(self, figure="77"):
        self.look(self.shown("G-0", shown={"price": {"figure": figure}}))
        return self.listings[0]._section("price")

    def rows(self):
        return self.env["integrator.sku.match"].search([("site_id", "=", self.site.id)])

    # === DRIFT === #

    def test_a_difference_drifts_with_both_values(self):
        section = self.drift()
        texts = (section.odoo_text, section.shown_text)
        self.assertEqual(texts, ("10.00 USD", "77.00 USD"))
        self.assertEqual((section.state, section.drift_count), ("drifted", 1))
        self.drift()
        self.assertEqual(section.drift_count, 1, "the same is no change")

    def test_a_preview_shows_what_the_channel_was_changed_to(self):
        """001-60: what is sent because the channel shows something else is no empty list."""
        section = self.drift()
        operator = new_test_user(self.env, "previewer", "integrator.group_integrator_user")
        previews = self.env["integrator.preview"].with_user(operator)
        preview = previews.create({"listing_ids": section.listing_id.ids})
        self.assertEqual(preview.message_count, 1)
        [line] = preview.change_ids
        self.assertEqual((line.section, line.outcome), ("price", "sent"))
        self.assertEqual(line.field, "Price")
        self.assertIn("77.00", line.site_value)
        self.assertIn("10.00", line.odoo_value)

    def test_a_section_that_agrees_again_is_verified(self):
        section = self.drift()
        self.drift("10.00")
        self.assertEqual(section.state, "verified")

    def test_the_present_value_of_odoo_is_no_drift(self):
        """A sale has lowered both."""
        self.products[0].list_price = 77
        self.assertEqual(self.drift("77.00").state, "verified")

    def test_odoo_wins_by_policy(self):
        """Sent again without asking."""
        policy = {"name": "price", "policy": "odoo"}
        self.site.drift_ids = [(0, 0, policy)]
        self.drift()
        self.assertEqual(self.tasks().mapped("kind"), ["price"])

    def site_wins(self, sections):
        """Press the button, read what follows, and press the one in the dialog."""
        operator = new_test_user(self.env, "decider", "integrator.group_integrator_user")
        opened = sections.with_user(operator).action_site_wins()
        question = self.env[opened["res_model"]].with_user(operator).browse(opened["res_id"])
        texts = question.section_ids.mapped("outcome_text")
        self.assertFalse(self.listings.filtered("is_overruled"), "asking does nothing")
        question.action_confirm()
        return texts

    def test_the_site_wins_a_price_after_a_question(self):
        """The consequence is shown, kept in the log, and can be ended."""
        section = self.drift("77.00")
        [text] = self.site_wins(section)
        self.assertIn("77.00 USD, whatever the pricelist has", text)
        listing = self.listings[0]
        self.assertEqual((listing.price_source, listing.price_fixed), ("fixed", 77))
        self.assertEqual(section.state, "verified")
        [note] = listing.message_ids
        self.assertIn("10.00 USD → 77.00 USD", note.body)
        self.assertEqual(note.author_id.user_ids.login, "decider")

    def test_a_value_taken_from_the_site_follows_odoo_again(self):
        """As it was before, also after the site has won twice; and it is sent."""
        self.listings[0].price_source = "own"
        self.site_wins(self.drift("77.00"))
        self.listings[0]._overrule({"price_source": "fixed", "price_fixed": 78})
        self.env.cr.flush()
        self._forget_events()
        self.listings[0].action_follow_odoo()
        self.assertEqual(self.listings[0].price_source, "own")
        self.assertFalse(self.listings[0].is_overruled)
        self.assertIn("price_source", self.events().operation_data)

    def test_a_person_s_later_price_is_not_the_sites_value(self):
        """Nothing is given up then that a person has entered."""
        self.site_wins(self.drift("77.00"))
        self.listings[0].write({"price_fixed": 12, "price_source": "fixed"})
        self.assertFalse(self.listings[0].is_overruled)
        self.listings[0].action_follow_odoo()
        self.assertEqual(self.listings[0].price_fixed, 12)

    def test_a_quantity_of_the_site_is_never_kept_for_ever(self):
        """001-04: pieces are counted in Odoo; what the site shows stays until they change."""
        self.look(self.shown("G-0", shown={"inventory": {"figure": "3"}}))
        section = self.listings[0]._section("inventory")
        [text] = self.site_wins(section)
        self.assertIn("keeps 3 until the stock of the product changes", text)
        self.assertEqual((self.listings[0].stock_policy, section.state), ("free", "verified"))
        self.assertIn("5 → 3", self.listings[0].message_ids.body)
        self.assertFalse(section._has_changes({"figure": "5"}))
        self.assertTrue(section._has_changes({"figure": "4"}))

    def test_the_site_wins_by_policy_without_a_fixed_quantity(self):
        """001-04: by itself, too."""
        self.site.drift_ids = [(0, 0, {"name": "inventory", "policy": "site"})]
        self.look(self.shown("G-0", shown={"inventory": {"figure": "3"}}))
        self.assertEqual(self.listings[0].stock_policy, "free")
        self.assertEqual(self.listings[0]._section("inventory").state, "verified")

    def test_the_site_wins_only_where_a_listing_can_say_it(self):
        """Several at once say which cannot; a title alone is refused."""
        product = self.listings[1]._section("product")
        product._mark_sent({})
        product._mark_drifted("Different")
        with self.assertRaisesRegex(UserError, "cannot be taken over"):
            product.action_site_wins()
        texts = self.site_wins(self.drift("77.00") | product)
        self.assertIn("Cannot be taken over", " ".join(texts))
        self.assertEqual((self.listings[0].price_fixed, product.state), (77, "drifted"))

    def test_odoo_wins_shows_that_it_is_on_its_way(self):
        """001-77: no second press, no second task; the list says what becomes of it."""
        section = self.drift()
        action = section.action_odoo_wins()
        self.assertIn("G-0", action["params"]["message"])
        section.invalidate_recordset(["under_way"])
        self.assertEqual(section.under_way, "Is being sent")
        section.action_odoo_wins()
        section._decide_as("ignore")
        self.assertEqual((len(self.tasks()), section.state), (1, "drifted"))

    def test_an_ignored_difference_comes_back_only_when_it_changes(self):
        section = self.drift()
        section._decide_as("ignore")
        self.drift()
        self.assertEqual(section.state, "verified")
        self.drift("78")
        self.assertEqual(section.state, "drifted")

    def test_a_section_that_drifts_repeatedly_asks_for_the_cause(self):
        for figure in ("77", "78", "79"):
            section = self.drift(figure)
        self.assertIn("another program", section.reason)

    def test_a_large_catalogue_is_sampled(self):
        """A part of it each night, those never looked at first."""
        self.site.drift_check_limit = 3
        self.listings[:2].drift_checked_at = "2026-01-01"
        with self.running() as env:
            env["integrator.drift.check"]._cron_drift_check()
        wanted = self.listings.filtered("drift_check_requested")
        self.assertEqual(len(wanted), 3)
        self.assertFalse(wanted & self.listings[:2])

    # === ISSUES === #

    def test_a_cause_is_reported_once_and_gone_issues_are_closed(self):
        """001-36."""
        issue = {"code": "1", "severity": "error", "message": "No brand", "attributes": "brand"}
        self.look(*(self.shown(sku, issues=[issue]) for sku in ("G-0", "G-1")))
        self.assertEqual(len(self.listings.issue_ids), 2)
        self.assertEqual(self.alerts(code="issue_1").count, 1)
        self.look(self.shown("G-0", issues=[]), self.shown("G-1", issues=[issue]))
        self.assertEqual(self.listings[0].issue_ids.state, "closed")
        self.assertTrue(self.alerts(code="issue_1"))
        self.look(self.shown("G-1", issues=[]))
        self.assertFalse(self.alerts(code="issue_1"))

    # === IMPORT === #

    def test_one_answer_makes_the_listings_of_all_marketplaces(self):
        """And the first synchronisation has nothing to say."""
        self.product.barcode = "4006381333931"
        values = {"barcode": "4006381333931", "shown": {"price": {"figure": "9"}}}
        self.look(self.shown("X-1", **values), self.shown("X-1", code="M2", **values))
        row = self.rows()
        self.assertEqual((row.state, row.place_names), ("to_match", "M1, M2"))
        self.assertEqual(row.candidate_ids[0].product_id, self.product)
        row.candidate_ids[0].action_choose()
        listings = self.env["integrator.listing"].search([("sku", "=", "X-1")])
        self.assertEqual(sorted(listings.mapped("marketplace_code")), ["M1", "M2"])
        self.assertEqual(set(listings.mapped("state")), {"live"})
        section = listings[0]._section("price")
        self.assertEqual((section.state, section.verified_value), ("verified", {"figure": "9"}))

    def test_the_exact_sku_is_matched_at_once(self):
        """000-34, 001-73."""
        self.look(self.shown("SKU-1", channel="site", conflict=True))
        listing = self.product.integrator_listing_ids
        self.assertEqual((listing.state, listing.channel), ("live", "site"))
        self.assertTrue(listing.channel_conflict)
        self.assertEqual(self.rows().state, "matched")

    def test_products_are_made_in_bulk(self):
        """Of the site's titles and SKUs."""
        self.look(self.shown("X-1"), self.shown("X-2"))
        self.rows().action_create_product()
        made = self.rows().product_id
        self.assertEqual(sorted(made.mapped("default_code")), ["X-1", "X-2"])
        self.assertEqual(set(made.integrator_listing_ids.mapped("state")), {"live"})

    def sell(self, name, sku="X-1", title="A thing, red"):
        """An order with a SKU that nobody knows."""
        value = self.remote.order(name, sku=sku)
        value["lines"][0] |= {"title": title}
        self.remote.offers |= {"orders"}
        return self.import_orders(value)

    def test_one_answer_is_for_what_is_offered_and_sold(self):
        """000-22, 001-73: the SKU is asked about once, whichever came first; the order goes on and
        the listing is taken over."""
        order = self.sell("R-1")
        self.assertEqual((self.rows().origin, self.rows().barcode), ("sold", False))
        self.product.barcode = "4006381333931"
        values = {"barcode": "4006381333931", "shown": {"price": {"figure": "9"}}}
        self.look(self.shown("X-1", **values), self.shown("X-1", code="M2", **values))
        row = self.rows()
        self.assertEqual((row.origin, sorted(row.places)), ("both", ["M1", "M2"]))
        self.assertEqual(row.best_product_id, self.product, "what the offer tells is used")
        message = row.action_take_best()["params"]["message"]
        self.assertIn("1 order goes on: R-1.", message)
        self.assertIn("Offered from now on as your product: X-1.", message)
        listings = self.env["integrator.listing"].search([("sku", "=", "X-1")])
        self.assertEqual(sorted(listings.mapped("marketplace_code")), ["M1", "M2"])
        self.assertEqual(listings.product_id, self.product)
        self.assertEqual(listings[0]._section("price").verified_value, {"figure": "9"})
        self.run_stages("import")
        self.assertEqual(order.state, "imported", order.error_message)

    def test_an_offer_that_is_sold_later_is_the_same_question(self):
        """000-22."""
        self.look(self.shown("X-1"))
        order = self.sell("R-1")
        row = self.rows()
        self.assertEqual((row.origin, row.waiting_count, row.title), ("both", 1, "A thing"))
        row.product_id = self.product
        self.run_stages("import")
        self.assertEqual(order.state, "imported", order.error_message)
        self.assertEqual(self.product.integrator_listing_ids.state, "live")

    def test_an_offer_seen_after_the_answer_is_taken_over(self):
        """001-73: nobody is asked again."""
        self.sell("R-1")
        self.rows().product_id = self.product
        self.look(self.shown("X-1", code="M2"))
        row = self.rows()
        self.assertEqual((row.origin, row.state), ("both", "matched"))
        listing = self.product.integrator_listing_ids.filtered(
            lambda one: one.marketplace_code == "M2"
        )
        self.assertEqual((listing.sku, listing.state), ("X-1", "live"))

    def test_an_answer_for_the_orders_alone_holds_for_the_offer(self):
        """000-22: the offer stays as it is, also where it is seen later, until that is changed."""
        self.sell("R-1")
        self.rows().scope = "orders"
        self.rows().product_id = self.product
        self.look(self.shown("X-1"))
        self.assertFalse(self.product.integrator_listing_ids)
        self.assertEqual(self.rows().origin, "both")
        self.rows().scope = "offer"
        self.assertEqual(self.product.integrator_listing_ids.sku, "X-1")

    def test_a_site_asks_about_a_sku_once(self):
        """000-22: the database refuses a second question."""
        self.look(self.shown("X-1"))
        values = {"site_id": self.site.id, "sku": "X-1", "origin": "sold"}
        with mute_logger("odoo.sql_db"), self.assertRaises(UniqueViolation):
            self.env["integrator.sku.match"].create(values)

    def test_nothing_is_said_to_be_answered_that_has_no_match(self):
        """001-77."""
        self.look(self.shown("X-1", title="Qqq"))
        message = self.rows().action_take_best()["params"]["message"]
        self.assertIn("Nothing has a match yet", message)
