# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""FULFILLMENT_ORDER_STATUS: that something happened to an order of multi-channel fulfilment."""

from __future__ import annotations

from typing import Any

from ..state.fulfillment import McfOrder, McfReturn, McfShipment
from ..times import format_time
from .envelope import FULFILLMENT, Envelope

_NO_PACKAGE = {"PackageNumber": 0, "CarrierCode": "", "TrackingNumber": ""}
_NOTHING_SHIPPED = {
    "FulfillmentShipmentStatus": "",
    "AmazonShipmentId": "",
    "EstimatedArrivalDateTime": "",
    "info": _NO_PACKAGE,
    "FulfillmentShipmentPackages": [],
}
_NOTHING_BACK = {"ReceivedDateTime": "", "ReturnedQuantity": 0, "SellerSKU": ""}


def build(
    order: McfOrder,
    envelope: Envelope,
    shipment: McfShipment | None = None,
    returned: McfReturn | None = None,
) -> dict[str, Any]:
    """Return the notification; its schema asks for a shipment and a return even without any."""
    change = {
        "SellerId": order.merchant_id,
        "EventType": "Return" if returned else "Shipment" if shipment else "Order",
        "StatusUpdatedDateTime": format_time(order.updated),
        "SellerFulfillmentOrderId": order.order_id,
        "FulfillmentOrderStatus": order.status.upper(),
        "FulfillmentShipment": _shipment(shipment) if shipment else _NOTHING_SHIPPED,
        "FulfillmentReturnItem": _returned(order, returned) if returned else _NOTHING_BACK,
    }
    return {
        "NotificationVersion": "1.0",
        "NotificationType": FULFILLMENT,
        "PayloadVersion": "1.0",
        "EventTime": envelope.at,
        "Payload": {"FulfillmentOrderStatusNotification": change},
        "NotificationMetadata": {
            "ApplicationId": envelope.application_id,
            "SubscriptionId": envelope.subscription_id,
            "PublishTime": envelope.at,
            "NotificationId": envelope.notification_id,
        },
    }


def _shipment(shipment: McfShipment) -> dict[str, Any]:
    packages = [
        {
            "PackageNumber": package.number,
            "CarrierCode": package.carrier,
            "TrackingNumber": package.tracking,
        }
        for package in shipment.packages
    ]
    return {
        "FulfillmentShipmentStatus": shipment.status,
        "AmazonShipmentId": shipment.shipment_id,
        "EstimatedArrivalDateTime": format_time(shipment.arrives),
        "info": packages[0] if packages else _NO_PACKAGE,
        "FulfillmentShipmentPackages": packages,
    }


def _returned(order: McfOrder, returned: McfReturn) -> dict[str, Any]:
    item = order.items[returned.request["sellerFulfillmentOrderItemId"]]
    moment = format_time(returned.changed)
    return {"ReceivedDateTime": moment, "ReturnedQuantity": 1, "SellerSKU": item.sku}
