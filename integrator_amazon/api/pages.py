# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Lists that Amazon gives page by page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

RowT = TypeVar("RowT")


@dataclass(frozen=True)
class Page(Generic[RowT]):
    """A page of a list; one without rows can have a next one all the same.

    :param token: what the next page is asked for with; empty on the last one.
    """

    rows: tuple[RowT, ...]
    token: str = ""

    def __iter__(self) -> Iterator[RowT]:
        return iter(self.rows)
