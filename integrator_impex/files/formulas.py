# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Texts that a spreadsheet program would take for a formula.

In files for people such a text gets an apostrophe before it, which spreadsheet programs know as
“this is text”. Reading takes it off again. A text that already begins with apostrophes and then
looks so gets one more, so that what is read is always what was written. Numbers, dates and other
values that are no texts are never touched: -5.00 stays a number.
"""

from __future__ import annotations

import re

#: ASCII, then the wide forms that programs set to Chinese or Japanese take for the same.
TRIGGERS = "=+-@\t\r\n＝＋－＠"
_GUARDED = re.compile(f"'*[{re.escape(TRIGGERS)}]")


def guard(text: str) -> str:
    """Return a text that no spreadsheet program takes for a formula."""
    return f"'{text}" if _GUARDED.match(text) else text


def unguard(text: str) -> str:
    """Return the text that `guard` was given."""
    return text[1:] if text[:1] == "'" and _GUARDED.match(text) else text
