# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Order documents as tests need them: a full one, the least one, and changes of both."""

from __future__ import annotations

import copy
import json
from datetime import datetime, timezone
from typing import Any

from api.parsers.orders import parse_orders_document


def money(amount: str, currency: str = "EUR") -> dict[str, str]:
    """Return money as Amazon writes it."""
    return {"amount": amount, "currencyCode": currency}


FULL: dict[str, Any] = {
    "orderId": "028-1234567-7654321",
    "orderAliases": [
        {"aliasType": "OTHER", "aliasId": "x"},
        {"aliasType": "SELLER_ORDER_ID", "aliasId": "S00042"},
    ],
    "createdTime": "2026-11-19T08:15:30.123Z",
    "lastUpdatedTime": "2026-11-20T10:00:00+01:00",
    "programs": ["PRIME", "AMAZON_BUSINESS"],
    "salesChannel": {
        "channelName": "AMAZON",
        "marketplaceId": "A1PA6795UKMFR9",
        "marketplaceName": "Amazon.de",
    },
    "buyer": {
        "buyerName": "Erika Muster",
        "buyerEmail": "x@marketplace.amazon.de",
        "buyerCompanyName": "Muster GmbH",
        "buyerPurchaseOrderNumber": "PO-1",
    },
    "recipient": {
        "deliveryAddress": {
            "name": "Erika Muster",
            "companyName": "Lager",
            "addressLine1": "Weg 1",
            "addressLine2": "Hof",
            "addressLine3": "Tor 3",
            "city": "Berlin",
            "districtOrCounty": "Mitte",
            "stateOrRegion": "BE",
            "postalCode": "10115",
            "countryCode": "DE",
            "phone": "+49 30 1",
        }
    },
    "proceeds": {"grandTotal": money("52.90")},
    "tax": {
        "taxRegistrations": [
            {"entityType": "MERCHANT", "taxRegistrationNumber": "DE999"},
            {"entityType": "BUYER"},
            {"entityType": "BUYER", "taxRegistrationNumber": "DE123"},
        ]
    },
    "fulfillment": {
        "fulfillmentStatus": "PARTIALLY_SHIPPED",
        "fulfilledBy": "MERCHANT",
        "fulfillmentServiceLevel": "STANDARD",
        "shipByWindow": {
            "earliestDateTime": "2026-11-20T00:00:00Z",
            "latestDateTime": "2026-11-21T22:59:59Z",
        },
        "deliverByWindow": {"latestDateTime": "2026-11-25T22:59:59Z"},
    },
    "orderItems": [
        {
            "orderItemId": "1001",
            "quantityOrdered": 3,
            "product": {
                "asin": "B000000001",
                "title": "Tasse",
                "sellerSku": "CUP/1",
                "price": {"unitPrice": money("15.00")},
            },
            "proceeds": {
                "proceedsTotal": money("52.90"),
                "breakdowns": [
                    {"type": "ITEM", "subtotal": money("45.00")},
                    {"type": "SHIPPING", "subtotal": money("4.90")},
                    {"type": "GIFT_WRAP", "subtotal": money("3.00")},
                    {"type": "COD_FEE", "subtotal": money("0.00")},
                    {
                        "type": "DISCOUNT",
                        "subtotal": money("5.00"),
                        "detailedBreakdowns": [
                            {"subtype": "ITEM", "value": money("4.00")},
                            {"subtype": "SHIPPING", "value": money("1.00")},
                        ],
                    },
                    {
                        "type": "TAX",
                        "subtotal": money("5.00"),
                        "detailedBreakdowns": [
                            {"subtype": "ITEM", "value": money("4.50")},
                            {"subtype": "SHIPPING", "value": money("0.90")},
                            {"subtype": "DISCOUNT", "value": money("0.40")},
                        ],
                    },
                ],
            },
            "promotion": {"breakdowns": [{"promotionId": "WINTER"}, {}, {"promotionId": "TWO"}]},
            "cancellation": {"cancellationRequest": {"requester": "BUYER", "cancelReason": "late"}},
            "fulfillment": {
                "quantityFulfilled": 1,
                "quantityUnfulfilled": 1,
                "packing": {"giftOption": {"giftMessage": "Alles Gute", "giftWrapLevel": "x"}},
            },
            "tax": {
                "taxCollections": [{"model": "MARKETPLACE_FACILITATOR", "responsibleParty": "A"}],
                "taxCalculationBreakdowns": [{"reportingScheme": "IOSS"}],
            },
        }
    ],
}


def raw(order: Any) -> bytes:
    """Return the document of a getOrder answer."""
    return json.dumps({"order": order}).encode()


def parse(order: dict[str, Any]) -> dict[str, Any]:
    """Return the neutral form of one order."""
    (neutral,) = parse_orders_document(raw(order))
    return neutral


def changed(path: str, value: Any) -> dict[str, Any]:
    """Return the full order with one value replaced, or removed when it is `...`."""
    order = copy.deepcopy(FULL)
    *steps, last = path.split(".")
    place: Any = order
    for step in steps:
        place = place[int(step)] if step.isdigit() else place[step]
    if value is ...:
        del place[last]
    else:
        place[last] = value
    return order


def utc(*parts: int) -> datetime:
    """Return an aware time in UTC."""
    return datetime(*parts, tzinfo=timezone.utc)


MINIMAL: dict[str, Any] = {
    "orderId": "1",
    "createdTime": "2026-11-19T08:15:30Z",
    "lastUpdatedTime": "2026-11-19T08:15:30Z",
    "orderItems": [{"orderItemId": "1", "quantityOrdered": 1}],
}


def item_with(**values: Any) -> dict[str, Any]:
    """Return the full order with one item of other values, and no total."""
    order = changed("proceeds", None)
    order["orderItems"][0].update(values)
    return order


def charges(order: dict[str, Any]) -> list[tuple[str, str, str]]:
    """Return the charges of the first line as (kind, of, amount)."""
    (line,) = parse(order)["lines"]
    return [(row["kind"], row["of"], str(row["amount"])) for row in line["charges"]]


def breakdown(kind: str, amount: str, details: Any = ()) -> dict[str, Any]:
    """Return an entry of `proceeds.breakdowns`."""
    rows = [{"subtype": of, "value": money(part)} for of, part in details]
    return {"type": kind, "subtotal": money(amount), "detailedBreakdowns": rows}


def page(*orders: Any) -> bytes:
    """Return the document of a searchOrders answer."""
    return json.dumps({"orders": orders}).encode()
