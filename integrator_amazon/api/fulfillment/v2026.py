# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Fulfillment Outbound API 2026-07-04: known from its model only. It accepts orders before it has
decided on them, and changes nothing of an order but that it releases it.

Payloads were checked by `shapes` before they come here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ..errors.causes_fulfillment import MCF_ONLY_RELEASE
from ..marketplaces import COUNTRY_OF_MARKETPLACE
from ..values import format_time
from . import vocabulary as words
from .bodies import address_body, filled, read_address
from .reading import (
    read_amount,
    read_link,
    read_moment,
    read_money,
    read_text,
    read_texts,
    read_word,
)
from .vocabulary import (
    Created,
    Draft,
    Fee,
    Item,
    Line,
    Missing,
    Offer,
    Order,
    Package,
    Preview,
    Shipment,
    ShippedItem,
    Span,
    balanced_item,
    sum_money,
)

Json = Mapping[str, Any]

#: Operations by their purpose, and the name of an order's number in paths, for `calls`.
OPERATIONS = {
    "preview": "outbound.getOrderPreview",
    "create": "outbound.createOrder",
    "get": "outbound.getOrder",
    "update": "outbound.updateOrder",
    "cancel": "outbound.cancelOrder",
}
ID_NAME = "orderId"

_TIERS = {
    words.STANDARD: "STANDARD",
    words.EXPEDITED: "EXPEDITED",
    words.PRIORITY: "PRIORITY",
}
_ACTIONS = {words.SHIP: "SHIP", words.HOLD: "HOLD"}
_POLICIES = {
    words.ALL_OR_NOTHING: "FILL_OR_KILL",
    words.AVAILABLE: "FILL_ALL_AVAILABLE",
}
_STATES = {
    "processing": words.ACCEPTED,
    "complete": words.DONE,
    "completepartial": words.PARTLY,
    "completepartialled": words.PARTLY,
    "cancelled": words.CANCELLED,
    "unfulfillable": words.UNFULFILLABLE,
    "invalid": words.INVALID,
}
_SHIPMENTS = {
    "processing": words.PENDING,
    "shipped": words.SHIPPED,
    "cancelled": words.CANCELLED,
}
_REQUIRED = "REQUIRED"


def _back(table: Mapping[str, str]) -> dict[str, str]:
    return {theirs.lower().replace("_", ""): ours for ours, theirs in table.items()}


_READ_TIERS, _READ_ACTIONS = _back(_TIERS), _back(_ACTIONS)


# === WHAT IS SENT === #


def build_preview(draft: Draft) -> dict[str, Any]:
    """Return the body of a preview for every speed of a draft."""
    services = _services(draft)
    services.get("packaging", {}).pop("packingSlip", None)
    return filled(
        {
            "channel": draft.channel,
            "fulfillmentConfiguration": filled(
                {"serviceLevel": _service_level(draft.speeds), "services": filled(services)}
            ),
            "origin": filled({"countryCode": _country(draft)}),
            "destination": {"deliveryAddress": address_body(draft.address)},
            "lineItems": [_preview_line(line) for line in draft.lines],
        }
    )


def build_order(draft: Draft) -> dict[str, Any]:
    """Return the body of a new order; it has passed `checks.check_draft`."""
    return filled(
        {
            ID_NAME: draft.order_id,
            "channel": draft.channel,
            "fulfillmentConfiguration": filled(
                {
                    "serviceLevel": _service_level(draft.speeds[:1]),
                    "action": _ACTIONS[draft.action],
                    "policy": _POLICIES[draft.policy],
                    "services": _services(draft),
                }
            ),
            "origin": filled({"countryCode": _country(draft)}),
            "destination": filled(
                {
                    "deliveryAddress": address_body(draft.address),
                    "deliveryNotes": draft.delivery_note,
                }
            ),
            "lineItems": [_line(line) for line in draft.lines],
        }
    )


def build_update(draft: Draft) -> dict[str, Any]:
    """This version changes nothing of an order on hold.

    :raise Rejected: always.
    """
    raise MCF_ONLY_RELEASE.error()


def build_release() -> dict[str, Any]:
    """Return the body that lets Amazon ship an order on hold as it is."""
    return {"fulfillmentConfiguration": {"action": _ACTIONS[words.SHIP]}}


def get_query() -> dict[str, Any]:
    """Return the query that gets an order with all that is known of it."""
    return {"shipments": "INCLUDE"}


