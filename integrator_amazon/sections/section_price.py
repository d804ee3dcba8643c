# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from decimal import Decimal

from odoo import models

from ..api.json_values import json_number

#: Quantity discounts that Amazon takes for one offer.
MAX_TIERS = 5


class AmazonSectionPrice(models.AbstractModel):
    """The offers of a listing."""

    _name = "integrator.amazon.section.price"
    _inherit = "integrator.amazon.section"
    _description = "Amazon section: price"

    def _values(self, listings):
        sold = listings.filtered(lambda listing: not listing.is_parent)
        prices = sold._prices()
        return dict.fromkeys(listings) | {
            listing: {"purchasable_offer": self._offers(listing, prices[listing])}
            for listing in sold
        }

    def _offers(self, listing, price):
        """One offer for all, and one for business buyers; none where there is no price."""
        if price["problem"]:
            return []
        here = {**self._place(listing), "currency": price["currency"]}
        offers = [{**here, "audience": "ALL", **self._public(price)}]
        if price["business"]:
            offers.append({**here, "audience": "B2B", **self._trade(price)})
        return offers

    def _public(self, price):
        offer = {"our_price": self._schedule(price["amount"])}
        if sale := price["sale"]:
            days = {"start_at": sale["start"], "end_at": sale["end"]}
            offer["discounted_price"] = self._schedule(sale["amount"], **days)
        for bound in ("minimum", "maximum"):
            if price[bound]:
                offer[f"{bound}_seller_allowed_price"] = self._schedule(price[bound])
        return offer

    def _trade(self, price):
        offer = {"our_price": self._schedule(price["business"])}
        if price["tiers"]:
            levels = [
                {"lower_bound": quantity, "value": self._number(amount)}
                for quantity, amount in price["tiers"][:MAX_TIERS]
            ]
            schedule = [{"discount_type": "fixed", "levels": levels}]
            offer["quantity_discount_plan"] = [{"schedule": schedule}]
        return offer

    def _schedule(self, amount, **days):
        return [{"schedule": [{**days, "value_with_tax": self._number(amount)}]}]

    def _number(self, amount):
        return json_number(Decimal(amount))
