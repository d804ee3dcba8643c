# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""GET_FLAT_FILE_RETURNS_DATA_BY_RETURN_DATE: what buyers send back to the merchant."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from .. import currencies
from ..state.payments import paid
from ..state.reports import Report
from ..state.returns import Return
from .table import write_table

if TYPE_CHECKING:
    from ..world import World

_COLUMNS = [
    "Order ID",
    "Order date",
    "Return request date",
    "Return request status",
    "Amazon RMA ID",
    "Merchant RMA ID",
    "Label type",
    "Label cost",
    "Currency code",
    "Return carrier",
    "Tracking ID",
    "Label to be paid by",
    "A-to-Z Claim",
    "Is prime",
    "ASIN",
    "Merchant SKU",
    "Item Name",
    "Return quantity",
    "Return Reason",
    "In policy",
    "Return type",
    "Resolution",
    "Invoice number",
    "Return delivery date",
    "Order Amount",
    "Order quantity",
    "SafeT Action reason",
    "SafeT claim id",
    "SafeT claim state",
    "SafeT claim creation time",
    "SafeT claim reimbursement amount",
    "Refunded Amount",
]
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def write(world: World, report: Report) -> str | None:
    """Return the report over the day of the return request."""
    rows = [
        _row(world, row)
        for row in world.returns
        if row.merchant_id == report.merchant_id
        and report.start <= row.created <= report.end
        and _marketplace(world, row) in report.marketplace_ids
    ]
    return write_table(_COLUMNS, rows)


def _marketplace(world: World, row: Return) -> str:
    order = world.orders.get(row.order_id)
    return str(order.data["salesChannel"].get("marketplaceId")) if order else ""


def _row(world: World, row: Return) -> dict[str, str]:
    order = world.orders.get(row.order_id)
    assert order is not None
    item = order.items()[row.item_id]
    total = item.get("proceeds", {}).get("proceedsTotal", {})
    currency = total.get("currencyCode", "EUR")
    return {
        "Order ID": row.order_id,
        "Order date": _day(order.created),
        "Return request date": _day(row.created),
        "Return request status": row.status,
        "Amazon RMA ID": row.rma,
        "Merchant RMA ID": row.merchant_rma,
        "Label type": "AmazonUnPaidLabel",
        "Label cost": currencies.text(0, currency),
        "Currency code": currency,
        "Return carrier": row.carrier,
        "Tracking ID": row.tracking,
        "Label to be paid by": "Customer",
        "A-to-Z Claim": "N",
        "Is prime": _letter("PRIME" in order.data.get("programs", [])),
        "ASIN": item["product"].get("asin", ""),
        "Merchant SKU": item["product"].get("sellerSku", ""),
        "Item Name": item["product"].get("title", ""),
        "Return quantity": str(row.quantity),
        "Return Reason": row.reason,
        "In policy": _letter(row.in_policy),
        "Return type": "C-Returns",
        "Resolution": row.resolution,
        "Order Amount": currencies.text(paid(order, row.item_id)["TOTAL"], currency),
        "Order quantity": str(item["quantityOrdered"]),
        "Refunded Amount": row.refunded,
    }


def _letter(value: bool) -> str:
    return "Y" if value else "N"


def _day(moment: datetime) -> str:
    # Not strftime: the month must be English in every locale.
    return f"{moment.day:02d}-{_MONTHS[moment.month - 1]}-{moment.year}"
