# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Shapes of what we read of Amazon's answers (models of the Selling Partner API).

An answer is checked where it comes in, so that the code behind can rely on its types. What is not
named here is not looked at. Orders and processing reports are kept byte by byte and read by their
parsers, which name the place that cannot be read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from .fulfillment.reading import (
    read_amount,
    read_moment,
    read_money,
    read_text,
    read_texts,
    read_units,
)
from .values import parse_amount, parse_currency, parse_time

#: A type, a function that raises ValueError, a list of one shape, or an object: name -> shape.
#: A name with "!" has to be there; the name "*" stands for each name.
Shape = type | Callable[[Any], Any] | list[Any] | dict[str, Any]

_FEED: Shape = {
    "feedId!": str,
    "feedType!": str,
    "processingStatus!": str,
    "createdTime!": parse_time,
    "resultFeedDocumentId": str,
    "marketplaceIds": [str],
}
_DOCUMENT: Shape = {"url!": str, "compressionAlgorithm": str}
_REPORT: Shape = {
    "reportId!": str,
    "processingStatus!": str,
    "reportDocumentId": str,
    "createdTime": parse_time,
    "dataStartTime": parse_time,
    "dataEndTime": parse_time,
}
_DESTINATION: Shape = {"destinationId!": str, "resource": {"sqs": {"arn": str}}}
_MONEY: Shape = {"currencyCode!": parse_currency, "currencyAmount!": parse_amount}
_RELATED: Shape = [{"relatedIdentifierName": str, "relatedIdentifierValue": str}]
_TRANSACTION: Shape = {
    "transactionId": str,
    "transactionStatus": str,
    "postedDate!": parse_time,
    "totalAmount!": _MONEY,
    "relatedIdentifiers": _RELATED,
    "contexts": [{"deferralReason": str, "maturityDate": parse_time}],
}
_PAYOUT: Shape = {"traceId": str, "relatedIdentifiers": _RELATED}
_FEE_MONEY: Shape = {"CurrencyCode!": parse_currency, "Amount!": parse_amount}
_FEE: Shape = {"FeeType!": str, "FinalFee!": _FEE_MONEY}
_ISSUE: Shape = {"code": str, "message": str, "severity": str, "attributeNames": [str]}
_LISTING: Shape = {
    "sku!": str,
    "summaries": [{"asin": str, "fnSku": str, "itemName": str, "status": [str]}],
    "attributes": {"*": [{"our_price": [{"schedule": [{}]}]}]},
    "issues": [_ISSUE],
}
_SUBMISSION: Shape = {"status": str, "submissionId": str, "issues": [_ISSUE]}

