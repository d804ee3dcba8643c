# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Later changes, some time after Amazon answered: show a change, find an issue."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from .issues import Issue
from .submissions import Submission


@dataclass(frozen=True)
class LateIssue:
    """An issue that is going to be found on a SKU."""

    merchant_id: str
    sku: str
    issue: Issue


class Later:
    """Changes to come, by the time at which they are due."""

    def __init__(self) -> None:
        self._rows: list[tuple[datetime, Submission | LateIssue]] = []

    def add(self, at: datetime, what: Submission | LateIssue) -> None:
        """Keep something until its time has come."""
        self._rows.append((at, what))

    def due(self, now: datetime) -> list[Submission | LateIssue]:
        """Return what is due, the earliest first, and forget it."""
        ready = sorted((row for row in self._rows if row[0] <= now), key=lambda row: row[0])
        self._rows = [row for row in self._rows if row[0] > now]
        return [what for _at, what in ready]
