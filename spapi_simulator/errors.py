# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The errors of SP-API, with Amazon's codes and texts."""

from __future__ import annotations

import json

from .http import Answer


class ApiError(Exception):
    """An error that SP-API answers.

    :param status: HTTP status.
    :param code: Amazon's error code, such as ``InvalidInput``.
    :param message: Amazon's message.
    :param details: Amazon's details, often empty.
    """

    def __init__(self, status: int, code: str, message: str, details: str = "") -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status = status
        self.code = code
        self.message = message
        self.details = details

    def answer(self) -> Answer:
        """Return the error as Amazon's body ``{"errors": [{code, message, details}]}``."""
        error = {"code": self.code, "message": self.message, "details": self.details}
        return Answer.of({"errors": [error]}, status=self.status)


class TokenError(Exception):
    """An error of Login with Amazon.

    :param status: HTTP status, 400 or 401.
    :param error: OAuth error code, such as ``invalid_grant``.
    :param description: Amazon's sentence.
    """

    def __init__(self, status: int, error: str, description: str) -> None:
        super().__init__(error)
        self.status = status
        self.error = error
        self.description = description


class Refused(Exception):
    """A request that storage (S3) refuses with XML.

    :param code: S3's code, such as ``SignatureDoesNotMatch``.
    :param message: S3's sentence.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code)
        self.code = code
        self.message = message

    def answer(self) -> Answer:
        """Return S3's answer: status 403 with an XML body."""
        body = (
            '<?xml version="1.0" encoding="UTF-8"?>\n'
            f"<Error><Code>{self.code}</Code><Message>{self.message}</Message></Error>"
        )
        return Answer(403, body.encode(), {"Content-Type": "application/xml"})


def invalid_input(message: str = "Invalid Input", details: str = "") -> ApiError:
    """Return a 400 InvalidInput."""
    return ApiError(400, "InvalidInput", message, details)


def not_found(message: str, code: str = "NotFound") -> ApiError:
    """Return a 404."""
    return ApiError(404, code, message)


def unauthorized(details: str) -> ApiError:
    """Return a 403 Unauthorized; `details` gives the reason, as Amazon's does."""
    return ApiError(403, "Unauthorized", "Access to requested resource is denied.", details)


def quota_exceeded() -> ApiError:
    """Return the 429 of an empty bucket."""
    text = "You exceeded your quota for the requested resource."
    return ApiError(429, "QuotaExceeded", text)


def as_json(data: object) -> bytes:
    """Return data as UTF-8 JSON bytes."""
    return json.dumps(data, ensure_ascii=False).encode()
