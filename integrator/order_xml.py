# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Reads what other programs send as XML: an order, or what lines are searched by. The schema is
`static/xsd/orders.xsd`; nothing here knows the database."""

from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

from lxml import etree

SCHEMA = Path(__file__).parent / "static" / "xsd" / "orders.xsd"

#: Longest text that is looked at.
MAX_CHARS = 5_000_000


class OrderXmlError(ValueError):
    """The text is not as the schema says.

    :param list problems: a line for each mistake, with its path
    """

    def __init__(self, problems):
        super().__init__("; ".join(problems))
        self.problems = problems


@dataclass(frozen=True)
class WantedLine:
    """A line of an order as a caller writes it; `number` counts from 1."""

    number: int
    product: str
    configuration: str
    seller: str
    quantity: Decimal
    price: Decimal | None


@dataclass(frozen=True)
class WantedOrder:
    """An order as a caller writes it."""

    delivery_mode: int
    profile: int | None
    reference: str
    comment: str
    lines: tuple[WantedLine, ...]


@dataclass(frozen=True)
class WantedSearch:
    """The conditions by which lines are searched."""

    remote_order_ids: tuple[str, ...]
    tracking_numbers: tuple[str, ...]
    sellers: tuple[str, ...] = ()


def parse_order(text: str) -> WantedOrder:
    """Read an `Order`.

    :raise OrderXmlError: with the path of each mistake
    """
    root = _parse(text, "Order")
    profile = _text(root, "CustomerProfile")
    return WantedOrder(
        delivery_mode=int(_text(root, "DeliveryMode")),
        profile=int(profile) if profile else None,
        reference=_text(root, "Reference"),
        comment=_text(root, "Comment"),
        lines=tuple(_read_line(n, one) for n, one in enumerate(root.iterfind("Lines/Line"), 1)),
    )


def parse_search(text: str) -> WantedSearch:
    """Read a `Search`.

    :raise OrderXmlError: with the path of each mistake
    """
    root = _parse(text, "Search")
    return WantedSearch(
        *(
            tuple(one.text.strip() for one in root.iterfind(name))
            for name in ("RemoteOrderId", "TrackingNumber", "Seller")
        )
    )


def _read_line(number: int, element: etree._Element) -> WantedLine:
    price = _text(element, "Price")
    return WantedLine(
        number=number,
        product=_text(element, "Product"),
        configuration=_text(element, "Configuration"),
        seller=_text(element, "Seller"),
        quantity=Decimal(_text(element, "Quantity")),
        price=Decimal(price) if price else None,
    )


def _text(element: etree._Element, name: str) -> str:
    return (element.findtext(name) or "").strip()


def _parse(text: str, root_name: str) -> etree._Element:
    """A checked tree. Entities and addresses in the text are never followed."""
    if not isinstance(text, str) or len(text) > MAX_CHARS:
        raise OrderXmlError([f"/: text of at most {MAX_CHARS} characters expected"])
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True
    )
    try:
        root = etree.fromstring(text.encode(), parser)
    except etree.XMLSyntaxError as error:
        raise OrderXmlError([f"/: {error.msg}"]) from error
    if root.getroottree().docinfo.doctype:
        raise OrderXmlError(["/: a document type is not allowed"])
    if root.tag != root_name:
        raise OrderXmlError([f"/: {root_name} expected, not {root.tag}"])
    schema = _schema()
    if not schema.validate(root):
        raise OrderXmlError([f"{one.path}: {one.message}" for one in schema.error_log])
    return root


@cache
def _schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(SCHEMA))
