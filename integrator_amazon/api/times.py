# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Times as Amazon writes them: ISO 8601."""

from __future__ import annotations

import re
from datetime import datetime, timezone
from typing import Any

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
