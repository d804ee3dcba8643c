# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Fulfillment Outbound API 2020-07-01: it also has returns, tracking, and features.

Payloads were checked by `shapes` before they come here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from ..errors.causes_fulfillment import reason_cause
from ..values import format_time
from . import vocabulary as words
from .bodies import address_body, filled, read_address
from .reading import (
    read_link,
    read_moment,
    read_money,
    read_text,
    read_texts,
    read_units,
    read_word,
)
from .vocabulary import (
    Authorization,
    Created,
    Draft,
    Feature,
    Fee,
    Item,
    Line,
    Missing,
    Offer,
    Order,
    Package,
    Preview,
    Reason,
    RefusedReturn,
    ReturnAnswer,
    ReturnItem,
    ReturnRequest,
    Shipment,
    ShippedItem,
    Span,
    Tracking,
    balanced_item,
    sum_money,
)

Json = Mapping[str, Any]

#: Operations by their purpose, and the name of an order's number in paths, for `calls`.
OPERATIONS = {
    "preview": "getFulfillmentPreview",
    "create": "createFulfillmentOrder",
    "get": "getFulfillmentOrder",
    "update": "updateFulfillmentOrder",
    "cancel": "cancelFulfillmentOrder",
}
ID_NAME = "sellerFulfillmentOrderId"

_SPEEDS = {
    words.STANDARD: "Standard",
    words.EXPEDITED: "Expedited",
    words.PRIORITY: "Priority",
}
_ACTIONS = {words.SHIP: "Ship", words.HOLD: "Hold"}
_POLICIES = {
    words.ALL_OR_NOTHING: "FillOrKill",
    words.AVAILABLE: "FillAllAvailable",
}
_STATES = {
    "new": words.SENT,
    "received": words.ACCEPTED,
    "planning": words.ACCEPTED,
    "processing": words.PICKING,
    "cancelled": words.CANCELLED,
    "complete": words.DONE,
    "completepartialled": words.PARTLY,
    "unfulfillable": words.UNFULFILLABLE,
    "invalid": words.INVALID,
}
_SHIPMENTS = {
    "pending": words.PENDING,
    "shipped": words.SHIPPED,
    "cancelledbyfulfiller": words.CANCELLED,
    "cancelledbyseller": words.CANCELLED,
}
_CONDITIONS = {name.replace("_", ""): name for name in words.CONDITIONS}
_RETURNS = {"new": "new", "processed": "processed"}


def _back(table: Mapping[str, str]) -> dict[str, str]:
    return {theirs.lower(): ours for ours, theirs in table.items()}


_READ_SPEEDS, _READ_ACTIONS = _back(_SPEEDS), _back(_ACTIONS)


# === WHAT IS SENT === #


def build_preview(draft: Draft) -> dict[str, Any]:
    """Return the body of a preview for every speed of a draft."""
    return filled(
        {
            "marketplaceId": draft.marketplace_id,
            "address": address_body(draft.address),
            "items": [_item(line) for line in draft.lines],
            "shippingSpeedCategories": [_SPEEDS[speed] for speed in draft.speeds],
            "featureConstraints": _feature_rows(draft.features),
        }
    )


def build_order(draft: Draft) -> dict[str, Any]:
    """Return the body of a new order; it has passed `checks.check_draft`."""
    return filled(
        {
            **_common(draft),
            ID_NAME: draft.order_id,
            "deliveryPreferences": filled({"deliveryInstructions": draft.delivery_note}),
            "featureConstraints": _feature_rows(draft.features),
            "items": [_item(line) for line in draft.lines],
        }
    )


def build_update(draft: Draft) -> dict[str, Any]:
    """Return the body that makes an order on hold be as the draft says; features stay as they are.

    A removed line has to be sent with quantity 0 (`checks` does not see those).
    """
    return filled({**_common(draft), "items": [_item(line) for line in draft.lines]})


def build_release() -> dict[str, Any]:
    """Return the body that lets Amazon ship an order on hold as it is."""
    return {"fulfillmentAction": _ACTIONS[words.SHIP]}


def get_query() -> dict[str, Any]:
    """Return the query that gets an order with all that is known of it."""
    return {}


