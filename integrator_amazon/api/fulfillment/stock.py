# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The stock at Amazon (FBA Inventory API v1). In Europe the same pieces show in every marketplace:
never add marketplaces up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..errors.causes import REPEATED_PAGE
from ..http.gateway import Gateway
from .reading import read_text, read_units

OPERATION = "getInventorySummaries"
#: SKUs that one call may name.
SKUS_PER_CALL = 50

Json = Mapping[str, Any]


@dataclass(frozen=True)
class Stock:
    """The pieces of one SKU in one marketplace.

    :param fulfillable: what can be shipped now; what orders hold is not in it.
    """

    sku: str
    fulfillable: int = 0


def fetch_stock(
    gateway: Gateway, marketplace_id: str, skus: Sequence[str] = ()
) -> dict[str, Stock]:
    """Return SKU -> what lies at Amazon; a SKU that Amazon does not keep is not in it.

    :param skus: which; none of them means all.
    :raise SpapiError: when Amazon refuses or cannot be reached.
    """
    found: dict[str, Stock] = {}
    for chosen in _portions(skus):
        query = {
            "details": True,
            "granularityType": "Marketplace",
            "granularityId": marketplace_id,
            "marketplaceIds": [marketplace_id],
            **chosen,
        }
        for payload in _pages(gateway, query):
            rows = (parse_stock(row) for row in payload.get("inventorySummaries") or ())
            found.update({row.sku: row for row in rows})
    return found


def parse_stock(row: Json) -> Stock:
    """Return one summary."""
    details = row.get("inventoryDetails") or {}
    return Stock(read_text(row.get("sellerSku")), read_units(details.get("fulfillableQuantity")))


def _portions(skus: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Give the parameters of each call: a SKU with a comma would be taken for two in a list."""
    if not skus:
        yield {}
    plain = [sku for sku in dict.fromkeys(skus) if "," not in sku]
    for start in range(0, len(plain), SKUS_PER_CALL):
        yield {"sellerSkus": plain[start : start + SKUS_PER_CALL]}
    yield from ({"sellerSku": sku} for sku in dict.fromkeys(skus) if "," in sku)


def _pages(gateway: Gateway, query: dict[str, Any]) -> Iterable[Json]:
    """Give each page at once: a page token lives for half a minute."""
    token, seen = "", set()
    while True:
        answer = gateway.call(OPERATION, query={**query, "nextToken": token or None}).payload
        yield answer["payload"]
        token = read_text((answer.get("pagination") or {}).get("nextToken"))
        if not token:
            return
        if token in seen:
            raise REPEATED_PAGE.error(detail=OPERATION)
        seen.add(token)
