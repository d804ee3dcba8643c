# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from .common import IntegratorCommon


@tagged("post_install", "-at_install")
class TestImportCustomers(IntegratorCommon):
    """Customers of remote orders (002-03; pains 9, 14, 15)."""

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
        """Pain 9."""
        first = self.import_order("R-1")
        second = self.import_order("R-2")
        self.assertEqual(first.partner_id, second.partner_id)
        self.assertEqual(first.partner_shipping_id, second.partner_shipping_id)

    def test_a_new_address_of_a_known_buyer_is_a_new_delivery_address(self):
        """Pain 9."""
        first = self.import_order("R-1")
        second = self.import_order("R-2", street="Way 2")
        self.assertEqual(first.partner_id, second.partner_id)
        self.assertNotEqual(first.partner_shipping_id, second.partner_shipping_id)
        self.assertEqual(first.partner_shipping_id.street, "Way 1")

    def test_an_anonymous_buyer_is_the_customer_of_the_marketplace(self):
        """Pain 14: one for all whose name is withheld; the delivery address is each its own."""
        nobody = {"name": "", "email": ""}
        first = self.import_order("R-1", nobody, name="", street="Way 1")
        second = self.import_order("R-2", nobody, name="", street="Way 2")
        self.assertEqual(first.partner_id.name, "Dummy market customer")
        self.assertEqual(first.partner_id, second.partner_id)
        self.assertFalse(first.partner_id.street)
        self.assertNotEqual(first.partner_shipping_id, second.partner_shipping_id)
        self.assertEqual(second.partner_shipping_id.street, "Way 2")

    def test_an_order_without_street_and_name_is_imported(self):
        """Pain 15."""
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

    def test_a_region_is_found_by_code_or_name_and_else_left_out(self):
        """Pain 15."""
        texas = self.env.ref("base.state_us_44")
        for number, state in enumerate(("TX", "Texas", "texas")):
            order = self.import_order(f"R-{number}", country="us", state=state)
            self.assertEqual(order.partner_shipping_id.state_id, texas)
        order = self.import_order("R-9", country="US", state="Atlantis")
        self.assertFalse(order.partner_shipping_id.state_id)
        self.assertEqual(order.partner_shipping_id.country_id, self.env.ref("base.us"))

    def test_a_country_that_is_unknown_stops_no_import(self):
        """Pain 15."""
        self.assertFalse(self.import_order(country="XQ").partner_shipping_id.country_id)

    def test_a_region_with_wildcards_is_no_pattern(self):
        """Pain 15: a value of the remote is a value."""
        order = self.import_order(country="US", state="T_xas%")
        self.assertFalse(order.partner_shipping_id.state_id)

    def test_an_archived_customer_is_found_again(self):
        """Pain 9."""
        first = self.import_order("R-1")
        (first.partner_id + first.partner_shipping_id).active = False
        self.assertEqual(self.import_order("R-2").partner_id, first.partner_id)

    def test_two_sites_share_no_customers(self):
        """Pain 14: nothing leaks between accounts."""
        first = self.import_order("R-1")
        other = self._make_site("Other")
        self.put_orders(self.remote.order("R-1"), site=other)
        self.run_stages()
        orders = self.env["sale.order"].search([("integrator_site_id", "=", other.id)])
        self.assertEqual(len(orders), 1)
        self.assertNotEqual(orders.partner_id, first.partner_id)
