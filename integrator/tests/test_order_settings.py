# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from .common import IntegratorCommon


@tagged("post_install", "-at_install")
class TestOrderSettings(IntegratorCommon):
    """Settings of a site decide how its orders are entered (000-25)."""

    def bring(self, *values):
        return self.import_orders(*values).sale_order_id

    def test_without_settings_an_order_is_confirmed_under_odoos_number(self):
        sale_order = self.bring(self.remote.order("R-1"))
        self.assertEqual(sale_order.state, "sale")
        self.assertNotIn("R-1", sale_order.name)

    def test_a_prefix_names_the_order_after_the_sites_id(self):
        self.site.order_prefix = "DUM-"
        self.assertEqual(self.bring(self.remote.order("R-1")).name, "DUM-R-1")

    def test_orders_may_stay_quotations(self):
        self.site.confirm_orders = False
        sale_order = self.bring(self.remote.order("R-1"))
        self.assertEqual(sale_order.state, "draft")
        self.assertFalse(self.events("order", record_operation="confirmation"))
        sale_order.action_confirm()
        self.assertEqual(len(self.events("order", record_operation="confirmation")), 1)

    def test_team_journal_and_delivery_method_are_those_of_the_site(self):
        carrier = self.env["delivery.carrier"].search([], limit=1)
        journal = self.env["account.journal"].create(
            {"name": "Marketplaces", "code": "MKT", "type": "sale"}
        )
        team = self.env["crm.team"].create({"name": "Marketplaces"})
        rows = [(0, 0, {"service_level": "Standard", "carrier_id": carrier.id})]
        self.site.write({"team_id": team.id, "journal_id": journal.id, "delivery_map_ids": rows})
        sale_order = self.bring(self.remote.order("R-1", service_level="STANDARD"))
        self.assertEqual((sale_order.team_id, sale_order.journal_id), (team, journal))
        self.assertEqual(sale_order.carrier_id, carrier)
        self.assertEqual(sale_order.picking_ids.carrier_id, carrier)

    def test_a_marketplace_has_its_own_warehouse_and_pricelist(self):
        self.bring(self.remote.order("R-0"))
        warehouse = self.env["stock.warehouse"].create({"name": "North", "code": "NO"})
        dollars = self.env["product.pricelist"].create(
            {"name": "USD", "currency_id": self.env.ref("base.USD").id}
        )
        self.site.marketplace_ids.write({"warehouse_id": warehouse.id, "pricelist_id": dollars.id})
        self.remote.pages.clear()
        self.bring(self.remote.order("R-1"))
        sale_order = self.env["sale.order"].search([("integrator_order_ref", "=", "R-1")])
        self.assertEqual(sale_order.warehouse_id, warehouse)
        self.assertEqual(sale_order.pricelist_id, dollars)

    def test_a_pricelist_in_another_currency_never_changes_the_orders_currency(self):
        self.bring(self.remote.order("R-0"))
        euro = self.env.ref("base.EUR")
        euro.active = True
        self.site.marketplace_ids.pricelist_id = self.env["product.pricelist"].create(
            {"name": "EUR", "currency_id": euro.id}
        )
        self.remote.pages.clear()
        self.bring(self.remote.order("R-1"))
        sale_order = self.env["sale.order"].search([("integrator_order_ref", "=", "R-1")])
        self.assertEqual(sale_order.currency_id.name, "USD")
