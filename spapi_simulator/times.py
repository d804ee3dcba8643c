# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""ISO 8601 times as SP-API writes them."""

from __future__ import annotations

from datetime import datetime, timezone


def parse_time(text: str) -> datetime:
    """Return the moment a text names, in UTC.

    :param text: ISO 8601 with an offset or ``Z``; a time without offset counts as UTC, a date as
        its first moment.
    :raise ValueError: when the text is not an ISO 8601 time.
    """
    cleaned = text.strip()
    if cleaned[-1:] in ("Z", "z"):
        cleaned = cleaned[:-1] + "+00:00"
    if len(cleaned) < 10:
        raise ValueError("not an ISO 8601 time")
    moment = datetime.fromisoformat(_six_digits(cleaned))
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=timezone.utc)
    return moment.astimezone(timezone.utc)


def format_time(moment: datetime) -> str:
    """Return a UTC time as ``2026-11-20T12:00:00Z``, with milliseconds only when there are any."""
    moment = moment.astimezone(timezone.utc)
    milliseconds = moment.microsecond // 1000
    fraction = f".{milliseconds:03d}" if milliseconds else ""
    return moment.strftime("%Y-%m-%dT%H:%M:%S") + fraction + "Z"


def _six_digits(text: str) -> str:
    """Pad or cut a fraction of a second to six digits: Python 3.10 reads only three or six."""
    head, dot, tail = text.partition(".")
    if not dot:
        return text
    digits = len(tail) - len(tail.lstrip("0123456789"))
    return f"{head}.{tail[:digits][:6].ljust(6, '0')}{tail[digits:]}"
