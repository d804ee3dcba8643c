# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Orders that another shop leaves as files, read into plain values for `read_order`: see `Order` in
docs/neutral-forms.md."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import datetime, timezone
from decimal import Decimal, InvalidOperation
from typing import Any

from lxml import etree

from ..causes import (
    ORDER_CURRENCY,
    ORDER_LINE_NO_SKU,
    ORDER_LINE_TWICE,
    ORDER_NO_LINES,
    ORDER_QUANTITY,
    ORDER_STATUS,
    ORDER_TWICE,
    ORDERS_NOT_READABLE,
    ORDERS_VALUE,
)
from ..problems import FileRefused
from .rows import rows_together

#: Columns once per order, and once per line.
HEADS = (
    "order", "date", "status", "currency", "total", "shipping", "name", "company", "street",
    "street2", "zip", "city", "state", "country", "email", "phone", "vat", "reference",
)  # fmt: skip
LINES = ("line", "sku", "title", "quantity", "amount", "discount")
STATUSES = ("unshipped", "pending", "shipped", "cancelled")
ADDRESS = ("name", "company", "street", "street2", "zip", "city", "state", "country", "phone")
#: More money than any order is about.
MAX_AMOUNT = Decimal(10**12)


def read_orders(content: bytes, form: str) -> list[dict[str, Any]]:
    """Return the orders of a file, as plain values of neutral ones.

    :param form: `csv` or `xml`.
    :raise FileRefused: when anything in it is not as it should be; row or number of the order says
        where.
    """
    rows = _xml_rows(content) if form == "xml" else _csv_rows(content)
    orders, seen = [], set()
    for lines in rows_together(rows, lambda row: row["order"]):
        remote_id = lines[0]["order"]
        if not remote_id:
            raise FileRefused(ORDERS_VALUE.at(lines[0]["row"], "order"))
        if remote_id in seen:
            raise FileRefused(ORDER_TWICE.at(lines[0]["row"]))
        seen.add(remote_id)
        orders.append(_order(lines))
    return orders


def _csv_rows(content: bytes) -> Iterator[dict[str, Any]]:
    try:
        text = content.decode("utf-8-sig")
        head = text.partition("\n")[0]
        delimiter = ";" if head.count(";") > head.count(",") else ","
        for number, row in enumerate(
            csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True), 2
        ):
            yield _clean(row, number)
    except (UnicodeDecodeError, csv.Error):
        raise FileRefused(ORDERS_NOT_READABLE.at()) from None


def _xml_rows(content: bytes) -> Iterator[dict[str, Any]]:
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError:
        raise FileRefused(ORDERS_NOT_READABLE.at()) from None
    if root.getroottree().docinfo.doctype:
        raise FileRefused(ORDERS_NOT_READABLE.at())
    for number, order in enumerate(root.iterfind("order"), 1):
        heads = {name: order.findtext(name) for name in HEADS if name != "order"}
        heads["order"] = order.get("id") or order.findtext("id")
        lines = order.findall("lines/line")
        if not lines:
            raise FileRefused(ORDER_NO_LINES.at(number))
        for line in lines:
            yield _clean({**heads, **{name: line.findtext(name) for name in LINES}}, number)


def _clean(row: dict[str, Any], number: int) -> dict[str, Any]:
    texts = {name: (row.get(name) or "").strip() for name in (*HEADS, *LINES)}
    return {**texts, "row": number}


def _order(rows: list[dict[str, Any]]) -> dict[str, Any]:
    first = rows[0]
    row = first["row"]
    status = first["status"].lower() or "unshipped"
    if status not in STATUSES:
        raise FileRefused(ORDER_STATUS.at(row, "status", words=", ".join(STATUSES)))
    lines = [_line(one, number, status) for number, one in enumerate(rows, 1)]
    if len({line["remote_line_id"] for line in lines}) < len(lines):
        raise FileRefused(ORDER_LINE_TWICE.at(row))
    shipping = _amount(first, "shipping")
    if shipping:
        lines[0]["charges"].append(_charge("shipping", shipping))
    charges = sum(Decimal(one["amount"]) for line in lines for one in line["charges"])
    total = _amount(first, "total") if first["total"] else charges
    ordered_at = _time(first)
    if len(first["currency"]) != 3 or not first["currency"].isalpha():
        raise FileRefused(ORDER_CURRENCY.at(row, "currency"))
    return {
        "remote_order_id": first["order"],
        "remote_status": status,
        "remote_status_text": first["status"] or status,
        "fulfilled_by": "merchant",
        "ordered_at": ordered_at,
        "updated_at": ordered_at,
        "currency": first["currency"].upper(),
        "amount_total": str(total),
        "unexplained": str(total - charges),
        "buyer": {
            **{name: first[name] for name in ("name", "email", "company", "vat", "phone")},
            "purchase_order": first["reference"],
        },
        "address": {name: first[name] for name in ADDRESS},
        "lines": lines,
    }


def _line(row: dict[str, Any], number: int, status: str) -> dict[str, Any]:
    """Return a line. What it costs has to be there: what is empty is not nothing.

    :param status: of the order; all of its lines have it.
    """
    if not row["sku"]:
        raise FileRefused(ORDER_LINE_NO_SKU.at(row["row"], "sku"))
    quantity = row["quantity"]
    if not (quantity.isascii() and quantity.isdecimal() and len(quantity) < 8):
        raise FileRefused(ORDER_QUANTITY.at(row["row"], "quantity"))
    if not row["amount"] and int(quantity) and status != "cancelled":
        raise FileRefused(ORDERS_VALUE.at(row["row"], "amount"))
    amount, discount = _amount(row, "amount"), _amount(row, "discount")
    charges = [_charge("item", amount)]
    if discount:
        charges.append({**_charge("discount", -abs(discount)), "of": "item"})
    return {
        "remote_line_id": row["line"] or str(number),
        "sku": row["sku"],
        "title": row["title"] or row["sku"],
        "quantity": int(quantity),
        "quantity_shipped": int(quantity) if status == "shipped" else 0,
        "quantity_cancelled": int(quantity) if status == "cancelled" else 0,
        # the amounts hold a tax, and nothing says which
        "tax_known": False,
        "charges": charges,
    }


def _charge(kind: str, amount: Decimal) -> dict[str, str]:
    return {"kind": kind, "of": "", "amount": str(amount)}


def _amount(row: dict[str, Any], name: str) -> Decimal:
    try:
        amount = Decimal(row[name] or "0")
    except InvalidOperation:
        raise FileRefused(ORDERS_VALUE.at(row["row"], name)) from None
    if not amount.is_finite() or abs(amount) > MAX_AMOUNT:
        raise FileRefused(ORDERS_VALUE.at(row["row"], name))
    return amount


def _time(row: dict[str, Any]) -> datetime:
    try:
        found = datetime.fromisoformat(row["date"])
    except ValueError:
        raise FileRefused(ORDERS_VALUE.at(row["row"], "date")) from None
    return found.astimezone(timezone.utc) if found.tzinfo else found.replace(tzinfo=timezone.utc)
