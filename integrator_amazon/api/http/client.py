# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""One call: the library's client with our transport and token cache, every answer checked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

from ..errors.causes import MALFORMED_ANSWER
from ..errors.error_table import API, find_cause
from ..errors.exceptions import SpapiError
from ..json_values import jsonable
from ..quota.operations import Operation
from ..shapes import SHAPES, check_shape
from ..times import format_time
from .credentials import Credentials, Endpoint
from .library import Client, CredentialProvider, FromCodeCredentialProvider
from .login import LoginClient, TokenCache
from .transport import Received, Transport

# === THE CALL === #


class SellingPartnerClient(Client):
    """One seller at one endpoint. It keeps state of the call under way: use one per thread.

    The parent's constructor is not called: it lets an environment variable override the endpoint
    and opens two connection pools of which it closes one.

    :param credentials: of the seller and the application.
    :param endpoint: whom to call.
    :param tokens: where access tokens are kept.
    :param transport: how requests are sent; the caller closes it.
    :raise Configuration: when a credential is empty.
    """

    user_agent = "OdooIntegratorAmazon/19.0 (Language=Python)"

    def __init__(
        self,
        credentials: Credentials,
        endpoint: Endpoint,
        tokens: TokenCache,
        transport: Transport,
    ) -> None:
        self.credentials = library_credentials(credentials)
        self.endpoint = endpoint.api_url
        self.marketplace_id = ""  # every call names its marketplaces itself
        self.region = endpoint.region
        self.restricted_data_token: str | None = None
        self.proxies = None
        self.timeout = None
        self.version = None
        self.verify = True
        self._transport = transport
        self._auth = LoginClient(
            credentials=self.credentials,
            lwa_url=endpoint.lwa_url,
            cache=tokens,
            transport=transport,
        )
        self._operation: Operation | None = None
        self.received: Received | None = None

    def send(
        self,
        operation: Operation,
        path: Mapping[str, str],
        query: Mapping[str, Any],
        body: Mapping[str, Any] | Sequence[Any] | None,
        restricted_token: str | None = None,
    ) -> Answer:
        """Send one call.

        :param path: values for the placeholders of the operation's path, not yet encoded.
        :param query: texts, numbers, booleans, datetimes (aware) and lists of these.
        :param body: JSON-ready; Decimal is taken too.
        :param restricted_token: goes out instead of the access token, with this call only.
        :raise SpapiError: for whatever goes wrong.
        """
        self._operation, self.received = operation, None
        self.restricted_data_token = restricted_token or self._application_token(operation)
        params = {"method": operation.method, **format_query(query)}
        data = jsonable(body) if body is not None else None
        return self._request(
            format_path(operation.path_template, path),
            data=data,
            params=params,
            add_marketplace=False,
        )

    def _application_token(self, operation: Operation) -> str | None:
        """Return the token of the application itself, where an operation asks for that."""
        if not operation.scope:
            return None
        return str(self._auth.get_grantless_auth(operation.scope).access_token)

    def forget_token(self) -> None:
        """Drop the access token, so that the next call logs in."""
        self._auth.forget()

    def _check_response(self, res: Received, *_flags: object) -> Answer:
        """Check the status before anything else (the library looks at the body only)."""
        self.received = res
        assert self._operation is not None
        return check_answer(self._operation, res)


def format_path(template: str, values: Mapping[str, str]) -> str:
    """Return a path with its placeholders filled in and percent-encoded, also "/" and "."."""
    return template.format(**{name: _encode(str(value)) for name, value in values.items()})


def format_query(query: Mapping[str, Any]) -> dict[str, str]:
    """Return query parameters as Amazon wants them: lists as CSV, times as ISO 8601 in UTC.

    What is None is left out.
    """
    return {name: _format_value(value) for name, value in query.items() if value is not None}


def _format_value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return format_time(value)
    if isinstance(value, Iterable) and not isinstance(value, str):
        return ",".join(_format_value(item) for item in value)
    return str(value)


def _encode(value: str) -> str:
    encoded = quote(value, safe="")
    # a SKU of dots only would be taken for a step up in the path
    return encoded.replace(".", "%2E") if set(encoded) == {"."} else encoded


def library_credentials(credentials: Credentials) -> Any:
    """Return the library's form of credentials, with environment and files kept out.

    :raise Configuration: when a credential is empty.
    """
    credentials.check()
    values = {
        "refresh_token": credentials.refresh_token,
        "lwa_app_id": credentials.client_id,
        "lwa_client_secret": credentials.client_secret,
    }
    providers = (FromCodeCredentialProvider,)
    return CredentialProvider("default", values, credential_providers=providers).credentials


# === THE ANSWER === #


@dataclass(frozen=True)
class Answer:
    """The answer of one successful call.

    :param payload: the JSON, without the `payload` around it where the operation has one: an object
        (a list for getMarketplaceParticipations) of the shape in `shapes`; fractions are Decimal.
    :param raw: the body's bytes as received.
    :param status: HTTP status, 200 … 299.
    :param headers: names in lower case.
    :param request_id: Amazon's request id.
    :param charset: the charset that the Content-Type names, or an empty text.
    :param received_at: time of receipt, UTC.
    """

    payload: Any = field(repr=False)
    raw: bytes = field(repr=False)
    status: int
    headers: Mapping[str, str] = field(repr=False)
    request_id: str
    charset: str
    received_at: datetime


def check_answer(operation: Operation, received: Received) -> Answer:
    """Return the answer of a call: the HTTP status is looked at first, then the JSON.

    :raise SpapiError: for any status but 2xx, whatever the body holds, and for a success whose
        body is not the JSON that the operation answers, see `shapes`, or is a list of errors.
    """
    if not 200 <= received.status_code < 300:
        raise _refusal(operation, received, received.status_code)
    return Answer(
        payload=_payload(operation, received),
        raw=received.content,
        status=received.status_code,
        headers=received.headers,
        request_id=received.request_id,
        charset=received.charset,
        received_at=received.received_at,
    )


def _payload(operation: Operation, received: Received) -> Any:
    if operation.may_be_empty and not received.content.strip():
        return {}
    try:
        body = received.json()
    except ValueError as error:
        raise _malformed(received, f"no JSON: {error}") from None
    if isinstance(body, dict) and body.get("errors"):
        # some models have errors in a success, too; it is as bad as any bad request
        raise _refusal(operation, received, HTTPStatus.BAD_REQUEST)
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


def _refusal(operation: Operation, received: Received, status: int) -> SpapiError:
    """Return the exception for a refusal, with or without Amazon's errors.

    :param status: by which it counts.
    """
    code, words = _amazon_words(received)
    # without Amazon's own words the page of a gateway must not decide by chance words in it
    text = f"{code} {words}" if code or words else ""
    cause = find_cause(API, status, text, operation.name)
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
