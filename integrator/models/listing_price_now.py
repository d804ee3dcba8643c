# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class IntegratorListing(models.Model):
    """What a listing costs (001-08, 001-09): the calculation, for many listings at once."""

    # one file per concern: pylint: disable=consider-merging-classes-inherited
    _inherit = "integrator.listing"

    price_explanation = fields.Text(
        string="Why this price",
        compute="_compute_price_explanation",
        compute_sudo=True,
        help="How the price comes about that is offered now.",
    )

    def _compute_price_explanation(self):
        prices = self._prices()
        for listing in self:
            listing.price_explanation = listing._explain(listing._price_steps(prices[listing]))

    def _prices(self):
        """What listings cost now; pricelists are computed for many products at once.

        :return: dict listing -> dict `currency` (ISO code), amounts as decimal text: `amount`
            (zero: there is no price), `minimum`, `maximum`, `business` (None: none), `sale` (None
            or dict `amount`, `start`, `end` as ISO dates), `tiers` (list of tuples quantity,
            amount) and `standing` (before the limits)
        """
        found = {}
        for (pricelist, business, currency), listings in self.grouped(self._price_group).items():
            products = listings.product_id
            prices = pricelist._integrator_prices(products, currency)
            trade = business._integrator_trade_prices(products, currency) if business else {}
            for listing in listings:
                key = listing.product_id.id
                price = listing._price(prices.get(key, (0.0, None)), currency)
                found[listing] = price | listing._trade_price(*trade.get(key, (0.0, ())))
        return found

    @staticmethod
    def _price_group(listing):
        business = listing.marketplace_id.business_pricelist_id
        return listing._offer_pricelist(), business, listing.currency_id

    def _price(self, found, currency):
        """The price for everybody.

        :param tuple found: standing price and sale, of `_integrator_prices`
        """
        standing, sale = (self.price_fixed, None) if self.price_source == "fixed" else found
        amount = self._bounded(standing)
        return {
            "currency": currency.name,
            "amount": self._money(amount),
            "minimum": self._money(self.price_minimum) if self.price_minimum else None,
            "maximum": self._money(self.price_maximum) if self.price_maximum else None,
            "sale": self._sale(amount, sale),
            "standing": self._money(standing),
        }

    def _bounded(self, price):
        """A price within the limits of the listing; zero stays zero."""
        if not price:
            return price
        highest = self.price_maximum or price
        return max(min(price, highest), self.price_minimum)

    def _sale(self, amount, sale):
        """A sale within the limits, when it is still one."""
        lowered = sale and self._bounded(sale["price"])
        if not sale or self.currency_id.compare_amounts(lowered, amount) >= 0:
            return None
        days = {key: fields.Date.to_string(sale[key]) for key in ("start", "end")}
        return {"amount": self._money(lowered), **days}

    def _trade_price(self, price, tiers):
        """The price for business buyers, with its quantity discounts."""
        if not price:
            return {"business": None, "tiers": []}
        steps = [(quantity, self._money(self._bounded(lower))) for quantity, lower in tiers]
        return {"business": self._money(self._bounded(price)), "tiers": steps}

    def _money(self, amount):
        currency = self.currency_id
        return f"{currency.round(amount):.{currency.decimal_places}f}"

    def _price_steps(self, price):
        """How a price came about.

        :param dict price: of `_prices`
        :return: list of tuples (label, figure)
        """
        source = dict(self._fields["price_source"]._description_selection(self.env))
        fixed = self.price_source == "fixed"
        label = source["fixed"] if fixed else self._offer_pricelist().display_name
        steps = [(label or self.env._("Sales price"), price["standing"])]
        if price["amount"] != price["standing"]:
            steps.append((self.env._("Within its limits"), price["amount"]))
        if sale := price["sale"]:
            days = {key: sale[key] for key in ("start", "end")}
            steps.append((self.env._("Sale from %(start)s to %(end)s", **days), sale["amount"]))
        return [*steps, (self.env._("Currency"), price["currency"])]
