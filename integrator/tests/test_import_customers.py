# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import new_test_user, tagged

from .common import IntegratorCommon


@tagged("post_install", "-at_install")
class TestImportCustomers(IntegratorCommon):
    """Customers of remote orders are found or created (002-03)."""

    def import_order(self, remote_order_id="R-1", buyer=None, **address):
        value = self.remote.order(remote_order_id)
        value["buyer"] |= buyer or {}
        value["address"] |= address
        self.remote.pages.clear()
        order = self.import_orders(value).filtered(
            lambda order: order.remote_order_id == remote_order_id
        )
        self.assertEqual(order.state, "imported", order.error_message)
        return order.sale_order_id

    def test_the_buyer_is_the_customer_and_the_address_the_delivery(self):
        """002-03."""
        order = self.import_order(name="Bob", street2="Floor 2", street3="Left")
        self.assertEqual(
            (order.partner_id.name, order.partner_id.email), ("Ada", "ada@example.com")
        )
        delivery = order.partner_shipping_id
        self.assertEqual((delivery.name, delivery.type), ("Bob", "delivery"))
        self.assertEqual(delivery.parent_id, order.partner_id)
        self.assertEqual((delivery.street, delivery.street2), ("Way 1", "Floor 2, Left"))
        self.assertEqual((delivery.city, delivery.zip), ("Town", "1"))
        self.assertEqual(delivery.country_id, self.env.ref("base.de"))

    def test_the_same_buyer_twice_is_one_customer(self):
        first = self.import_order("R-1")
        second = self.import_order("R-2")
        self.assertEqual(first.partner_id, second.partner_id)
        self.assertEqual(first.partner_shipping_id, second.partner_shipping_id)

    def test_a_new_address_of_a_known_buyer_is_a_new_delivery_address(self):
        first = self.import_order("R-1")
        second = self.import_order("R-2", street="Way 2")
        self.assertEqual(first.partner_id, second.partner_id)
        self.assertNotEqual(first.partner_shipping_id, second.partner_shipping_id)
        self.assertEqual(first.partner_shipping_id.street, "Way 1")

    def test_a_buyer_who_has_moved_is_invoiced_at_the_new_home(self):
        """002-03: invoice and delivery are each the order's own."""
        first = self.import_order("R-1")
        second = self.import_order("R-2", street="Way 2", city="Village")
        self.assertEqual(first.partner_invoice_id, first.partner_id)
        invoice = second.partner_invoice_id
        self.assertEqual((invoice.name, invoice.street, invoice.city), ("Ada", "Way 2", "Village"))
        self.assertEqual((invoice.parent_id, invoice.type), (second.partner_id, "invoice"))
        third = self.import_order("R-3", street="Way 2", city="Village")
        self.assertEqual(third.partner_invoice_id, invoice)

    def test_a_buyer_of_a_company_is_another_customer(self):
        """002-03: with one mail address; the company and its number are not lost."""
        private = self.import_order("R-1")
        business = self.import_order("R-2", {"company": "Firm", "vat": "DE136695976"})
        self.assertNotEqual(private.partner_id, business.partner_id)
        self.assertEqual((business.partner_id.name, business.partner_id.is_company), ("Firm", True))
        self.assertEqual(business.partner_id.vat, "DE136695976")

    def test_the_company_of_an_address_is_kept(self):
        """A person stays the customer, and so does another company."""
        order = self.import_order("R-1", company="Yard Ltd")
        self.assertEqual(order.partner_shipping_id.name, "Yard Ltd, Ada")
        self.assertIn("Yard Ltd", order.partner_id._display_address())
        order = self.import_order("R-2", {"company": "Firm"}, company="Yard Ltd")
        self.assertEqual(order.partner_shipping_id.name, "Yard Ltd, Ada")

    def test_a_withheld_buyer_who_is_named_later_is_the_customer(self):
        """Also of the invoice, unless it is posted; the money stays."""
        nobody = {"name": "", "email": ""}
        empty = dict.fromkeys(("name", "street"), "")
        self.product.invoice_policy = "order"
        order = self.import_order("R-1", nobody, **empty)
        invoice = order._create_invoices()
        self.assertEqual(invoice.partner_id.name, "Dummy market customer")
        value = self.remote.order("R-1", updated_at="2026-11-02T11:00:00")
        self.remote.pages.clear()
        self.import_orders(value)
        self.assertEqual((order.partner_id.name, order.partner_invoice_id.street), ("Ada", "Way 1"))
        self.assertEqual((invoice.partner_id.name, invoice.partner_id.street), ("Ada", "Way 1"))
        self.assertEqual((invoice.amount_total, order.amount_total), (24.9, 24.9))
        self.assertEqual(order.picking_ids.partner_id.street, "Way 1")

    def test_a_posted_invoice_of_a_withheld_buyer_is_asked_about(self):
        nobody = {"name": "", "email": ""}
        self.product.invoice_policy = "order"
        order = self.import_order("R-1", nobody, name="")
        invoice = order._create_invoices()
        invoice.action_post()
        self.remote.pages.clear()
        self.import_orders(self.remote.order("R-1", updated_at="2026-11-02T11:00:00"))
        self.assertEqual(invoice.partner_id.name, "Dummy market customer")
        self.assertIn(invoice.name, order.activity_ids.note)

    def test_an_invoice_address_that_a_person_chose_stays(self):
        nobody = {"name": "", "email": ""}
        order = self.import_order("R-1", nobody, name="")
        order.partner_invoice_id = self.partner
        self.remote.pages.clear()
        self.import_orders(self.remote.order("R-1", updated_at="2026-11-02T11:00:00"))
        self.assertEqual((order.partner_id.name, order.partner_invoice_id), ("Ada", self.partner))

    def test_buyer_data_withheld_by_the_site_changes_no_customer(self):
        """Names are withheld again after some weeks."""
        order = self.import_order("R-1")
        customer, delivery = order.partner_id, order.partner_shipping_id
        value = self.remote.order("R-1", updated_at="2026-11-02T11:00:00")
        value["buyer"] |= {"name": "", "email": ""}
        value["address"] |= dict.fromkeys(("name", "street"), "")
        self.remote.pages.clear()
        self.import_orders(value)
        self.assertEqual((order.partner_id, order.partner_shipping_id), (customer, delivery))
        self.assertFalse(order.picking_ids.integrator_hold)

    def test_a_customer_that_a_person_chose_stays(self):
        order = self.import_order("R-1")
        order.partner_id = self.partner
        value = self.remote.order("R-1", updated_at="2026-11-02T11:00:00")
        value["buyer"]["name"] = "Eve"
        self.remote.pages.clear()
        self.import_orders(value)
        self.assertEqual(order.partner_id, self.partner)

    def test_each_country_asks_for_what_it_needs(self):
        """Japan has no city; a country that nobody knows is no address."""
        order = self.import_order("R-1", country="JP", city="", state="13")
        self.assertFalse(order.picking_ids.integrator_hold)
        order = self.import_order("R-2", city="")
        self.assertEqual(order.picking_ids.integrator_hold, "address")
        order = self.import_order("R-3", country="XQ")
        self.assertEqual(order.picking_ids.integrator_hold, "address")

    def test_codes_and_names_of_places_that_only_sites_use(self):
        cases = (
            ("UK", "", "base.uk", ""),
            ("IC", "", "base.es", ""),
            ("US", "NY.", "base.us", "New York"),
            ("US", "N.Y.", "base.us", "New York"),
            ("ES", "A Coruña", "base.es", "A Coruña (La Coruña)"),
            ("ES", "La Coruna", "base.es", "A Coruña (La Coruña)"),
        )
        for number, (code, region, country, state) in enumerate(cases):
            with self.subTest(code=code, region=region):
                place = self.import_order(f"R-{number}", country=code, state=region)
                place = place.partner_shipping_id
                self.assertEqual(place.country_id, self.env.ref(country))
                self.assertEqual(place.state_id.name or "", state)

    def test_an_anonymous_buyer_is_the_customer_of_the_marketplace(self):
        """One for all whose name is withheld; the delivery address is each its own."""
        nobody = {"name": "", "email": ""}
        first = self.import_order("R-1", nobody, name="", street="Way 1")
        second = self.import_order("R-2", nobody, name="", street="Way 2")
        self.assertEqual(first.partner_id.name, "Dummy market customer")
        self.assertEqual(first.partner_id, second.partner_id)
        self.assertFalse(first.partner_id.street)
        self.assertNotEqual(first.partner_shipping_id, second.partner_shipping_id)
        self.assertEqual(second.partner_shipping_id.street, "Way 2")

    def test_an_order_without_street_and_name_is_imported(self):
        empty = dict.fromkeys(("name", "street", "city", "zip", "country"), "")
        order = self.import_order("R-1", {"name": "", "email": ""}, **empty)
        self.assertEqual(order.state, "sale")
        self.assertFalse(order.partner_shipping_id.country_id)

    def test_a_company_is_a_company(self):
        """002-03."""
        order = self.import_order("R-1", {"company": "Engines Ltd"})
        self.assertEqual(
            (order.partner_id.name, order.partner_id.is_company), ("Engines Ltd", True)
        )

    def test_a_business_buyer_has_a_vat_number_and_a_purchase_order(self):
        """002-03: both stand on the invoice."""
        business = {"company": "Engines", "vat": "DE 136 695 976", "purchase_order": "PO-7"}
        order = self.import_order("R-1", business)
        self.assertEqual(order.partner_id.vat, "DE136695976")
        self.assertEqual(order.client_order_ref, "R-1 / PO-7")
        self.assertEqual(order._create_invoices().ref, "R-1 / PO-7")

    def test_a_vat_number_that_is_none_is_kept_to_be_seen(self):
        """It never stops an order."""
        order = self.import_order("R-1", {"company": "Engines", "vat": "DE123"})
        self.assertFalse(order.partner_id.vat)
        self.assertIn("DE123", order.partner_id.comment)

    def test_a_business_buyer_may_have_an_invoice_address(self):
        """002-03."""
        place = {**self.remote.order("R-0")["address"], "name": "Engines Tax", "street": "Tower 1"}
        order = self.import_order("R-1", {"company": "Engines", "invoice_address": place})
        invoice = order.partner_invoice_id
        self.assertEqual((invoice.name, invoice.street), ("Engines Tax", "Tower 1"))
        self.assertEqual((invoice.type, invoice.parent_id), ("invoice", order.partner_id))

    def test_two_marketplaces_share_no_customer(self):
        first = self.import_order("R-1")
        value = self.remote.order("R-2", marketplace_code="M2")
        self.remote.pages.clear()
        orders = self.import_orders(value)
        second = orders.filtered(lambda one: one.remote_order_id == "R-2").sale_order_id
        self.assertNotEqual(first.partner_id, second.partner_id)

    def test_the_order_shows_how_much_the_site_gave(self):
        nobody = {"name": "", "email": ""}
        self.import_order("R-1")
        self.import_order("R-2", nobody, name="")
        empty = dict.fromkeys(("name", "street", "city", "country"), "")
        self.import_order("R-3", nobody, **empty)
        orders = self.env["integrator.order"].search([], order="remote_order_id")
        self.assertEqual(orders.mapped("data_level"), ["full", "partial", "none"])

    def test_a_parcel_without_an_address_waits_until_there_is_one(self):
        """The order is there, its delivery is on hold."""
        order = self.import_order("R-1", street="")
        picking = order.picking_ids
        self.assertEqual(picking.integrator_hold, "address")
        value = self.remote.order("R-1", updated_at="2026-11-02T11:00:00")
        self.remote.pages.clear()
        self.import_orders(value)
        self.assertFalse(picking.integrator_hold)
        self.assertEqual(picking.partner_id.street, "Way 1")

    def test_an_address_that_a_person_completes_is_of_one_order(self):
        """Buyers of whom nothing is known share a customer, never a completed address."""
        nobody = {"name": "", "email": ""}
        empty = dict.fromkeys(("name", "street", "city", "zip"), "")
        first = self.import_order("R-1", nobody, **empty)
        first.partner_shipping_id.street = "Way 7"
        second = self.import_order("R-2", nobody, **empty)
        self.assertEqual(first.partner_id, second.partner_id)
        self.assertFalse(second.partner_shipping_id.street)
        self.assertEqual(second.picking_ids.integrator_hold, "address")

    def test_a_country_by_its_english_name_whoever_decides(self):
        """Sites write English names; the operator reads another language. A name is no
        code with more letters: Germany is not Georgia."""
        self.env["res.lang"]._activate_lang("de_DE")
        country = self.env.ref("base.de").with_context(lang="de_DE")
        country.name = "Deutschland"
        self.site.user_id = new_test_user(self.env, "german", lang="de_DE")
        order = self.import_order("R-1", country="Germany")
        self.assertEqual(order.partner_shipping_id.country_id.code, "DE")
        self.assertEqual(order.partner_id.lang, order.company_id.partner_id.lang)

    def test_a_name_that_is_markup_is_a_name(self):
        order = self.import_order("R-1", {"name": "<b>Ada</b>" * 50})
        self.assertTrue(order.partner_id.name.startswith("<b>Ada</b>"))
        self.assertEqual(len(order.partner_id.name), 200)

    def test_missing_stock_is_reported_and_stops_nothing(self):
        """000-32."""
        value = self.remote.order("R-1")
        value["lines"][0]["quantity"] = 150
        self.import_orders(value)
        sale_order = self.env["sale.order"].search([("integrator_order_ref", "=", "R-1")])
        self.assertEqual(sale_order.state, "sale")
        self.assertIn("50 of 150", sale_order.message_ids[:1].body)

    def test_a_country_may_be_a_name_and_a_region_carry_its_code(self):
        order = self.import_order("R-1", country="united states", state="us-tx")
        self.assertEqual(order.partner_shipping_id.country_id, self.env.ref("base.us"))
        self.assertEqual(order.partner_shipping_id.state_id, self.env.ref("base.state_us_44"))
        order = self.import_order("R-2", country="ES", state="MALAGA")
        self.assertEqual(order.partner_shipping_id.state_id.name, "Málaga")

    def test_a_region_that_nobody_knows_stays_in_the_address(self):
        order = self.import_order("R-1", country="DE", state="Atlantis", district="Old town")
        self.assertEqual(order.partner_shipping_id.street2, "Old town, Atlantis")

    def test_a_region_is_found_by_code_or_name_and_else_left_out(self):
        texas = self.env.ref("base.state_us_44")
        for number, state in enumerate(("TX", "Texas", "texas")):
            order = self.import_order(f"R-{number}", country="us", state=state)
            self.assertEqual(order.partner_shipping_id.state_id, texas)
        order = self.import_order("R-9", country="US", state="Atlantis")
        self.assertFalse(order.partner_shipping_id.state_id)
        self.assertEqual(order.partner_shipping_id.country_id, self.env.ref("base.us"))

    def test_a_country_that_is_unknown_stops_no_import(self):
        self.assertFalse(self.import_order(country="XQ").partner_shipping_id.country_id)

    def test_a_region_with_wildcards_is_no_pattern(self):
        """A value of the remote is a value."""
        order = self.import_order(country="US", state="T_xas%")
        self.assertFalse(order.partner_shipping_id.state_id)

    def test_an_archived_customer_is_found_again(self):
        first = self.import_order("R-1")
        (first.partner_id + first.partner_shipping_id).active = False
        self.assertEqual(self.import_order("R-2").partner_id, first.partner_id)

    def test_two_sites_share_no_customers(self):
        """Nothing leaks between accounts."""
        first = self.import_order("R-1")
        other = self._make_site("Other")
        self.put_orders(self.remote.order("R-1"), site=other)
        self.run_stages()
        orders = self.env["sale.order"].search([("integrator_site_id", "=", other.id)])
        self.assertEqual(len(orders), 1)
        self.assertNotEqual(orders.partner_id, first.partner_id)
