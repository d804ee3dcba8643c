# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Amazon's default usage plans of the operations that the simulator serves.

Requests per second and burst, from the descriptions in Amazon's published models.
"""

from __future__ import annotations

RATES: dict[str, tuple[float, int]] = {
    "getMarketplaceParticipations": (0.016, 15),
    "getAccount": (0.016, 15),
    "searchOrders": (0.0056, 20),
    "getOrder": (0.5, 30),
    "confirmShipment": (2.0, 10),
    "createFeedDocument": (0.5, 15),
    "createFeed": (0.0083, 15),
    # Five submissions per five minutes, on top of the plan of createFeed (changelog, 2025-05-06).
    "createFeed:JSON_LISTINGS_FEED": (5 / 300, 5),
    "getFeed": (2.0, 15),
    "getFeeds": (0.0222, 10),
    "cancelFeed": (2.0, 15),
    "getFeedDocument": (0.0222, 10),
    "createReport": (0.0167, 15),
    "getReports": (0.0222, 10),
    "getReport": (2.0, 15),
    "cancelReport": (0.0222, 10),
    "getReportDocument": (0.0167, 15),
    "createRestrictedDataToken": (1.0, 10),
    "createDestination": (1.0, 5),
    "getDestinations": (1.0, 5),
    "getDestination": (1.0, 5),
    "deleteDestination": (1.0, 5),
    "createSubscription": (1.0, 5),
    "getSubscription": (1.0, 5),
    "getSubscriptionById": (1.0, 5),
    "deleteSubscriptionById": (1.0, 5),
    "sendTestNotification": (1.0, 5),
    "getListingsItem": (5.0, 10),
    "searchListingsItems": (5.0, 5),
    "putListingsItem": (5.0, 10),
    "patchListingsItem": (5.0, 5),
    "deleteListingsItem": (5.0, 5),
    # mode=VALIDATION_PREVIEW, on top of the plan of the operation
    "listings:VALIDATION_PREVIEW": (1.0, 5),
    "getListingsRestrictions": (5.0, 10),
    "searchDefinitionsProductTypes": (5.0, 10),
    "getDefinitionsProductType": (5.0, 10),
    "listTransactions": (0.5, 10),
    "listSummary": (0.5, 10),
    "listPayouts": (0.5, 10),
    "getMyFeesEstimates": (0.5, 1),
}
