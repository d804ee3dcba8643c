# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Orders of multi-channel fulfilment as version 2026-07-04 reads and shows them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from ..currencies import text
from ..errors import invalid_input
from ..fulfillment_quote import Quote, Wanted
from ..marketplaces import MARKETPLACES
from ..state import fulfillment as states
from ..state.fulfillment import McfItem, McfOrder, McfPackage, McfShipment
from ..times import format_time

_TIERS = {
    "STANDARD": "Standard",
    "EXPEDITED": "Expedited",
    "PRIORITY": "Priority",
    "SCHEDULED": "ScheduledDelivery",
}
_TIER_OF = {theirs: ours for ours, theirs in _TIERS.items()}
_ACTIONS = {"SHIP": "Ship", "HOLD": "Hold"}
_POLICIES = {
    "FILL_OR_KILL": "FillOrKill",
    "FILL_ALL": "FillAll",
    "FILL_ALL_AVAILABLE": "FillAllAvailable",
}
_POLICY_OF = {theirs: ours for ours, theirs in _POLICIES.items()}
#: A status of this version -> the one that is kept.
STATUSES = {
    "PROCESSING": states.PROCESSING,
    "COMPLETE": states.COMPLETE,
    "COMPLETE_PARTIAL": states.PARTLY,
    "CANCELLED": states.CANCELLED,
    "UNFULFILLABLE": states.UNFULFILLABLE,
    "INVALID": states.INVALID,
}
_STATUS_OF = {theirs: ours for ours, theirs in STATUSES.items()}
_SHIPMENTS = {states.PENDING: "PROCESSING", states.SHIPPED: "SHIPPED"}


# === WHAT IS ASKED === #


def read_order(body: dict[str, Any]) -> dict[str, Any]:
    """Return a new order in the words of 2020-07-01."""
    settings = read_configuration(body)
    slip = settings["slip"]
    address = dict(body["destination"]["deliveryAddress"])
    email = address.pop("email", "")
    read = {
        "sellerFulfillmentOrderId": body["orderId"],
        "displayableOrderId": slip.get("orderId") or body["orderId"],
        "displayableOrderDate": slip.get("orderTime") or "2026-01-01T00:00:00Z",
        "displayableOrderComment": slip.get("orderText") or "-",
        "shippingSpeedCategory": (settings["speeds"] or ["Standard"])[0],
        "destinationAddress": address,
        "fulfillmentAction": settings["action"],
        "fulfillmentPolicy": settings["policy"],
        "featureConstraints": settings["features"],
        "notificationEmails": [email] if email else [],
        "shipFromCountryCode": (body.get("origin") or {}).get("countryCode", ""),
        "channel": body.get("channel", ""),
        "items": read_items(body["lineItems"]),
    }
    return {name: value for name, value in read.items() if value not in ("", [], None)}


def read_configuration(body: dict[str, Any]) -> dict[str, Any]:
    """Return speeds, action, policy, features and the texts of the packing slip."""
    given = body.get("fulfillmentConfiguration") or {}
    services = given.get("services") or {}
    packaging = services.get("packaging") or {}
    tiers = (given.get("serviceLevel") or {}).get("serviceTiers") or []
    unknown = set(tiers) - set(_TIERS)
    if unknown:
        raise invalid_input(f"serviceTiers: {sorted(unknown)[0]} is not known.")
    return {
        "speeds": [_TIERS[tier] for tier in tiers],
        "action": _ACTIONS.get(given.get("action", "SHIP"), "Ship"),
        "policy": _POLICIES.get(given.get("policy", "FILL_OR_KILL"), "FillOrKill"),
        "features": _features(packaging, services.get("additional") or {}),
        "slip": (packaging.get("packingSlip") or {}).get("templateAttributes") or {},
    }


