# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Values that operations and site adapters exchange about orders that are exported to a site.

Nothing here knows Odoo's ORM. Money is `Decimal` in the currency that stands beside it, quantities
are `Decimal` pieces, times are naive UTC, and a text that is not known is `""`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from .exceptions import RejectedError

#: Causes of discrepancies that the core knows what to do about; a site may have its own.
AVAILABILITY = "availability"
VARIANT = "variant"
PRICE = "price"
FEE = "fee"
ADDRESS = "address"
ORDER_LIMIT = "order_limit"
ARRIVAL = "arrival"

#: Actions by which a discrepancy can be answered, and which the core carries out itself.
SKIP_LINE = "skip"
REDUCE_LINE = "reduce"
ACCEPT = "accept"
CHECK_AGAIN = "again"
CANCEL = "cancel"

#: States of a remote order: values of `const.REMOTE_STATUSES`.
OPEN_STATUSES = frozenset({"pending", "unshipped", "partially_shipped", "unknown"})


# === WHAT IS ASKED === #


@dataclass(frozen=True)
class ExportAddress:
    """Address of the goods.

    :param state: code of the state or region
    :param country: two letters, ISO 3166
    """

    name: str
    street: str = ""
    street2: str = ""
    company: str = ""
    city: str = ""
    zip: str = ""
    state: str = ""
    country: str = ""
    phone: str = ""
    email: str = ""


@dataclass(frozen=True)
class ExportLine:
    """Pieces of one product.

    :param ref: our name of the line, the same in everything that is said about it
    :param price: of one piece, as the customer pays it
    :param available: pieces that Odoo knows at the site's location; None: not known
    """

    ref: str
    sku: str
    quantity: Decimal
    price: Decimal = Decimal(0)
    name: str = ""
    available: Decimal | None = None


@dataclass(frozen=True)
class ExportRequest:
    """An order, or a part of it, that a site is asked to ship.

    :param order_ref: number of the order as the customer knows it
    :param marketplace_code: whose stock ships it; "": the site's first
    :param speed: in the site's word; "": the site's slowest
    :param hold: reserve only, ship on a later request
    :param comment: for the customer, printed by the site
    :param delivery_preferences: site's word -> value
    :param channel: name of the sales team that sold it
    :param price_tolerance: part of a price by which it may differ, 0.05 is 5 %
    :param fee_limit: the most that the site may ask for shipping it all; None: any fee
    :param arrive_by: the latest moment that was promised; None: any
    :param accepted: the (cause, line_ref) that a person or a rule has accepted
    """

    order_ref: str
    ordered_at: datetime
    address: ExportAddress
    lines: tuple[ExportLine, ...]
    currency: str
    marketplace_code: str = ""
    speed: str = ""
    hold: bool = False
    comment: str = ""
    delivery_preferences: Mapping = field(default_factory=dict)
    channel: str = ""
    price_tolerance: Decimal = Decimal(0)
    fee_limit: Decimal | None = None
    arrive_by: datetime | None = None
    accepted: frozenset[tuple[str, str]] = frozenset()


# === WHAT THE SITE SAYS BEFORE === #


@dataclass(frozen=True)
class Choice:
    """One answer to a question.

    :param action: its stable name
    :param name: its text for people, translated
    :param values: what it changes; for a line `quantity`, `sku`; for the request `speed`, `hold`
    """

    action: str
    name: str
    values: Mapping = field(default_factory=dict)


@dataclass(frozen=True)
class Discrepancy:
    """Something in a request that the site would not do as asked: one question to a person.

    :param cause: stable name, see the constants of this module
    :param line_ref: of the line that it is about; "": of the whole order
    :param text: what differs and what to do, for people, translated
    :param choices: answers that make sense; empty: those that the core has for the cause
    :param data: JSON-able figures, for example `available` or `fee`
    """

    cause: str
    line_ref: str
    text: str
    choices: tuple[Choice, ...] = ()
    data: Mapping = field(default_factory=dict)


