# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, NamedTuple

from odoo import Command, models

from .line_money import Part


def site_tax(tax, net, amount, line):
    """Odoo's own way of saying what the tax of a line is (`extra_tax_data`), so that it does not
    compute another one: the site's cents are the reference.

    It holds, on the invoice too, as long as price, quantity and taxes of the line stay these; when
    a person changes them Odoo computes as usual.

    :param tax: `account.tax`, one; a group is shared out by the rates of its taxes
    :param Decimal net: amount without tax
    :param Decimal amount: the tax
    :param dict line: `price_unit`, `quantity` and `currency` (`res.currency`) of the line
    :return: dict for `extra_tax_data`
    """
    base = float(net)
    return {
        "currency_id": line["currency"].id,
        "price_unit": line["price_unit"],
        "quantity": float(line["quantity"]),
        "discount": 0.0,
        "manual_total_excluded_currency": base,
        "manual_tax_amounts": {
            str(one.id): {"tax_amount_currency": float(share), "base_amount_currency": base}
            for one, share in _shares(tax, amount, Decimal(str(line["currency"].rounding)))
        },
    }


def _shares(tax, amount, coin):
    """Share an amount among the taxes that a tax consists of; usually there is one."""
    taxes = tax._flatten_taxes_and_sort_them()[0]
    rates = [Decimal(str(one.amount)) for one in taxes]
    whole = sum(rates)
    shares = [(amount * rate / whole).quantize(coin, ROUND_HALF_UP) for rate in rates[:-1]]
    return zip(taxes, [*shares, amount - sum(shares, Decimal(0))], strict=True)


#: Replacement charge kinds for lines with quantity zero.
NO_ITEM = {"item": "other"}


class WantedLine(NamedTuple):
    """A sale line that an order has to have: of which remote line, what part of its money, with
    which tax, and the values of the line without its link."""

    line: Any
    part: Part
    tax: Any
    values: dict

    @property
    def kind(self):
        return self.part.kind

    @property
    def product_id(self):
        return self.values["product_id"]

    @property
    def pieces(self):
        return self.values["product_uom_qty"]

    @property
    def key(self):
        """Identifies it within its order."""
        return f"{self.line.remote_line_id}/{self.kind}"

    def snapshot(self):
        """The values whose change a person would see, as JSON: product, pieces, price, taxes,
        total, and by what the product was found."""
        values = self.values
        figures = (self.pieces, values["price_unit"])
        total, sku = float(self.part.gross), self.line._product_key()
        return [values["product_id"], *figures, self.tax.ids, total, sku]


