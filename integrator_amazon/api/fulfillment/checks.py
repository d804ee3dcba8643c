# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Checks of an order before Amazon is asked: Amazon's answers name neither line nor field.

Limits: Fulfillment Outbound API 2020-07-01 and 2026-07-04.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from ..errors import causes_fulfillment as causes
from ..errors.exceptions import Cause
from .stock import Stock
from .vocabulary import Address, Draft, Line

MAX_LINES = 100
MAX_UNITS = 250
MAX_ID = 40
MAX_SKU = 50
MAX_RETURN_ID = 80
#: Amazon answers FORBIDDEN for numbers with spaces, and a slash would end the path.
_ORDER_ID = re.compile(rf"[^\s/\\]{{1,{MAX_ID}}}")
_STATES_NEEDED = frozenset({"US", "CA"})
_JAPAN = "JP"
_INDIAN_MARKETPLACE = "A21TJRUUN4KGV"


@dataclass(frozen=True)
class Problem:
    """Something that is wrong.

    :param cause: says to people what, and what to do.
    :param place: of what it is said: a SKU where it is of one line, else empty.
    :param line_id: of which line, else empty.
    """

    cause: Cause
    place: str = ""
    line_id: str = ""


def is_order_id(text: str) -> bool:
    """Return whether Amazon can be asked for an order by this number."""
    return bool(_ORDER_ID.fullmatch(text)) and set(text) != {"."}


def check_draft(draft: Draft) -> list[Problem]:
    """Return everything that Amazon would refuse, nothing when it may be sent. Numbers and texts
    are made to fit where the draft is."""
    found = [cause for cause, wrong in _order_rules(draft) if wrong]
    found += _address_problems(draft.address)
    return [Problem(cause) for cause in found] + [
        problem for line in draft.lines for problem in _line_problems(line)
    ]


def check_stock(draft: Draft, stock: Mapping[str, Stock]) -> list[Problem]:
    """Return the lines of which Amazon has none or too few; lines of one SKU share its pieces.

    :param stock: SKU -> what lies there, see `stock.fetch_stock`.
    """
    found = []
    left = {sku: Decimal(row.fulfillable) for sku, row in stock.items()}
    for line in draft.lines:
        if line.sku not in left:
            found.append(Problem(causes.MCF_SKU_UNKNOWN, line.sku, line.line_id))
            continue
        left[line.sku] -= Decimal(str(line.quantity))
        if left[line.sku] < 0:
            found.append(Problem(causes.MCF_TOO_FEW, line.sku, line.line_id))
    return found


def _order_rules(draft: Draft) -> Iterator[tuple[Cause, bool]]:
    """Give each rule about the whole order, and whether it is broken."""
    yield causes.MCF_STOCK_PLACE, not draft.marketplace_id
    yield causes.MCF_NO_LINES, not draft.lines
    yield causes.MCF_TOO_MANY_LINES, len(draft.lines) > MAX_LINES
    yield causes.MCF_TOO_MANY_UNITS, draft.units > MAX_UNITS
    # there it asks for payments and the value of each piece, too
    yield causes.MCF_INDIA, draft.marketplace_id == _INDIAN_MARKETPLACE


def _address_problems(address: Address) -> Iterator[Cause]:
    country = address.country.strip().upper()
    needed = (address.name, address.street, address.zip)
    if not all(text.strip() for text in needed) or not re.fullmatch("[A-Z]{2}", country):
        yield causes.MCF_ADDRESS
    if not address.city.strip() and country != _JAPAN:
        yield causes.MCF_CITY
    if not address.state.strip() and country in _STATES_NEEDED:
        yield causes.MCF_STATE


def _line_problems(line: Line) -> Iterator[Problem]:
    quantity = Decimal(str(line.quantity))
    rules = (
        (causes.MCF_SKU, not line.sku.strip() or len(line.sku) > MAX_SKU),
        (causes.MCF_FRACTION, quantity != quantity.to_integral_value()),
        (causes.MCF_QUANTITY, quantity <= 0),
    )
    for cause, is_wrong in rules:
        if is_wrong:
            yield Problem(cause, line.sku, line.line_id)