# Multi-channel fulfilment, 2020-07-01
_PLACE: Shape = {"*": read_text}
_MCF_HEAD: Shape = {
    "sellerFulfillmentOrderId!": read_text,
    "fulfillmentOrderStatus": read_text,
    "fulfillmentAction": read_text,
    "statusUpdatedDate": read_moment,
    "displayableOrderId": read_text,
    "destinationAddress": _PLACE,
}
_MCF_ITEM: Shape = {
    "sellerFulfillmentOrderItemId!": read_text,
    "sellerSku": read_text,
    "quantity": read_units,
    "cancelledQuantity": read_units,
    "unfulfillableQuantity": read_units,
}
_MCF_SHIPMENT: Shape = {
    "amazonShipmentId": read_text,
    "fulfillmentShipmentStatus": read_text,
    "shippingDate": read_moment,
    "fulfillmentShipmentItem": [
        {
            "sellerFulfillmentOrderItemId": read_text,
            "sellerSku": read_text,
            "quantity": read_units,
            "packageNumber": read_text,
        }
    ],
    "fulfillmentShipmentPackage": [
        {
            "packageNumber": read_text,
            "carrierCode": read_text,
            "trackingNumber": read_text,
            "amazonFulfillmentTrackingNumber": read_text,
        }
    ],
}
_MCF_RETURN: Shape = {
    "sellerReturnItemId": read_text,
    "sellerFulfillmentOrderItemId": read_text,
    "amazonShipmentId": read_text,
    "status": read_text,
    "returnReceivedCondition": read_text,
    "returnAuthorizationId": read_text,
}
_MCF_AUTHORIZATION: Shape = {
    "returnAuthorizationId": read_text,
    "amazonRmaId": read_text,
    "rmaPageURL": read_text,
}
_MCF_PREVIEW: Shape = {
    "shippingSpeedCategory": read_text,
    "isFulfillable": bool,
    "estimatedFees": [{"name": read_text, "amount!": read_money}],
    "fulfillmentPreviewShipments": [
        {
            "earliestArrivalDate": read_moment,
            "latestArrivalDate": read_moment,
        }
    ],
    "unfulfillablePreviewItems": [
        {
            "sellerFulfillmentOrderItemId": read_text,
            "sellerSku": read_text,
            "quantity": read_units,
            "itemUnfulfillableReasons": read_texts,
        }
    ],
    "orderUnfulfillableReasons": read_texts,
}
_MCF_TRACKING: Shape = {
    "currentStatus": read_text,
    "customerTrackingLink": read_text,
    "carrierURL": read_text,
}
# Multi-channel fulfilment, 2026-07-04
_INTERVAL: Shape = {"startTime": read_moment, "endTime": read_moment}
_PRODUCT: Shape = {"productIdentifier": {"amazonSku": read_text}}
_OUTBOUND_SHIPMENT: Shape = {
    "amazonShipmentId": read_text,
    "status": read_text,
    "shipTime": read_moment,
    "items": [
        {
            "lineItemId": read_text,
            "shipmentItemId": read_text,
            "packageId": read_text,
            "amount": read_amount,
            "productIdentifier": {"amazonSku": read_text},
        }
    ],
    "packages": [
        {
            "packageId": read_text,
            "status": read_text,
            "shipmentItemIds": read_texts,
            "tracking": {
                "carrier": {
                    "carrierCode": read_text,
                    "trackingNumber": read_text,
                    "trackingUrl": read_text,
                },
                "amazon": {"trackingNumber": read_text, "trackingUrl": read_text},
            },
        }
    ],
}
_OUTBOUND_ORDER: Shape = {
    "orderId!": read_text,
    "status": read_text,
    "statusUpdateTime": read_moment,
    "fulfillmentConfiguration": {
        "action": read_text,
        "services": {"packaging": {"packingSlip": {"templateAttributes": {"*": read_text}}}},
    },
    "destination": {"deliveryAddress": _PLACE},
    "lineItems": [
        {
            "lineItemId!": read_text,
            "product": _PRODUCT,
            "amount": read_amount,
            "cancelledAmount": read_amount,
            "unfulfillableAmount": read_amount,
        }
    ],
    "shipments": [_OUTBOUND_SHIPMENT],
}
_OUTBOUND_PREVIEW: Shape = {
    "plannedShipments": [
        {
            "items": [{"productIdentifier": {"amazonSku": read_text}, "amount": read_amount}],
            "offers": [
                {
                    "fulfillmentConfiguration": {
                        "serviceLevel": {
                            "serviceTier": read_text,
                            "deliveryInterval": _INTERVAL,
                        }
                    },
                    "estimatedPrice": {
                        "totalPrice": read_money,
                        "rollupPrices": [{"type": read_text, "value": read_money}],
                    },
                }
            ],
        }
    ],
    "constraints": [{"code": read_text, "message": read_text}],
}
_STOCK: Shape = {
    "sellerSku!": read_text,
    "inventoryDetails": {"fulfillableQuantity": read_units},
}

