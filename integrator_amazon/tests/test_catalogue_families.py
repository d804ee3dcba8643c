# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import os

from odoo.tests import tagged

from .catalogue_case import CatalogueCase

#: Products of the test; the long form has 2,000 (INTEGRATOR_CATALOGUE=2000).
PRODUCTS = int(os.environ.get("INTEGRATOR_CATALOGUE", "100"))

#: Families -> what their variants differ in.
FAMILIES = {
    "Shirt": ("Size", "Color"),
    "Shoe": ("Size", "Style"),
    "Lamp": ("Style", "Color"),
    "Rug": ("Size", "Material"),
    "Cable": ("Material", "Color"),
}


@tagged("post_install", "-at_install")
class TestCatalogueFamilies(CatalogueCase):
    """A catalogue of five families is sent to three marketplaces in two currencies."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        country = "integrator_amazon.marketplace_"
        cls.places = cls.germany | cls.env.ref(country + "fr") | cls.env.ref(country + "uk")
        cls.site.amazon_marketplace_ids = cls.places
        cls.make_prices()
        cls.attributes = {}
        cls.templates = cls.env["product.template"].union(
            *(cls.make_family(name, axes) for name, axes in FAMILIES.items())
        )
        cls.variants = cls.templates.product_variant_ids
        for number, variant in enumerate(cls.variants):
            variant.write({"default_code": f"SKU-V{number}", "barcode": cls.ean(number)})
        cls.make_stock()
        cls._forget_events()

    @classmethod
    def make_prices(cls):
        cls._make_rates(EUR=1.0, GBP=0.8)
        currencies = cls.env["res.currency"].with_context(active_test=False)
        for place in cls.places:
            currency = currencies.search([("name", "=", place.currency_name)])
            currency.active = True
            factor = {"EUR": 10, "GBP": -15}[currency.name]
            rule = {"compute_price": "percentage", "percent_price": factor}
            pricelist = cls.env["product.pricelist"].create(
                {"name": place.name, "currency_id": currency.id, "item_ids": [(0, 0, rule)]}
            )
            row = cls.site.marketplace_ids.filtered(lambda one, place=place: one.code == place.code)
            row.offer_pricelist_id = pricelist

    @classmethod
    def make_family(cls, name, axes):
        """A product with as many variants as its share, by two attributes."""
        share = PRODUCTS // len(FAMILIES)
        many = max(number for number in (4, 5, 20) if share % number == 0)
        lines = []
        for axis, count in zip(axes, (many, share // many), strict=True):
            attribute = cls.env["product.attribute"].create(
                {
                    "name": axis,
                    "value_ids": [(0, 0, {"name": f"{axis} {one}"}) for one in range(count)],
                }
            )
            ids = attribute.value_ids.ids
            lines.append((0, 0, {"attribute_id": attribute.id, "value_ids": [(6, 0, ids)]}))
        return cls.env["product.template"].create(
            {
                "name": name,
                "list_price": 20.0 + len(name),
                "is_storable": True,
                "description_sale": f"A fine {name}.",
                "amazon_product_type": "KITCHEN",
                "attribute_line_ids": lines,
            }
        )

    @classmethod
    def ean(cls, number):
        """A barcode, with the digit that checks the others."""
        body = f"40063810{number:04d}"
        total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(body))
        return body + str(-total % 10)

    @classmethod
    def make_stock(cls):
        cls.env["stock.quant"].with_context(inventory_mode=True).create(
            [
                {
                    "product_id": variant.id,
                    "location_id": cls.stock.id,
                    "inventory_quantity": number % 50,
                }
                for number, variant in enumerate(cls.variants)
            ]
        ).action_apply_inventory()

    def synchronise(self):
        self._forget_events()
        self.env["product.integration"]._request(self.site, self.variants)
        self.push(rounds=6)

    def test_a_catalogue_goes_out_and_is_shown_attribute_by_attribute(self):
        """001-01 … 001-12, 001-32: and a second run makes no call."""
        self.synchronise()
        listings = self.env["integrator.listing"].search([("site_id", "=", self.site.id)])
        families, places = len(FAMILIES), len(self.places)
        self.assertEqual(len(listings), (len(self.variants) + families) * places)
        refused = listings.section_ids.filtered("reason").mapped("reason")
        self.assertEqual(refused, [])
        self.assertEqual(set(listings.mapped("section_state")), {"verified"})
        self.assertEqual(set(self.tasks().mapped("state")), {"success"})
        self.compare(listings)
        self.assertEqual({self.price(place) for place in self.places}, {"EUR 22.50", "GBP 23.00"})
        self.assertFalse(self.amazon.violations)
        calls = len(self.amazon.calls())
        self.synchronise()
        self.assertEqual(len(self.amazon.calls()), calls)

    def compare(self, listings):
        """Amazon shows exactly Odoo's values."""
        for listing, sections in listings._section_values().items():
            shown = self.amazon.listing(listing.sku)["attributes"]
            here = (None, listing.marketplace_code)
            mine = {
                name: [entry for entry in entries if entry.get("marketplace_id") in here]
                for name, entries in shown.items()
            }
            said = {}
            for value in sections.values():
                said |= value or {}
            self.assertEqual(mine, said, listing.sku)

    def price(self, place):
        """The price of the first shirt on a marketplace."""
        offer = self.offer(sku="SKU-V0", code=place.code)
        return f"{offer['currency']} {self.price_of(offer['our_price']):.2f}"
