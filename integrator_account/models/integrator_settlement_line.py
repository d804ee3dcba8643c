# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools import SQL

from ..neutral import GROUPS

#: Fields of a neutral row that are columns of the same name.
PLAIN = (
    "number",
    "transaction_type",
    "amount_type",
    "description",
    "marketplace_ref",
    "order_ref",
    "merchant_order_ref",
    "order_item_ref",
    "adjustment_ref",
    "shipment_ref",
    "fulfilment",
    "sku",
    "posted_at",
    "posted_date",
)

#: Columns by which rules distinguish rows.
TRIPLE = ("transaction_type", "amount_type", "description", "marketplace_ref")


class IntegratorSettlementLine(models.Model):
    """One row of a settlement, with its number. Rows that are wholly alike are all kept: two units
    may have been sold in two rows."""

    _name = "integrator.settlement.line"
    _description = "Row of a settlement"
    _order = "settlement_id, number"
    _rec_name = "description"

    settlement_id = fields.Many2one(
        "integrator.settlement", required=True, readonly=True, ondelete="cascade"
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    number = fields.Integer(string="Row", required=True, readonly=True, aggregator=None)
    transaction_type = fields.Char(string="Transaction type", readonly=True)
    amount_type = fields.Char(string="Amount type", readonly=True)
    description = fields.Char(readonly=True)
    marketplace_ref = fields.Char(string="Marketplace", readonly=True)
    order_ref = fields.Char(string="Order on the channel", readonly=True, index="btree_not_null")
    merchant_order_ref = fields.Char(string="Your order number", readonly=True)
    order_item_ref = fields.Char(string="Order item", readonly=True)
    adjustment_ref = fields.Char(string="Adjustment", readonly=True)
    shipment_ref = fields.Char(string="Shipment", readonly=True)
    fulfilment = fields.Char(string="Fulfilled by", readonly=True)
    sku = fields.Char(string="SKU", readonly=True)
    quantity = fields.Integer(
        readonly=True, aggregator=None, help="As in the row; every row of an item repeats it."
    )
    amount = fields.Monetary(readonly=True, help="Money to you is positive.")
    posted_at = fields.Datetime(string="Posted on", readonly=True)
    posted_date = fields.Date(string="Posting date", readonly=True)
    extra = fields.Json(readonly=True, help="Every other column of the row.")

    rule_id = fields.Many2one(
        "integrator.settlement.rule", readonly=True, ondelete="set null", index="btree_not_null"
    )
    group_id = fields.Many2one(
        "integrator.settlement.group", readonly=True, ondelete="set null", index="btree_not_null"
    )
    order_id = fields.Many2one(
        "integrator.order",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
        groups="integrator.group_integrator_user",
    )
    sale_order_id = fields.Many2one(
        "sale.order",
        string="Sales order",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
    )
    product_id = fields.Many2one(
        "product.product", readonly=True, ondelete="set null", index="btree_not_null"
    )
    cost = fields.Float(
        readonly=True,
        digits="Product Price",
        help="Odoo's cost of the pieces, in the currency of the company, when the row came in.",
    )
    tax_inside = fields.Monetary(
        readonly=True,
        help="Tax of the buyer that is part of the amount, as the order has it: the channel shows "
        "it in no row of its own.",
    )
    booking_key = fields.Char(readonly=True, help="Rows of one journal item have the same one.")
    booking_date = fields.Date(readonly=True)
    move_line_id = fields.Many2one(
        "account.move.line",
        string="Journal item",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
    )

    _number_uniq = models.UniqueIndex("(settlement_id, number)", "This row is kept already.")

    # === INTAKE === #

    @api.model
    def _create_rows(self, settlement, rows, found_rules):
        """Keep some rows.

        :param list rows: `SettlementRow`
        :param dict found_rules: what earlier rows were found to be; it grows
        """
        site = settlement.site_id
        orders = self._orders_of(site, {row.order_ref for row in rows if row.order_ref})
        products = self._products_of(site, {row.sku for row in rows if row.sku})
        rules = site.settlement_rule_ids
        values_list = []
        for row in rows:
            sign = (row.amount > 0) - (row.amount < 0)
            key = (row.transaction_type, row.amount_type, row.description)
            key += (row.marketplace_ref, sign)
            if key not in found_rules:
                found_rules[key] = rules._find(*key)
            rule = found_rules[key]
            order, product = orders.get(row.order_ref), products.get(row.sku)
            values = {name: getattr(row, name) or False for name in PLAIN}
            values |= {
                "settlement_id": settlement.id,
                "company_id": settlement.company_id.id,
                "currency_id": settlement.currency_id.id,
                "quantity": row.quantity or 0,
                "amount": float(row.amount),
                "extra": row.extra or False,
                "rule_id": rule.id,
                "group_id": rule.group_id.id,
                "order_id": order and order.id,
                "sale_order_id": order and order.sale_order_id.id,
                "product_id": product and product.id,
                "cost": self._cost(rule, row.quantity, product),
            }
            values_list.append(values)
        self.create(values_list)

    @api.model
    def _cost(self, rule, quantity, product):
        counts = rule.counts_quantity and not rule.is_refund and product
        return product.standard_price * (quantity or 0) if counts else 0.0

    @api.model
    def _orders_of(self, site, refs):
        orders = self.env["integrator.order"].search(
            [("site_id", "=", site.id), ("remote_order_id", "in", list(refs))]
        )
        return {order.remote_order_id: order for order in orders}

    @api.model
    def _products_of(self, site, skus):
        """Products by their SKU on the site, else by their internal reference."""
        own = [("company_id", "in", (False, site.company_id.id))]
        products = self.env["product.product"].with_context(active_test=False)
        products = products.with_company(site.company_id)
        found = products.search([*own, ("default_code", "in", list(skus))])
        by_sku = {product.default_code: product for product in found}
        listings = self.env["integrator.listing"].with_context(active_test=False)
        listings = listings.search([("site_id", "=", site.id), ("sku", "in", list(skus))])
        listed = {one.sku: products.browse(one.product_id.id) for one in listings if one.product_id}
        return by_sku | listed

    # === LATER FINDINGS === #

    @api.model
    def _find_again(self, settlement):
        """Look up again what was missing when the rows came in: orders, their sale orders, and
        what rows mean after rules have changed."""
        self.flush_model()
        self.env["integrator.order"].flush_model(["sale_order_id"])
        self.env.cr.execute(
            SQL(
                """
                UPDATE integrator_settlement_line line
                   SET order_id = remote.id, sale_order_id = remote.sale_order_id
                  FROM integrator_order remote
                 WHERE line.settlement_id = %s AND remote.site_id = %s
                   AND remote.remote_order_id = line.order_ref
                   AND (line.order_id IS DISTINCT FROM remote.id
                        OR line.sale_order_id IS DISTINCT FROM remote.sale_order_id)
                """,
                settlement.id,
                settlement.site_id.id,
            )
        )
        self.invalidate_model(["order_id", "sale_order_id"])
        self._apply_rules(settlement)
        self._find_costs(settlement)
        self._find_taxes(settlement)

    @api.model
    def _find_late_orders(self, site):
        """Look up orders that came after their settlement was posted: the entry stays as it is,
        and the profit is theirs."""
        self.flush_model()
        self.env["integrator.order"].flush_model(["sale_order_id"])
        rows = self.env.execute_query(
            SQL(
                """
                UPDATE integrator_settlement_line line
                   SET order_id = remote.id, sale_order_id = remote.sale_order_id
                  FROM integrator_order remote, integrator_settlement settlement
                 WHERE settlement.id = line.settlement_id AND settlement.state = 'posted'
                   AND settlement.site_id = %s AND remote.site_id = %s
                   AND remote.remote_order_id = line.order_ref
                   AND line.sale_order_id IS NULL AND remote.sale_order_id IS NOT NULL
                RETURNING line.settlement_id
                """,
                site.id,
                site.id,
            )
        )
        self.invalidate_model(["order_id", "sale_order_id"])
        for settlement in self.env["integrator.settlement"].browse({row_id for (row_id,) in rows}):
            self._find_taxes(settlement)

    @api.model
    def _find_costs(self, settlement):
        """Look up what pieces have cost whose product or meaning was not known before."""
        domain = [("settlement_id", "=", settlement.id), ("sku", "!=", False), ("cost", "=", 0)]
        domain.append(("rule_id.counts_quantity", "=", True))
        groups = self._read_group(domain, ["sku", "quantity", "rule_id"])
        products = self._products_of(settlement.site_id, {sku for sku, _count, _rule in groups})
        for sku, quantity, rule in groups:
            product = products.get(sku)
            if cost := self._cost(rule, quantity, product):
                alike = [("sku", "=", sku), ("quantity", "=", quantity), ("rule_id", "=", rule.id)]
                rows = self.search([*domain, *alike])
                rows.write({"product_id": product.id, "cost": cost})

    @api.model
    def _find_taxes(self, settlement):
        """Note the tax that is part of what buyers paid, where no row shows it: in the proportion
        that the order has."""
        self.flush_model()
        self.env["sale.order"].flush_model(["amount_untaxed", "amount_total"])
        sales = tuple(key for key, one in GROUPS.items() if one[2] == "sales")
        self.env.cr.execute(
            SQL(
                """
                UPDATE integrator_settlement_line line
                   SET tax_inside = round(
                       line.amount * (1 - sale.amount_untaxed / sale.amount_total), %s)
                  FROM sale_order sale, integrator_settlement_group grp
                 WHERE line.settlement_id = %s AND sale.id = line.sale_order_id
                   AND grp.id = line.group_id AND grp.key IN %s
                   AND sale.amount_total > sale.amount_untaxed
                   AND NOT EXISTS (
                       SELECT FROM integrator_settlement_line other
                         JOIN integrator_settlement_group kind ON kind.id = other.group_id
                        WHERE other.settlement_id = line.settlement_id AND other.amount != 0
                          AND other.order_ref = line.order_ref AND kind.key = 'sale_tax'
                       )
                """,
                settlement.currency_id.decimal_places,
                settlement.id,
                sales,
            )
        )
        self.invalidate_model(["tax_inside"])

    @api.model
    def _apply_rules(self, settlement):
        rules = settlement.site_id.settlement_rule_ids
        triples = SQL(", ").join(SQL.identifier(name) for name in TRIPLE)
        rows = self.env.execute_query(
            SQL(
                "SELECT %s, SIGN(amount)::int, array_agg(DISTINCT (rule_id, group_id)::text) "
                "FROM integrator_settlement_line WHERE settlement_id = %s "
                "GROUP BY %s, SIGN(amount)",
                triples,
                settlement.id,
                triples,
            )
        )
        for *triple, sign, found in rows:
            rule = rules._find(*triple, sign)
            # a rule may lead to another group than before
            if found != [f"({rule.id or ''},{rule.group_id.id or ''})"]:
                domain = [("settlement_id", "=", settlement.id)]
                domain += [
                    (name, "=", value or False) for name, value in zip(TRIPLE, triple, strict=True)
                ]
                domain.append(("amount", {1: ">", 0: "=", -1: "<"}[sign], 0))
                lines = self.search(domain)
                lines.write({"rule_id": rule.id, "group_id": rule.group_id.id})

    def _triple_text(self):
        """Return the name of the row: its types and its description."""
        self.ensure_one()
        return " / ".join(self[name] or "–" for name in TRIPLE[:3])
