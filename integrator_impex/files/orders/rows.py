# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Rows of a table that belong together because they follow each other."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator
from typing import Any


def rows_together(
    rows: Iterable[dict[str, Any]], key_of: Callable[[dict[str, Any]], Hashable]
) -> Iterator[list[dict[str, Any]]]:
    """Give lists of rows with the same key; the same key further below is another list."""
    together: list[dict[str, Any]] = []
    for row in rows:
        if together and key_of(together[0]) != key_of(row):
            yield together
            together = []
        together.append(row)
    if together:
        yield together