def read_items(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return lines in the words of 2020-07-01; those of a preview have no numbers of their own.

    :raise ApiError: for a quantity that is not a whole number.
    """
    found = []
    for place, row in enumerate(rows, start=1):
        value = Decimal(row["amount"]["value"])
        if value != int(value):
            raise invalid_input("amount: EACHES must be a whole number.")
        found.append(
            {
                "sellerFulfillmentOrderItemId": row.get("lineItemId") or str(place),
                "sellerSku": row["product"]["productIdentifier"]["amazonSku"],
                "quantity": int(value),
            }
        )
    return found


def _features(packaging: dict[str, Any], additional: dict[str, Any]) -> list[dict[str, Any]]:
    wanted = {}
    if option := packaging.get("packagingOption"):
        wanted["BLANK_BOX"] = option == "UNBRANDED"
    if overbox := packaging.get("overbox"):
        wanted["OVERBOX"] = overbox == "REQUIRED"
    wanted |= {name: value == "REQUIRED" for name, value in additional.items()}
    return [
        {
            "featureName": name,
            "featureFulfillmentPolicy": "Required" if required else "NotRequired",
        }
        for name, required in wanted.items()
    ]


# === WHAT IS SHOWN === #


def preview(quotes: list[Quote], lines: list[Wanted], shop: str) -> dict[str, Any]:
    """Return the shipment that would be made, with its offers, and the reasons against it."""
    missing = quotes[0].missing
    items = [
        _amounts(line.sku, left)
        for line in lines
        if (left := line.quantity - missing.get(line.item_id, (0, ""))[0])
    ]
    offers = [_offer(row, shop) for row in quotes if not row.reasons]
    codes = dict.fromkeys(
        [
            *(code for row in quotes for code in row.reasons),
            *(reason for _count, reason in missing.values()),
        ]
    )
    data: dict[str, Any] = {"plannedShipments": []}
    if items and offers:
        weight = {"unit": "KG", "value": "0.5"}
        data["plannedShipments"] = [
            {"estimatedShippingWeight": weight, "items": items, "offers": offers}
        ]
    if codes:
        data["constraints"] = [{"type": "ORDER", "code": code, "message": code} for code in codes]
    return data


def whole(order: McfOrder, shipments: bool) -> dict[str, Any]:
    """Return an order, with its shipments when they are asked for."""
    request = order.request
    email = (request.get("notificationEmails") or [""])[0]
    address = {**request["destinationAddress"], **({"email": email} if email else {})}
    data: dict[str, Any] = {
        "orderId": order.order_id,
        "receiveTime": format_time(order.received),
        "status": _STATUS_OF.get(order.status, "PROCESSING"),
        "statusUpdateTime": format_time(order.updated),
        "fulfillmentConfiguration": _configuration(order),
        "origin": {"countryCode": MARKETPLACES[order.shop].country},
        "destination": {"deliveryAddress": address},
        "lineItems": [_line(row) for row in order.items.values()],
    }
    if order.more.get("channel"):
        data["channel"] = order.more["channel"]
    if shipments:
        data["shipments"] = [_shipment(row) for row in order.shipments]
    return data


def _offer(quote: Quote, shop: str) -> dict[str, Any]:
    currency = MARKETPLACES[shop].currency
    rows = {
        "FULFILLMENT_UNIT_FEE": quote.unit_fees,
        "FULFILLMENT_ORDER_FEE": quote.order_fee,
    }
    money = {
        name: {"currencyCode": currency, "amount": text(amount, currency)}
        for name, amount in {**rows, "total": sum(rows.values(), Decimal(0))}.items()
    }
    total = money.pop("total")
    return {
        "estimatedPrice": {
            "rollupPrices": [{"type": name, "value": value} for name, value in money.items()],
            "totalPrice": total,
        },
        "fulfillmentConfiguration": {
            "serviceLevel": {
                "serviceTier": _TIER_OF[quote.speed],
                "shipInterval": _interval(quote.ships),
                "deliveryInterval": _interval(quote.arrives),
            }
        },
    }


def _interval(span: Any) -> dict[str, str]:
    return {"startTime": format_time(span[0]), "endTime": format_time(span[1])}


def _configuration(order: McfOrder) -> dict[str, Any]:
    request = order.request
    slip = {
        "orderId": request["displayableOrderId"],
        "orderTime": request["displayableOrderDate"],
        "orderText": request["displayableOrderComment"],
    }
    packaging: dict[str, Any] = {"packingSlip": {"templateAttributes": slip}}
    additional = {}
    for row in request.get("featureConstraints") or []:
        required = row["featureFulfillmentPolicy"] == "Required"
        if row["featureName"] == "BLANK_BOX":
            packaging["packagingOption"] = "UNBRANDED" if required else "ANY"
        else:
            additional[row["featureName"]] = "REQUIRED" if required else "NOT_REQUIRED"
    return {
        "serviceLevel": {"serviceTiers": [_TIER_OF[request["shippingSpeedCategory"]]]},
        "action": (request.get("fulfillmentAction") or "Ship").upper(),
        "policy": _POLICY_OF[order.policy],
        "services": {
            "packaging": packaging,
            **({"additional": additional} if additional else {}),
        },
    }


def _amounts(sku: str, quantity: int) -> dict[str, Any]:
    return {"productIdentifier": {"amazonSku": sku}, "amount": _amount(quantity)}


def _amount(quantity: int) -> dict[str, str]:
    return {"unit": "EACHES", "value": f"{quantity}.0"}


def _line(row: McfItem) -> dict[str, Any]:
    return {
        "lineItemId": row.item_id,
        "product": {"productIdentifier": {"amazonSku": row.sku}},
        "amount": _amount(row.quantity),
        "cancelledAmount": _amount(row.cancelled),
        "unfulfillableAmount": _amount(row.unfulfillable),
    }


def _shipment(row: McfShipment) -> dict[str, Any]:
    pieces = [
        {
            **_amounts(piece.sku, piece.quantity),
            "lineItemId": piece.item_id,
            "shipmentItemId": f"{row.shipment_id}-{place}",
            **({"packageId": str(piece.package)} if piece.package else {}),
        }
        for place, piece in enumerate(row.pieces)
    ]
    data: dict[str, Any] = {
        "amazonShipmentId": row.shipment_id,
        "amazonFacility": {"facilityId": row.facility},
        "status": _SHIPMENTS.get(row.status, "CANCELLED"),
        "shipTime": format_time(row.ships),
        "deliveryTime": format_time(row.arrives),
        "items": pieces,
    }
    if row.packages:
        data["packages"] = [_package(package) for package in row.packages]
    return data


def _package(row: McfPackage) -> dict[str, Any]:
    return {
        "packageId": str(row.number),
        "deliveryTime": format_time(row.arrives),
        "status": "IN_TRANSIT",
        "tracking": {
            "carrier": {
                "carrierCode": row.carrier,
                "trackingNumber": row.tracking,
                "trackingUrl": f"https://www.swiship.example/track?id={row.tracking}",
            }
        },
    }
