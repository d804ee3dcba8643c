# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The order report in XML, GET_ORDER_REPORT_DATA_SHIPPING, read as it flows in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any, BinaryIO

from ..values import DocumentError, parse_time, unreadable
from .orders import tidy_place
from .report_money import build_charges, read_amount
from .report_order import build_line, build_order, is_tax_known
from .safe_xml import iterate_elements, release, text_of

_ROOTS = frozenset({"AmazonEnvelope"})
_ADDRESS = {
    "name": "Name",
    "company": "CompanyName",
    "street": "AddressFieldOne",
    "street2": "AddressFieldTwo",
    "street3": "AddressFieldThree",
    "city": "City",
    "zip": "PostalCode",
    "state": "StateOrRegion",
    "country": "CountryCode",
    "phone": "PhoneNumber",
    "district": "County",
}
#: Element that is yes or no -> name of the program.
_PROGRAMS = {"IsPrime": "PRIME", "IsBusinessOrder": "AMAZON_BUSINESS", "IsIba": "INVOICE_BY_AMAZON"}


def parse_order_report(
    source: BinaryIO,
    prices_include_tax: Callable[[str, str], bool],
) -> Iterator[dict[str, Any]]:
    """Give the orders of a report, one by one; memory does not grow with it. An order in which
    something cannot be read stands there as `unreadable`, with its id.

    :param source: the decompressed document.
    :param prices_include_tax: (currency, country) -> whether amounts include the tax.
    :raise DocumentError: while it is read, when it is no such report, or an order has no id.
    """
    for element in iterate_elements(source, _ROOTS):
        if element.tag == "MessageType" and (element.text or "").strip() != "OrderReport":
            raise DocumentError("it is not an order report", f"line {element.sourceline}")
        if element.tag != "OrderReport":
            continue
        order_id = _required(element, "AmazonOrderID")
        try:
            yield _read_order(element, prices_include_tax)
        except DocumentError as error:
            yield unreadable(error, order_id)
        release(element)


def _read_order(node: Any, prices_include_tax: Callable[[str, str], bool]) -> dict[str, Any]:
    address = _read_place(node, "FulfillmentData/Address")
    currency = _currency(node)
    gross = prices_include_tax(currency, address["country"])
    ordered_at = _time(node, "OrderDate")
    return build_order(
        _required(node, "AmazonOrderID"),
        ordered_at,
        _time(node, "OrderPostedDate", ordered_at),
        currency,
        _read_lines(node, currency, gross),
        channel_name=text_of(node, "SalesChannel"),
        service_level=text_of(node, "FulfillmentData/FulfillmentServiceLevel").upper(),
        programs=[
            name for tag, name in _PROGRAMS.items() if text_of(node, tag).lower() in ("true", "1")
        ],
        buyer=_read_buyer(node),
        address=address,
    )


def _read_place(node: Any, path: str) -> dict[str, str]:
    return tidy_place({key: text_of(node, f"{path}/{name}") for key, name in _ADDRESS.items()})


def _read_buyer(node: Any) -> dict[str, Any]:
    billed = _read_place(node, "BillingData/Address")
    return {
        "name": text_of(node, "BillingData/BuyerName"),
        "email": text_of(node, "BillingData/BuyerEmailAddress"),
        "company": text_of(node, "BillingData/BuyerCompanyName"),
        "purchase_order": text_of(node, "PurchaseOrderNumber"),
        "vat": text_of(node, "BillingData/BuyerVatNumber"),
        "phone": text_of(node, "BillingData/BuyerPhoneNumber"),
        **({"invoice_address": billed} if billed["street"] else {}),
    }


def _read_lines(node: Any, currency: str, gross: bool) -> list[dict[str, Any]]:
    lines: dict[str, dict[str, Any]] = {}
    for item in node.iterfind("Item"):
        line = _read_line(item, currency, gross)
        if line["remote_line_id"] in lines:
            raise _error(item, "the line is there twice")
        lines[line["remote_line_id"]] = line
    if not lines:
        raise _error(node, "no Item")
    return list(lines.values())


def _read_line(item: Any, currency: str, gross: bool) -> dict[str, Any]:
    quantity = text_of(item, "Quantity")
    if not (quantity.isascii() and quantity.isdigit() and len(quantity) < 10):
        raise _error(item, "Quantity is not a whole number")
    discounts = [
        pair
        for promotion in item.iterfind("Promotion")
        for pair in _components(promotion, currency)
    ]
    prices = item.find("ItemPrice")
    amounts = _components(prices, currency) if prices is not None else []
    ids = [text_of(one, "MerchantPromotionID") for one in item.iterfind("Promotion")]
    return build_line(
        _required(item, "AmazonOrderItemCode"),
        text_of(item, "SKU"),
        int(quantity),
        build_charges(amounts, discounts, gross),
        title=text_of(item, "Title"),
        gift_message=text_of(item, "GiftMessageText"),
        promotion_ids=[one for one in ids if one],
        tax_scheme="IOSS" if text_of(item, "IossNumber") else "",
        tax_known=is_tax_known(amounts, gross),
    )


def _components(node: Any, currency: str) -> list[tuple[str, Decimal]]:
    found = []
    for component in node.iterfind("Component"):
        amount = component.find("Amount")
        if amount is None:
            raise _error(component, "Amount is missing")
        if amount.get("currency", currency) != currency:
            raise _error(amount, "two currencies in one order")
        try:
            value = read_amount(amount.text or "", currency)
        except ValueError as error:
            raise _error(amount, str(error)) from None
        if value is not None:
            found.append((text_of(component, "Type"), value))
    return found


def _currency(node: Any) -> str:
    for amount in node.iter("Amount"):
        if amount.get("currency"):
            return str(amount.get("currency"))
    return ""


def _time(node: Any, name: str, default: datetime | None = None) -> datetime:
    text = text_of(node, name)
    if not text and default:
        return default
    try:
        return parse_time(text)
    except ValueError:
        raise _error(node, f"{name} is no time") from None


def _required(node: Any, name: str) -> str:
    text = text_of(node, name)
    if not text:
        raise _error(node, f"{name} is missing")
    return text


def _error(node: Any, reason: str) -> DocumentError:
    return DocumentError(reason, f"line {node.sourceline}")
