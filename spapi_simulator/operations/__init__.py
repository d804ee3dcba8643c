# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The operations that the simulator serves, one module per API."""

from __future__ import annotations

from ..routing import Route
from . import (
    account,
    consent,
    documents,
    fees,
    feeds,
    finances,
    listings,
    listings_search,
    lwa,
    notifications,
    orders,
    product_types,
    report_documents,
    reports,
    restrictions,
    shipments,
    sqs,
    tokens,
)

ROUTES: tuple[Route, ...] = (
    *lwa.ROUTES,
    *consent.ROUTES,
    *account.ROUTES,
    *orders.ROUTES,
    *shipments.ROUTES,
    *documents.ROUTES,
    *feeds.ROUTES,
    *listings.ROUTES,
    *listings_search.ROUTES,
    *product_types.ROUTES,
    *restrictions.ROUTES,
    *reports.ROUTES,
    *report_documents.ROUTES,
    *tokens.ROUTES,
    *finances.ROUTES,
    *fees.ROUTES,
    *notifications.ROUTES,
    *sqs.ROUTES,
)
