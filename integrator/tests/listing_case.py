# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from .common import IntegratorCommon


class ListingCase(IntegratorCommon):
    """Live listings whose price and stock the site has."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.products = cls.env["product.product"].create(
            [
                {"name": f"Item {number}", "default_code": f"G-{number}", "list_price": 10.0}
                for number in range(8)
            ]
        )
        cls.products.is_storable = True
        for product in cls.products:
            cls.env["stock.quant"]._update_available_quantity(product, cls.stock, 5)
        cls.listings = cls.env["integrator.listing"].create(
            [
                {
                    "site_id": cls.site.id,
                    "product_id": product.id,
                    "sku": product.default_code,
                    "marketplace_code": "M1",
                    "state": "live",
                }
                for product in cls.products
            ]
        )
        cls.verify(cls.listings)
        cls._forget_events()

    @classmethod
    def verify(cls, listings):
        """The site shows what Odoo says now."""
        for listing, values in listings._section_values().items():
            for name, value in values.items():
                listing._section(name)._mark_sent(value)
                listing._section(name)._mark_verified()

    def enqueue(self, kind, listings=None):
        """Tasks about listings, in the queue."""
        tasks = self.env["integrator.task"]
        return tasks.union(
            *(
                tasks._enqueue(self.site, listing._prepare_update(kind))
                for listing in listings or self.listings
            )
        )

    def sell_out(self, products):
        for product in products:
            quantity = -product.free_qty
            self.env["stock.quant"]._update_available_quantity(product, self.stock, quantity)

    def held(self, **values):
        domain = [("site_id", "=", self.site.id), ("state", "=", "open")]
        domain += [(name, "=", value) for name, value in values.items()]
        return self.env["integrator.approval"].search(domain)