#: Operation -> the shape of its payload.
SHAPES: dict[str, Shape] = {
    "getMarketplaceParticipations": [
        {
            "marketplace!": {"id!": str, "name!": str},
            "participation": {"isParticipating": bool},
            "storeName": str,
        }
    ],
    "searchOrders": {
        "orders": [{"orderId": str}],
        "pagination": {"nextToken": str},
        "lastUpdatedBefore": parse_time,
        "createdBefore": parse_time,
    },
    "getOrder": {},
    "createFeedDocument": {"feedDocumentId!": str, "url!": str},
    "createFeed": {"feedId!": str},
    "getFeed": _FEED,
    "getFeeds": {"feeds!": [_FEED], "nextToken": str},
    "getFeedDocument": _DOCUMENT,
    "createReport": {"reportId!": str},
    "getReports": {"reports": [_REPORT], "nextToken": str},
    "getReport": _REPORT,
    "getReportDocument": _DOCUMENT,
    "createRestrictedDataToken": {"restrictedDataToken!": str},
    "searchListingsItems": {"items!": [_LISTING], "pagination": {"nextToken": str}},
    "getListingsItem": _LISTING,
    "putListingsItem": _SUBMISSION,
    "patchListingsItem": _SUBMISSION,
    "getDefinitionsProductType": {
        "productTypeVersion!": {"version!": str},
        "schema!": {"link!": {"resource!": str}, "checksum!": str},
        "propertyGroups!": {"*": {"title": str, "propertyNames": [str]}},
        "displayName": str,
    },
    "searchDefinitionsProductTypes": {"productTypes": [{"name!": str, "displayName": str}]},
    "getFulfillmentPreview": {"fulfillmentPreviews": [_MCF_PREVIEW]},
    "createFulfillmentOrder": {},
    "getFulfillmentOrder": {
        "fulfillmentOrder!": _MCF_HEAD,
        "fulfillmentOrderItems": [_MCF_ITEM],
        "fulfillmentShipments": [_MCF_SHIPMENT],
        "returnItems": [_MCF_RETURN],
        "returnAuthorizations": [_MCF_AUTHORIZATION],
    },
    "updateFulfillmentOrder": {},
    "cancelFulfillmentOrder": {},
    "getPackageTrackingDetails": _MCF_TRACKING,
    "listReturnReasonCodes": {
        "reasonCodeDetails": [
            {
                "returnReasonCode!": read_text,
                "description": read_text,
                "translatedDescription": read_text,
            }
        ]
    },
    "createFulfillmentReturn": {
        "invalidReturnItems": [
            {
                "sellerReturnItemId": read_text,
                "invalidItemReason": {"invalidItemReasonCode": read_text},
            }
        ],
    },
    "outbound.getOrderPreview": _OUTBOUND_PREVIEW,
    "outbound.createOrder": {"order": _OUTBOUND_ORDER, "orderId": read_text, "status": read_text},
    "outbound.getOrder": {"order!": _OUTBOUND_ORDER},
    "outbound.updateOrder": {},
    "outbound.cancelOrder": {},
    "getDestinations": [_DESTINATION],
    "createDestination": _DESTINATION,
    "getSubscription": {"subscriptionId": str, "destinationId!": str},
    "createSubscription": {"subscriptionId!": str, "destinationId": str},
    "getInventorySummaries": {
        "payload!": {"inventorySummaries!": [_STOCK]},
        "pagination": {"nextToken": read_text},
    },
    "listTransactions": {"transactions": [_TRANSACTION], "nextToken": str},
    "listSummary": {"summaries": [{"netProceeds": _MONEY}], "nextToken": str},
    "listPayouts": {"payouts": [_PAYOUT], "nextToken": str},
    "getMyFeesEstimates": [
        {
            "Status": str,
            "FeesEstimateIdentifier": {"SellerInputIdentifier": str},
            "FeesEstimate": {"TotalFeesEstimate": _FEE_MONEY, "FeeDetailList": [_FEE]},
            "Error": {"Code": str, "Message": str},
        }
    ],
}


def check_shape(value: Any, shape: Shape, place: str = "the answer") -> None:
    """Check that a value looks as agreed.

    :param place: how the value is named in the reason.
    :raise ValueError: naming the place that does not.
    """
    if isinstance(shape, dict):
        _check_object(value, shape, place)
    elif isinstance(shape, list):
        if not isinstance(value, list):
            raise ValueError(f"{place} is no list")
        for number, item in enumerate(value):
            check_shape(item, shape[0], f"{place}[{number}]")
    elif isinstance(shape, type):
        if not isinstance(value, shape):
            raise ValueError(f"{place} is not {shape.__name__}")
    else:
        shape(value)


def _check_object(value: Any, shape: dict[str, Any], place: str) -> None:
    if not isinstance(value, Mapping):
        raise ValueError(f"{place} is no object")
    for name, inner in shape.items():
        if name == "*":
            for each, item in value.items():
                check_shape(item, inner, f"{place}.{each}")
            continue
        found = value.get(name.rstrip("!"))
        if name.endswith("!") and found in (None, ""):
            raise ValueError(f"{place} has no {name.rstrip('!')}")
        if found is not None:
            check_shape(found, inner, f"{place}.{name.rstrip('!')}")
