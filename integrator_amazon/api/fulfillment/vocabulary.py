# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The words of multi-channel fulfilment, which no version of Amazon's API owns.

Times are aware and in UTC, quantities are whole pieces, what is withheld is an empty text.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from ..errors.exceptions import Cause
from ..values import Money

#: States of an order; an undocumented state of Amazon is read as `unknown` and does not change the
#: order's state.
HELD, SENT, ACCEPTED, PICKING = "held", "sent", "accepted", "picking"
PARTLY, DONE = "partly", "done"
CANCELLED, UNFULFILLABLE, INVALID = "cancelled", "unfulfillable", "invalid"
UNKNOWN = "unknown"
#: Nothing more is going to happen at Amazon.
FINAL = frozenset({PARTLY, DONE, CANCELLED, UNFULFILLABLE, INVALID})
#: Amazon still takes a cancellation.
CANCELLABLE = frozenset({HELD, SENT, ACCEPTED})

#: Speeds.
STANDARD, EXPEDITED, PRIORITY = "standard", "expedited", "priority"
#: The first action: Amazon ships, or puts the pieces aside for at most 14 days.
SHIP, HOLD = "ship", "hold"
#: The policy for missing pieces: nothing is shipped, or the rest is.
ALL_OR_NOTHING, AVAILABLE = "all_or_nothing", "available"

#: Features, by Amazon's names.
BLOCK_AMZL = "BLOCK_AMZL"
BLANK_BOX = "BLANK_BOX"

#: States of a shipment; a pending one is being picked.
PENDING, SHIPPED = "pending", "shipped"

#: In which condition a returned piece came back; the first is as good as new.
CONDITIONS = ("sellable", "defective", "customer_damaged", "carrier_damaged", "fulfiller_damaged")


@dataclass(frozen=True)
class Address:
    """Address of the goods; the names are those of a neutral order's address.

    :param zip: postal code.
    :param country: ISO 3166-1 alpha-2.
    """

    name: str
    street: str
    zip: str
    country: str
    city: str = ""
    state: str = ""
    street2: str = ""
    street3: str = ""
    phone: str = ""


@dataclass(frozen=True)
class Feature:
    """A delivery preference.

    :param required: without it the order is not to be shipped at all.
    """

    name: str
    required: bool = True


@dataclass(frozen=True)
class Span:
    """From when to when; both may be missing."""

    start: datetime | None = None
    end: datetime | None = None


@dataclass(frozen=True)
class Line:
    """One line that is to be shipped.

    :param line_id: ours, unique in the order.
    :param quantity: what Odoo says; `checks` refuses what is no whole number.
    """

    line_id: str
    sku: str
    quantity: int | float | Decimal


@dataclass(frozen=True)
class Draft:
    """An order as it is to be at Amazon.

    :param order_id: ours, unique for ever in the account; kept before the first call.
    :param shown_id: the number that the buyer knows, on the packing slip.
    :param confirmed_at: when the buyer ordered.
    :param comment: what the packing slip says.
    :param speeds: the preferred one first; an order takes the first only.
    :param marketplace_id: of the stock.
    :param channel: where it was sold, such as `SHOPIFY`.
    """

    order_id: str
    shown_id: str
    confirmed_at: datetime
    comment: str = field(repr=False)
    address: Address = field(repr=False)
    lines: tuple[Line, ...]
    speeds: tuple[str, ...] = (STANDARD,)
    action: str = SHIP
    policy: str = ALL_OR_NOTHING
    marketplace_id: str = ""
    features: tuple[Feature, ...] = ()
    delivery_note: str = field(default="", repr=False)
    channel: str = ""

    @property
    def units(self) -> Decimal:
        """Return the number of pieces in all lines."""
        return sum((Decimal(str(line.quantity)) for line in self.lines), Decimal(0))


@dataclass(frozen=True)
class Missing:
    """The units of a line that cannot be shipped, and why, in Amazon's codes."""

    line_id: str
    sku: str
    quantity: int
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True)
class Fee:
    """One part of what Amazon takes."""

    name: str
    amount: Money


@dataclass(frozen=True)
class Offer:
    """Amazon's offer for one speed.

    :param total: None where Amazon names no fee (India), or fees of several currencies.
    :param reasons: why the whole cannot be shipped like that, in Amazon's codes.
    """

    speed: str
    fulfillable: bool
    total: Money | None = None
    fees: tuple[Fee, ...] = ()
    arrives: Span = Span()
    missing: tuple[Missing, ...] = ()
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True)
class Preview:
    """Amazon's preview, by speed. It is no promise: pieces may go before the order is planned."""

    offers: tuple[Offer, ...] = ()

    def of(self, speed: str) -> Offer | None:
        """Return the offer of a speed, if there is one."""
        return next((offer for offer in self.offers if offer.speed == speed), None)


@dataclass(frozen=True)
class Item:
    """A line of an order at Amazon: `shipped + cancelled + unfulfillable + open` is `ordered`."""

    line_id: str
    sku: str
    ordered: int
    shipped: int = 0
    cancelled: int = 0
    unfulfillable: int = 0

    @property
    def open(self) -> int:
        """The open units."""
        return self.ordered - self.shipped - self.cancelled - self.unfulfillable


