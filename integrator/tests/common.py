# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json

from odoo.tests import common

from odoo.addons.test_integrator.models.integrator_adapter_dummy import DummyAdapter
from odoo.addons.test_integrator.remote import DummyRemote

from .stage_case import StageCase

# Odoo gives a browser ten seconds to start and then skips the test, which counts as a failure here;
# two cores that run another step as well may need longer.
common.CHECK_BROWSER_ITERATIONS = 600


class IntegratorCommon(StageCase):
    """A site of the addon `test_integrator`, whose remote is kept in memory."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.addClassCleanup(DummyAdapter.remotes.clear)
        cls.site = cls._make_site("Dummy")
        cls.product = cls.env["product.product"].create(
            {"name": "Thing", "default_code": "SKU-1", "list_price": 10.0, "is_storable": True}
        )
        cls.stock = cls.site.warehouse_id.lot_stock_id
        cls.env["stock.quant"]._update_available_quantity(cls.product, cls.stock, 100)
        cls._forget_events()

    def setUp(self):
        super().setUp()
        for site_id in DummyAdapter.remotes:
            DummyAdapter.remotes[site_id] = DummyRemote()
        self.remote = DummyAdapter.remotes[self.site.id]

    @classmethod
    def _make_site(cls, name, **values):
        if values.get("warehouse_id") is False:
            values["warehouse_id"] = cls._warehouse_of(values["company_id"]).id
        site = cls.env["integrator.site"].create(
            {
                "name": name,
                "site_type": "dummy",
                "automatic": True,
                # the orders of the tests are of the past
                "stock_since": "2026-01-01 00:00:00",
                **values,
            }
        )
        DummyAdapter.remotes[site.id] = DummyRemote()
        return site

    @classmethod
    def _warehouse_of(cls, company_id):
        """A warehouse of a company, made where Odoo has made none."""
        warehouses = cls.env["stock.warehouse"]
        found = warehouses.search([("company_id", "=", company_id)], limit=1)
        place = {"name": "There", "code": f"W{company_id}", "company_id": company_id}
        return found or warehouses.create(place)

    def remove_site(self, site):
        """Remove a site whatever it has sold, as its addon does when it is uninstalled; people
        cannot."""
        sold = self.env["sale.order"].search([("integrator_site_id", "=", site.id)])
        sold.integrator_site_id = False
        site.unlink()

    def put_orders(self, *orders, site=None):
        """One page at the remote that holds these orders."""
        remote = DummyAdapter.remotes[(site or self.site).id]
        remote.pages.append(json.dumps(orders).encode())

    def import_orders(self, *orders):
        """Orders on their way through all inbound stages."""
        self.put_orders(*orders)
        self.run_stages("fetch", "acknowledge", "extract", "import")
        return self.env["integrator.order"].search([("site_id", "=", self.site.id)])