class SaleValues(models.AbstractModel):
    """Builds the values of sale orders. The site's amounts are the reference: unit prices are the
    site's line amounts divided by the quantity, so Odoo's total is the site's to the cent."""

    _name = "integrator.sale.values"
    _description = "Sale order values"

    def _prepare_order(self, order, partners, marketplace, wanted):
        """Values of one sale order, without its lines and its pricelist.

        :param order: `integrator.order`
        :param partners: tuple (customer, delivery address)
        :param marketplace: `integrator.marketplace`
        :param list wanted: what `_wanted_lines` gave
        """
        customer, delivery = partners
        site = order.site_id
        return {
            **self._prepare_named(order),
            "partner_id": customer.id,
            "partner_invoice_id": self._invoice_partner(order, customer).id,
            "partner_shipping_id": delivery.id,
            "company_id": site.company_id.id,
            "warehouse_id": (marketplace.warehouse_id or site.warehouse_id).id,
            "team_id": site.team_id.id,
            "journal_id": site.journal_id.id,
            "fiscal_position_id": self._position(order, marketplace, wanted).id,
            "carrier_id": self._carrier(order).id,
            "integrator_shipped_by_site": order.fulfilled_by == "site",
        }

    def _carrier(self, order):
        """The delivery method of the order's service level; none when none is chosen."""
        level = (order.service_level or "").strip().lower()
        rows = order.site_id.delivery_map_ids
        return rows.filtered(lambda row: row.service_level.strip().lower() == level)[:1].carrier_id

    def _prepare_named(self, order):
        """The names of the order, and its dates."""
        site = order.site_id
        values = {
            "client_order_ref": self._customer_reference(order),
            "origin": f"{site.name} {order.remote_order_id}",
            "date_order": order.ordered_at,
            "commitment_date": order.deliver_by or order.ship_by,
            "integrator_ship_by": order.ship_by,
            "integrator_site_id": site.id,
            "integrator_order_ref": order.remote_order_id,
        }
        named = {"name": f"{site.order_prefix}{order.remote_order_id}"}
        return {**values, **(named if site.order_prefix else {})}

    def _customer_reference(self, order):
        """The order's number as the buyer knows it; the invoice has it, too."""
        number = order.buyer.get("purchase_order")
        return f"{order.remote_order_id} / {number}" if number else order.remote_order_id

    def _invoice_partner(self, order, customer):
        return self.env["integrator.partner.importer"]._invoice_address(order, customer)

    def _position(self, order, marketplace, wanted):
        """The fiscal position of an order: the one that is chosen, else the one without which its
        taxes could not be invoiced."""
        chosen = marketplace._fiscal_position(order._collection())
        taxes = self.env["account.tax"].union(*(one.tax for one in wanted))
        return chosen or self.env["integrator.tax.finder"]._foreign_position(
            order.company_id, taxes.country_id
        )

    # === LINES === #

    def _prepare_lines(self, order, products):
        """Build the commands of the sale lines of one order.

        :param order: `integrator.order`
        :param products: what the product finder gave
        :raise RejectedError: when a line cannot be sold, or its tax is unknown
        """
        return self._prepare_commands(order, self._wanted_lines(order, products))

    def _prepare_commands(self, order, wanted):
        """Commands that make the sale lines of an order.

        :param list wanted: what `_wanted_lines` gave
        """
        commands = [self._prepare_linked(one) for one in wanted]
        remainder = order._remainder()
        if remainder:
            commands.append(Command.create(self._prepare_remainder(order, remainder)))
        return commands

    def _prepare_linked(self, wanted):
        link = {"order_line_id": wanted.line.id, "kind": wanted.kind}
        return Command.create(
            {**wanted.values, "integrator_link_ids": [Command.create(link)]},
        )

    def _wanted_lines(self, order, products):
        """The sale lines that an order has to have, as the site shows it now.

        :param order: `integrator.order`
        :param products: what the product finder gave
        :return: list of `WantedLine`
        :raise RejectedError: when a line cannot be sold, or its tax is unknown
        """
        self.env["integrator.product.finder"]._check_known(order, products)
        wanted = [
            self._prepare_line(line, part, tax, products)
            for line in order.line_ids
            for part, tax in self._sale_line_parts(line)
        ]
        self.env["integrator.tax.finder"]._check_countries(order, [one.tax for one in wanted])
        return wanted

    def _sale_line_parts(self, line):
        """Parts of a remote line that become sale order lines: every charge that is not zero, and
        every item that has to be shipped. The amount of an item with quantity zero is a charge.

        :return: list of tuples (`Part`, `account.tax`)
        """
        split = self.env["integrator.tax.finder"]._split(line)
        if not line._quantity_open():
            split = [
                (replace(part, kind=NO_ITEM.get(part.kind, part.kind)), tax) for part, tax in split
            ]
        elif all(part.kind != "item" for part, _tax in split):
            split = [(Part("item", Decimal(0)), self.env["account.tax"]), *split]
        return [(part, tax) for part, tax in split if part.kind == "item" or part.net or part.tax]

    def _prepare_line(self, line, part, tax, products):
        """One sale line: the item itself, or one of the charges on top of it."""
        is_item = part.kind == "item"
        product = products[line._product_key()] if is_item else self._charge_product(part.kind)
        quantity = line._quantity_open() if is_item else 1
        amount = part.gross if tax.price_include else part.net
        currency = line.order_id.currency_id or line.order_id.company_id.currency_id
        priced = {"price_unit": float(amount / quantity), "quantity": quantity}
        values = {
            "product_id": product.id,
            "name": line.title if is_item and line.title else product.display_name,
            "product_uom_qty": quantity,
            "price_unit": priced["price_unit"],
            "discount": 0.0,
            "tax_ids": [Command.set(tax.ids)],
            "extra_tax_data": tax
            and site_tax(tax, part.net, part.tax, {**priced, "currency": currency}),
        }
        return WantedLine(line, part, tax, values)

    def _prepare_remainder(self, order, amount):
        """A named line for the part of the total that the site does not itemise."""
        name = self.env._("Not itemised by %s", order.site_id.name)
        return self._prepare_extra("other", name, amount)

    def _prepare_difference(self, order, difference):
        """A named line for the coins that rounding took another way."""
        name = self.env._("Rounding difference to %s", order.site_id.name)
        return self._prepare_extra("rounding", name, difference)

    def _prepare_extra(self, kind, name, amount):
        return {
            "product_id": self._charge_product(kind).id,
            "name": name,
            "price_unit": amount,
            "tax_ids": [Command.clear()],
        }

    def _charge_product(self, kind):
        return self.env.ref(f"integrator.product_{kind}")

    # === CURRENCY === #

    def _pricelists(self, orders, marketplaces):
        """The pricelists of orders, looked up once for all that have it in common.

        :param dict marketplaces: code -> `integrator.marketplace`
        :return: dict order -> pricelist
        """
        found = {}
        groups = orders.grouped(lambda order: (order.currency_id, order.marketplace_code or ""))
        for (_currency, code), some in groups.items():
            found |= dict.fromkeys(some, self._pricelist(some[0], marketplaces[code]))
        return found

    def _pricelist(self, order, marketplace):
        """A pricelist in the order's currency: that of the marketplace, one of the company, or
        one that is made."""
        currency = order.currency_id or order.company_id.currency_id
        if marketplace.pricelist_id.currency_id == currency:
            return marketplace.pricelist_id
        currency.filtered(lambda currency: not currency.active).sudo().action_unarchive()
        pricelists = self.env["product.pricelist"]
        domain = [
            ("currency_id", "=", currency.id),
            ("company_id", "in", (False, order.company_id.id)),
        ]
        values = {
            "name": self.env._("Marketplaces %s", currency.name),
            "currency_id": currency.id,
            "company_id": order.company_id.id,
        }
        known = pricelists.search(domain, limit=1)
        return known or pricelists.sudo().create(values).with_env(self.env)
