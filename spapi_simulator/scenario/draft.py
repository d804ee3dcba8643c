# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A demo order while it is being written."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from ..marketplaces import Marketplace
from ..times import format_time
from .money import LineMoney, as_money, proceeds
from .people import address, buyer


@dataclass
class Draft:
    """One order to come: what can be sold, where, the how-manieth, when, and a source of chance."""

    listings: list[dict[str, Any]]
    shop: Marketplace
    number: int
    created: datetime
    updated: datetime
    chance: random.Random
    lines: list[dict[str, Any]] = field(default_factory=list)
    totals: dict[str, Decimal] = field(default_factory=dict)
    extra: dict[str, Any] = field(default_factory=dict)
    programs: list[str] = field(default_factory=list)
    status: str = "UNSHIPPED"
    fulfilled_by: str = "MERCHANT"
    service: str = "STANDARD"
    ship_hours: int = 48
    #: Time of the order, where it is earlier than what the time to ship is counted from.
    placed: datetime | None = None

    def add_line(self, quantity: int = 1, **parts: Any) -> dict[str, Any]:
        """Add a line of the next listing and return it.

        :param parts: shipping, gift_wrap, cod_fee, discount, shipping_discount (Decimal, for the
            whole line) and taxed, as in :class:`LineMoney`.
        """
        listing = self.listings[(self.number + len(self.lines)) % len(self.listings)]
        money = LineMoney(listing["price"] * quantity, **parts)
        earned, subtotals = proceeds(money, self.shop)
        for name, amount in subtotals.items():
            self.totals[name] = self.totals.get(name, Decimal(0)) + amount
        line = {
            "orderItemId": str(self.chance.randrange(10**13, 10**14)),
            "quantityOrdered": quantity,
            "product": {
                "asin": listing["asin"],
                "title": listing["title"],
                "sellerSku": listing["sku"],
                "condition": {"conditionType": "NEW", "conditionSubtype": "NEW"},
                "price": {"unitPrice": as_money(listing["price"], self.shop)},
            },
            "proceeds": earned,
            "fulfillment": {"quantityFulfilled": 0, "quantityUnfulfilled": quantity},
        }
        self.lines.append(line)
        return line

    def price_of_next(self) -> Decimal:
        """Return the consumer price of the listing that the next line will sell."""
        return Decimal(self.listings[(self.number + len(self.lines)) % len(self.listings)]["price"])

    def order(self) -> dict[str, Any]:
        """Return the order in the form of the Orders API 2026-01-01."""
        total = sum(self.totals.values(), Decimal(0))
        data: dict[str, Any] = {
            "orderId": self._order_id(),
            "createdTime": format_time(self.placed or self.created),
            "lastUpdatedTime": format_time(self.updated),
            "salesChannel": {
                "channelName": "AMAZON",
                "marketplaceId": self.shop.id,
                "marketplaceName": self.shop.name,
            },
            "buyer": buyer(self.number, self.shop),
            "recipient": {"deliveryAddress": address(self.number, self.shop)},
            "proceeds": {
                "grandTotal": as_money(total, self.shop),
                "breakdowns": [
                    {"type": name, "subtotal": as_money(amount, self.shop)}
                    for name, amount in self.totals.items()
                ],
            },
            "fulfillment": self._fulfillment(),
            "orderItems": self.lines,
        }
        if self.programs:
            data["programs"] = self.programs
        data.update(self.extra)
        return data

    def _order_id(self) -> str:
        # The number keeps ids apart whatever chance says.
        head = self.chance.randrange(302, 308)
        tail = self.chance.randrange(1000) * 10_000 + self.number % 10_000
        return f"{head}-{self.chance.randrange(10**6, 10**7)}-{tail:07d}"

    def _fulfillment(self) -> dict[str, Any]:
        ship = self.created + timedelta(hours=self.ship_hours)
        return {
            "fulfillmentStatus": self.status,
            "fulfilledBy": self.fulfilled_by,
            "fulfillmentServiceLevel": self.service,
            "shipByWindow": {
                "earliestDateTime": format_time(self.created),
                "latestDateTime": format_time(ship),
            },
            "deliverByWindow": {
                "earliestDateTime": format_time(ship + timedelta(days=1)),
                "latestDateTime": format_time(ship + timedelta(days=4)),
            },
        }
