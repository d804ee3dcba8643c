# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Checks of an order before Amazon is asked: Amazon's answers name neither line nor field.

Limits: Fulfillment Outbound API 2020-07-01 and 2026-07-04.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from ..errors import causes_fulfillment as causes
from ..errors.exceptions import Cause
from . import vocabulary as words
from .stock import Stock
from .vocabulary import Address, Draft, Line, ReturnRequest

MAX_LINES = 100
MAX_UNITS = 250
MAX_ID = 40
MAX_LINE_ID = 50
MAX_SKU = 50
MAX_COMMENT = 750
MAX_LINE_COMMENT = 250
MAX_GIFT_MESSAGE = 512
MAX_EMAIL = 64
MAX_NOTE = 250
MAX_RETURN_ID = 80
MAX_RETURN_COMMENT = 1000
#: Amazon answers FORBIDDEN for numbers with spaces, and a slash would end the path.
_ORDER_ID = re.compile(rf"[^\s/\\]{{1,{MAX_ID}}}")
_STATES_NEEDED = frozenset({"US", "CA"})
_INDIA, _JAPAN = "IN", "JP"
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
    """Return everything that Amazon would refuse, nothing when it may be sent."""
    found = [cause for cause, wrong in _order_rules(draft) if wrong]
    found += _address_problems(draft.address)
    return [Problem(cause) for cause in found] + [
        problem for line in draft.lines for problem in _line_problems(line, _is_india(draft))
    ]


def check_preview(draft: Draft) -> list[Problem]:
    """Return what Amazon would refuse when it is only asked for a preview: a preview needs no
    number and no texts."""
    needless = (causes.MCF_ORDER_ID, causes.MCF_SHOWN_ID, causes.MCF_COMMENT, causes.MCF_SCHEDULED)
    return [problem for problem in check_draft(draft) if problem.cause not in needless]


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


def check_returns(requests: Sequence[ReturnRequest]) -> list[Problem]:
    """Return the pieces of which Amazon would refuse the return."""
    times = Counter(request.return_id for request in requests)
    return [
        Problem(causes.MCF_RETURN, request.return_id, request.line_id)
        for request in requests
        if times[request.return_id] > 1
        or not _fits(request.return_id, MAX_RETURN_ID)
        or not (request.line_id and request.shipment_id and request.reason)
        or len(request.comment) > MAX_RETURN_COMMENT
    ]


def _order_rules(draft: Draft) -> Iterator[tuple[Cause, bool]]:
    """Give each rule about the whole order, and whether it is broken."""
    ids = [line.line_id for line in draft.lines]
    yield causes.MCF_ORDER_ID, not is_order_id(draft.order_id)
    yield causes.MCF_SHOWN_ID, not _fits(draft.shown_id, MAX_ID)
    yield causes.MCF_COMMENT, not _fits(draft.comment, MAX_COMMENT)
    yield causes.MCF_STOCK_PLACE, not (draft.marketplace_id or draft.country)
    yield causes.MCF_NO_LINES, not draft.lines
    yield causes.MCF_TOO_MANY_LINES, len(ids) > MAX_LINES
    yield causes.MCF_TOO_MANY_UNITS, draft.units > MAX_UNITS
    yield causes.MCF_LINE_TWICE, len(set(ids)) < len(ids)
    yield causes.MCF_EMAIL, any(len(email) > MAX_EMAIL for email in draft.emails)
    yield causes.MCF_DELIVERY_NOTE, len(draft.delivery_note) > MAX_NOTE
    yield causes.MCF_SCHEDULED, draft.speeds[:1] == (words.SCHEDULED,) and not _can_schedule(draft)
    yield causes.MCF_INDIA, _is_india(draft) and not draft.payments


def _can_schedule(draft: Draft) -> bool:
    window = draft.window
    has_time = window is not None and window.start is not None and window.end is not None
    return has_time and draft.action != words.HOLD and draft.address.country.upper() == _JAPAN


def _is_india(draft: Draft) -> bool:
    return draft.marketplace_id == _INDIAN_MARKETPLACE or draft.country.upper() == _INDIA


def _address_problems(address: Address) -> Iterator[Cause]:
    country = address.country.strip().upper()
    needed = (address.name, address.street, address.zip)
    if not all(text.strip() for text in needed) or not re.fullmatch("[A-Z]{2}", country):
        yield causes.MCF_ADDRESS
    if not address.city.strip() and country != _JAPAN:
        yield causes.MCF_CITY
    if not address.state.strip() and country in _STATES_NEEDED:
        yield causes.MCF_STATE


def _line_problems(line: Line, is_india: bool) -> Iterator[Problem]:
    quantity = Decimal(str(line.quantity))
    texts = (line.gift_message, MAX_GIFT_MESSAGE), (line.comment, MAX_LINE_COMMENT)
    rules = (
        (causes.MCF_LINE_ID, not _fits(line.line_id, MAX_LINE_ID)),
        (causes.MCF_SKU, not _fits(line.sku, MAX_SKU)),
        (causes.MCF_FRACTION, quantity != quantity.to_integral_value()),
        (causes.MCF_QUANTITY, quantity <= 0),
        (causes.MCF_LINE_TEXT, any(len(text) > most for text, most in texts)),
        (causes.MCF_INDIA, is_india and line.declared_value is None),
    )
    for cause, is_wrong in rules:
        if is_wrong:
            yield Problem(cause, line.sku, line.line_id)


def _fits(text: str, most: int) -> bool:
    return len(text.strip()) > 0 and len(text) <= most
