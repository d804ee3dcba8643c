# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The order report as a table, GET_FLAT_FILE_ORDER_REPORT_DATA_SHIPPING: one row per item."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from decimal import Decimal
from itertools import groupby
from typing import Any, BinaryIO

from ..times import parse_time
from .report_money import build_charges, read_amount
from .report_order import build_line, build_order
from .table import Row, read_rows

_COLUMNS = ("order-id", "order-item-id", "sku", "quantity-purchased", "purchase-date")
#: Column -> component of `report_money`.
_AMOUNTS = {
    "item-price": "Principal",
    "item-tax": "Tax",
    "shipping-price": "Shipping",
    "shipping-tax": "ShippingTax",
    "gift-wrap-price": "GiftWrap",
    "gift-wrap-tax": "GiftWrapTax",
    "cod-price": "COD",
    "cod-tax": "CODTax",
}
_DISCOUNTS = {
    "item-promotion-discount": "Principal",
    "ship-promotion-discount": "Shipping",
    "item-promotion-discount-tax": "Tax",
    "ship-promotion-discount-tax": "ShippingTax",
}
_ADDRESS = {
    "name": "recipient-name",
    "street": "ship-address-1",
    "street2": "ship-address-2",
    "street3": "ship-address-3",
    "city": "ship-city",
    "zip": "ship-postal-code",
    "state": "ship-state",
    "country": "ship-country",
    "phone": "ship-phone-number",
    "district": "ship-county",
    "company": "ship-company-name",
}
_PROGRAMS = {"is-prime": "PRIME", "is-business-order": "AMAZON_BUSINESS"}


def parse_order_table(
    source: BinaryIO,
    charset: str,
    prices_include_tax: Callable[[str, str], bool],
) -> Iterator[dict[str, Any]]:
    """Give the orders of a report, one by one; rows of one order follow each other.

    :param source: the decompressed document.
    :param charset: see `table.detect_charset`.
    :param prices_include_tax: tells of (currency, country) whether amounts hold the tax.
    :raise DocumentError: while it is read, naming the line that cannot be.
    """
    seen: set[str] = set()
    rows = read_rows(source, charset, _COLUMNS)
    # streamed: Odoo's own groupby would hold the whole document
    # pylint: disable-next=bad-builtin-groupby
    for order_id, group in groupby(rows, key=lambda row: row.required("order-id")):
        items = list(group)
        if order_id in seen:
            raise items[0].error("the order is there twice", "order-id")
        seen.add(order_id)
        yield _read_order(order_id, items, prices_include_tax)


def _read_order(
    order_id: str, rows: list[Row], prices_include_tax: Callable[[str, str], bool]
) -> dict[str, Any]:
    first = rows[0]
    currency = first["currency"]
    gross = prices_include_tax(currency, first["ship-country"])
    ordered_at = _time(first, "purchase-date")
    return build_order(
        order_id,
        ordered_at,
        _time(first, "payments-date") if first["payments-date"] else ordered_at,
        currency,
        _read_lines(rows, currency, gross),
        channel_name=first["sales-channel"],
        service_level=first["ship-service-level"].upper(),
        ship_by=_time(first, "latest-ship-date") if first["latest-ship-date"] else None,
        programs=[name for column, name in _PROGRAMS.items() if first[column].lower() == "true"],
        buyer={
            "name": first["buyer-name"],
            "email": first["buyer-email"],
            "company": first["buyer-company-name"],
            "purchase_order": first["purchase-order-number"],
            "vat": first["buyer-vat-number"] or first["buyer-tax-registration-id"],
            "phone": first["buyer-phone-number"],
        },
        address={key: first[column] for key, column in _ADDRESS.items()},
    )


def _read_lines(rows: list[Row], currency: str, gross: bool) -> list[dict[str, Any]]:
    lines: dict[str, dict[str, Any]] = {}
    for row in rows:
        line_id = row.required("order-item-id")
        if line_id in lines:
            raise row.error("the line is there twice", "order-item-id")
        if row["currency"] != currency:
            raise row.error("two currencies in one order", "currency")
        lines[line_id] = build_line(
            line_id,
            row["sku"],
            _quantity(row),
            build_charges(_amounts(row, _AMOUNTS), _amounts(row, _DISCOUNTS), gross),
            title=row["product-name"],
            gift_message=row["gift-message-text"],
        )
    return list(lines.values())


def _amounts(row: Row, columns: dict[str, str]) -> list[tuple[str, Decimal]]:
    found = []
    for column, component in columns.items():
        try:
            found.append((component, read_amount(row[column])))
        except ValueError as error:
            raise row.error(str(error), column) from None
    return found


def _quantity(row: Row) -> int:
    text = row.required("quantity-purchased")
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise row.error("not a whole number", "quantity-purchased")
    return int(text)


def _time(row: Row, column: str) -> datetime:
    try:
        return parse_time(row.required(column))
    except ValueError:
        raise row.error("no time", column) from None
