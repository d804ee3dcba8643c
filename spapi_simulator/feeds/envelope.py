# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""AmazonEnvelope: reading an XML feed safely, and running its messages one by one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from lxml import etree

from ..state.feeds import Feed
from .grammar import Element, SchemaError, check
from .report import Result, write_report

if TYPE_CHECKING:
    from ..world import World

ILL_FORMED = "5000"
INVALID = "5001"
WRONG_SELLER = "5002"
WARNING = "18026"

_HEADER = (Element("DocumentVersion"), Element("MerchantIdentifier"))
_OPERATION = Element("OperationType", 0, values=frozenset({"Update", "Delete", "PartialUpdate"}))


class MessageError(Exception):
    """A message that Amazon refuses; `info` goes to AdditionalInfo."""

    def __init__(self, code: str, message: str, **info: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.info = info


@dataclass(frozen=True)
class MessageKind:
    """Kind of message of a feed: the element name of its body, its sequence, and what it does."""

    name: str
    content: tuple[Element, ...]
    run: Callable[[World, Feed, etree._Element], None]


@dataclass
class FileError(Exception):
    """A file that cannot be read at all."""

    code: str
    message: str
    results: list[Result] = field(default_factory=list)


def process(world: World, feed: Feed, content: bytes, kind: MessageKind) -> bytes:
    """Run an XML feed and return its ProcessingReport.

    A file that does not fit the schema changes nothing: MessageID 0, no message processed.
    """
    try:
        messages = _read(content, feed, kind, world.settings.unfit_text)
    except FileError as error:
        result = Result("0", error.code, error.message)
        return write_report(feed, 0, [result])
    results = []
    for message in messages:
        number = message.findtext("MessageID") or ""
        try:
            kind.run(world, feed, message.find(kind.name))
        except MessageError as error:
            results.append(Result(number, error.code, error.message, error.info))
        else:
            results += _warning(feed, number)
    return write_report(feed, len(messages), results)


def _warning(feed: Feed, number: str) -> list[Result]:
    """Return the warning about a message that was done all the same, if there shall be one."""
    if "warn" not in feed.marks:
        return []
    text = feed.marks["warn"].get("text", "The tracking ID does not match the expected format.")
    return [Result(number, WARNING, text, kind="Warning")]


def text_of(node: etree._Element, path: str) -> str:
    """Return the stripped text at a path, empty when there is none."""
    return (node.findtext(path) or "").strip()


def _read(content: bytes, feed: Feed, kind: MessageKind, unfit_text: str) -> list[etree._Element]:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        line, column = error.position
        text = f"XML Parsing Fatal Error at Line {line}, Column {column}: {error.msg}"
        raise FileError(ILL_FORMED, text) from None
    if root.getroottree().docinfo.internalDTD is not None:
        raise FileError(
            ILL_FORMED, "XML Parsing Fatal Error at Line 1, Column 1: DOCTYPE is disallowed."
        )
    try:
        _check(root, kind)
        if unfit_text:
            _check_text(root, unfit_text)
    except SchemaError as error:
        text = f"XML Parsing Error at Line {error.line}, Column 1: {error.message}"
        raise FileError(INVALID, text) from None
    if text_of(root, "Header/MerchantIdentifier") != feed.merchant_id:
        raise FileError(
            WRONG_SELLER, "The MerchantIdentifier is not that of the submitting account."
        )
    return root.findall("Message")


def _check(root: etree._Element, kind: MessageKind) -> None:
    if root.tag != "AmazonEnvelope":
        text = f"cvc-elt.1: Cannot find the declaration of element '{root.tag}'."
        raise SchemaError(root.sourceline or 0, text)
    message = (
        Element("MessageID", pattern=r"[1-9]\d{0,19}"),
        _OPERATION,
        Element(kind.name, content=kind.content),
    )
    check(
        root,
        (
            Element("Header", content=_HEADER),
            Element("MessageType", values=frozenset({kind.name})),
            Element("PurgeAndReplace", 0),
            Element("EffectiveDate", 0),
            Element("Message", most=None, content=message),
        ),
    )
    numbers = [text_of(message, "MessageID") for message in root.findall("Message")]
    if len(set(numbers)) != len(numbers):
        raise SchemaError(root.sourceline or 0, "The same MessageID is used more than once.")


def _check_text(root: etree._Element, unfit: str) -> None:
    """Refuse a text as a schema refuses what its type does not hold."""
    for node in root.iter():
        if unfit in (node.text or ""):
            text = f"cvc-datatype-valid.1.2.1: '{node.text}' is not a valid value for '{node.tag}'."
            raise SchemaError(node.sourceline or 0, text)
