# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The demo's second day, with one case of each kind in *To do* left for a person.

Part of `demo_scenario.py`; it runs inside Odoo as the rest does. Everything goes through the public
way in, after the main job's figures were taken.
"""

import time
from datetime import timedelta

from odoo import fields

#: SKU that Amazon sells and Odoo does not know -> its page at Amazon, and what it is, by SKU.
UNKNOWN = {"OLD-FP-16": ("B0OLDPAN16", "DEMO-001"), "OLD-MB-18": ("B0OLDBOWL8", "DEMO-008")}
#: Kinds of order that name them: three orders wait for two answers.
UNKNOWN_KINDS = ("single", "quantities", "shipping")
#: SKU whose price is a tenth of the right one: the site's limit holds it.
SLIP, SLIP_PRICE = "DEMO-007", 1.7
#: Changes of somebody in Seller Central.
CHANGED_PRICE = ("DEMO-009", 12.34)
CHANGED_STOCK = ("DEMO-011", 7)
RETURNS = 2
#: In days.
HOUR = 1 / 24
#: Deliveries whose address was completed; of all incomplete ones, one is left.
STREETS = ("Lindenallee 3", "Am Markt 11", "Hafenstraße 28", "Bergweg 9")
#: Cases that are left, one of each at least, as *To do* names them.
KINDS = ("sku", "hold", "ship", "tracking", "approval", "drift", "return", "refused", "operation")
#: Rounds until a report that was asked for has to be there.
REPORT_ROUNDS = 20
SEND_ROUNDS = 20


class SecondDay:
    """Leaves one case of each kind.

    :param demo: `Demo` whose main job is done
    """

    def __init__(self, demo):
        self.demo = demo
        self.env = demo.person()
        self.site = demo.site.with_env(self.env)
        self.remote = demo.remote
        self.requests = demo.env["integrator.fetch.request"]

    def play(self):
        self.send_back()
        self.sell_unknown()
        self.complete_addresses()
        self.ship_without_number()
        self.change_elsewhere()
        self.slip()
        self.forget_a_fact()
        self.run("fetch", "acknowledge", "extract", "import")
        self.send()
        self.receive_returns()
        self.demo.out(self.describe())

    # === WHAT BUYERS DO === #

    def sell_unknown(self):
        """Orders of SKUs without a product; they wait, and the best match is proposed."""
        listings = []
        for sku, (asin, known) in UNKNOWN.items():
            product = self.product(known)
            row = {"sku": sku, "asin": asin, "title": product.name}
            listings.append({**row, "price": f"{product.list_price:.2f}"})
        made = self.remote.demo(
            kinds=list(UNKNOWN_KINDS),
            listings=listings,
            marketplace_id=self.demo.marketplace(),
            seed=2,
        )
        # the next look of the channel itself may be minutes away
        ids = [order_id for some in made.values() for order_id in some]
        self.requests._request_orders(self.demo.site, ids, manual=True)

    def send_back(self):
        """Buyers return pieces; the report of returns is fetched now."""
        now = fields.Datetime.now()
        orders = self.env["integrator.order"].search(
            [
                ("site_id", "=", self.site.id),
                ("sale_order_id.picking_ids.carrier_tracking_ref", "!=", False),
                ("sale_order_id.invoice_ids.state", "=", "posted"),
            ],
            order="ordered_at",
            limit=RETURNS,
        )
        for order in orders:
            line = order.line_ids[:1]
            asked = self.demo.settlement.days_ago(HOUR)
            self.remote.add_return(order.remote_order_id, line.remote_line_id, 1, created=asked)
        # the report ends where the request begins: that is after the buyers have asked
        self.env.cr.commit()
        span = (now - timedelta(days=1), False)
        self.requests._request(self.demo.site, [span], source="return")
        self.run("fetch")

    def receive_returns(self):
        """The report is looked after at once; in life a minute goes by between two looks."""
        requests = self.requests.search(
            [("site_id", "=", self.site.id), ("source", "=", "return"), ("manual", "=", True)]
        )
        for _round in range(REPORT_ROUNDS):
            if requests.state != "ready":
                break
            requests.retry_at = False
            self.env.cr.commit()
            self.run("fetch")
            time.sleep(0.5)
        self.run("acknowledge", "extract")

    # === WHAT THE MERCHANT DOES === #

    def complete_addresses(self):
        """*Correct the address*, for all held deliveries but one."""
        held = self.env["stock.picking"].search(
            [("integrator_hold", "=", "address"), ("state", "not in", ("done", "cancel"))],
            order="id",
        )
        for picking, street in zip(held[1:], STREETS, strict=False):
            action = picking.action_integrator_correct_address()
            dialog = self.env["integrator.address"].browse(action["res_id"])
            dialog.write({"street": street})
            dialog.action_save()
        self.env.cr.commit()

    def ship_without_number(self):
        """A parcel leaves without a tracking number."""
        picking = self.env["stock.picking"].search(
            self.env["stock.picking"]._integrator_to_ship_domain(), order="id desc", limit=1
        )
        picking.with_context(skip_sms=True).button_validate()
        self.env.cr.commit()

    def slip(self):
        """A decimal point in the wrong place."""
        self.product(SLIP).list_price = SLIP_PRICE
        self.env.cr.commit()

    def forget_a_fact(self):
        """A product of a type that asks for size, colour and more, without any of them."""
        product = self.env["product.product"].create(
            {
                "name": "Kitchen apron",
                "default_code": "DEMO-APRON",
                "amazon_product_type": "SHIRT",
                "description_sale": "Cotton, with a large pocket.",
                "is_storable": True,
                "list_price": 24.9,
                "taxes_id": self.demo.tax.ids,
            }
        )
        stock = self.site.warehouse_id.lot_stock_id
        self.env["stock.quant"]._update_available_quantity(product, stock, 40)
        self.env.cr.commit()

    # === WHAT SOMEBODY ELSE DOES === #

    def change_elsewhere(self):
        """Somebody changes a price and a quantity in Seller Central."""
        sku, amount = CHANGED_PRICE
        shop = self.demo.marketplace()
        price = {"our_price": [{"schedule": [{"value_with_tax": amount}]}]}
        offer = {"marketplace_id": shop, "currency": "EUR", "audience": "ALL", **price}
        self.patch(sku, "purchasable_offer", [offer])
        sku, pieces = CHANGED_STOCK
        channel = {"fulfillment_channel_code": "DEFAULT", "quantity": pieces}
        self.patch(sku, "fulfillment_availability", [channel])
        skus = [CHANGED_PRICE[0], CHANGED_STOCK[0]]
        listings = self.demo.env["integrator.listing"].search(
            [("site_id", "=", self.site.id), ("sku", "in", skus)]
        )
        listings._request_drift_check()
        self.env.cr.commit()

    def patch(self, sku, attribute, value):
        """Change an attribute as another program with the seller's rights does it."""
        body = {"op": "replace", "path": f"/attributes/{attribute}", "value": value}
        site = self.demo.site
        with site._adapter()._gateway(site) as gateway:
            gateway.call(
                "patchListingsItem",
                path={"sellerId": site.amazon_merchant_id, "sku": sku},
                query={"marketplaceIds": [self.demo.marketplace()]},
                body={"productType": "PRODUCT", "patches": [body]},
            )

    # === RUNNING === #

    def run(self, *stages):
        for stage in stages:
            self.demo.run_stage(stage, quiet=True)

    def send(self):
        """Until nothing is under way; what waits for a person or for its time stays."""
        for _round in range(SEND_ROUNDS):
            self.run("plan_orders", "plan_products", "send")
            if not self.demo.count("integrator.task", ("state", "in", ("submitted", "pending"))):
                return
            time.sleep(0.5)

    def product(self, sku):
        return self.env["product.product"].search([("default_code", "=", sku)])

    # === FIGURES === #

    def figures(self):
        """Return the number of cases that wait for a person, by kind."""
        found = dict.fromkeys(KINDS, 0)
        for row in self.todo():
            found[row.kind] = found.get(row.kind, 0) + row.count
        return {f"to_do_{kind}": count for kind, count in found.items()}

    def todo(self):
        return self.env["integrator.todo"].search([])

    def describe(self):
        rows = "; ".join(row.title for row in self.todo())
        return f"To do: {rows}"
