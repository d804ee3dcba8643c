# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Quotes for orders of multi-channel fulfilment: the price of shipping, and the time of arrival."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any

from .marketplaces import MARKETPLACES

if TYPE_CHECKING:
    from .world import World

NO_STOCK, NO_SKU = "ItemQuantityNotAvailable", "InvalidSKU"
NO_PLACE, NO_FEATURE, NO_SPEED = (
    "InvalidDestinationAddress",
    "FeatureNotAvailable",
    "DeliverySLAUnavailable",
)
#: Speed -> fee of a piece, days until it arrives at the latest.
SPEEDS: dict[str, tuple[Decimal, int]] = {
    "Standard": (Decimal("3.00"), 5),
    "Expedited": (Decimal("4.50"), 3),
    "Priority": (Decimal("7.00"), 1),
}
ORDER_FEE = Decimal("2.50")
#: Extra charge of another carrier than Amazon's.
_SURCHARGE = Decimal("1.05")


@dataclass(frozen=True)
class Wanted:
    """A line that is asked for."""

    item_id: str
    sku: str
    quantity: int


@dataclass(frozen=True)
class Quote:
    """One speed: `reasons` speak against it, `missing` are pieces by item id, with the reason."""

    speed: str
    unit_fees: Decimal
    order_fee: Decimal
    ships: tuple[datetime, datetime]
    arrives: tuple[datetime, datetime]
    reasons: tuple[str, ...]
    missing: Mapping[str, tuple[int, str]]

    @property
    def is_fulfillable(self) -> bool:
        """Return whether everything can be shipped like that."""
        return not self.reasons and not self.missing


def quotes(
    world: World,
    merchant_id: str,
    shop: str,
    address: Mapping[str, Any],
    lines: Iterable[Wanted],
    speeds: Iterable[str],
    features: Iterable[Mapping[str, Any]] = (),
) -> list[Quote]:
    """Return a quote for each speed; nothing is changed by it."""
    rows = list(lines)
    needed = [row["featureName"] for row in features if _is_required(row)]
    missing = _missing(world, merchant_id, shop, rows)
    common = list(_reasons(world, shop, address, rows, needed))
    return [_quote(world, speed, rows, missing, common, needed) for speed in speeds]


def _quote(
    world: World,
    speed: str,
    rows: list[Wanted],
    missing: Mapping[str, tuple[int, str]],
    common: list[str],
    needed: list[str],
) -> Quote:
    fee, days = SPEEDS.get(speed, SPEEDS["Standard"])
    units = sum(row.quantity for row in rows) - sum(count for count, _reason in missing.values())
    factor = _SURCHARGE if "BLOCK_AMZL" in needed else Decimal(1)
    now = world.now()
    late = now + timedelta(days=1)
    return Quote(
        speed,
        _cents(fee * units * factor),
        _cents(ORDER_FEE * factor),
        (now, late),
        (now + timedelta(days=max(1, days - 2)), now + timedelta(days=days)),
        tuple(common if speed in SPEEDS else [*common, NO_SPEED]),
        missing,
    )


def _missing(
    world: World, merchant_id: str, shop: str, rows: list[Wanted]
) -> dict[str, tuple[int, str]]:
    found, used = {}, Counter[str]()
    for row in rows:
        pool = world.fba.get(merchant_id, shop, row.sku)
        left = pool.fulfillable - used[row.sku] if pool else 0
        taken = max(0, min(left, row.quantity))
        used[row.sku] += taken
        if taken < row.quantity:
            found[row.item_id] = (row.quantity - taken, NO_STOCK if pool else NO_SKU)
    return found


def _reasons(
    world: World, shop: str, address: Mapping[str, Any], rows: list[Wanted], needed: list[str]
) -> Iterable[str]:
    if address["postalCode"] in world.settings.mcf_bad_postcodes:
        yield NO_PLACE
    if needed and any(row.sku in world.settings.mcf_blocked_skus for row in rows):
        yield NO_FEATURE
    here = MARKETPLACES[shop].country
    overseas = address["countryCode"] in ("AQ", "BV")  # nobody goes there
    if overseas and here != address["countryCode"]:
        yield NO_SPEED


def _is_required(row: Mapping[str, Any]) -> bool:
    return row.get("featureFulfillmentPolicy", "Required") == "Required"


def _cents(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal("0.01"), rounding=ROUND_HALF_UP)