def _service_level(speeds: Sequence[str]) -> dict[str, Any]:
    return {"serviceTiers": [_TIERS[speed] for speed in speeds]}


def _services(draft: Draft) -> dict[str, Any]:
    """Features in this version's words; one that it has no word for goes into its free map."""
    required = {feature.name: feature.required for feature in draft.features}
    packaging: dict[str, Any] = {}
    if words.BLANK_BOX in required:
        packaging["packagingOption"] = "UNBRANDED" if required.pop(words.BLANK_BOX) else "ANY"
    packaging["packingSlip"] = {
        "templateAttributes": {
            "orderId": draft.shown_id,
            "orderTime": format_time(draft.confirmed_at),
            "orderText": draft.comment,
        }
    }
    additional = {
        name: _REQUIRED if is_required else "NOT_REQUIRED" for name, is_required in required.items()
    }
    return filled({"packaging": packaging, "additional": additional})


def _country(draft: Draft) -> str:
    """From where it is shipped; this version has no marketplaces."""
    return COUNTRY_OF_MARKETPLACE.get(draft.marketplace_id, "")


def _preview_line(line: Line) -> dict[str, Any]:
    return {
        "product": {"productIdentifier": {"amazonSku": line.sku}},
        "amount": {"unit": "EACHES", "value": str(int(line.quantity))},
    }


def _line(line: Line) -> dict[str, Any]:
    return {"lineItemId": line.line_id, **_preview_line(line)}


# === WHAT COMES BACK === #


def parse_preview(payload: Json, draft: Draft) -> Preview:
    """Return what Amazon would do, by speed: this version plans shipments, each with its offers.

    A speed is good when each planned shipment has it, and the shipments hold every piece.

    :param draft: what was asked for; this version does not name lines.
    """
    shipments = payload.get("plannedShipments") or ()
    reasons = tuple(
        code for row in payload.get("constraints") or () if (code := read_text(row.get("code")))
    )
    missing = _missing(draft, shipments, reasons)
    return Preview(tuple(_offer(speed, shipments, missing, reasons) for speed in draft.speeds))


def parse_created(payload: Json, status: int, draft: Draft) -> Created:
    """Return what a success means: the order itself, or (202) that Amazon is going to decide.

    :param status: of HTTP.
    """
    row = payload.get("order")
    if row:
        order = _order(row)
        return Created(order.order_id or draft.order_id, order.state, order.state_text, order)
    return Created(draft.order_id, words.SENT, read_text(payload.get("status")))


def parse_order(payload: Json) -> Order:
    """Return an order with lines, shipments and packages."""
    return _order(payload["order"])


def _missing(
    draft: Draft, shipments: Iterable[Json], reasons: tuple[str, ...]
) -> tuple[Missing, ...]:
    """The units of each line that are in no shipment; lines of one SKU share its planned units."""
    planned: Counter[str] = Counter()
    for shipment in shipments:
        for row in shipment.get("items") or ():
            planned[_sku(row)] += read_amount(row.get("amount"))
    found = []
    for line in draft.lines:
        wanted = int(line.quantity)
        given = min(wanted, planned[line.sku])
        planned[line.sku] -= given
        if given < wanted:
            found.append(Missing(line.line_id, line.sku, wanted - given, reasons))
    return tuple(found)


def _offer(
    speed: str, shipments: Sequence[Json], missing: tuple[Missing, ...], reasons: tuple[str, ...]
) -> Offer:
    rows = [row for shipment in shipments if (row := _offer_row(shipment, speed))]
    levels = [_part(row, "fulfillmentConfiguration", "serviceLevel") for row in rows]
    prices = [row["estimatedPrice"] for row in rows if row.get("estimatedPrice")]
    totals = [money for price in prices if (money := read_money(price.get("totalPrice")))]
    is_whole = bool(shipments) and len(rows) == len(shipments)
    return Offer(
        speed=speed,
        fulfillable=is_whole and not missing,
        total=sum_money(totals) if len(totals) == len(rows) else None,
        fees=tuple(fee for price in prices for fee in _fees(price)),
        arrives=_widest(_part(level, "deliveryInterval") for level in levels),
        missing=missing,
        reasons=() if is_whole else reasons,
    )


def _offer_row(shipment: Json, speed: str) -> Json | None:
    for row in shipment.get("offers") or ():
        level = _part(row, "fulfillmentConfiguration", "serviceLevel")
        if read_word(level.get("serviceTier"), _READ_TIERS) == speed:
            return row
    return None


