# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from decimal import Decimal

from odoo import Command, models

from ..exceptions import RejectedError


class SaleValues(models.AbstractModel):
    """Builds the values of sale orders. The site's amounts are the reference: unit prices are the
    site's line amounts divided by the quantity, so Odoo's total is the site's to the cent."""

    _name = "integrator.sale.values"
    _description = "Sale order values"

    def _prepare_order(self, order, partners):
        """Values of one sale order, without its lines.

        :param order: `integrator.order`
        :param partners: tuple (customer, delivery address)
        """
        customer, delivery = partners
        site = order.site_id
        return {
            "partner_id": customer.id,
            "partner_invoice_id": customer.id,
            "partner_shipping_id": delivery.id,
            "company_id": site.company_id.id,
            "warehouse_id": site.warehouse_id.id,
            "team_id": site.team_id.id,
            "pricelist_id": self._pricelist(order).id,
            "client_order_ref": order.remote_order_id,
            "origin": f"{site.name} {order.remote_order_id}",
            "date_order": order.ordered_at,
            "commitment_date": order.deliver_by or order.ship_by,
            "remote_ship_by": order.ship_by,
            "integrator_site_id": site.id,
            "remote_order_id": order.remote_order_id,
            "shipped_by_site": order.fulfilled_by == "site",
        }

    def _prepare_lines(self, order, products):
        """Commands of the sale lines of one order.

        :param order: `integrator.order`
        :param products: what `_products` gave
        :raise RejectedError: when a line cannot be sold
        """
        self._check_known(order, products)
        commands = []
        for line in order.line_ids.filtered("quantity"):
            for kind, amount in line._amounts().items():
                if kind == "item" or amount:
                    commands.append(self._prepare_line(line, kind, amount, products))
        if order.amount_unexplained:
            commands.append(self._prepare_remainder(order))
        return commands

    def _prepare_line(self, line, kind, amount, products):
        """One sale line: the item itself, or one of the charges on top of it."""
        is_item = kind == "item"
        product = products[line.sku] if is_item else self._charge_product(kind)
        quantity = line.quantity if is_item else 1
        return Command.create(
            {
                "product_id": product.id,
                "name": line.title if is_item and line.title else product.display_name,
                "product_uom_qty": quantity,
                "price_unit": float(Decimal(amount) / quantity),
                "discount": 0.0,
                "tax_ids": [Command.clear()],
                "integrator_link_ids": [Command.create({"order_line_id": line.id, "kind": kind})],
            }
        )

    def _prepare_remainder(self, order):
        """A named line for the part of the total that the site does not itemise."""
        product = self._charge_product("other")
        return Command.create(
            {
                "product_id": product.id,
                "name": self.env._("Not itemised by %s", order.site_id.name),
                "price_unit": order.amount_unexplained,
                "tax_ids": [Command.clear()],
            }
        )

    def _charge_product(self, kind):
        return self.env.ref(f"integrator.product_{kind}")

    # === PRODUCTS === #

    def _products(self, orders):
        """The products of orders, looked up at once.

        :param orders: `integrator.order` of one site
        :return: dict sku -> product, without what is unknown
        """
        return self._find_products(orders.site_id, self._skus(orders))

    def _skus(self, orders):
        return set(orders.line_ids.filtered("quantity").mapped("sku"))

    def _find_products(self, site, skus):
        """Products of the SKUs that are known.

        :param set skus: texts
        :return: dict sku -> product
        """
        found = self.env["product.product"].search(
            [
                ("default_code", "in", list(skus)),
                ("company_id", "in", (False, site.company_id.id)),
            ]
        )
        products = {product.default_code: product for product in found}
        listings = self.env["integrator.listing"].search(
            [("site_id", "=", site.id), ("sku", "in", list(skus)), ("product_id", "!=", False)]
        )
        return products | {listing.sku: listing.product_id for listing in listings}

    def _check_known(self, order, products):
        """Hold an order of which nobody knows what it sells (pain 16)."""
        unknown = sorted(sku or "?" for sku in self._skus(order) - products.keys())
        if unknown:
            raise RejectedError(
                self.env._(
                    "Odoo has no product with the SKU “%s”. Give the product this internal "
                    "reference, or make a listing for it, then import again.",
                    "”, “".join(unknown),
                ),
                code="unknown_sku",
            )

    # === CURRENCY === #

    def _pricelist(self, order):
        """A pricelist in the order's currency; it is made when the company has none."""
        currency = order.currency_id or order.company_id.currency_id
        currency.filtered(lambda currency: not currency.active).sudo().action_unarchive()
        pricelists = self.env["product.pricelist"]
        domain = [
            ("currency_id", "=", currency.id),
            ("company_id", "in", (False, order.company_id.id)),
        ]
        return pricelists.search(domain, limit=1) or pricelists.sudo().create(
            {
                "name": self.env._("Marketplaces %s", currency.name),
                "currency_id": currency.id,
                "company_id": order.company_id.id,
            }
        )
