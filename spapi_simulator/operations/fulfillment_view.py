# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Orders of multi-channel fulfilment as version 2020-07-01 shows them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ..currencies import text
from ..fulfillment_quote import Quote, Wanted
from ..marketplaces import MARKETPLACES
from ..state.fulfillment import (
    SHIPPED,
    McfItem,
    McfOrder,
    McfPackage,
    McfReturn,
    McfShipment,
)
from ..times import format_time

_HEAD = (
    *("sellerFulfillmentOrderId", "marketplaceId", "displayableOrderId", "displayableOrderDate"),
    *("displayableOrderComment", "shippingSpeedCategory", "deliveryWindow", "destinationAddress"),
    *("fulfillmentAction", "fulfillmentPolicy", "notificationEmails", "featureConstraints"),
)


def head(order: McfOrder) -> dict[str, Any]:
    """Return what the list and a single order have alike."""
    return {
        **{name: order.request[name] for name in _HEAD if name in order.request},
        "fulfillmentAction": order.request.get("fulfillmentAction") or "Ship",
        "fulfillmentPolicy": order.policy,
        "receivedDate": format_time(order.received),
        "fulfillmentOrderStatus": order.status,
        "statusUpdatedDate": format_time(order.updated),
    }


def whole(order: McfOrder) -> dict[str, Any]:
    """Return an order with all that is known of it."""
    return {
        "fulfillmentOrder": head(order),
        "fulfillmentOrderItems": [_item(row) for row in order.items.values()],
        "fulfillmentShipments": [_shipment(row) for row in order.shipments],
        "returnItems": [return_item(row) for row in order.returns],
        "returnAuthorizations": order.authorizations,
        "paymentInformation": order.request.get("paymentInformation") or [],
    }


def preview(quote: Quote, lines: list[Wanted], shop: str, features: Any) -> dict[str, Any]:
    """Return the preview of one speed."""
    data: dict[str, Any] = {
        "shippingSpeedCategory": quote.speed,
        "isFulfillable": quote.is_fulfillable,
        "isCODCapable": False,
        "marketplaceId": shop,
        "featureConstraints": features or [],
        "orderUnfulfillableReasons": list(quote.reasons),
        "unfulfillablePreviewItems": [
            {**_line(line, quote.missing[line.item_id][0]), "itemUnfulfillableReasons": [reason]}
            for line in lines
            if (reason := quote.missing.get(line.item_id, (0, ""))[1])
        ],
    }
    if not quote.reasons:
        data["estimatedFees"] = _fees(quote, shop)
        data["estimatedShippingWeight"] = {"unit": "KG", "value": "0.5"}
        data["fulfillmentPreviewShipments"] = [_planned(quote, lines)]
    return data


def return_item(row: McfReturn) -> dict[str, Any]:
    """Return one piece that is to come back."""
    data = {
        "sellerReturnItemId": row.return_id,
        "sellerFulfillmentOrderItemId": row.request["sellerFulfillmentOrderItemId"],
        "amazonShipmentId": row.request["amazonShipmentId"],
        "sellerReturnReasonCode": row.request["returnReasonCode"],
        "status": row.status,
        "statusChangedDate": format_time(row.changed),
        "returnAuthorizationId": row.authorization_id,
    }
    if row.condition:
        data |= {"returnReceivedCondition": row.condition, "fulfillmentCenterId": row.facility}
    return data


def tracking(order: McfOrder, package: McfPackage, now: datetime) -> dict[str, Any]:
    """Return where a parcel is."""
    arrived = now >= package.arrives
    address = order.request["destinationAddress"]
    place = {
        "city": address.get("city") or "-",
        "state": address.get("stateOrRegion") or "-",
        "country": address["countryCode"],
    }
    moment = package.arrives if arrived else package.left
    event = {
        "eventDate": format_time(moment),
        "eventAddress": place,
        "eventCode": "EVENT_301" if arrived else "EVENT_102",
        "eventDescription": "Delivered" if arrived else "Shipment departed",
    }
    return {
        "packageNumber": package.number,
        "trackingNumber": package.tracking,
        "customerTrackingLink": f"https://www.swiship.example/track?id={package.tracking}",
        "carrierCode": package.carrier,
        "shipDate": format_time(package.left),
        "estimatedArrivalDate": format_time(package.arrives),
        "shipToAddress": place,
        "currentStatus": "DELIVERED" if arrived else "IN_TRANSIT",
        "trackingEvents": [event],
    }


def _item(row: McfItem) -> dict[str, Any]:
    kept = ("giftMessage", "displayableComment", "perUnitDeclaredValue")
    return {
        **{name: row.request[name] for name in kept if name in row.request},
        "sellerSku": row.sku,
        "sellerFulfillmentOrderItemId": row.item_id,
        "quantity": row.quantity,
        "cancelledQuantity": row.cancelled,
        "unfulfillableQuantity": row.unfulfillable,
    }


def _shipment(row: McfShipment) -> dict[str, Any]:
    data: dict[str, Any] = {
        "amazonShipmentId": row.shipment_id,
        "fulfillmentCenterId": row.facility,
        "fulfillmentShipmentStatus": row.status,
        "shippingDate": format_time(row.ships),
        "estimatedArrivalDate": format_time(row.arrives),
        "fulfillmentShipmentItem": [
            {
                "sellerSku": piece.sku,
                "sellerFulfillmentOrderItemId": piece.item_id,
                "quantity": piece.quantity,
                **({"packageNumber": piece.package} if piece.package else {}),
            }
            for piece in row.pieces
        ],
    }
    if row.status == SHIPPED:
        data["fulfillmentShipmentPackage"] = [
            {
                "packageNumber": package.number,
                "carrierCode": package.carrier,
                "trackingNumber": package.tracking,
                "estimatedArrivalDate": format_time(package.arrives),
            }
            for package in row.packages
        ]
    return data


def _line(line: Wanted, quantity: int) -> dict[str, Any]:
    return {
        "sellerSku": line.sku,
        "sellerFulfillmentOrderItemId": line.item_id,
        "quantity": quantity,
    }


def _fees(quote: Quote, shop: str) -> list[dict[str, Any]]:
    currency = MARKETPLACES[shop].currency
    rows = (
        ("FBAPerUnitFulfillmentFee", quote.unit_fees),
        ("FBAPerOrderFulfillmentFee", quote.order_fee),
    )
    return [
        {"name": name, "amount": {"currencyCode": currency, "value": text(amount, currency)}}
        for name, amount in rows
    ]


def _planned(quote: Quote, lines: list[Wanted]) -> dict[str, Any]:
    return {
        "earliestShipDate": format_time(quote.ships[0]),
        "latestShipDate": format_time(quote.ships[1]),
        "earliestArrivalDate": format_time(quote.arrives[0]),
        "latestArrivalDate": format_time(quote.arrives[1]),
        "fulfillmentPreviewItems": [
            _line(line, left)
            for line in lines
            if (left := line.quantity - quote.missing.get(line.item_id, (0, ""))[0])
        ],
    }
