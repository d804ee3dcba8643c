# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""What we read of Amazon's answers, and how it has to look (models of the Selling Partner API).

An answer is checked where it comes in, so that nobody further inside meets a number where a list
was agreed. What is not named here is not looked at. Orders and processing reports are kept byte by
byte and read by their parsers, which name the place that cannot be read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from .json_values import parse_amount, parse_currency
from .times import parse_time

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
_MONEY: Shape = {"currencyCode!": parse_currency, "currencyAmount!": parse_amount}
_BREAKDOWN: dict[str, Shape] = {"breakdownType!": str, "breakdownAmount!": _MONEY}
_BREAKDOWN["breakdowns"] = [_BREAKDOWN]
_RELATED: Shape = [{"relatedIdentifierName": str, "relatedIdentifierValue": str}]
_CONTEXTS: Shape = [
    {
        "asin": str,
        "sku": str,
        "quantityShipped": int,
        "fulfillmentNetwork": str,
        "deferralReason": str,
        "maturityDate": parse_time,
    }
]
_TRANSACTION: Shape = {
    "transactionId": str,
    "transactionType": str,
    "transactionStatus": str,
    "description": str,
    "postedDate!": parse_time,
    "totalAmount!": _MONEY,
    "marketplaceDetails": {"marketplaceId": str, "marketplaceName": str},
    "relatedIdentifiers": _RELATED,
    "items": [
        {
            "description": str,
            "totalAmount": _MONEY,
            "breakdowns": [_BREAKDOWN],
            "contexts": _CONTEXTS,
        }
    ],
    "breakdowns": [_BREAKDOWN],
    "contexts": _CONTEXTS,
}
_PARTNER: Shape = {"accountType": str, "marketplaceId": str}
_PAYOUT: Shape = {
    "id!": str,
    "partnerMetadata": _PARTNER,
    "currentStatus!": str,
    "statusHistory": [{"status": str, "lastUpdatedDate": parse_time, "failureReason": str}],
    "amount": _MONEY,
    "accountTail": str,
    "creationDate": parse_time,
    "traceId": str,
    "relatedIdentifiers": _RELATED,
}
_FEE_MONEY: Shape = {"CurrencyCode!": parse_currency, "Amount!": parse_amount}
_FEE: dict[str, Shape] = {"FeeType!": str, "FinalFee!": _FEE_MONEY}
_FEE["IncludedFeeDetailList"] = [_FEE]
_ISSUE: Shape = {"code": str, "message": str, "severity": str, "attributeNames": [str]}
_LISTING: Shape = {
    "sku!": str,
    "summaries": [{"asin": str, "fnSku": str, "itemName": str, "status": [str]}],
    "attributes": {"*": [{"our_price": [{"schedule": [{}]}]}]},
    "issues": [_ISSUE],
}
_SUBMISSION: Shape = {"status": str, "submissionId": str, "issues": [_ISSUE]}

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
    "listTransactions": {"transactions": [_TRANSACTION], "nextToken": str},
    "listSummary": {
        "summaries": [
            {
                "partnerMetadata": _PARTNER,
                "netProceeds": _MONEY,
                "relatedIdentifiers": _RELATED,
                "breakdowns": [_BREAKDOWN],
            }
        ],
        "nextToken": str,
    },
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
