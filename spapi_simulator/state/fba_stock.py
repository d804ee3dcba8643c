# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Stock in Amazon's warehouses (FBA): one pool per seller, region and SKU, which shows in every
marketplace of the region, as in Europe."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from ..marketplaces import MARKETPLACES
from .listings import made_up_asin

CONDITIONS = ("CustomerDamaged", "CarrierDamaged", "FulfillerDamaged", "Defective")


@dataclass
class FbaStock:
    """The pieces of one SKU.

    `reserved` is what orders hold, `unfulfillable` counts by condition of a return, `inbound` by
    Working, Shipped and Receiving, `searched` what is being looked for.
    """

    merchant_id: str
    region: str
    sku: str
    updated: datetime
    fulfillable: int = 0
    reserved: int = 0
    searched: int = 0
    unfulfillable: Counter[str] = field(default_factory=Counter)
    inbound: Counter[str] = field(default_factory=Counter)

    @property
    def asin(self) -> str:
        """The ASIN, the same as a listing without an identifier gets."""
        return made_up_asin(self.sku)

    @property
    def fnsku(self) -> str:
        """Amazon's own number of the SKU."""
        return "X0" + self.asin[2:]

    @property
    def total(self) -> int:
        """Everything that is the seller's."""
        bad = sum(self.unfulfillable.values())
        return self.fulfillable + self.reserved + self.searched + bad + sum(self.inbound.values())

    def reserve(self, quantity: int, now: datetime) -> int:
        """Put up to so many pieces aside for an order and return how many."""
        taken = min(quantity, self.fulfillable)
        self.fulfillable -= taken
        self.reserved += taken
        self.updated = now
        return taken

    def free(self, quantity: int, now: datetime) -> None:
        """Give back what was put aside."""
        self.reserved -= quantity
        self.fulfillable += quantity
        self.updated = now

    def ship(self, quantity: int, now: datetime) -> None:
        """Let pieces leave that were put aside."""
        self.reserved -= quantity
        self.updated = now

    def lose(self, quantity: int, now: datetime) -> None:
        """Let pieces that were put aside be nowhere to be found."""
        self.reserved -= quantity
        self.searched += quantity
        self.updated = now

    def take_back(self, condition: str, now: datetime) -> None:
        """Take a returned piece in its condition."""
        if condition == "Sellable":
            self.fulfillable += 1
        else:
            self.unfulfillable[condition] += 1
        self.updated = now


class FbaStocks:
    """Every pool of every seller."""

    def __init__(self) -> None:
        self._rows: dict[tuple[str, str, str], FbaStock] = {}

    def set(self, merchant_id: str, shop: str, sku: str, quantity: int, now: datetime) -> FbaStock:
        """Let so many pieces be there to be shipped; the SKU is kept by Amazon from now on."""
        region = MARKETPLACES[shop].region
        key = (merchant_id, region, sku)
        row = self._rows.setdefault(key, FbaStock(merchant_id, region, sku, now))
        row.fulfillable, row.updated = quantity, now
        return row

    def get(self, merchant_id: str, shop: str, sku: str) -> FbaStock | None:
        """Return the pool of a SKU in the region of a marketplace."""
        return self._rows.get((merchant_id, MARKETPLACES[shop].region, sku))

    def all(self, merchant_id: str, shop: str) -> list[FbaStock]:
        """Return every pool of a seller in the region of a marketplace, by SKU."""
        region = MARKETPLACES[shop].region
        rows = self._rows.values()
        found = [row for row in rows if (row.merchant_id, row.region) == (merchant_id, region)]
        return sorted(found, key=lambda row: row.sku)
