# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from ..exceptions import RejectedError


class ProductFinder(models.AbstractModel):
    """Finds what was sold by the SKU on the order: first what is listed on the site, then what has
    it as internal reference. Nothing is ever guessed (pain 16)."""

    _name = "integrator.product.finder"
    _description = "Product finder"

    def _products(self, orders):
        """The products of orders, looked up at once.

        :param orders: `integrator.order` of one site
        :return: dict sku -> product, without what is unknown
        """
        return self._find_products(orders.site_id, self._skus(orders))

    def _skus(self, orders):
        return {line._product_key() for line in orders.line_ids.filtered("quantity")}

    def _find_products(self, site, skus):
        """Products of those SKUs that are known; an id of the site's stands in for a SKU that is
        not given.

        :return: dict sku -> product
        """
        found = self.env["product.product"].search(
            [
                ("default_code", "in", list(skus)),
                ("company_id", "in", (False, site.company_id.id)),
            ]
        )
        products = {product.default_code: product for product in found}
        domain = [("site_id", "=", site.id), ("product_id", "!=", False)]
        listings = self.env["integrator.listing"]
        by_id = listings.search([*domain, ("remote_id", "in", list(skus))])
        by_sku = listings.search([*domain, ("sku", "in", list(skus))])
        products |= {listing.remote_id: listing.product_id for listing in by_id}
        return products | {listing.sku: listing.product_id for listing in by_sku}

    def _learn(self, orders):
        """Ask about the SKUs that nobody knows.

        :param orders: `integrator.order` of one site
        """
        products = self._products(orders)
        unknown = orders.line_ids.filtered(
            lambda line: line.quantity and line._product_key() not in products
        )
        if unknown:
            self.env["integrator.mapping"]._ask(unknown)

    def _check_known(self, order, products):
        """Hold an order of which nobody knows what it sells (pain 16)."""
        unknown = sorted(sku or "?" for sku in self._skus(order) - products.keys())
        if unknown:
            raise RejectedError(
                self.env._(
                    "Odoo has no product with the SKU “%s”. Choose it under On the sites, Products "
                    "to match: every order that waits for it goes on.",
                    "”, “".join(unknown),
                ),
                code="unknown_sku",
            )
