# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A request and an answer, independent of the server that carries them."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

if TYPE_CHECKING:
    from .state.sellers import Seller


@dataclass
class Answer:
    """Answer to a call: status, body and headers, and what happens to the line meanwhile.

    `payload` is the JSON value that `body` was made of, if any. `hold` seconds pass before the
    answer is sent; `cut` sends half of the body under the full Content-Length; `drop` closes the
    connection without an answer.
    """

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    payload: Any = None
    hold: float = 0.0
    cut: bool = False
    drop: bool = False

    @classmethod
    def of(cls, payload: Any, status: int = 200) -> Answer:
        """Return a JSON answer."""
        body = json.dumps(payload, ensure_ascii=False).encode()
        return cls(status, body, {"Content-Type": "application/json"}, payload)


@dataclass
class Call:
    """One request on its way through the simulator.

    `path` is still percent-encoded; `operation` is Amazon's operationId, an empty text for an
    unknown path; `arguments` holds the decoded parts that the template names; `client_id` is the
    calling application's; `restricted_token` is true for a call with a restricted data token.
    `marks` carries faults that the operation itself must play, by kind.
    """

    method: str
    path: str
    query_string: str
    headers: dict[str, str]
    body: bytes
    base_url: str
    request_id: str
    operation: str = ""
    arguments: dict[str, str] = field(default_factory=dict)
    seller: Seller | None = None
    client_id: str = ""
    restricted_token: bool = False
    marks: dict[str, dict[str, Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.query = parse_qs(self.query_string, keep_blank_values=True)

    def text(self, name: str) -> str | None:
        """Return a query parameter, or None; of a repeated one only the first counts."""
        values = self.query.get(name)
        return values[0] if values else None

    def csv(self, name: str) -> list[str]:
        """Return a comma-separated query parameter as a list, empty when it is not there."""
        return [part for part in (self.text(name) or "").split(",") if part]

    def number(self, name: str, default: int) -> int:
        """Return a whole query parameter.

        :raise ValueError: when it is not a whole number.
        """
        value = self.text(name)
        return default if value is None else int(value)

    def json(self) -> Any:
        """Return the body read as JSON.

        :raise ValueError: when the body is no JSON.
        """
        return json.loads(self.body or b"null")

    def fields(self) -> dict[str, Any]:
        """Return the body as an object, an empty one when it is something else."""
        try:
            data = self.json()
        except ValueError:
            data = None
        return data if isinstance(data, dict) else {}
