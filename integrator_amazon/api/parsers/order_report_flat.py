# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The order report as a table, GET_FLAT_FILE_ORDER_REPORT_DATA_SHIPPING: a row per item, and a row
for each further promotion of an item, in which all that is said already is blank."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from decimal import Decimal
from itertools import groupby
from typing import Any, BinaryIO

from ..values import DocumentError, parse_time, unreadable
from .mentions import OLD_STATUSES
from .orders import tidy_place
from .report_money import build_charges, read_amount
from .report_order import build_line, build_order, is_tax_known
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
    "payment-method-fee": "COD",
}
_DISCOUNTS = {
    "item-promotion-discount": "Principal",
    "ship-promotion-discount": "Shipping",
    "item-promotion-discount-tax": "Tax",
    "ship-promotion-discount-tax": "ShippingTax",
}
_PROMOTIONS = ("item-promotion-id", "ship-promotion-id", "promotion-ids")
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
_BILLING = {
    "name": "bill-name",
    "street": "bill-address-1",
    "street2": "bill-address-2",
    "street3": "bill-address-3",
    "city": "bill-city",
    "zip": "bill-postal-code",
    "state": "bill-state",
    "country": "bill-country",
    "phone": "bill-phone-number",
    "district": "bill-county",
    "company": "bill-company-name",
}
_PROGRAMS = {
    "is-prime": "PRIME",
    "is-business-order": "AMAZON_BUSINESS",
    "is-premium-order": "PREMIUM",
    "is-iba": "INVOICE_BY_AMAZON",
}


def parse_order_table(
    source: BinaryIO,
    charset: str,
    prices_include_tax: Callable[[str, str], bool],
) -> Iterator[dict[str, Any]]:
    """Give the orders of a report, one by one. The few whose rows do not follow each other come
    last; one in which something cannot be read stands there as `unreadable`, with its id.

    :param source: the decompressed document; it is read twice.
    :param charset: see `table.detect_charset`.
    :param prices_include_tax: (currency, country) -> whether amounts include the tax.
    :raise DocumentError: when it is no such report, or a row has no order id.
    """
    scattered: dict[str, list[Row]] = {order_id: [] for order_id in _scattered(source, charset)}
    for order_id, rows in _by_order(source, charset):
        if order_id in scattered:
            scattered[order_id] += rows
        else:
            yield _try_order(order_id, list(rows), prices_include_tax)
    for order_id, kept in scattered.items():
        yield _try_order(order_id, kept, prices_include_tax)


def _scattered(source: BinaryIO, charset: str) -> set[str]:
    """Return the orders whose rows stand apart; the source is left at its beginning."""
    seen: set[int] = set()
    found: set[str] = set()
    for order_id, _rows in _by_order(source, charset):
        # numbers instead of texts: a report may hold very many, and two of one number do no harm
        key = hash(order_id)
        if key in seen:
            found.add(order_id)
        seen.add(key)
    source.seek(0)
    return found


def _by_order(source: BinaryIO, charset: str) -> Iterator[tuple[str, Iterator[Row]]]:
    rows = read_rows(source, charset, _COLUMNS)
    # streamed: Odoo's own groupby would hold the whole document
    # pylint: disable-next=bad-builtin-groupby
    yield from groupby(rows, key=lambda row: row.required("order-id"))


def _try_order(
    order_id: str, rows: list[Row], prices_include_tax: Callable[[str, str], bool]
) -> dict[str, Any]:
    try:
        return _read_order(order_id, rows, prices_include_tax)
    except DocumentError as error:
        return unreadable(error, order_id)


