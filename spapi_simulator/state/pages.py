# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Page tokens, each bound to the seller and the query that made it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any


@dataclass(frozen=True)
class Page:
    """A place in a result: the rest starts at `start` of `keys`; `extra` is kept for the answer."""

    owner: str
    query: str
    keys: tuple[str, ...]
    start: int
    expires: datetime
    extra: Any = None


class Pages:
    """Every page token that is alive."""

    def __init__(self) -> None:
        self._rows: dict[str, Page] = {}

    def save(self, page: Page) -> str:
        """Return the token under which a page is found again."""
        token = secrets.token_urlsafe(24)
        self._rows[token] = page
        return token

    def open(self, token: str, owner: str, query: str, now: datetime) -> Page | None:
        """Return the page of a token; None when it is unknown, too old or of another query."""
        page = self._rows.get(token)
        fits = page and (page.owner, page.query) == (owner, query) and now < page.expires
        return page if fits else None


def life(now: datetime, seconds: float) -> datetime:
    """Return the end of a token's life."""
    return now + timedelta(seconds=seconds)
