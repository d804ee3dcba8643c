# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Forms of the values that an adapter returns to the core: the contract between the two.

Nothing here uses Odoo. What a form requires has no default; what a site does not give is left out.
Money is `Decimal`; times are aware unless a form says otherwise. A form that is not as it should be
raises `ContractError`, which names the field. `docs/neutral-forms.md` is made from this file.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any, TypeAlias, TypeVar

REMOTE_STATUSES = (
    *("pending", "unshipped", "partially_shipped", "shipped"),
    *("cancelled", "unfulfillable", "unknown"),
)
FULFILLERS = ("merchant", "site", "")
CHARGE_KINDS = ("item", "shipping", "gift_wrap", "cod_fee", "other", "tax", "discount")
SEVERITIES = ("error", "warning", "info")
CURES = ("products", "taxes", "approvals", "issues", "site", "")

_Form = TypeVar("_Form")


class ContractError(ValueError):
    """An adapter returns something that is not of the neutral form: an error in its code."""


# === THE ACCOUNT === #


@dataclass(frozen=True, slots=True)
class AccountTable:
    """Table in which another connector keeps the accounts that it synchronises."""

    #: The name of the connector, for people.
    label: str
    #: Technical name of its table.
    model: str
    #: Domain of the accounts that it synchronises.
    switched_on: tuple[tuple[str, str, Any], ...]
    #: Field of the table that names the account at the site.
    account_field: str
    #: Field of our site that holds the same value.
    site_field: str


@dataclass(frozen=True, slots=True)
class Estimate:
    """Calls and time of a piece of work, by the limits of the site."""

    calls: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Explanation:
    """The explanation of a reason."""

    #: For people.
    meaning: str
    #: Next step, for people.
    remedy: str
    #: The button that solves it: `products`, `taxes`, `approvals`, `issues` or `site`; empty: the
    #: record's own.
    cure: str = ""

    def __post_init__(self) -> None:
        _check_choice(self, "cure", CURES)


