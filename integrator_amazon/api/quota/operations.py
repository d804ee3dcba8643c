# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The operations of the Selling Partner API that we call, with their usage plans.

Rates and bursts are the defaults of Amazon's own models; Amazon grants them per pair of selling
partner and application, and may raise them (header `x-amzn-RateLimit-Limit`).
"""

from __future__ import annotations

from dataclasses import dataclass

from ..errors.causes import UNKNOWN_OPERATION

_BOUND = "/fba/outbound/2020-07-01"
_BOUND_ORDER = _BOUND + "/fulfillmentOrders/{sellerFulfillmentOrderId}"
_FEES = "/products/fees/v0/feesEstimate"
_FEEDS = "/feeds/2021-06-30"
_FINANCES = "/finances/2024-06-19"
_FULFILLMENT = "/fulfillment/outbound/2026-07-04"
_LISTINGS = "/listings/2021-08-01/items/{sellerId}"
_NOTICES = "/notifications/v1"
_NOTICES_SCOPE = "sellingpartnerapi::notifications"
_ORDERS = "/orders/2026-01-01/orders"
_REPORTS = "/reports/2021-06-30"
_TRANSFERS = "/finances/transfers/2024-06-01"
_TYPES = "/definitions/2020-09-01/productTypes"


@dataclass(frozen=True)
class Operation:
    """One operation of Amazon's models.

    :param name: Amazon's operationId; those of the Fulfillment Outbound API 2026-07-04 begin with
        `outbound.`, since orders have a getOrder, too.
    :param method: HTTP method.
    :param path_template: path with `{parameters}`.
    :param rate: tokens per second that flow into the bucket.
    :param burst: size of the bucket.
    :param payload_wrapper: whether the answer's content is under the key `payload`.
    :param may_be_empty: whether a success may come without a body.
    :param scope: of the token of the application itself; empty: the seller's own token.
    """

    name: str
    method: str
    path_template: str
    rate: float
    burst: int
    payload_wrapper: bool = False
    may_be_empty: bool = False
    scope: str = ""

    @property
    def names_sku(self) -> bool:
        """Return whether the SKU is in its path, where Amazon does not take every one."""
        return "{sku}" in self.path_template


@dataclass(frozen=True)
class Bucket:
    """A bucket from which a call takes its token: name, tokens per second, size."""

    name: str
    rate: float
    burst: int


_FULFILLMENT_2020 = (
    Operation(
        "getFulfillmentPreview", "POST", _BOUND + "/fulfillmentOrders/preview", 2.0, 30, True
    ),
    Operation(
        "createFulfillmentOrder",
        "POST",
        _BOUND + "/fulfillmentOrders",
        2.0,
        30,
        may_be_empty=True,
    ),
    Operation("getFulfillmentOrder", "GET", _BOUND_ORDER, 2.0, 30, True),
    Operation("updateFulfillmentOrder", "PUT", _BOUND_ORDER, 2.0, 30, may_be_empty=True),
    Operation(
        "cancelFulfillmentOrder", "PUT", _BOUND_ORDER + "/cancel", 2.0, 30, may_be_empty=True
    ),
    Operation("getPackageTrackingDetails", "GET", _BOUND + "/tracking", 2.0, 30, True),
    Operation("listReturnReasonCodes", "GET", _BOUND + "/returnReasonCodes", 2.0, 30, True),
    Operation("createFulfillmentReturn", "PUT", _BOUND_ORDER + "/return", 2.0, 30, True),
)
_FULFILLMENT_2026 = (
    Operation("outbound.getOrderPreview", "POST", _FULFILLMENT + "/previews", 2.0, 30),
    Operation("outbound.createOrder", "POST", _FULFILLMENT + "/orders", 2.0, 30),
    Operation("outbound.getOrder", "GET", _FULFILLMENT + "/orders/{orderId}", 2.0, 30),
    Operation(
        "outbound.updateOrder",
        "PUT",
        _FULFILLMENT + "/orders/{orderId}",
        2.0,
        30,
        may_be_empty=True,
    ),
    Operation(
        "outbound.cancelOrder",
        "PUT",
        _FULFILLMENT + "/orders/{orderId}/cancel",
        2.0,
        30,
        may_be_empty=True,
    ),
)
_NOTIFICATIONS = (
    Operation(
        "getDestinations",
        "GET",
        _NOTICES + "/destinations",
        1.0,
        5,
        payload_wrapper=True,
        scope=_NOTICES_SCOPE,
    ),
    Operation(
        "createDestination",
        "POST",
        _NOTICES + "/destinations",
        1.0,
        5,
        payload_wrapper=True,
        scope=_NOTICES_SCOPE,
    ),
    Operation(
        "getSubscription", "GET", _NOTICES + "/subscriptions/{notificationType}", 1.0, 5, True
    ),
    Operation(
        "createSubscription", "POST", _NOTICES + "/subscriptions/{notificationType}", 1.0, 5, True
    ),
)

_ROWS = (
    Operation(
        "getMarketplaceParticipations",
        "GET",
        "/sellers/v1/marketplaceParticipations",
        0.016,
        15,
        True,
    ),
    Operation("getAccount", "GET", "/sellers/v1/account", 0.016, 15, True),
    Operation("searchOrders", "GET", _ORDERS, 0.0056, 20),
    Operation("getOrder", "GET", _ORDERS + "/{orderId}", 0.5, 30),
    Operation(
        "confirmShipment",
        "POST",
        "/orders/v0/orders/{orderId}/shipmentConfirmation",
        2.0,
        10,
        may_be_empty=True,
    ),
    Operation("createFeedDocument", "POST", _FEEDS + "/documents", 0.5, 15),
    Operation("createFeed", "POST", _FEEDS + "/feeds", 0.0083, 15),
    Operation("getFeed", "GET", _FEEDS + "/feeds/{feedId}", 2.0, 15),
    Operation("getFeeds", "GET", _FEEDS + "/feeds", 0.0222, 10),
    Operation("cancelFeed", "DELETE", _FEEDS + "/feeds/{feedId}", 2.0, 15, may_be_empty=True),
    Operation("getFeedDocument", "GET", _FEEDS + "/documents/{feedDocumentId}", 0.0222, 10),
    Operation("getListingsItem", "GET", _LISTINGS + "/{sku}", 5.0, 10),
    Operation("searchListingsItems", "GET", _LISTINGS, 5.0, 5),
    Operation("putListingsItem", "PUT", _LISTINGS + "/{sku}", 5.0, 10),
    Operation("patchListingsItem", "PATCH", _LISTINGS + "/{sku}", 5.0, 5),
    Operation("deleteListingsItem", "DELETE", _LISTINGS + "/{sku}", 5.0, 5),
    Operation("createReport", "POST", _REPORTS + "/reports", 0.0167, 15),
    Operation("getReport", "GET", _REPORTS + "/reports/{reportId}", 2.0, 15),
    Operation("getReports", "GET", _REPORTS + "/reports", 0.0222, 10),
    Operation("getReportDocument", "GET", _REPORTS + "/documents/{reportDocumentId}", 0.0167, 15),
    Operation(
        "createRestrictedDataToken", "POST", "/tokens/2021-03-01/restrictedDataToken", 1.0, 10
    ),
    Operation("getDefinitionsProductType", "GET", _TYPES + "/{productType}", 5.0, 10),
    Operation("searchDefinitionsProductTypes", "GET", _TYPES, 5.0, 10),
    Operation("getInventorySummaries", "GET", "/fba/inventory/v1/summaries", 2.0, 2),
    *_FULFILLMENT_2020,
    *_FULFILLMENT_2026,
    *_NOTIFICATIONS,
    Operation("listTransactions", "GET", _FINANCES + "/transactions", 0.5, 10, True),
    Operation("listSummary", "GET", _FINANCES + "/summary", 0.5, 10),
    Operation("listPayouts", "GET", _TRANSFERS + "/payouts", 0.5, 10),
    Operation("getMyFeesEstimates", "POST", _FEES, 0.5, 1),
)

#: operationId -> Operation.
OPERATIONS: dict[str, Operation] = {row.name: row for row in _ROWS}

#: (operationId, case) -> a further bucket of that case: a call of it takes a token from this one
#: and from the operation's, and whichever is empty first counts (developer-docs.amazon.com, Feeds
#: API Rate Limits). Listing feeds: five in five minutes (changelog of the Feeds API, 2025-05-06).
BUCKETS: dict[tuple[str, str], Bucket] = {
    # per account; an application may ask for 20 a second in all
    ("patchListingsItem", "VALIDATION_PREVIEW"): Bucket("VALIDATION_PREVIEW", 1.0, 5),
    ("putListingsItem", "VALIDATION_PREVIEW"): Bucket("VALIDATION_PREVIEW", 1.0, 5),
    ("createFeed", "JSON_LISTINGS_FEED"): Bucket("createFeed:JSON_LISTINGS_FEED", 5 / 300, 5),
}


def find_operation(name: str) -> Operation:
    """Return an operation by its operationId.

    :raise Configuration: when we do not know it.
    """
    if name not in OPERATIONS:
        raise UNKNOWN_OPERATION.error(detail=name)
    return OPERATIONS[name]


def call_buckets(operation: Operation, case: str = "") -> tuple[Bucket, ...]:
    """Return the buckets that a call takes a token from each: the operation's, and that of its
    case where Amazon limits it further."""
    shared = Bucket(operation.name, operation.rate, operation.burst)
    further = BUCKETS.get((operation.name, case))
    return (shared, further) if further else (shared,)


def find_bucket(name: str) -> Bucket:
    """Return a bucket by its name: an operation's, or that of a case of one."""
    cases = {bucket.name: bucket for bucket in BUCKETS.values()}
    return cases.get(name) or call_buckets(find_operation(name))[0]


# === PRIORITIES === #
#
# What is less urgent leaves tokens for what is more so. Amazon's buckets know no priority: fifty
# thousand changed texts would drain those that acknowledge orders and follow their feeds, too. So
# each class of work stops above a level, and the classes above it find tokens at once. While
# nothing else goes on, a class still gets the whole rate of a bucket.

#: Class of work -> share of each bucket that it leaves alone, the most urgent first. All are below
#: 1, so one token can always be had.
SHARES: dict[str, float] = {
    "orders": 0.0,
    "shipments": 0.1,
    "stock": 0.2,
    "prices": 0.3,
    "content": 0.4,
}

MOST_URGENT = "orders"


def reserve_of(priority: str, burst: int) -> int:
    """Return the number of tokens that calls of a class leave in a bucket.

    :param burst: size of the bucket.
    """
    return int(SHARES[priority] * burst)
