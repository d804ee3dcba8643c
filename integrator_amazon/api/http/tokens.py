# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Access tokens of Login with Amazon, kept while they live.

The library's own cache is global to the process, not locked, keyed by the refresh token alone and
blind to `expires_in`; it is never used.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Grant:
    """An access token as Login with Amazon gave it; `expires_in` is in seconds."""

    access_token: str = field(repr=False)
    expires_in: float = 3600.0


@dataclass
class _Entry:
    lock: threading.Lock = field(default_factory=threading.Lock)
    token: str = field(default="", repr=False)
    until: float = 0.0


class TokenCache:
    """Access tokens by key; safe between threads, bounded, one login at a time per key.

    :param size: number of tokens that are kept; the longest unused goes first.
    :param margin: seconds before its end at which a token is not used any more.
    :param clock: seconds that never go back.
    """

    def __init__(
        self,
        size: int = 256,
        margin: float = 60.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._size = size
        self._margin = margin
        self._clock = clock
        self._lock = threading.Lock()
        self._entries: OrderedDict[str, _Entry] = OrderedDict()

    def get(self, key: str, login: Callable[[], Grant]) -> str:
        """Return the access token of a key; log in when there is none or it is about to end.

        :param key: from `token_key`.
        :param login: asks for a new token; what it raises goes through and nothing is kept.
        """
        entry = self._entry(key)
        with entry.lock:
            if not entry.token or self._clock() >= entry.until:
                entry.token = ""
                grant = login()
                # a token that lives shorter than two margins is used for half its life
                margin = min(self._margin, grant.expires_in / 2)
                entry.until = self._clock() + grant.expires_in - margin
                entry.token = grant.access_token
            return entry.token

    def clear(self) -> None:
        """Forget every token."""
        with self._lock:
            self._entries.clear()

    def forget(self, key: str, token: str | None = None) -> None:
        """Drop the token of a key.

        :param token: drop it only while it is this one: another thread may have renewed it.
        """
        entry = self._entry(key)
        with entry.lock:
            if token is None or entry.token == token:
                entry.token = ""

    def __len__(self) -> int:
        return len(self._entries)

    def _entry(self, key: str) -> _Entry:
        with self._lock:
            entry = self._entries.setdefault(key, _Entry())
            self._entries.move_to_end(key)
            while len(self._entries) > self._size:
                self._entries.popitem(last=False)
            return entry


def token_key(lwa_url: str, client_id: str, client_secret: str, grant: str) -> str:
    """Return the key of an access token: other secrets, another key, and none readable in it.

    :param grant: the refresh token, or the scope of a grantless login.
    """
    parts = (lwa_url, client_id, client_secret, grant)
    return hashlib.sha256("\x00".join(parts).encode()).hexdigest()


#: The cache of this process, for callers that bring none of their own.
SHARED_TOKENS = TokenCache()
