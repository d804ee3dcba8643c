# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The operations of the Selling Partner API that we call, with their usage plans.

Rates and bursts are the defaults of Amazon's own models; Amazon grants them per pair of selling
partner and application, and may raise them (header `x-amzn-RateLimit-Limit`).
"""

from __future__ import annotations

from dataclasses import dataclass

from ..errors.causes import UNKNOWN_OPERATION

_FEES = "/products/fees/v0/feesEstimate"
_FEEDS = "/feeds/2021-06-30"
_FINANCES = "/finances/2024-06-19"
_LISTINGS = "/listings/2021-08-01/items/{sellerId}"
_ORDERS = "/orders/2026-01-01/orders"
_REPORTS = "/reports/2021-06-30"
_TRANSFERS = "/finances/transfers/2024-06-01"
_TYPES = "/definitions/2020-09-01/productTypes"


@dataclass(frozen=True)
class Operation:
    """One operation of Amazon's models.

    :param name: Amazon's operationId.
    :param method: HTTP method.
    :param path_template: path with `{parameters}`.
    :param rate: tokens per second that flow into the bucket.
    :param burst: size of the bucket.
    :param payload_wrapper: whether the answer's content is under the key `payload`.
    :param may_be_empty: whether a success may come without a body.
    """

    name: str
    method: str
    path_template: str
    rate: float
    burst: int
    payload_wrapper: bool = False
    may_be_empty: bool = False

    @property
    def names_sku(self) -> bool:
        """Whether the SKU is in its path, where Amazon does not take every one."""
        return "{sku}" in self.path_template


@dataclass(frozen=True)
class Bucket:
    """A bucket from which a call takes its token: name, tokens per second, size."""

    name: str
    rate: float
    burst: int


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
    Operation("listTransactions", "GET", _FINANCES + "/transactions", 0.5, 10, True),
    Operation("listSummary", "GET", _FINANCES + "/summary", 0.5, 10),
    Operation("listPayouts", "GET", _TRANSFERS + "/payouts", 0.5, 10),
    Operation("getMyFeesEstimates", "POST", _FEES, 0.5, 1),
)

#: operationId -> Operation.
OPERATIONS: dict[str, Operation] = {row.name: row for row in _ROWS}

#: (operationId, bucket) -> a bucket of its own. Amazon counts listing feeds apart from other feeds:
#: five submissions in five minutes (changelog of the Feeds API, 2025-05-06).
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


def call_bucket(operation: Operation, bucket_name: str = "") -> Bucket:
    """Return the bucket of a call: the bucket's own one, or the operation's when it has none."""
    own = Bucket(operation.name, operation.rate, operation.burst)
    return BUCKETS.get((operation.name, bucket_name), own)