def build_return(requests: Sequence[ReturnRequest]) -> dict[str, Any]:
    """Return the body that asks for returns."""
    rows = [
        filled(
            {
                "sellerReturnItemId": request.return_id,
                "sellerFulfillmentOrderItemId": request.line_id,
                "amazonShipmentId": request.shipment_id,
                "returnReasonCode": request.reason,
            }
        )
        for request in requests
    ]
    return {"items": rows}


def _common(draft: Draft) -> dict[str, Any]:
    """The part that a new order and a changed one share."""
    return {
        "marketplaceId": draft.marketplace_id,
        "displayableOrderId": draft.shown_id,
        "displayableOrderDate": format_time(draft.confirmed_at),
        "displayableOrderComment": draft.comment,
        "shippingSpeedCategory": _SPEEDS[draft.speeds[0]],
        "destinationAddress": address_body(draft.address),
        "fulfillmentAction": _ACTIONS[draft.action],
        "fulfillmentPolicy": _POLICIES[draft.policy],
    }


def _item(line: Line) -> dict[str, Any]:
    return {
        "sellerSku": line.sku,
        "sellerFulfillmentOrderItemId": line.line_id,
        "quantity": int(line.quantity),
    }


def _feature_rows(features: Sequence[Feature]) -> list[dict[str, str]]:
    return [
        {
            "featureName": feature.name,
            "featureFulfillmentPolicy": "Required" if feature.required else "NotRequired",
        }
        for feature in features
    ]


# === WHAT COMES BACK === #


def parse_preview(payload: Json, draft: Draft) -> Preview:
    """Return what Amazon would do.

    :param draft: what was asked for; this version names its lines itself.
    """
    return Preview(tuple(_offer(row) for row in payload.get("fulfillmentPreviews") or ()))


def parse_created(payload: Json, status: int, draft: Draft) -> Created:
    """Return what a success means: Amazon has the order and has not looked at it yet."""
    return Created(draft.order_id, words.SENT)


def parse_order(payload: Json) -> Order:
    """Return an order with lines, shipments, packages and returns."""
    shipments = tuple(_shipment(row) for row in payload.get("fulfillmentShipments") or ())
    row = payload["fulfillmentOrder"]
    state = _state(row)
    shipped: Counter[str] = Counter()
    for shipment in shipments:
        if shipment.state == words.SHIPPED:
            for item in shipment.items:
                shipped[item.line_id] += item.quantity
    return Order(
        order_id=read_text(row.get(ID_NAME)),
        state=state,
        state_text=read_text(row.get("fulfillmentOrderStatus")),
        updated_at=read_moment(row.get("statusUpdatedDate")),
        shown_id=read_text(row.get("displayableOrderId")),
        address=read_address(row.get("destinationAddress")),
        items=tuple(
            _order_item(each, shipped, state) for each in payload.get("fulfillmentOrderItems") or ()
        ),
        shipments=shipments,
        returns=tuple(_return_item(row) for row in payload.get("returnItems") or ()),
        authorizations=_authorizations(payload),
    )


def parse_returns(payload: Json) -> ReturnAnswer:
    """Return which of the requested pieces are refused."""
    return ReturnAnswer(tuple(_refused(row) for row in payload.get("invalidReturnItems") or ()))


def parse_reasons(payload: Json) -> tuple[Reason, ...]:
    """Return the reasons that may be given for a return."""
    return tuple(
        Reason(
            read_text(row.get("returnReasonCode")),
            read_text(row.get("description")),
            read_text(row.get("translatedDescription")),
        )
        for row in payload.get("reasonCodeDetails") or ()
    )


def parse_tracking(payload: Json) -> Tracking:
    """Return where a parcel is."""
    return Tracking(
        state_text=read_text(payload.get("currentStatus")),
        url=read_link(payload.get("customerTrackingLink")) or read_link(payload.get("carrierURL")),
    )