def _read_order(
    order_id: str, rows: list[Row], prices_include_tax: Callable[[str, str], bool]
) -> dict[str, Any]:
    first = next((row for row in rows if row["purchase-date"]), rows[0])
    currency = first["currency"]
    gross = prices_include_tax(currency, first["ship-country"])
    ordered_at = _time(first, "purchase-date")
    return build_order(
        order_id,
        ordered_at,
        _time(first, "payments-date") if first["payments-date"] else ordered_at,
        currency,
        _read_lines(rows, currency, gross),
        **_read_status(first),
        channel_name=first["sales-channel"],
        service_level=first["ship-service-level"].upper(),
        ship_by=_time(first, "latest-ship-date") if first["latest-ship-date"] else None,
        deliver_by=_time(first, "latest-delivery-date") if first["latest-delivery-date"] else None,
        programs=[name for column, name in _PROGRAMS.items() if first[column].lower() == "true"],
        replaces=first["original-order-id"],
        buyer=_read_buyer(first),
        address=tidy_place({key: first[column] for key, column in _ADDRESS.items()}),
    )


def _read_status(row: Row) -> dict[str, Any]:
    """Return where the order stands, where the report has a column for it."""
    text = row["order-status"]
    if not text:
        return {}
    status = OLD_STATUSES.get(text.replace(" ", "").replace("_", "").lower(), "unknown")
    return {"remote_status": status, "remote_status_text": text}


def _read_buyer(row: Row) -> dict[str, Any]:
    billed = tidy_place({key: row[column] for key, column in _BILLING.items()})
    return {
        "name": row["buyer-name"],
        "email": row["buyer-email"],
        "company": row["buyer-company-name"],
        "purchase_order": row["purchase-order-number"],
        "vat": row["buyer-vat-number"] or row["buyer-tax-registration-id"],
        "phone": row["buyer-phone-number"],
        **({"invoice_address": billed} if billed["street"] else {}),
    }


def _read_lines(rows: list[Row], currency: str, gross: bool) -> list[dict[str, Any]]:
    by_line: dict[str, list[Row]] = {}
    for row in rows:
        row.check()
        if row["currency"] not in ("", currency):
            raise row.error("two currencies in one order", "currency")
        by_line.setdefault(row.required("order-item-id"), []).append(row)
    return [_read_line(line_id, several, gross) for line_id, several in by_line.items()]


def _read_line(line_id: str, rows: list[Row], gross: bool) -> dict[str, Any]:
    """Return a line of its row, and of those that only name a further promotion of it."""
    first, *others = sorted(rows, key=lambda row: not row["quantity-purchased"])
    for row in others:
        if row["quantity-purchased"] or row["sku"]:
            raise row.error("the line is there twice", "order-item-id")
    quantity = _quantity(first, "quantity-purchased")
    amounts = [pair for row in rows for pair in _amounts(row, _AMOUNTS, first["currency"])]
    discounts = [pair for row in rows for pair in _amounts(row, _DISCOUNTS, first["currency"])]
    cancelled = first["item-status"].lower() in ("cancelled", "canceled")
    return build_line(
        line_id,
        first["sku"],
        quantity,
        build_charges(amounts, discounts, gross),
        remote_product_id=first["asin"],
        title=first["product-name"],
        quantity_shipped=_quantity(first, "quantity-shipped") if first["quantity-shipped"] else 0,
        quantity_cancelled=quantity if cancelled else 0,
        gift_message=first["gift-message-text"],
        promotion_ids=_promotions(rows),
        tax_scheme="IOSS" if first["ioss-number"] else "",
        tax_known=is_tax_known(amounts, gross),
    )


def _promotions(rows: list[Row]) -> list[str]:
    """Return the ids of all promotions, each once."""
    texts = [row[column] for row in rows for column in _PROMOTIONS]
    ids = [one.strip() for text in texts for one in text.split(",")]
    return [one for one in dict.fromkeys(ids) if one]


def _amounts(row: Row, columns: dict[str, str], currency: str) -> list[tuple[str, Decimal]]:
    found = []
    for column, component in columns.items():
        try:
            amount = read_amount(row[column], currency)
        except ValueError as error:
            raise row.error(str(error), column) from None
        if amount is not None:
            found.append((component, amount))
    return found


def _quantity(row: Row, column: str) -> int:
    text = row.required(column)
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise row.error("not a whole number", column)
    return int(text)


def _time(row: Row, column: str) -> datetime:
    try:
        return parse_time(row.required(column))
    except ValueError:
        raise row.error("no time", column) from None
