# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from decimal import Decimal

from odoo import models

from ..api.json_values import json_number


class AmazonSectionPrice(models.AbstractModel):
    """The offers of a listing (001-08, 001-09)."""

    _name = "integrator.amazon.section.price"
    _inherit = "integrator.amazon.section"
    _description = "Amazon section: price"

    def _values(self, listings):
        prices = listings._prices()
        return {
            listing: {"purchasable_offer": self._offers(listing, prices[listing])}
            for listing in listings
        }

    def _offers(self, listing, price):
        """One offer for all; none where there is no price."""
        if not Decimal(price["amount"]):
            return []
        offer = {**self._place(listing), "currency": price["currency"], "audience": "ALL"}
        offer["our_price"] = self._schedule(price["amount"])
        return [offer]

    def _schedule(self, amount, **days):
        return [{"schedule": [{**days, "value_with_tax": json_number(Decimal(amount))}]}]
