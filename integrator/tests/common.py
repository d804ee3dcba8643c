# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json
from contextlib import contextmanager

from odoo.orm.model_classes import add_to_registry

from odoo.addons.base.tests.common import BaseCommon

from ..const import STAGES
from .dummy_site import DummyAdapter, DummyRemote, DummySite


class IntegratorCommon(BaseCommon):
    """A database with one site whose other side lives in memory."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._add_dummy_models()
        cls.site = cls._make_site("Dummy")
        cls.remote = DummyAdapter.remotes[cls.site.id]
        cls.product = cls.env["product.product"].create(
            {"name": "Thing", "default_code": "SKU-1", "list_price": 10.0, "is_storable": True}
        )
        cls.stock = cls.site.warehouse_id.lot_stock_id
        cls.env["stock.quant"]._update_available_quantity(cls.product, cls.stock, 100)
        cls._forget_events()

    @classmethod
    def _add_dummy_models(cls):
        model = cls.registry["integrator.site"]
        cls.addClassCleanup(cls.registry._setup_models__, cls.env.cr, ["integrator.site"])
        cls.addClassCleanup(cls.registry.models.pop, DummyAdapter._name)
        cls.addClassCleanup(setattr, model, "_base_classes__", model._base_classes__)
        add_to_registry(cls.registry, DummySite)
        add_to_registry(cls.registry, DummyAdapter)
        cls.registry._setup_models__(cls.env.cr, ["integrator.site", DummyAdapter._name])

    @classmethod
    def _make_site(cls, name, **values):
        site = cls.env["integrator.site"].create(
            {"name": name, "site_type": "dummy", "automatic": True, **values}
        )
        DummyAdapter.remotes[site.id] = DummyRemote()
        return site

    @classmethod
    def _forget_events(cls):
        """Begin with empty tables: what set the test up is not what it is about."""
        cls.env["product.integration"].search([]).unlink()
        cls.env["order.integration"].search([]).unlink()

    # === DOING === #

    @contextmanager
    def running(self):
        """Stages commit; inside, a commit is a savepoint of the test."""
        self.env.cr.flush()  # what a commit of the user's transaction does first
        with self.enter_registry_test_mode(), self.registry.cursor() as cr:
            yield self.env(cr=cr, context={})

    def run_stages(self, *stages):
        """Run stages for the site by their scheduled entry, in the given order.

        :param stages: keys of stages; none: all of them, twice, so that everything settles
        """
        for stage in stages or STAGES * 2:
            self.env["integrator.run"].search([]).unlink()
            with self.running() as env:
                env[f"integrator.stage.{stage}"]._cron_run()

    def put_orders(self, *orders, site=None):
        """One page at the remote that holds these orders."""
        remote = DummyAdapter.remotes[(site or self.site).id]
        remote.pages.append(json.dumps(orders).encode())

    def import_orders(self, *orders):
        """Orders on their way through all inbound stages."""
        self.put_orders(*orders)
        self.run_stages("fetch", "acknowledge", "extract", "import")
        return self.env["integrator.order"].search([("site_id", "=", self.site.id)])

    # === SEEING === #

    def events(self, table="product", **values):
        domain = [(name, "=", value) for name, value in values.items()]
        return self.env[f"{table}.integration"].search(domain)

    def tasks(self, **values):
        domain = [("site_id", "=", self.site.id)]
        domain += [(name, "=", value) for name, value in values.items()]
        return self.env["integrator.task"].search(domain)
