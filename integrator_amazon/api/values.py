# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Values as Amazon writes them: bytes in a charset, times, JSON and numbers. Reading knows at each
moment where it is, so that what cannot be read is named by its place; numbers become Decimal, in
which we reckon."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from decimal import Decimal
from typing import Any, NamedTuple

# === WHAT CANNOT BE READ === #


class DocumentError(ValueError):
    """A document cannot be read, so nothing of it is taken.

    Where the rest makes sense without the place, a parser gives `unreadable` instead.

    It names the place and the rule that is broken, never a value of the document: that could be
    somebody's name.

    :param reason: what is wrong there.
    :param where: a JSON path, an XML line or a byte offset.
    """

    def __init__(self, reason: str, where: str) -> None:
        super().__init__(f"cannot be parsed at {where}: {reason}")
        self.reason = reason
        self.where = where


def unreadable(error: DocumentError, order_id: str = "", **values: Any) -> dict[str, Any]:
    """Return the neutral form of a part that cannot be read while the rest of its document can.

    :param order_id: the order that it is, where that much can be read.
    :param values: `updated_at`, where that can be read, too.
    """
    named = {"remote_order_id": order_id, **values} if order_id else {}
    return {**named, "unreadable": str(error)}


# === CHARSETS === #

#: Names that Amazon uses and Python does not know, or knows too narrowly (reports of Japan).
_ALIASES = dict.fromkeys(("windows-31j", "ms932", "shift_jis", "shift-jis", "sjis"), "cp932")


def charset_of(content_type: str) -> str:
    """Return the charset of a Content-Type in lower case, or an empty text."""
    for part in content_type.split(";")[1:]:
        name, _sign, value = part.partition("=")
        if name.strip().lower() == "charset":
            return value.strip().strip("\"'").lower()
    return ""


def codec_of(charset: str | None) -> str:
    """Return Python's name of a charset; UTF-8 without one."""
    name = (charset or "utf-8").lower()
    return _ALIASES.get(name, name)


def decode(content: bytes, charset: str | None) -> str:
    """Return text of bytes; UTF-8 without a charset, and a byte order mark is dropped.

    :raise ValueError: when the bytes are not of that charset or it is not known.
    """
    try:
        text = content.decode(codec_of(charset))
    except LookupError:
        raise ValueError(f"unknown charset {charset}") from None
    return text[1:] if text.startswith("\ufeff") else text


# === TIMES: ISO 8601 === #

_TIME = re.compile(
    r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:[.,](\d{1,9}))?\s*"
    r"(Z|UTC|GMT|[+-]\d\d:?\d\d)?",
    re.I | re.A,
)


def parse_time(text: Any) -> datetime:
    """Return an ISO 8601 time as an aware time in UTC; without a zone it is taken for UTC.

    :raise ValueError: when it is no such time.
    """
    found = _TIME.fullmatch(text.strip()) if isinstance(text, str) else None
    if not found:
        raise ValueError(f"{str(text)[:50]!r} is no ISO 8601 time")
    day, clock, fraction, zone = found.groups()
    sign = zone if zone and zone[0] in "+-" else "+00:00"
    if ":" not in sign:
        sign = sign[:3] + ":" + sign[3:]
    micro = (fraction or "")[:6].ljust(6, "0")
    try:
        return datetime.fromisoformat(f"{day}T{clock}.{micro}{sign}").astimezone(timezone.utc)
    except OverflowError:
        raise ValueError(f"{text!r} is no time that can be reckoned with") from None


def format_time(value: datetime) -> str:
    """Return an aware time as ISO 8601 in UTC.

    :raise ValueError: for a time without a zone.
    """
    if value.tzinfo is None:
        raise ValueError("a time without a time zone")
    return value.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


# === READING JSON === #

_LARGEST = 2**31 - 1


class Money(NamedTuple):
    """An amount and the ISO 4217 code of its currency."""

    amount: Decimal
    currency: str