def _part(row: Json, *names: str) -> Json:
    """The value under nested names, empty when any of them is missing."""
    for name in names:
        row = row.get(name) or {}
    return row


def _fees(price: Json) -> list[Fee]:
    rows = price.get("rollupPrices") or ()
    pairs = [(read_text(row.get("type")), read_money(row.get("value"))) for row in rows]
    return [Fee(name, amount) for name, amount in pairs if amount]


def _widest(intervals: Iterable[Json]) -> Span:
    rows = list(intervals)
    starts = [moment for row in rows if (moment := read_moment(row.get("startTime")))]
    ends = [moment for row in rows if (moment := read_moment(row.get("endTime")))]
    return Span(min(starts, default=None), max(ends, default=None))


def _order(row: Json) -> Order:
    configuration = _part(row, "fulfillmentConfiguration")
    shipments = tuple(_shipment(each) for each in row.get("shipments") or ())
    action = read_word(configuration.get("action"), _READ_ACTIONS, "")
    state = _state(row, action, bool(shipments))
    return Order(
        order_id=read_text(row.get(ID_NAME)),
        state=state,
        state_text=read_text(row.get("status")),
        updated_at=read_moment(row.get("statusUpdateTime")),
        items=_items(row, shipments, state),
        shipments=shipments,
        shown_id=_shown_id(configuration),
        address=read_address(_part(row, "destination").get("deliveryAddress")),
    )


def _state(row: Json, action: str, has_shipments: bool) -> str:
    """One word of Amazon's covers all from waiting to picking: shipments and action show more."""
    state = read_word(row.get("status"), _STATES)
    if state == words.ACCEPTED:
        return words.PICKING if has_shipments else words.HELD if action == words.HOLD else state
    return state


def _items(row: Json, shipments: Iterable[Shipment], state: str) -> tuple[Item, ...]:
    shipped: Counter[str] = Counter()
    for shipment in shipments:
        if shipment.state == words.SHIPPED:
            for item in shipment.items:
                shipped[item.line_id] += item.quantity
    return tuple(_item(each, shipped, state) for each in row.get("lineItems") or ())


def _item(row: Json, shipped: Counter[str], state: str) -> Item:
    line_id = read_text(row.get("lineItemId"))
    return balanced_item(
        line_id,
        _sku(row.get("product") or {}),
        read_amount(row.get("amount")),
        shipped[line_id],
        read_amount(row.get("cancelledAmount")),
        read_amount(row.get("unfulfillableAmount")),
        state,
    )


def _sku(row: Json) -> str:
    return read_text(_part(row, "productIdentifier").get("amazonSku"))


def _shipment(row: Json) -> Shipment:
    packages = tuple(_package(each) for each in row.get("packages") or ())
    places = {
        item_id: read_text(each.get("packageId"))
        for each in row.get("packages") or ()
        for item_id in read_texts(each.get("shipmentItemIds"))
    }
    return Shipment(
        read_text(row.get("amazonShipmentId")),
        read_word(row.get("status"), _SHIPMENTS),
        read_moment(row.get("shipTime")),
        tuple(_shipped_item(each, places) for each in row.get("items") or ()),
        packages,
    )


def _shipped_item(row: Json, places: Mapping[str, str]) -> ShippedItem:
    """Pieces in a shipment; their package is named by them, or they by the package."""
    package_id = read_text(row.get("packageId"))
    return ShippedItem(
        read_text(row.get("lineItemId")),
        _sku(row),
        read_amount(row.get("amount")),
        package_id or places.get(read_text(row.get("shipmentItemId")), ""),
    )


def _package(row: Json) -> Package:
    carrier = _part(row, "tracking", "carrier")
    amazon = _part(row, "tracking", "amazon")
    return Package(
        read_text(row.get("packageId")),
        read_text(carrier.get("carrierCode")),
        read_text(carrier.get("trackingNumber")),
        read_text(amazon.get("trackingNumber")),
        read_link(carrier.get("trackingUrl")) or read_link(amazon.get("trackingUrl")),
        read_text(row.get("status")),
    )


def _shown_id(configuration: Json) -> str:
    slip = _part(configuration, "services", "packaging", "packingSlip", "templateAttributes")
    return read_text(slip.get("orderId"))
