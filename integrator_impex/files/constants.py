# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Values that a layout itself holds: constants and defaults."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import Any

from .layout import Column, Forms
from .values import build_codec

PLACEHOLDERS = ("now", "today", "file")
_PLACEHOLDER = re.compile(r"\{(now|today|file)\}")


@dataclass(frozen=True)
class Context:
    """Data that constants may name.

    :param file: name of the file.
    :param now: aware time of the run.
    """

    file: str = ""
    now: datetime = field(default_factory=lambda: datetime.now(timezone.utc))

    def fill(self, text: str) -> str:
        """Return a constant with its placeholders filled in."""
        now = self.now.astimezone(timezone.utc).replace(microsecond=0)
        words = {"now": now.isoformat(), "today": now.date().isoformat(), "file": self.file}
        return _PLACEHOLDER.sub(lambda found: words[found[1]], text)


def fixed_value(column: Column, text: str, context: Context) -> Any:
    """Return the value of a constant or default, None for an empty one.

    Whatever the file is like, a layout writes numbers with a point and dates as of ISO 8601.

    :raise ValueRefused: when it is not a value of the column.
    """
    if not text:
        return None
    plain = Column(
        column.field,
        type=column.type,
        separator=column.separator,
        choices=column.choices,
        keep_spaces=True,
    )
    return build_codec(plain, Forms()).read_cell(context.fill(text))