@dataclass(frozen=True)
class Node:
    """A value of a JSON document and its JSON path. What is null counts as missing."""

    value: Any
    path: str = "$"

    def error(self, reason: str, name: str = "") -> DocumentError:
        """Return the exception for this place, or for the key `name` in it."""
        return DocumentError(reason, f"{self.path}.{name}" if name else self.path)

    def object(self, name: str) -> Node:
        """Return the object under a key; an empty one when it is missing.

        :raise DocumentError: when there is something else.
        """
        value = self.value.get(name)
        if value is not None and not isinstance(value, dict):
            raise self.error("not an object", name)
        return Node(value or {}, f"{self.path}.{name}")

    def rows(self, name: str, required: bool = False) -> list[Node]:
        """Return the objects of the list under a key; none when it is missing.

        :param required: whether there must be at least one.
        :raise DocumentError: when there is something else.
        """
        value = self.value.get(name)
        if value is None and not required:
            return []
        if not isinstance(value, list):
            raise self.error("missing" if value is None else "not a list", name)
        nodes = [Node(row, f"{self.path}.{name}[{at}]") for at, row in enumerate(value)]
        for node in nodes:
            if not isinstance(node.value, dict):
                raise node.error("not an object")
        if required and not nodes:
            raise self.error("empty", name)
        return nodes

    def texts(self, name: str) -> list[str]:
        """Return the texts of the list under a key; none when it is missing.

        :raise DocumentError: when there is something else.
        """
        value = self.value.get(name)
        if value is None:
            return []
        if not isinstance(value, list):
            raise self.error("not a list", name)
        items = {f"{name}[{at}]": text for at, text in enumerate(value)}
        return [Node(items, self.path).text(key) for key in items]

    def text(self, name: str, required: bool = False) -> str:
        """Return the text under a key; empty when it is missing.

        :param required: whether it must be there and not blank.
        :raise DocumentError: when it is required and missing, or something else than a text.
        """
        value = self.value.get(name)
        if isinstance(value, int) and not isinstance(value, bool):
            value = str(value)  # an id without quotes is still an id
        if value is not None and not isinstance(value, str):
            raise self.error("not a text", name)
        cleaned = _clean(value or "")
        if required and not cleaned:
            raise self.error("missing", name)
        return cleaned

    def whole(self, name: str, required: bool = False) -> int | None:
        """Return the whole number under a key, None when it is missing.

        :raise DocumentError: when it is required and missing, negative, or no whole number.
        """
        value = self.value.get(name)
        if value is None and not required:
            return None
        if isinstance(value, bool) or not isinstance(value, (int, Decimal)):
            raise self.error("missing" if value is None else "not a whole number", name)
        # before anything is reckoned: 1e999999999 is a number of JSON as well
        if not 0 <= value <= _LARGEST:
            raise self.error("a negative number" if value < 0 else "a number out of range", name)
        if value % 1:
            raise self.error("not a whole number", name)
        return int(value)

    def time(self, name: str, required: bool = False) -> datetime | None:
        """Return the time under a key as aware UTC, None when it is missing.

        :raise DocumentError: when it is required and missing, or no ISO 8601 time.
        """
        value = self.value.get(name)
        if value is None and not required:
            return None
        try:
            return parse_time(value)
        except ValueError:
            reason = "missing" if value is None else "not an ISO 8601 time"
            raise self.error(reason, name) from None

    def money(self, name: str) -> Money | None:
        """Return the money under a key, None when it is missing.

        :raise DocumentError: when the amount is no decimal or the currency is missing.
        """
        if self.value.get(name) is None:
            return None
        node = self.object(name)
        try:
            amount = parse_amount(node.value.get("amount"))
        except ValueError as error:
            raise node.error(str(error), "amount") from None
        try:
            return Money(amount, parse_currency(node.text("currencyCode")))
        except ValueError as error:
            raise node.error(str(error), "currencyCode") from None


def read_json(raw: bytes, charset: str | None = None) -> Node:
    """Return the root object of a JSON document, fractions as Decimal.

    :param charset: as the Content-Type named it; UTF-8 without one.
    :raise DocumentError: when the bytes are no JSON object in that charset.
    """
    try:
        text = decode(raw, charset)
        root = json.loads(text, parse_float=Decimal, parse_constant=_refuse)
    except UnicodeDecodeError as error:
        raise DocumentError(f"not {error.encoding}", f"byte {error.start}") from None
    except json.JSONDecodeError as error:
        raise DocumentError(error.msg, _place(text, error, charset)) from None
    except RecursionError:
        raise DocumentError("nested too deeply", "$") from None
    except ValueError as error:
        raise DocumentError(str(error), "$") from None
    if not isinstance(root, dict):
        raise DocumentError("not an object", "$")
    return Node(root)


def _place(text: str, error: json.JSONDecodeError, charset: str | None) -> str:
    offset = len(text[: error.pos].encode(codec_of(charset), "replace"))
    return f"byte {offset} (line {error.lineno}, column {error.colno})"


def _refuse(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


def _clean(text: str) -> str:
    """Return a text that a database takes: no NUL, no half of a surrogate pair, no edges."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8").strip()


# === NUMBERS, AND WHAT IS SENT === #

_DECIMAL = re.compile(r"-?\d{1,15}(\.\d{1,10})?(E[+-]?\d{1,2})?", re.ASCII | re.IGNORECASE)
_CURRENCY = re.compile(r"[A-Z]{3}", re.ASCII)
_WIDEST = 18  # digits before or after the point; no amount has more


def parse_amount(value: Any) -> Decimal:
    """Return an amount of Amazon's text or of a JSON number as it was read.

    :raise ValueError: when it is something else, or wider than any amount.
    """
    # before anything is reckoned: 1e999999999 is a number of JSON as well
    readable = isinstance(value, (str, int, Decimal)) and not isinstance(value, bool)
    if isinstance(value, int) and abs(value) >= 10**_WIDEST:
        readable = False  # also keeps out integers that are too long to be printed
    if not readable or not _DECIMAL.fullmatch(str(value)):
        raise ValueError("not a decimal")
    amount = Decimal(value)
    if amount and abs(amount.adjusted()) > _WIDEST:
        raise ValueError("not a decimal")
    return amount


def parse_currency(value: Any) -> str:
    """Return the code of a currency.

    :raise ValueError: when it is none of ISO 4217's form.
    """
    if not isinstance(value, str) or not _CURRENCY.fullmatch(value):
        raise ValueError("not an ISO 4217 code")
    return value


def json_number(value: Decimal) -> int | float:
    """Return a decimal as the JSON number that reads exactly the same.

    :raise ValueError: when no JSON number of Python does (more than about 15 digits).
    """
    if value == value.to_integral_value():
        return int(value)
    number = float(value)
    if Decimal(repr(number)) != value:
        raise ValueError(f"{value} has too many digits for JSON")
    return number


def jsonable(value: Any) -> Any:
    """Return a copy of nested dicts and lists in which every Decimal is a JSON number."""
    if isinstance(value, Decimal):
        return json_number(value)
    if isinstance(value, Mapping):
        return {key: jsonable(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [jsonable(item) for item in value]
    return value


def dump_json(value: Any) -> bytes:
    """Return a value as UTF-8 JSON without blanks."""
    text = json.dumps(jsonable(value), ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.encode("utf-8")
