# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The envelope that all XML order feeds share. The order of the elements is fixed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol, TypeVar

from lxml import etree

from .build_error import BuildError, check_text, check_unique, check_whole


class Body(Protocol):
    """The subject of one message of a feed; a dataclass."""

    @property
    def message_id(self) -> int:
        """The number by which the processing report names the message."""


T = TypeVar("T", bound=Body)


def build_envelope(
    merchant_id: str, message_type: str, bodies: Sequence[T], write: Callable[[Any, T], None]
) -> bytes:
    """Return an AmazonEnvelope as UTF-8 bytes with declaration.

    :param merchant_id: the merchant token.
    :param message_type: name of the message type, which is also the name of the body's element.
    :param bodies: dataclasses, each with its `message_id`.
    :param write: writes one of them into its element.
    :raise BuildError: naming the field that is wrong.
    """
    check_text("merchant_id", merchant_id)
    if not bodies:
        raise BuildError("messages", "there are none")
    ids = [body.message_id for body in bodies]
    check_unique("message_id", ids)
    envelope = etree.Element("AmazonEnvelope")
    header = etree.SubElement(envelope, "Header")
    add_text(header, "DocumentVersion", "1.01")
    add_text(header, "MerchantIdentifier", merchant_id)
    add_text(envelope, "MessageType", message_type)
    for message_id, body in zip(ids, bodies, strict=True):
        check_whole("message_id", message_id)
        message = etree.SubElement(envelope, "Message")
        add_text(message, "MessageID", str(message_id))
        write(etree.SubElement(message, message_type), body)
    return etree.tostring(envelope, xml_declaration=True, encoding="UTF-8")


def add_text(parent: Any, tag: str, value: object) -> None:
    """Add an element with a text; nothing when the value is empty or None."""
    if value not in ("", None):
        etree.SubElement(parent, tag).text = str(value)