def _offer(row: Json) -> Offer:
    shipments = row.get("fulfillmentPreviewShipments") or ()
    fees = tuple(_fee(fee) for fee in row.get("estimatedFees") or ())
    return Offer(
        speed=read_word(row.get("shippingSpeedCategory"), _READ_SPEEDS),
        fulfillable=bool(row.get("isFulfillable")),
        total=sum_money(fee.amount for fee in fees),
        fees=fees,
        arrives=_widest(shipments, "earliestArrivalDate", "latestArrivalDate"),
        missing=tuple(_missing(each) for each in row.get("unfulfillablePreviewItems") or ()),
        reasons=read_texts(row.get("orderUnfulfillableReasons")),
    )


def _fee(row: Json) -> Fee:
    amount = read_money(row.get("amount"))
    assert amount is not None  # the shape has seen to it
    return Fee(read_text(row.get("name")), amount)


def _widest(rows: Sequence[Json], first: str, last: str) -> Span:
    """The span from the first to the last of several shipments."""
    starts = [moment for row in rows if (moment := read_moment(row.get(first)))]
    ends = [moment for row in rows if (moment := read_moment(row.get(last)))]
    return Span(min(starts, default=None), max(ends, default=None))


def _missing(row: Json) -> Missing:
    return Missing(
        read_text(row.get("sellerFulfillmentOrderItemId")),
        read_text(row.get("sellerSku")),
        read_units(row.get("quantity")),
        read_texts(row.get("itemUnfulfillableReasons")),
    )


def _state(row: Json) -> str:
    state = read_word(row.get("fulfillmentOrderStatus"), _STATES)
    is_held = read_word(row.get("fulfillmentAction"), _READ_ACTIONS, "") == words.HOLD
    return words.HELD if is_held and state in (words.SENT, words.ACCEPTED) else state


def _order_item(row: Json, shipped: Counter[str], state: str) -> Item:
    line_id = read_text(row.get("sellerFulfillmentOrderItemId"))
    return balanced_item(
        line_id,
        read_text(row.get("sellerSku")),
        read_units(row.get("quantity")),
        shipped[line_id],
        read_units(row.get("cancelledQuantity")),
        read_units(row.get("unfulfillableQuantity")),
        state,
    )


def _shipment(row: Json) -> Shipment:
    items = row.get("fulfillmentShipmentItem") or ()
    packages = row.get("fulfillmentShipmentPackage") or ()
    return Shipment(
        read_text(row.get("amazonShipmentId")),
        read_word(row.get("fulfillmentShipmentStatus"), _SHIPMENTS),
        read_moment(row.get("shippingDate")),
        tuple(_shipped_item(each) for each in items),
        tuple(_package(each) for each in packages),
    )


def _shipped_item(row: Json) -> ShippedItem:
    return ShippedItem(
        read_text(row.get("sellerFulfillmentOrderItemId")),
        read_text(row.get("sellerSku")),
        read_units(row.get("quantity")),
        read_text(row.get("packageNumber")),
    )


def _package(row: Json) -> Package:
    return Package(
        read_text(row.get("packageNumber")),
        read_text(row.get("carrierCode")),
        read_text(row.get("trackingNumber")),
        read_text(row.get("amazonFulfillmentTrackingNumber")),
    )


def _return_item(row: Json) -> ReturnItem:
    condition = read_text(row.get("returnReceivedCondition"))
    return ReturnItem(
        return_id=read_text(row.get("sellerReturnItemId")),
        line_id=read_text(row.get("sellerFulfillmentOrderItemId")),
        shipment_id=read_text(row.get("amazonShipmentId")),
        state=read_word(row.get("status"), _RETURNS),
        condition=read_word(condition, _CONDITIONS) if condition else "",
        authorization_id=read_text(row.get("returnAuthorizationId")),
    )


def _refused(row: Json) -> RefusedReturn:
    reason = row.get("invalidItemReason") or {}
    return RefusedReturn(
        read_text(row.get("sellerReturnItemId")),
        reason_cause(read_text(reason.get("invalidItemReasonCode"))),
    )


def _authorizations(payload: Json) -> tuple[Authorization, ...]:
    return tuple(
        Authorization(
            read_text(row.get("returnAuthorizationId")),
            read_text(row.get("amazonRmaId")),
            read_link(row.get("rmaPageURL")),
        )
        for row in payload.get("returnAuthorizations") or ()
    )
