# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Content of reports: one writer per report type."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from ..state.jobs import CANCELLED, DONE, FATAL
from ..state.reports import Report
from ..state.sellers import (
    DELIVERY,
    INVENTORY,
    LISTING,
    PRICING,
    TAX_INVOICING,
    TAX_REMITTANCE,
)
from . import all_orders, charsets, listings, order_flat, order_xml, returns

if TYPE_CHECKING:
    from ..world import World

_PERSONAL = frozenset({DELIVERY, TAX_INVOICING, TAX_REMITTANCE})
_ORDERS = frozenset({INVENTORY, *_PERSONAL})
_OFFERS = frozenset({INVENTORY, LISTING, PRICING})
_DEFAULT_LONGEST = timedelta(days=60)


@dataclass(frozen=True)
class ReportType:
    """Writer of a report type, and the role that may have it.

    `write` takes (world, report) and returns the text, or None when there is no data; `charset`
    takes the marketplace and says what Amazon uses there; a `restricted` document needs a
    restricted data token; a span over `longest` ends FATAL.
    """

    write: Callable[[World, Report], str | None]
    roles: frozenset[str]
    charset: Callable[[str], str] = charsets.unicode_only
    media: str = "text/plain"
    restricted: bool = False
    longest: timedelta = _DEFAULT_LONGEST


TYPES: dict[str, ReportType] = {
    "GET_ORDER_REPORT_DATA_SHIPPING": ReportType(
        order_xml.write, _PERSONAL, media="text/xml", restricted=True
    ),
    "GET_FLAT_FILE_ORDER_REPORT_DATA_SHIPPING": ReportType(
        order_flat.write, _PERSONAL, charsets.of_marketplace, restricted=True
    ),
    "GET_FLAT_FILE_ALL_ORDERS_DATA_BY_ORDER_DATE_GENERAL": ReportType(
        all_orders.write, _ORDERS, longest=timedelta(days=30)
    ),
    "GET_FLAT_FILE_RETURNS_DATA_BY_RETURN_DATE": ReportType(returns.write, _ORDERS),
    "GET_MERCHANT_LISTINGS_ALL_DATA": ReportType(
        listings.write, _OFFERS, charsets.of_marketplace, longest=timedelta.max
    ),
}


def finish(world: World, report: Report) -> None:
    """Write a report whose time has come: DONE, CANCELLED without data, or FATAL."""
    kind = TYPES[report.report_type]
    fatal = report.marks.get("fatal")
    if fatal is not None or report.end - report.start > kind.longest:
        report.status = FATAL
        if fatal is None or fatal.get("document"):
            _store(world, report, "The report could not be written. Check the date range.\n")
        return
    text = kind.write(world, report)
    report.status = CANCELLED if text is None else DONE
    if text is not None:
        _store(world, report, text)


def _store(world: World, report: Report, text: str) -> None:
    kind = TYPES[report.report_type]
    charset = world.settings.report_charset or kind.charset(report.marketplace_ids[0])
    content = charsets.encoded(text, charset, kind.media)
    content_type = f"{kind.media}; charset={charset}"
    stored = world.documents.store_report(
        report.merchant_id, content, content_type, world.settings.report_gzip, kind.restricted
    )
    report.document_id = stored.document_id
