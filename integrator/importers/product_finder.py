# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from ..exceptions import RejectedError


class ProductFinder(models.AbstractModel):
    """Finds what was sold by the SKU on the order: first what is listed on the site, then what a
    person has answered, then what has it as internal reference. Nothing is ever guessed."""

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
        domain = [("site_id", "=", site.id), ("product_id", "!=", False)]
        listings = self.env["integrator.listing"]
        by_id = listings.search([*domain, ("remote_id", "in", list(skus))])
        by_sku = listings.search([*domain, ("sku", "in", list(skus))])
        found = self._by_reference(site, skus)
        answers = self.env["integrator.sku.match"].search([*domain, ("sku", "in", list(skus))])
        found |= {answer.sku: answer.product_id for answer in answers}
        found |= {key: some.product_id for key, some in by_id.grouped("remote_id").items()}
        found |= {sku: some.product_id for sku, some in by_sku.grouped("sku").items()}
        return {key: products for key, products in found.items() if len(products) == 1}

    def _by_reference(self, site, skus, archived=False):
        """Products by their internal references; several may have one.

        :param bool archived: whether to look among those that are archived
        :return: dict sku -> products
        """
        return (
            self.env["product.product"]
            .with_context(active_test=False)
            .search(
                [
                    ("default_code", "in", list(skus)),
                    ("company_id", "in", (False, site.company_id.id)),
                    ("active", "=", not archived),
                ]
            )
            .grouped("default_code")
        )

    def _learn(self, orders):
        """Ask about the SKUs that nobody knows.

        :param orders: `integrator.order` of one site
        """
        products = self._products(orders)
        unknown = orders.line_ids.filtered(
            lambda line: line.quantity and line._product_key() not in products
        )
        if unknown:
            self.env["integrator.sku.match"]._ask_about_sold(unknown)

    def _check_known(self, order, products):
        """Hold an order of which nobody knows what it sells."""
        unknown = sorted(sku or "?" for sku in self._skus(order) - products.keys())
        if unknown:
            raise RejectedError(" ".join(self._reasons(order.site_id, unknown)), code="unknown_sku")

    def _reasons(self, site, unknown):
        """Why SKUs are not known, each kind of reason a sentence, and what to do.

        :param list unknown: SKUs
        """
        several = {
            sku: some for sku, some in self._by_reference(site, unknown).items() if len(some) > 1
        }
        archived = self._by_reference(site, unknown, archived=True)
        none = [sku for sku in unknown if sku not in several and sku not in archived]
        if none:
            yield self.env._("Odoo has no product with the SKU “%s”.", "”, “".join(none))
        for sku, some in several.items():
            yield self.env._(
                "%(count)s products have the SKU “%(sku)s”: %(names)s.",
                count=len(some),
                sku=sku,
                names=", ".join(some.mapped("name")),
            )
        for sku in archived.keys() - several.keys():
            yield self.env._(
                "The product with the SKU “%s” is archived: unarchive it, or choose another.", sku
            )
        yield self.env._(
            "Choose it under Listings, Products to match: every order that waits for it goes on."
        )
