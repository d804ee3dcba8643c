# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields

from .common import GERMANY, AmazonCommon


class CatalogueCase(AmazonCommon):
    """Listed products, and their offers at the local Amazon."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product = cls.products[0]

    def listing(self, product=None, code=GERMANY):
        return self.env["integrator.listing"].search(
            [("product_id", "=", (product or self.product).id), ("marketplace_code", "=", code)]
        )

    def push(self, rounds=4):
        """Plan what happened, and send it to the end."""
        self.run_stages("plan_products")
        for _round in range(rounds):
            self.env["integrator.submission"].search([("state", "=", "prepared")]).check_at = False
            self.send_all(rounds=1)

    def publish(self, *products):
        """Bring products to Amazon for the first time."""
        wanted = self.env["product.product"].union(*products) or self.product
        self.env["product.integration"]._request(self.site, wanted)
        self.push()

    def shown(self, attribute, sku="SKU-1", code=GERMANY):
        """The entries of an attribute that Amazon shows on a marketplace."""
        entries = self.amazon.listing(sku)["attributes"].get(attribute, [])
        return [entry for entry in entries if entry.get("marketplace_id", code) == code]

    def stock_shown(self, sku="SKU-1"):
        [entry] = self.shown("fulfillment_availability", sku)
        return entry

    def offer(self, audience="ALL", sku="SKU-1", code=GERMANY):
        """The offer that Amazon shows, or None."""
        offers = self.shown("purchasable_offer", sku, code)
        return next((one for one in offers if one["audience"] == audience), None)

    def price_of(self, values):
        """The amount in a price of Amazon's."""
        return values[0]["schedule"][0]["value_with_tax"]

    def patch_elsewhere(self, attribute, value, sku="SKU-1"):
        """Another program, or a person in Seller Central, changes an attribute."""
        step = {"op": "replace", "path": f"/attributes/{attribute}", "value": value}
        with self.site._adapter()._gateway(self.site) as gateway:
            gateway.call(
                "patchListingsItem",
                path={"sellerId": self.site.amazon_merchant_id, "sku": sku},
                query={"marketplaceIds": [GERMANY]},
                body={"productType": "PRODUCT", "patches": [step]},
            )

    def feeds(self):
        """Return the number of feeds that were made."""
        return len(self.amazon.calls("createFeed"))

    def make_receipt(self, product, days, quantity=5):
        """A receipt that is on its way."""
        supplier = self.env.ref("stock.stock_location_suppliers")
        move = self.env["stock.move"].create(
            {
                "product_id": product.id,
                "product_uom_qty": quantity,
                "location_id": supplier.id,
                "location_dest_id": self.stock.id,
                "date": fields.Datetime.add(fields.Datetime.now(), days=days),
            }
        )
        move._action_confirm()
        return move