@dataclass(frozen=True)
class ExportPreview:
    """One way in which the site can ship a request.

    :param speed: in the site's word
    :param fee: what the site asks for all of it; None: not given
    :param fees: kind, in the site's word -> amount
    :param is_possible: whether the site ships everything this way
    :param reasons: why not, for people
    """

    speed: str
    fee: Decimal | None = None
    currency: str = ""
    arrival_from: datetime | None = None
    arrival_to: datetime | None = None
    fees: Mapping = field(default_factory=dict)
    is_possible: bool = True
    reasons: tuple[str, ...] = ()


# === WHAT THE SITE SAYS AFTER === #


@dataclass(frozen=True)
class RemoteOrderLine:
    """A line of a remote order as the site has it.

    :param ref: our name of the line; "" in an order that was made by hand there
    :param remote_line_id: the site's own id of the line
    :param remote_product_id: the site's id of the product
    :param configuration: the site's id of the variant
    :param price: of one piece, as the site has booked it; None: the site keeps none
    """

    ref: str
    sku: str
    quantity: Decimal
    shipped: Decimal = Decimal(0)
    cancelled: Decimal = Decimal(0)
    unfulfillable: Decimal = Decimal(0)
    remote_line_id: str = ""
    remote_product_id: str = ""
    barcode: str = ""
    configuration: str = ""
    promotion_ids: tuple[str, ...] = ()
    price: Decimal | None = None
    name: str = ""


@dataclass(frozen=True)
class RemoteParcel:
    """A package of a remote order.

    :param number: the site's number of it, unique within the order
    :param lines: pairs (`RemoteOrderLine.ref` or, where that is "", `remote_line_id`; pieces)
    :param shipped_at: None: it has not left yet
    :param status: in the site's own word
    :param url: page on which a customer may follow it
    """

    number: str
    carrier: str = ""
    tracking: str = ""
    lines: tuple[tuple[str, Decimal], ...] = ()
    shipped_at: datetime | None = None
    status: str = ""
    url: str = ""


@dataclass(frozen=True)
class RemoteOrderState:
    """State of an exported or bound order at the site.

    :param remote_ref: the id by which it is asked for
    :param status: a value of `const.REMOTE_STATUSES`
    :param original_status: the site's own word
    :param is_held: reserved only; it ships when it is released
    :param fees: kind, in the site's word -> amount
    :param is_complete: nothing more will happen to it
    """

    remote_ref: str
    status: str
    original_status: str
    lines: tuple[RemoteOrderLine, ...] = ()
    parcels: tuple[RemoteParcel, ...] = ()
    fees: Mapping = field(default_factory=dict)
    currency: str = ""
    is_held: bool = False
    is_complete: bool = False
    address: ExportAddress | None = None
    updated_at: datetime | None = None


@dataclass(frozen=True)
class RemoteOrderResult:
    """The result of creating a remote order.

    :param remote_ref: the id by which it is asked for
    :param state: what the site answered of it; None: only that it has it
    :param notes: what a person should know, translated
    """

    remote_ref: str
    state: RemoteOrderState | None = None
    notes: tuple[str, ...] = ()


# === WHY IT DOES NOT === #


class AddressRefusedError(RejectedError):
    """The site does not ship to the address as it is written.

    :param str field_name: part of `ExportAddress` that is wrong; "": not given
    """

    def __init__(self, message, field_name="", code="export_address"):
        super().__init__(message, code=code)
        self.field_name = field_name


class OrderLimitError(RejectedError):
    """The account may not make more orders now: open ones, unpaid ones, credit."""

    def __init__(self, message, code="export_limit", retry_after=None):
        super().__init__(message, code=code, retry_after=retry_after)


class MissedDiscrepancyError(RejectedError):
    """The site refuses something that the check should have found; it is checked again.

    :param discrepancies: list of `Discrepancy`; empty: only the message is known
    """

    def __init__(self, message, discrepancies=(), code="export_missed"):
        super().__init__(message, code=code)
        self.discrepancies = tuple(discrepancies)


class NotAsAskedError(RejectedError):
    """The site has booked something else than it was asked for."""

    def __init__(self, message, code="export_not_as_asked"):
        super().__init__(message, code=code)
