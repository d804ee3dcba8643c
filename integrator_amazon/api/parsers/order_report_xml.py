# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The order report in XML, GET_ORDER_REPORT_DATA_SHIPPING, read as it flows in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any, BinaryIO

from ..times import parse_time
from .document_error import DocumentError
from .report_money import build_charges, read_amount
from .report_order import build_line, build_order
from .safe_xml import iterate_elements, release, text_of

_ROOTS = frozenset({"AmazonEnvelope"})
_ADDRESS = {
    "name": "Name",
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
    """Give the orders of a report, one by one; memory does not grow with it.

    :param source: the decompressed document.
    :param prices_include_tax: tells of (currency, country) whether amounts hold the tax.
    :raise DocumentError: while it is read, naming the line that cannot be.
    """
    seen: set[str] = set()
    for element in iterate_elements(source, _ROOTS):
        if element.tag == "MessageType" and (element.text or "").strip() != "OrderReport":
            raise DocumentError("it is no order report", f"line {element.sourceline}")
        if element.tag != "OrderReport":
            continue
        order = _read_order(element, prices_include_tax)
        if order["remote_order_id"] in seen:
            raise _error(element, "the order is there twice")
        seen.add(order["remote_order_id"])
        yield order
        release(element)


def _read_order(node: Any, prices_include_tax: Callable[[str, str], bool]) -> dict[str, Any]:
    address = {
        key: text_of(node, f"FulfillmentData/Address/{name}") for key, name in _ADDRESS.items()
    }
    currency = _currency(node)
    gross = prices_include_tax(currency, address["country"])
    ordered_at = _time(node, "OrderDate")
    return build_order(
        _required(node, "AmazonOrderID"),
        ordered_at,
        _time(node, "OrderPostedDate", ordered_at),
        currency,
        [_read_line(item, currency, gross) for item in node.iterfind("Item")],
        channel_name=text_of(node, "SalesChannel"),
        service_level=text_of(node, "FulfillmentData/FulfillmentServiceLevel").upper(),
        programs=[
            name for tag, name in _PROGRAMS.items() if text_of(node, tag).lower() in ("true", "1")
        ],
        buyer=_read_buyer(node),
        address={"company": "", **address},
    )


def _read_buyer(node: Any) -> dict[str, str]:
    return {
        "name": text_of(node, "BillingData/BuyerName"),
        "email": text_of(node, "BillingData/BuyerEmailAddress"),
        "company": "",
        "purchase_order": text_of(node, "PurchaseOrderNumber"),
        "vat": "",
        "phone": text_of(node, "BillingData/BuyerPhoneNumber"),
    }


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
            found.append((text_of(component, "Type"), read_amount(amount.text or "")))
        except ValueError as error:
            raise _error(amount, str(error)) from None
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
