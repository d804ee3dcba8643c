# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The one family of exceptions that leaves this package towards the addon.

They differ by who has to act: nobody (transient, throttled), the administrator (configuration) or
the person who owns the record (rejected).
"""

from __future__ import annotations

from dataclasses import dataclass

from ..redaction import redact_text

_DETAIL_LENGTH = 2000
#: Characters of a detail that are looked through for secrets; the rest is not kept anyway.
_LOOKED_AT = 20 * _DETAIL_LENGTH


def _lt(sentence: str) -> str:
    """Mark a sentence for Odoo's export of translations; the addon translates it when it is shown,
    in the language of the reader."""
    return sentence


@dataclass(frozen=True)
class Cause:
    """Cause of a failure: one row of the error table.

    :param raises: the exception class.
    :param code: stable name, by which the addon translates and groups.
    :param sentence: for people: what happened and what to do next.
    :param outcome_unknown: whether the request may have had its effect at Amazon nevertheless.
    :param refresh: whether a fresh access token is worth one more try.
    :param final: the same sentence where it is not retried automatically; empty: there is none.
    """

    raises: type[SpapiError]
    code: str
    sentence: str
    outcome_unknown: bool = False
    refresh: bool = False
    final: str = ""

    def error(
        self,
        detail: str = "",
        status: int | None = None,
        retry_after: float | None = None,
        request_id: str = "",
        amazon_code: str = "",
    ) -> SpapiError:
        """Return an exception of this cause; see `SpapiError` for the arguments."""
        return self.raises(self, detail, status, retry_after, request_id, amazon_code)


class SpapiError(Exception):
    """Base of everything that can go wrong between us and Amazon.

    :param cause: the row of the error table.
    :param detail: technical words; secrets and personal data are taken out here.
    :param status: HTTP status, None when there was no answer.
    :param retry_after: seconds after which trying again makes sense, None when not known.
    :param request_id: Amazon's request id, for Amazon's support.
    :param amazon_code: the code in Amazon's words, such as `InvalidInput`.
    """

    kind = "transient"

    def __init__(
        self,
        cause: Cause,
        detail: str = "",
        status: int | None = None,
        retry_after: float | None = None,
        request_id: str = "",
        amazon_code: str = "",
    ) -> None:
        self.cause = cause
        self.code = cause.code
        self.sentence = cause.sentence
        self.outcome_unknown = cause.outcome_unknown
        self.detail = redact_text(detail[:_LOOKED_AT])[:_DETAIL_LENGTH]
        self.status = status
        self.retry_after = retry_after
        self.request_id = request_id
        self.amazon_code = redact_text(amazon_code[:_LOOKED_AT])[:100]
        super().__init__(f"{self.sentence} [{self.code}]")


class Transient(SpapiError):
    """No action needed: the network or Amazon will be back."""


class Throttled(Transient):
    """The quota is used up; the work is put back by `retry_after` seconds."""

    kind = "throttled"


class CircuitOpen(Throttled):
    """The circuit breaker is open; nothing was sent."""

    kind = "resting"


class Configuration(SpapiError):
    """The administrator has to act: credentials, roles, region, addresses."""

    kind = "configuration"


class Rejected(SpapiError):
    """A person has to correct the record: Amazon refused what was sent."""

    kind = "rejected"
