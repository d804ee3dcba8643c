# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""From an answer as it came to an `Answer`, or to the exception that it means."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ..errors.causes import MALFORMED_ANSWER
from ..errors.error_table import API, find_cause
from ..errors.exceptions import SpapiError
from ..quota.operations import Operation
from ..shapes import SHAPES, check_shape
from .transport import Received


@dataclass(frozen=True)
class Answer:
    """The answer of one successful call.

    :param payload: the JSON, without the `payload` around it where the operation has one;
        fractions are Decimal.
    :param raw: the body's bytes as received.
    :param status: HTTP status, 200 … 299.
    :param headers: names in lower case.
    :param request_id: Amazon's request id.
    :param charset: the charset that the Content-Type names, or an empty text.
    :param received_at: time of receipt, UTC.
    """

    payload: dict[str, Any] | list[Any] = field(repr=False)
    raw: bytes = field(repr=False)
    status: int
    headers: Mapping[str, str] = field(repr=False)
    request_id: str
    charset: str
    received_at: datetime


def check_answer(operation: Operation, received: Received) -> Answer:
    """Return the answer of a call: the HTTP status is looked at first, then the JSON.

    :raise SpapiError: for any status but 2xx, whatever the body holds, and for a success whose
        body is not the JSON that the operation answers, see `shapes`.
    """
    if not 200 <= received.status_code < 300:
        raise _refusal(received)
    return Answer(
        payload=_payload(operation, received),
        raw=received.content,
        status=received.status_code,
        headers=received.headers,
        request_id=received.request_id,
        charset=received.charset,
        received_at=received.received_at,
    )


def _payload(operation: Operation, received: Received) -> dict[str, Any] | list[Any]:
    if operation.may_be_empty and not received.content.strip():
        return {}
    try:
        body = received.json()
    except ValueError as error:
        raise _malformed(received, f"no JSON: {error}") from None
    if operation.payload_wrapper:
        if not isinstance(body, dict) or "payload" not in body:
            raise _malformed(received, "no payload")
        body = body["payload"]
    if not isinstance(body, (dict, list)):
        raise _malformed(received, f"neither object nor list: {type(body).__name__}")
    try:
        check_shape(body, SHAPES.get(operation.name, type(body)))
    except ValueError as error:
        raise _malformed(received, str(error)) from None
    except RecursionError:
        raise _malformed(received, "nested too deeply") from None
    return body


def _malformed(received: Received, reason: str) -> SpapiError:
    return MALFORMED_ANSWER.error(
        detail=reason, status=received.status_code, request_id=received.request_id
    )


def _refusal(received: Received) -> SpapiError:
    """Return the exception for a status that is no success, with or without Amazon's errors."""
    code, words = _amazon_words(received)
    # without Amazon's own words the page of a gateway must not decide by chance words in it
    cause = find_cause(API, received.status_code, f"{code} {words}" if code or words else "")
    return cause.error(
        detail=words or received.text(),
        status=received.status_code,
        request_id=received.request_id,
        amazon_code=code,
    )


def _amazon_words(received: Received) -> tuple[str, str]:
    """Return code and words of Amazon's `{"errors": [{code, message, details}]}`, else empty."""
    try:
        body = received.json()
    except ValueError:
        return "", ""
    errors = body.get("errors") if isinstance(body, dict) else None
    rows = [row for row in errors if isinstance(row, dict)] if isinstance(errors, list) else []
    words = [
        " ".join(str(row[name]) for name in ("code", "message", "details") if row.get(name))
        for row in rows
    ]
    return (str(rows[0].get("code") or "") if rows else ""), "; ".join(words)