# === ORDERS === #


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """One amount of an order line, for all its pieces; its tax is another one, where known."""

    #: `item`, `shipping`, `gift_wrap`, `cod_fee`, `other`, `tax` or `discount`.
    kind: str
    #: Kind that a tax or discount belongs to.
    of: str = ""
    #: With its sign: discounts are negative.
    amount: Decimal

    def __post_init__(self) -> None:
        _check_choice(self, "kind", CHARGE_KINDS)
        _check_choice(self, "of", ("", *CHARGE_KINDS))
        _check_amounts(self, "amount")


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderLine:
    """The ordered quantity and charges of one product."""

    #: The site's id of the line, unique in its order.
    remote_line_id: str
    sku: str
    remote_product_id: str = ""
    title: str = ""
    #: Pieces ordered, of which `quantity_shipped` have left and `quantity_cancelled` never will.
    quantity: int
    quantity_shipped: int = 0
    quantity_cancelled: int = 0
    gift_message: str = ""
    promotion_ids: tuple[str, ...] = ()
    #: The site's word, where it pays the tax to the state itself; empty: the seller does.
    tax_model: str = ""
    #: `ioss` or `uoss` where the sale falls under it.
    tax_scheme: str = ""
    #: False where prices hold a tax of which the site says nothing.
    tax_known: bool = True
    charges: tuple[Charge, ...] = ()

    def __post_init__(self) -> None:
        _check_filled(self, "remote_line_id")


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Address of an order. What is withheld is empty."""

    name: str = ""
    company: str = ""
    street: str = ""
    street2: str = ""
    street3: str = ""
    city: str = ""
    zip: str = ""
    state: str = ""
    #: ISO code of two letters.
    country: str = ""
    phone: str = ""
    district: str = ""

    def as_json(self) -> dict[str, str]:
        """Return it as it is stored with an order."""
        return asdict(self)


@dataclass(frozen=True, slots=True, kw_only=True)
class Buyer:
    """The buyer. Withheld values are empty."""

    name: str = ""
    email: str = ""
    company: str = ""
    #: The buyer's own number of the order.
    purchase_order: str = ""
    vat: str = ""
    phone: str = ""
    #: Invoice address of a company, if another.
    invoice_address: Address | None = None

    def as_json(self) -> dict[str, Any]:
        """Return it as it is stored with an order."""
        values = asdict(self)
        if self.invoice_address is None:
            values.pop("invoice_address")
        return values


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """One order as a document of the site shows it. Times are aware."""

    #: The site's id, unique there.
    remote_order_id: str
    #: `pending`, `unshipped`, `partially_shipped`, `shipped`, `cancelled`, `unfulfillable` or
    #: `unknown`.
    remote_status: str
    #: The site's own word for it.
    remote_status_text: str = ""
    #: False where the source does not give the state of the order: it is asked for by its id, too.
    status_known: bool = True
    #: False where the source leaves open where it was sold, its prices or its taxes: the order is
    #: held and asked for by its id.
    complete: bool = True
    #: `merchant` (we ship) or `site`; empty where the site says something unknown: it is held.
    fulfilled_by: str
    #: Marketplace of the sale.
    marketplace_code: str = ""
    channel_name: str = ""
    ordered_at: datetime
    #: The time of this version; of two versions the younger counts.
    updated_at: datetime
    #: Until when it has to leave and to arrive.
    ship_by: datetime | None = None
    deliver_by: datetime | None = None
    #: Time at which the last parcel left.
    shipped_at: datetime | None = None
    service_level: str = ""
    programs: tuple[str, ...] = ()
    #: Our own number of the order, where the site keeps one.
    seller_order_id: str = ""
    #: The site only ships it from its stock; `seller_order_id` names our own order.
    sold_elsewhere: bool = False
    #: The order in whose place it is sent: it may cost nothing.
    replaces: str = ""
    #: ISO code.
    currency: str
    #: The buyer's total; None when the site gives none.
    amount_total: Decimal | None = None
    #: The total less the sum of all charges. None: the core reckons it.
    unexplained: Decimal | None = None
    buyer: Buyer = field(default_factory=Buyer)
    address: Address = field(default_factory=Address)
    #: Whether the buyer wants it cancelled, and why.
    cancel_requested: bool = False
    cancel_reason: str = ""
    lines: tuple[OrderLine, ...]

    def __post_init__(self) -> None:
        _check_choice(self, "remote_status", REMOTE_STATUSES)
        _check_choice(self, "fulfilled_by", FULFILLERS)
        _check_times(self, "ordered_at", "updated_at")
        _check_times(self, "ship_by", "deliver_by", "shipped_at", is_optional=True)
        if self.amount_total is not None:
            _check_amounts(self, "amount_total")
        if self.unexplained is None:
            charges = sum(one.amount for line in self.lines for one in line.charges)
            rest = Decimal(0) if self.amount_total is None else self.amount_total - charges
            object.__setattr__(self, "unexplained", rest)
        _check_amounts(self, "unexplained")


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderMention:
    """An order of which a document names only the id: it is fetched by its id
    unless what we have is as young."""

    remote_order_id: str
    updated_at: datetime | None = None
    seller_order_id: str = ""
    sold_elsewhere: bool = False

    def __post_init__(self) -> None:
        _check_times(self, "updated_at", is_optional=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class UnreadableOrder:
    """An order in which something cannot be read. It is held with that reason and asked for by its
    id; no order beside it waits."""

    remote_order_id: str
    #: The unreadable part, and its place.
    unreadable: str
    updated_at: datetime | None = None

    def __post_init__(self) -> None:
        _check_times(self, "updated_at", is_optional=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """Any other part of a document that cannot be read; it is noted on the document."""

    #: The unreadable part, and its place.
    unreadable: str


# === RETURNS === #


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnLine:
    """The returned quantity of one product."""

    sku: str
    #: The site's id of the order line; without it, the SKU finds the line.
    remote_line_id: str = ""
    remote_product_id: str = ""
    title: str = ""
    quantity: int
    #: Why, and what the buyer wants, in the site's words.
    reason: str = ""
    resolution: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Return:
    """One return that a buyer has asked for."""

    #: The site's number of the return (RMA); unique with the order.
    remote_return_id: str
    remote_order_id: str
    requested_at: datetime | None = None
    #: In the site's own word.
    remote_status: str = ""
    #: Of the parcel that comes back.
    carrier: str = ""
    tracking: str = ""
    lines: tuple[ReturnLine, ...]

    def __post_init__(self) -> None:
        _check_filled(self, "remote_return_id", "remote_order_id")
        _check_times(self, "requested_at", is_optional=True)


# === LISTINGS === #


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingIssue:
    """A problem that a site has with a listing."""

    code: str = ""
    #: `error`, `warning` or `info`.
    severity: str = "info"
    message: str = ""
    #: The part of the listing that it is about, for people.
    attributes: str = ""

    def __post_init__(self) -> None:
        _check_choice(self, "severity", SEVERITIES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A listing as the site shows it on one marketplace."""

    sku: str
    #: Unique with the SKU.
    marketplace_code: str = ""
    #: The site was asked for it and does not know it; nothing else is needed then.
    gone: bool = False
    remote_id: str = ""
    title: str = ""
    barcode: str = ""
    #: `merchant`, `site`, or empty where the site does not show who ships.
    channel: str = ""
    #: Whether the site shows an offer of each.
    conflict: bool = False
    #: None where the site does not give them.
    issues: tuple[ListingIssue, ...] | None = None
    #: JSON, for the adapter's `_section_shown` and `_note_shown` only. None: it is there, and that
    #: is all that is known.
    shown: Any = None

    def __post_init__(self) -> None:
        _check_choice(self, "channel", FULFILLERS)

    def as_json(self) -> dict[str, Any]:
        """Return it as it is kept until a person says which product it is."""
        values = asdict(self)
        if self.issues is not None:
            values["issues"] = [asdict(issue) for issue in self.issues]
        return values


