# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Messages to people while the tools work: one line per step, on standard error."""

from __future__ import annotations

import sys


class ToolError(Exception):
    """A step cannot be done; the text is for people, with what to do."""


def say(line: str) -> None:
    """Print one line at once. Standard output stays free for results."""
    print(line, file=sys.stderr, flush=True)
