# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import defaultdict
from decimal import Decimal

from odoo.addons.integrator.const import STAGES
from odoo.addons.integrator.tests.stage_case import StageCase

from spapi_simulator import Simulator

GERMANY = "A1PA6795UKMFR9"


class AmazonCommon(StageCase):
    """A site on the local Amazon, called over real HTTP."""

    #: Whether the test is about quotas: their buckets are then as empty as it makes them.
    minds_quota = False
    #: The snapshot of Amazon with which a test begins, see `_prepare_once`; None: it is empty.
    kept = None

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.amazon = Simulator().start()
        cls.addClassCleanup(cls.amazon.stop)
        cls.amazon.unlimited = True
        cls.germany = cls.env.ref("integrator_amazon.marketplace_de")
        # invoices take taxes of the company's own country only
        cls.env.company.account_fiscal_country_id = cls.env.ref("base.de")
        cls.site = cls._make_site()
        # prices leave as they are written; taxes and rates of exchange have tests of their own
        cls.env.company.account_sale_tax_id = False
        cls._make_rates(EUR=1.0)
        cls.vat = cls._make_tax(19, cls.env.ref("base.de"))
        cls._make_facts()
        cls.stock = cls.site.warehouse_id.lot_stock_id
        cls.products = cls.env["product.product"].create(
            [
                {
                    "name": f"Thing {number}",
                    "default_code": f"SKU-{number}",
                    "list_price": 10.0 * number,
                    "is_storable": True,
                }
                for number in (1, 2, 3)
            ]
        )
        for product in cls.products:
            cls.env["stock.quant"]._update_available_quantity(product, cls.stock, 100)
        # what the test database brought along is no business of the site
        cls.site.product_domain = "[('default_code', '=like', 'SKU-%')]"
        cls._forget_events()

    def setUp(self):
        super().setUp()
        self.amazon.reset()
        if self.kept:
            self.amazon.restore(self.kept)

    @classmethod
    def _prepare_once(cls, prepare):
        """Run a preparation once for all tests of a class; each begins where it ended.

        :param prepare: function of a test case
        :return: what it returns
        """
        # stages run by an instance; none of its tests does
        result = prepare(cls())
        cls.kept = cls.amazon.snapshot()
        return result

    @classmethod
    def _make_site(cls, **values):
        seller = cls.amazon.seller
        return cls.env["integrator.site"].create(
            {
                "name": "Amazon DE",
                "site_type": "amazon",
                "automatic": True,
                # approvals have tests of their own
                **dict.fromkeys(("guard_price", "guard_zero", "guard_deletions"), 0),
                "amazon_merchant_id": seller.merchant_id,
                "amazon_marketplace_ids": cls.germany.ids,
                # feeds, whatever the number; direct calls have their own tests
                "direct_threshold": 0,
                # demo orders are of the past, and of a seller for whom Amazon computes few taxes
                "stock_since": "2020-01-01 00:00:00",
                "unnamed_tax": "none",
                **cls._account(),
                **values,
            }
        )

    @classmethod
    def _account(cls):
        """Values that no copy of a site keeps: its addresses and its credentials."""
        return {
            "amazon_lwa_client_id": cls.amazon.seller.client_id,
            "amazon_endpoint_url": cls.amazon.url,
            "amazon_lwa_url": f"{cls.amazon.url}/auth/o2/token",
            **cls._secrets(),
        }

    @classmethod
    def _secrets(cls):
        """The secrets, which have to be entered again when an address changes."""
        return {
            "amazon_lwa_client_secret": cls.amazon.seller.client_secret,
            "amazon_refresh_token": cls.amazon.seller.refresh_token,
        }

    @classmethod
    def _make_facts(cls):
        """The attributes that Amazon requires, the same for all products of the tests."""
        cls.env["ir.default"].set("product.template", "description_sale", "Made for tests.")
        facts = {
            "brand": "Acme",
            "bullet_point": "Useful",
            "item_type_keyword": "things",
            "country_of_origin": "DE",
            "supplier_declared_dg_hz_regulation": "not_applicable",
        }
        rows = [{"attribute": name, "constant": value} for name, value in facts.items()]
        # only the catch-all type asks for it; variants have colours of their own
        rows.append({"attribute": "color", "constant": "Red", "product_type": "PRODUCT"})
        cls.rules = cls.env["integrator.amazon.attribute.rule"].create(
            [{**row, "source": "constant"} for row in rows]
        )

    @classmethod
    def _make_rates(cls, **rates):
        """Rates of exchange: units of a currency for one of the company's."""
        currencies = cls.env["res.currency"].with_context(active_test=False)
        for name, rate in rates.items():
            currency = currencies.search([("name", "=", name)])
            currency.active = True
            if currency == cls.env.company.currency_id:
                continue
            currency.rate_ids.unlink()
            cls.env["res.currency.rate"].create(
                {
                    "currency_id": currency.id,
                    "name": "2020-01-01",
                    "rate": rate,
                    "company_id": cls.env.company.id,
                }
            )

    @classmethod
    def _make_tax(cls, rate, country):
        """The company's only sale tax of a rate in a country."""
        group = {"name": f"VAT {rate} % {country.code}", "country_id": country.id}
        return cls.env["account.tax"].create(
            {
                **group,
                "amount": rate,
                "type_tax_use": "sale",
                "tax_group_id": cls.env["account.tax.group"].create(group).id,
            }
        )

    # === DOING === #

    def run_stages(self, *stages):
        """Run stages; what a test does in a second is hours apart in life, so buckets are full."""
        for stage in stages or STAGES * 2:
            if not self.minds_quota:
                self.fill_buckets()
            result = super().run_stages(stage)
        return result

    def send_updates(self):
        """Plan and send the updates of orders, and read the report of their feed."""
        self.run_stages("plan_orders", "send")
        with self.later(minutes=3):
            self.run_stages("send")

    def refunded_components(self, order):
        """The refunds of an order at Amazon: component -> amount."""
        totals = defaultdict(Decimal)
        for refund in self.amazon.refunds(order.remote_order_id):
            for component, amount in refund["components"].items():
                totals[component] += Decimal(amount)
        return dict(totals)

    def fill_buckets(self):
        """All the quota that Amazon gives, at once; and it may be asked for orders any time."""
        for bucket in self.env["integrator.amazon.quota"].sudo().search([]):
            bucket.tokens = bucket.burst
            bucket.rate = max(bucket.rate, 1000 if bucket.bucket == "searchOrders" else 0)

    def list_products(self):
        """Bring the test products to Amazon: product, then stock and price."""
        self.env["product.integration"]._request(self.site, self.products)
        self.run_stages("plan_products")
        self.send_all()

    def make_kit(self, sku, parts, **values):
        """A product that is sold as one and leaves as its parts.

        :param dict parts: product -> pieces of it in a kit
        """
        kit = self.env["product.product"].create(
            {"name": sku, "default_code": sku, "is_storable": True, **values}
        )
        self.env["mrp.bom"].create(
            {
                "product_tmpl_id": kit.product_tmpl_id.id,
                "type": "phantom",
                "bom_line_ids": [
                    (0, 0, {"product_id": part.id, "product_qty": count})
                    for part, count in parts.items()
                ],
            }
        )
        return kit

    def place_orders(self, **options):
        """Orders of all kinds for the listed products.

        :return: dict kind -> order ids
        """
        self.list_products()
        return self.amazon.demo(marketplace_id=GERMANY, **options)

    def import_orders(self):
        """Everything inbound, then what it leads to outbound."""
        self.run_stages("fetch", "acknowledge", "extract", "import")
        return self.env["integrator.order"].search([("site_id", "=", self.site.id)])

    def deliver(self, sale_order, tracking="003404341610900001"):
        """Ship everything of a sale order.

        :return: the delivery
        """
        picking = sale_order.picking_ids.filtered(lambda one: one.state == "assigned")
        picking.carrier_tracking_ref = tracking
        picking.with_context(skip_sms=True).button_validate()
        return picking

    def press_test_connection(self):
        """Press the button; return what it says."""
        with self.running() as env:
            env["integrator.site"].browse(self.site.id).action_test_connection()
        return self.site.connection_message