@dataclass(frozen=True, slots=True, kw_only=True)
class ListingMention:
    """A listing that has changed on the site; its present state is fetched."""

    marketplace_code: str
    sku: str


# === FETCHING === #


@dataclass(frozen=True, slots=True)
class Reach:
    """Extent of what a source gives."""

    #: Longest span of one request.
    span: timedelta
    #: Span of time back; None: as far as there are orders.
    back: timedelta | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """The result of a fetch. Times are UTC without a zone, as Odoo keeps them."""

    #: The bytes as received; None: there is nothing to keep, perhaps nothing yet.
    content: bytes | None = None
    charset: str = ""
    #: Headers of the answer that are kept; never a secret.
    headers: Mapping[str, Any] = field(default_factory=dict)
    #: The site's number of the answer, for its support.
    request_id: str = ""
    received_at: datetime | None = None
    #: The adapter's token for the next page; None: this is the last.
    next_token: str | None = None
    #: Up to which time the site says that its answer is complete.
    watermark: datetime | None = None
    #: Of the orders on the page; None where the adapter does not look.
    ids: tuple[str, ...] | None = None
    #: Form for `_extract`, where that is not by the source.
    kind: str = ""
    #: Seconds until the site wants to be asked again.
    retry_after: int | None = None

    def __post_init__(self) -> None:
        if self.content is not None and self.received_at is None:
            raise ContractError("Page.received_at is missing")


# === PLANNING === #


@dataclass(frozen=True, slots=True, kw_only=True)
class Update:
    """One change that is to be sent to a site. It holds no values to send: these are read when it
    is sent. The core keeps it as an `integrator.task`; while that waits, another of the same kind
    and target joins it."""

    #: A value of `integrator.task.kind`.
    kind: str
    #: Its subject: model and id, with a comma between them; more parts where one record is
    #: sent in several updates of a kind.
    target_ref: str
    #: The name of the subject, for people.
    target_name: str = ""
    #: Ids of the records that it is about, for screens and for who builds the message.
    listing_id: int | None = None
    order_id: int | None = None
    picking_id: int | None = None
    move_id: int | None = None
    #: Kind of the update of the same target that has to succeed first.
    after: str = ""
    #: It is not sent earlier; UTC without a zone.
    update_at: datetime | None = None

    def __post_init__(self) -> None:
        _check_filled(self, "kind", "target_ref")

    def as_values(self) -> dict[str, Any]:
        """Return the columns of its task."""
        values = asdict(self)
        values.pop("after")
        return values


