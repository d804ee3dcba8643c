# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The main job, end to end, inside Odoo: products out, orders in, shipments out, money in.

Runs in Odoo's own process against the local Amazon; every step goes through the public way in:
records are made as a user makes them, and each stage runs by its scheduled action.
"""

import time
from decimal import Decimal

from spapi_simulator.control import Control

from .demo_files import Files
from .demo_fulfillment import WebShop
from .demo_pictures import SHAPES, picture
from .demo_second_day import SecondDay
from .demo_settlement import SettlementDay

MARKETPLACE = "A1PA6795UKMFR9"
PRODUCTS = 38
VARIANTS = ("Black", "Blue", "Green", "Red")
COMPANY = "Acme Kitchen"
OFFERED = "[('default_code', '=like', 'DEMO-%')]"
ORDERS = 60
#: Days over which they were placed.
DAYS = 14
TAX_RATE = 19
#: The rate of the company's currency in euros, where that is another one.
EXCHANGE_RATE = 0.92
#: Attributes that Amazon asks of every product, and that the demo's have in common.
FACTS = {
    "brand": "Acme Kitchen",
    "bullet_point": "Made to last",
    "country_of_origin": "DE",
    "item_type_keyword": "kitchen-helpers",
    "supplier_declared_dg_hz_regulation": "not_applicable",
}
#: Address from which Amazon would fetch pictures; no server listens there.
PICTURES_URL = "https://pictures.example.com"
#: Deliveries that stay open, so that there is something left to do in the web client.
OPEN_DELIVERIES = 4
#: Rounds over all stages before something that is still under way counts as stuck.
ROUNDS = 60

INBOUND = ("fetch", "acknowledge", "extract", "import")
OUTBOUND = ("plan_orders", "plan_products", "send")

UNDER_WAY = ("waiting", "ready", "submitted", "pending")


def main(env, simulator_url, out):
    """Play the demo.

    :param env: Odoo environment of the superuser; it is committed on the way
    :param str simulator_url: where the local Amazon listens
    :param out: function that prints one line of progress
    :return: dict of the figures of `bin/demo --json`
    """
    return Demo(env, simulator_url, out).play()


class Demo:
    def __init__(self, env, simulator_url, out):
        self.env = env
        self.out = out
        self.remote = Control(simulator_url)
        self.site = env["integrator.site"]
        self.tax = env["account.tax"]
        self.kinds = {}
        self.settlement = None

    def play(self):
        """All steps in the order of a merchant's first day."""
        # who plays with the demo sees what a buyer does within a minute, not within four
        self.remote.settings(rates={"searchOrders": [0.1, 20]})
        self.env.company.name = COMPANY
        # the greeting of Odoo's chat would lie over what the demo shows
        self.env.ref("base.user_admin").odoobot_state = "disabled"
        self.add_site(self.remote.url)
        # what comes with files is offered when somebody has looked at it
        self.site.product_domain = OFFERED
        self.add_catalogue()
        self.add_pictures()
        files = Files(self)
        files.prepare()
        self.run_until_quiet(OUTBOUND)
        self.out(f"Amazon shows {len(self.live_listings())} listings")
        self.kinds = self.remote.demo(count=ORDERS, marketplace_id=MARKETPLACE, days=DAYS)
        self.out(f"{ORDERS} orders were placed: {self.describe_kinds()}")
        self.run_until_quiet(INBOUND + OUTBOUND)
        self.deliver()
        self.run_until_quiet(INBOUND + OUTBOUND)
        self.settlement = SettlementDay(self.env, self.site, self.remote, self.out, self.run_stage)
        self.settlement.play()
        figures = self.figures()
        for part in (WebShop(self), files, SecondDay(self)):
            part.play()
            figures |= part.figures()
        return figures

    # === SETTING UP === #

    def add_site(self, url):
        secret = "simulator"  # noqa: S105 - the local Amazon's own, no secret
        seller = self.remote.state()["sellers"][0]
        marketplaces = self.env["integrator.amazon.marketplace"]
        self.site = self.site.create(
            {
                "name": "Amazon (local)",
                "site_type": "amazon",
                "automatic": True,
                "amazon_merchant_id": seller["merchant_id"],
                "amazon_marketplace_ids": marketplaces.search([("code", "=", MARKETPLACE)]).ids,
                "amazon_lwa_client_id": seller["client_id"],
                "amazon_lwa_client_secret": f"amzn1.oa2-cs.v1.{secret}",
                "amazon_refresh_token": f"Atzr|{secret}",
                "amazon_endpoint_url": url,
                "amazon_lwa_url": f"{url}/auth/o2/token",
            }
        )
        self.site.action_test_connection()
        if self.site.connection_state != "ok":
            raise RuntimeError(self.site.connection_message)
        self.env.cr.commit()
        self.out(f"Site added. {self.site.connection_message}")

    def add_books(self):
        """A chart of accounts: a merchant has one before the first sale."""
        company = self.env.company
        if not company.chart_template:
            charts = self.env["account.chart.template"]
            charts.try_loading("generic_coa", company, install_demo=False)
        self.env.cr.commit()

    def add_tax(self):
        """The value added tax of the country that is sold to: orders find it by its rate, and those
        without a tax by the merchant's answer."""
        country = self.env.ref("base.de")
        self.env.company.write({"country_id": country.id, "account_fiscal_country_id": country.id})
        group = {"name": "VAT Germany", "country_id": country.id}
        self.tax = self.env["account.tax"].create(
            {
                "name": f"{TAX_RATE} % {country.code}",
                "amount": TAX_RATE,
                "type_tax_use": "sale",
                "country_id": country.id,
                "tax_group_id": self.env["account.tax.group"].create(group).id,
            }
        )
        answer = {"country_id": country.id, "is_unnamed": True, "tax_id": self.tax.id}
        self.env["integrator.tax.rule"].create(
            {**answer, "site_id": self.site.id, "collection": "seller"}
        )
        self.env.cr.commit()

    def add_rate(self):
        """The rate of the marketplace's currency; without it nothing could be offered."""
        euro = self.env.ref("base.EUR")
        if euro != self.env.company.currency_id:
            euro.active = True
            self.env["res.currency.rate"].create({"currency_id": euro.id, "rate": EXCHANGE_RATE})
        self.env.cr.commit()

    def add_facts(self):
        """Rules for the attributes that Amazon requires of every product."""
        rows = [{"attribute": name, "constant": value} for name, value in FACTS.items()]
        # only the type that fits anything asks for a colour; the mugs have their own
        rows.append({"attribute": "color", "constant": "Silver", "product_type": "PRODUCT"})
        self.env["integrator.amazon.attribute.rule"].create(
            [{**row, "source": "constant", "site_id": self.site.id} for row in rows]
        )
        self.env.cr.commit()

    def add_catalogue(self):
        """Products with all attributes that Amazon requires."""
        self.add_books()
        self.add_tax()
        self.add_rate()
        self.add_facts()
        self.add_products()

    def add_products(self):
        products = self.env["product.product"].create(
            [self.product_values(number) for number in range(1, PRODUCTS + 1)]
        )
        products |= self.add_template()
        stock = self.env["stock.quant"]
        for product in products:
            stock._update_available_quantity(product, self.site.warehouse_id.lot_stock_id, 500)
        self.env.cr.commit()
        self.out(f"{len(products)} products were created, {len(VARIANTS)} of them variants")

    def product_values(self, number):
        body = f"40063810{number:04d}"
        kind = tuple(SHAPES)[(number - 1) % len(SHAPES)]
        size = 16 + 2 * ((number - 1) // len(SHAPES))
        return {
            "name": f"{kind} {size} cm",
            "default_code": f"DEMO-{number:03d}",
            "barcode": body + check_digit(body),
            "description_sale": f"{kind}, {size} cm. For every day, and for dishwashers.",
            "is_storable": True,
            "list_price": 9.99 + number,
            "standard_price": 4.0 + number / 2,
            "taxes_id": self.tax.ids,
        }

    def add_template(self):
        """One template with variants, each with its own SKU."""
        attribute = self.env["product.attribute"].create(
            {
                "name": "Colour",
                "amazon_attribute": "color",
                "value_ids": [(0, 0, {"name": name}) for name in VARIANTS],
            }
        )
        line = {"attribute_id": attribute.id, "value_ids": attribute.value_ids.ids}
        template = self.env["product.template"].create(
            {
                "name": "Coffee mug",
                "amazon_product_type": "KITCHEN",
                "description_sale": "A mug for coffee, and for tea.",
                "is_storable": True,
                "list_price": 12.5,
                "taxes_id": self.tax.ids,
                "attribute_line_ids": [(0, 0, line)],
            }
        )
        for number, variant in enumerate(template.product_variant_ids, 1):
            variant.write({"default_code": f"DEMO-MUG-{number}", "standard_price": 5.0})
        return template.product_variant_ids

    def add_pictures(self):
        """A picture of each product, and where Amazon finds them."""
        self.site.image_base_url = PICTURES_URL
        products = self.env["product.product"].search([("default_code", "=like", "DEMO-%")])
        for number, product in enumerate(products, 1):
            colour = product.product_template_attribute_value_ids[:1].name or ""
            product.image_1920 = picture(product.name, number, colour)
        self.env.cr.commit()

    # === RUNNING === #

    def run_until_quiet(self, stages):
        """Round after round, until no task is under way."""
        for _round in range(ROUNDS):
            for stage in stages:
                self.run_stage(stage)
            if not self.count("integrator.task", ("state", "in", UNDER_WAY)):
                return
            # the quota of confirmShipment refills twice a second; a ticket takes its time
            time.sleep(1)
        self.out("Some tasks are still under way; see the figures")

    def run_stage(self, stage, quiet=False):
        """One stage by its scheduled action, with a line of what it did.

        :param bool quiet: no line
        """
        cron = self.env["integrator.site"]._stage_cron(stage)
        before = self.env["integrator.run"].search([], limit=1).id or 0
        answer = cron.method_direct_trigger()
        if answer is not True:
            raise RuntimeError(f"{cron.name} failed; see the log")
        self.env.cr.commit()  # the scheduled action had a transaction of its own: see its work
        self.env.invalidate_all()
        runs = self.env["integrator.run"].search([("id", ">", before)])
        done, errors = sum(runs.mapped("done")), sum(runs.mapped("errors"))
        if (done or errors) and not quiet:
            self.out(f"{cron.name}: {done} done, {errors} errors")

    def deliver(self):
        """Ship what is ready, as the warehouse does: tracking number, validate."""
        pickings = self.env["stock.picking"].search(
            [
                ("sale_id.integrator_site_id", "=", self.site.id),
                ("state", "=", "assigned"),
                # these wait for an answer: the buyer wants to cancel, somebody else has shipped
                ("integrator_hold", "=", False),
            ],
            order="id",
        )
        for number, picking in enumerate(pickings[:-OPEN_DELIVERIES], 1):
            picking.carrier_tracking_ref = f"0034043416109{number:07d}"
            # the text message to the customer would ask a question first
            picking.with_context(skip_sms=True).button_validate()
        self.env.cr.commit()
        held = self.env["stock.picking"].search_count([("integrator_hold", "!=", False)])
        self.out(f"{len(self.delivered())} deliveries left the warehouse, {held} are on hold")

    # === FIGURES === #

    def figures(self):
        orders = self.env["integrator.order"].search([("site_id", "=", self.site.id)])
        imported = orders.filtered(lambda order: order.state == "imported")
        ours = imported.filtered(lambda order: order.fulfilled_by == "merchant")
        acknowledged = [
            order for order in ours if self.remote.acknowledgements(order.remote_order_id)
        ]
        return {
            # the common parent of variants is a listing that is not sold
            "products_sent": self.count(
                "integrator.listing", ("state", "=", "live"), ("product_id", "!=", False)
            ),
            "listings_live": len(self.live_listings()),
            "orders_remote": len(self.remote.state()["orders"]),
            "orders_imported": len(imported),
            "orders_to_import": self.expected(),
            "orders_acknowledged": len(acknowledged),
            "orders_to_acknowledge": len(ours),
            "shipments_delivered": len(self.delivered()),
            "shipments_confirmed": sum(
                len(self.remote.shipments(order.remote_order_id)) for order in ours
            ),
            "amount_difference": str(self.amount_difference(imported)),
            **(self.settlement.figures() if self.settlement else {}),
            "errors": self.errors(),
        }

    def expected(self):
        """Orders that have to become sale orders: all but pending and cancelled ones."""
        states = self.remote.state()["orders"].values()
        return sum(
            state not in ("PENDING", "PENDING_AVAILABILITY", "CANCELLED") for state in states
        )

    def delivered(self):
        return self.env["stock.picking"].search(
            [("sale_id.integrator_site_id", "=", self.site.id), ("state", "=", "done")]
        )

    def amount_difference(self, orders):
        """Sum of |Odoo total - Amazon total| over all imported orders, to the cent."""
        total = Decimal("0.00")
        for order in orders:
            remote = self.remote.order(order.remote_order_id)["proceeds"]["grandTotal"]["amount"]
            currency = order.sale_order_id.currency_id
            ours = f"{order.sale_order_id.amount_total:.{currency.decimal_places}f}"
            total += abs(Decimal(ours) - Decimal(remote))
        return total

    def errors(self):
        """Whatever a person would have to look at."""
        return (
            self.count("integrator.task", ("state", "=", "error"))
            + self.count("integrator.order", ("state", "=", "error"))
            + self.count("integrator.document", ("state", "=", "error"))
            + self.count("integrator.alert", ("state", "=", "open"))
            + len(self.remote.violations)
        )

    def live_listings(self):
        """Return the listings that the local Amazon shows as buyable, read back from it."""
        shown = [self.remote.listing(sku) for sku in self.remote.listings()]
        return [item for item in shown if item and "BUYABLE" in item["summaries"][0]["status"]]

    def person(self):
        """The environment of somebody at the screen, where it counts who did it."""
        return self.env(user=self.env.ref("base.user_admin").id)

    def marketplace(self):
        """Amazon's id of the marketplace that is sold on."""
        return self.site.amazon_marketplace_ids[:1].code

    def count(self, model, *leaves):
        return self.env[model].search_count([("site_id", "=", self.site.id), *leaves])

    def describe_kinds(self):
        return ", ".join(f"{kind.replace('_', ' ')} {len(ids)}" for kind, ids in self.kinds.items())


def check_digit(body):
    """The last digit of an EAN-13.

    :param str body: the first twelve digits
    """
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(body))
    return str(-total % 10)
