# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""ORDER_CHANGE: that an order changed, in the words of the older Orders API."""

from __future__ import annotations

from typing import Any

from ..state.order_status import STATUS_WORDS, Facts
from ..state.orders import StoredOrder
from .envelope import Envelope

STATUS = ("OrderStatusChange", "Order Status Change")
REQUESTED = ("BuyerRequestedChange", "Buyer Requested Cancel")
_PROGRAMS = {"AMAZON_BUSINESS": "Business", "PRIME": "Prime", "PREMIUM": "Premium"}
_WINDOWS = (
    ("EarliestDeliveryDate", "deliverByWindow", "earliestDateTime"),
    ("LatestDeliveryDate", "deliverByWindow", "latestDateTime"),
    ("EarliestShipDate", "shipByWindow", "earliestDateTime"),
    ("LatestShipDate", "shipByWindow", "latestDateTime"),
)


def facts(order: StoredOrder) -> Facts:
    """Return the facts of an order that a notification holds."""
    items = order.items()
    quantities = tuple((order.fulfilled(key), order.unfulfilled(key)) for key in items)
    return Facts(order.status, quantities, any(_requested(row) for row in items.values()))


def build(order: StoredOrder, envelope: Envelope, change_type: str, reason: str) -> dict[str, Any]:
    """Return the notification."""
    return {
        "NotificationVersion": "1.0",
        "NotificationType": "ORDER_CHANGE",
        "PayloadVersion": "1.0",
        "EventTime": envelope.at,
        "Payload": {
            "OrderChangeNotification": {
                "NotificationLevel": "OrderLevel",
                "SellerId": order.merchant_id,
                "AmazonOrderId": order.order_id,
                "OrderChangeType": change_type,
                "OrderChangeTrigger": {
                    "TimeOfOrderChange": order.data["lastUpdatedTime"],
                    "ChangeReason": reason,
                },
                "Summary": _summary(order),
            }
        },
        "NotificationMetadata": {
            "ApplicationId": envelope.application_id,
            "SubscriptionId": envelope.subscription_id,
            "PublishTime": envelope.at,
            "NotificationId": envelope.notification_id,
        },
    }


def _summary(order: StoredOrder) -> dict[str, Any]:
    items, data = order.items(), order.data
    place = (data.get("recipient") or {}).get("deliveryAddress") or {}
    windows = {
        name: moment
        for name, window, end in _WINDOWS
        if (moment := data["fulfillment"].get(window, {}).get(end))
    }
    return {
        "MarketplaceId": data["salesChannel"].get("marketplaceId", ""),
        "OrderStatus": STATUS_WORDS[order.status],
        "PurchaseDate": data["createdTime"],
        "DestinationPostalCode": place.get("postalCode"),
        "FulfillmentType": "AFN" if order.by_amazon else "MFN",
        "OrderType": "StandardOrder",
        "NumberOfItemsShipped": sum(order.fulfilled(key) for key in items),
        "NumberOfItemsUnshipped": sum(order.unfulfilled(key) for key in items),
        **windows,
        "OrderPrograms": [_PROGRAMS[key] for key in data.get("programs", []) if key in _PROGRAMS],
        "ShippingPrograms": [],
        "OrderItems": [_item(order, key, row) for key, row in items.items()],
    }


def _item(order: StoredOrder, item_id: str, item: dict[str, Any]) -> dict[str, Any]:
    return {
        "OrderItemId": item_id,
        "SellerSKU": item["product"].get("sellerSku", ""),
        "SupplySourceId": None,
        "OrderItemStatus": "Unshipped" if order.unfulfilled(item_id) else "Shipped",
        "Quantity": int(item["quantityOrdered"]),
        "QuantityShipped": order.fulfilled(item_id),
        "IsBuyerRequestedCancel": _requested(item),
    }


def _requested(item: dict[str, Any]) -> bool:
    return bool((item.get("cancellation") or {}).get("cancellationRequest"))