# === SENDING === #


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """A built submission. Keys of `left_out` are `integrator.task` records."""

    content: bytes = b""
    #: Task -> the error for which it cannot be sent, or None where there is nothing to say any
    #: more.
    left_out: Mapping[Any, Exception | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """The answer of a site to a submission. Keys of results are `integrator.task` records."""

    #: By which the site is asked what became of it.
    ticket: str
    #: All ids of the answer, JSON.
    refs: Mapping[str, Any] = field(default_factory=dict)
    #: Of what is final by now: task -> None or the error that refused it.
    results: Mapping[Any, Exception | None] = field(default_factory=dict)
    #: Only a part has left: `refs` are kept and committed, then the next part is asked for.
    more: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """The outcome of a submission. Keys of results are `integrator.task` records."""

    #: Whether the site is still at work on it, and in how many seconds to ask again.
    running: bool = False
    retry_after: int = 0
    #: Task -> None (success) or the error that refused it; `UnclearError`: there is no saying.
    results: Mapping[Any, Exception | None] = field(default_factory=dict)
    #: The site did nothing, because something in the file spoils it: its parts are sent apart, and
    #: `results` count only where there is nothing to part.
    refused_whole: bool = False

    def __post_init__(self) -> None:
        if self.running and self.retry_after <= 0:
            raise ContractError("Checked.retry_after is missing")


#: The possible contents of a document, see `_extract` of the adapter.
Extracted: TypeAlias = (
    Order | OrderMention | UnreadableOrder | Unreadable | Return | Listing | ListingMention
)


# === READING PLAIN VALUES === #


def read_order(values: Mapping[str, Any]) -> Order:
    """Return an order of plain values, for parsers that know nothing of this module.

    :param values: keys of `Order`, nested as its parts are; amounts as `Decimal` or text.
    :raise ContractError: naming what is missing, unknown or of another kind.
    """
    lines = tuple(
        _build(
            OrderLine,
            line,
            promotion_ids=tuple(line.get("promotion_ids", ())),
            charges=tuple(
                _build(Charge, charge, amount=_amount(charge, "amount"))
                for charge in line.get("charges", ())
            ),
        )
        for line in values.get("lines", ())
    )
    total = values.get("amount_total")
    return _build(
        Order,
        values,
        programs=tuple(values.get("programs", ())),
        buyer=read_buyer(values.get("buyer", {})),
        address=_build(Address, values.get("address", {})),
        amount_total=None if total is None else _amount(values, "amount_total"),
        unexplained=_amount(values, "unexplained") if "unexplained" in values else None,
        lines=lines,
    )


def read_buyer(values: Mapping[str, Any]) -> Buyer:
    """Return a buyer of plain values.

    :raise ContractError: naming what is unknown.
    """
    invoiced = values.get("invoice_address")
    return _build(Buyer, values, invoice_address=_build(Address, invoiced) if invoiced else None)


def read_return(values: Mapping[str, Any]) -> Return:
    """Return a return of plain values.

    :raise ContractError: naming what is missing or unknown.
    """
    lines = tuple(_build(ReturnLine, line) for line in values.get("lines", ()))
    return _build(Return, values, lines=lines)


def read_listing(values: Mapping[str, Any]) -> Listing:
    """Return a listing of plain values, such as those of `Listing.as_json`.

    :raise ContractError: naming what is missing or unknown.
    """
    issues = values.get("issues")
    if issues is not None:
        issues = tuple(_build(ListingIssue, issue) for issue in issues)
    return _build(Listing, values, issues=issues)


def _build(form: type[_Form], values: Mapping[str, Any], **parts: Any) -> _Form:
    try:
        return form(**{**values, **parts})
    except TypeError as error:
        raise ContractError(f"{form.__name__}: {error}") from error


def _amount(values: Mapping[str, Any], name: str) -> Decimal:
    try:
        return Decimal(str(values[name]))
    except (KeyError, InvalidOperation) as error:
        raise ContractError(f"{name} is no amount: {values.get(name)!r}") from error


# === CHECKS === #


def _check_choice(form: object, name: str, choices: tuple[str, ...]) -> None:
    value = getattr(form, name)
    if value not in choices:
        raise ContractError(f"{_label(form, name)}: {value!r} is none of {', '.join(choices)}")


def _check_filled(form: object, *names: str) -> None:
    for name in names:
        if not getattr(form, name):
            raise ContractError(f"{_label(form, name)} is empty")


def _check_times(form: object, *names: str, is_optional: bool = False) -> None:
    for name in names:
        value = getattr(form, name)
        is_missing = value is None and is_optional
        if not is_missing and (not isinstance(value, datetime) or value.tzinfo is None):
            raise ContractError(f"{_label(form, name)} is no time with a zone: {value!r}")


def _check_amounts(form: object, *names: str) -> None:
    for name in names:
        value = getattr(form, name)
        if not isinstance(value, Decimal) or not value.is_finite():
            raise ContractError(f"{_label(form, name)} is no amount: {value!r}")


def _label(form: object, name: str) -> str:
    return f"{type(form).__name__}.{name}"