def balanced_item(
    line_id: str,
    sku: str,
    ordered: int,
    shipped: int,
    cancelled: int,
    unfulfillable: int,
    state: str,
) -> Item:
    """Return an item whose quantities add up, whatever Amazon says.

    What has left counts before what was cancelled, and that before what could not be found. Of an
    order that is over nothing is open: the rest was cancelled, or could not be shipped.

    :param state: of the whole order.
    """
    room = ordered
    kept = []
    for pieces in (shipped, cancelled, unfulfillable):
        kept.append(min(pieces, room))
        room -= kept[-1]
    if state == CANCELLED:
        kept[1] += room
    elif state in (UNFULFILLABLE, INVALID, PARTLY):
        kept[2] += room
    return Item(line_id, sku, ordered, *kept)


@dataclass(frozen=True)
class ShippedItem:
    """Pieces of a line in a shipment; the package is empty until Amazon has packed."""

    line_id: str
    sku: str
    quantity: int
    package_id: str = ""


@dataclass(frozen=True)
class Package:
    """A parcel.

    :param carrier: Amazon's code of the carrier.
    :param amazon_tracking: Amazon's own number, by which it tracks where there is no carrier's.
    :param state_text: Amazon's own word; empty where the version does not give it.
    """

    package_id: str
    carrier: str = ""
    tracking: str = ""
    amazon_tracking: str = ""
    tracking_url: str = ""
    state_text: str = ""


@dataclass(frozen=True)
class Shipment:
    """A part of an order that leaves one place together.

    :param state: `pending`, `shipped`, `cancelled` or `unknown`.
    :param ships_at: expected while pending, a fact once shipped.
    """

    shipment_id: str
    state: str
    ships_at: datetime | None = None
    items: tuple[ShippedItem, ...] = ()
    packages: tuple[Package, ...] = ()


@dataclass(frozen=True)
class ReturnRequest:
    """One piece that a buyer wants to send back; several pieces are several of these.

    :param return_id: ours, at most 80 characters, unique for ever.
    :param reason: code of `Reason`.
    """

    return_id: str
    line_id: str
    shipment_id: str
    reason: str


@dataclass(frozen=True)
class ReturnItem:
    """One piece that is on its way back, or has arrived.

    :param state: `new`, `processed` or `unknown`.
    :param condition: one of `CONDITIONS` once it was processed, `unknown`, or empty.
    """

    return_id: str
    line_id: str
    shipment_id: str
    state: str = "new"
    condition: str = ""
    authorization_id: str = ""


@dataclass(frozen=True)
class Authorization:
    """A permission to send back.

    :param page_url: what the buyer prints.
    """

    authorization_id: str
    rma_id: str = ""
    page_url: str = ""


@dataclass(frozen=True)
class RefusedReturn:
    """A piece that Amazon does not take back; the cause says it to people."""

    return_id: str
    cause: Cause


@dataclass(frozen=True)
class ReturnAnswer:
    """The pieces of which a return was asked for in vain; the others are shown by the order."""

    refused: tuple[RefusedReturn, ...] = ()


@dataclass(frozen=True)
class Reason:
    """A reason for a return, as Amazon knows it for one SKU and marketplace."""

    code: str
    description: str
    translation: str = ""


@dataclass(frozen=True)
class Order:
    """An order as Amazon gives it.

    :param state: `held` and the states after it, or `unknown`.
    :param state_text: Amazon's own word.
    """

    order_id: str
    state: str
    state_text: str = ""
    updated_at: datetime | None = None
    items: tuple[Item, ...] = ()
    shipments: tuple[Shipment, ...] = ()
    returns: tuple[ReturnItem, ...] = ()
    authorizations: tuple[Authorization, ...] = ()
    shown_id: str = ""
    address: Address | None = field(default=None, repr=False)

    @property
    def is_final(self) -> bool:
        """Return whether nothing more is going to happen."""
        return self.state in FINAL

    @property
    def packages(self) -> tuple[Package, ...]:
        """Every parcel of every shipment that has left."""
        left = (row for row in self.shipments if row.state == SHIPPED)
        return tuple(package for shipment in left for package in shipment.packages)


@dataclass(frozen=True)
class Created:
    """Amazon's answer to a new order.

    :param state: `sent` where it has not decided yet: ask for the order later.
    :param order: where the answer holds it.
    """

    order_id: str
    state: str
    state_text: str = ""
    order: Order | None = None


@dataclass(frozen=True)
class Tracking:
    """Place of a parcel.

    :param state_text: Amazon's own word.
    :param url: a page that may be given to the buyer.
    """

    state_text: str = ""
    url: str = ""


def sum_money(amounts: Iterable[Money]) -> Money | None:
    """Return the sum of amounts, None without any or for several currencies."""
    rows = list(amounts)
    if len({row.currency for row in rows}) != 1:
        return None
    return Money(sum((row.amount for row in rows), Decimal(0)), rows[0].currency)


def differences(draft: Draft, order: Order) -> tuple[str, ...]:
    """Return in what an order at Amazon is not the one that we wanted, empty when it is.

    It decides after a lost answer, or when the number is taken already. What Amazon writes in its
    own way (names, streets) is not compared.
    """
    wanted = {line.line_id: (line.sku, line.quantity) for line in draft.lines}
    found = {item.line_id: (item.sku, item.ordered) for item in order.items}
    pairs: Mapping[str, tuple[object, object]] = {
        "lines": (wanted, found),
        "shown_id": (draft.shown_id, order.shown_id or draft.shown_id),
    }
    unlike = [name for name, (ours, theirs) in pairs.items() if ours != theirs]
    if order.address and _place(draft.address) != _place(order.address):
        unlike.append("address")
    return tuple(unlike)


def _place(address: Address) -> tuple[str, str]:
    return (address.country.upper(), "".join(address.zip.upper().split()).replace("-", ""))
