# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.fields import Domain

#: Context key: rules with a date do not count.
STANDING = "integrator_standing_rules"


class ProductPricelist(models.Model):
    """What a pricelist offers a site: the standing price, and the sale that goes beside it."""

    _inherit = "product.pricelist"

    def _get_applicable_rules_domain(self, products, date, **kwargs):
        domain = super()._get_applicable_rules_domain(products, date, **kwargs)
        if self.env.context.get(STANDING):
            # a rule without an end is a price, not a sale
            domain = Domain(domain) & Domain("date_end", "=", False)
        return domain

    def _integrator_prices(self, products, currency):
        """Standing prices and sales of many products at once (001-08, 001-09).

        A sale is a price by a rule with an end that is below the standing price; the present one
        counts, else the next one.

        :return: dict product id -> tuple (price, sale: None or dict price, start, end as dates)
        """
        standing = self.with_context(**{STANDING: True})
        prices = standing._get_products_price(products, 1.0, currency=currency)
        sales = {}
        for moment in self._integrator_sale_moments():
            found = self._compute_price_rule(products, 1.0, currency=currency, date=moment)
            for product_id, (price, rule_id) in found.items():
                rule = self.env["product.pricelist.item"].browse(rule_id)
                if rule.date_end and price < prices[product_id]:
                    sales.setdefault(product_id, self._integrator_sale(price, rule))
        return {product_id: (price, sales.get(product_id)) for product_id, price in prices.items()}

    def _integrator_sale_moments(self):
        """Now, and when the sales of the pricelist begin that are to come."""
        now = fields.Datetime.now()
        rules = self.env["product.pricelist.item"].search(
            [("pricelist_id", "in", self.ids), ("date_end", ">=", now)]
        )
        starts = {rule.date_start for rule in rules if rule.date_start and rule.date_start > now}
        return [now, *sorted(starts)] if rules else []

    def _integrator_sale(self, price, rule):
        start = rule.date_start or rule.create_date
        return {"price": price, "start": start.date(), "end": rule.date_end.date()}

    def _integrator_trade_prices(self, products, currency):
        """Prices of one piece, and those from a quantity on that are lower.

        :return: dict product id -> tuple (price, list of tuples quantity, price; ascending)
        """
        rules = self.env["product.pricelist.item"].search(
            [("pricelist_id", "in", self.ids), ("min_quantity", ">", 1)]
        )
        prices = self._get_products_price(products, 1.0, currency=currency)
        tiers = {product.id: [] for product in products}
        for quantity in sorted(set(rules.mapped("min_quantity"))):
            found = self._get_products_price(products, quantity, currency=currency)
            for product_id, price in found.items():
                last = tiers[product_id][-1][1] if tiers[product_id] else prices[product_id]
                if price < last:
                    tiers[product_id].append((int(quantity), price))
        return {product_id: (prices[product_id], some) for product_id, some in tiers.items()}
