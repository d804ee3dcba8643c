# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The one way from the addon to Amazon: what a call keeps to, and the library's client with our
transport and token cache, every answer checked."""

from __future__ import annotations

import logging
import random
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from typing import Any, BinaryIO
from urllib.parse import quote

import httpx

from ..errors.causes import MALFORMED_ANSWER, QUOTA_WAIT, RESTING, TOKEN_REFUSED
from ..errors.causes_api import SPAPI_403_MISSING_ROLE, SPAPI_403_SKU_DENIED
from ..errors.error_table import API, find_cause
from ..errors.exceptions import Configuration, Rejected, SpapiError, Throttled
from ..quota.guards import ALWAYS_CLOSED, Breaker, Limiter
from ..quota.operations import (
    MOST_URGENT,
    Bucket,
    Operation,
    call_buckets,
    find_operation,
    reserve_of,
)
from ..shapes import SHAPES, check_shape
from ..values import format_time, jsonable
from .library import Client, CredentialProvider, FromCodeCredentialProvider
from .login import (
    SHARED_TOKENS,
    Credentials,
    Endpoint,
    LoginClient,
    TokenCache,
    account_key,
    check_document_address,
)
from .transport import (
    MAX_DOCUMENT_BYTES,
    STANDARD_TIMEOUTS,
    Fetched,
    Received,
    Timeouts,
    Transport,
    fetch_document,
    save_document,
    upload_document,
)

__all__ = ["Answer", "Gateway"]

_logger = logging.getLogger(__name__)
_LOGIN_RATE = 1 / 60  # logins per second; Amazon names no rate
_EMPTY: Mapping[str, Any] = {}


class Gateway:
    """Calls Amazon for one seller: quota first, then the call, then a check of the answer.

    It never sleeps, and raises nothing but `SpapiError`. Use one per thread, and close it.

    :param credentials: of the seller and the application.
    :param endpoint: whom to call.
    :param limiter: where the token buckets are kept.
    :param breaker: what knows the operations that rest after failures; without one, none does.
    :param priority: how urgent the calls are, see `priorities.SHARES`.
    :param tokens: where access tokens are kept; without one, the cache of this process.
    :param timeout: seconds, see `Timeouts`.
    :param trust_env: whether the proxies of the environment are used.
    :param http: another way to send, such as `httpx.MockTransport`.
    :raise Configuration: when a credential is empty.
    """

    def __init__(
        self,
        credentials: Credentials,
        endpoint: Endpoint,
        limiter: Limiter,
        breaker: Breaker = ALWAYS_CLOSED,
        priority: str = MOST_URGENT,
        tokens: TokenCache = SHARED_TOKENS,
        timeout: Timeouts = STANDARD_TIMEOUTS,
        trust_env: bool = True,
        http: httpx.BaseTransport | None = None,
    ) -> None:
        credentials.check()
        self.credentials = credentials
        self.endpoint = endpoint
        self.account = account_key(credentials, endpoint)
        self._limiter = limiter
        self._breaker = breaker
        self._priority = priority
        self._transport = Transport(timeout, trust_env=trust_env, http=http)
        self._client = SellingPartnerClient(credentials, endpoint, tokens, self._transport)

    def call(
        self,
        operation: str,
        *,
        path: Mapping[str, str] = _EMPTY,
        query: Mapping[str, Any] = _EMPTY,
        body: Mapping[str, Any] | Sequence[Any] | None = None,
        bucket_name: str = "",
        restricted_token: str | None = None,
    ) -> Answer:
        """Call an operation once.

        :param operation: Amazon's operationId, see `operations.OPERATIONS`.
        :param path: values for the placeholders of its path, not encoded.
        :param query: query parameters; lists become CSV, aware datetimes ISO 8601.
        :param body: JSON-ready body.
        :param bucket_name: the case of the operation that may have a bucket of its own, such as a
            feed type.
        :param restricted_token: a restricted data token, sent instead of the access token.
        :raise Throttled: with `retry_after`; without a token in our buckets nothing is sent.
        :raise SpapiError: for whatever else goes wrong.
        """
        spec = find_operation(operation)
        buckets = call_buckets(spec, bucket_name)
        # one feed type may be refused, and another not
        watched = f"{spec.name}:{bucket_name}" if bucket_name else spec.name
        with self._watched(watched, _place(query, body or _EMPTY)):
            return self._renewing(spec, buckets, path, query, body, restricted_token)

    def check_quota(self, operation: str, bucket_name: str = "") -> None:
        """Look whether there is quota for a call, before what leads up to it is done.

        :raise Throttled: with `retry_after`, as `call` would.
        """
        buckets = call_buckets(find_operation(operation), bucket_name)
        self._take(buckets)
        for bucket in buckets:
            self._limiter.give_back(self.account, bucket.name)

    def _renewing(
        self,
        spec: Operation,
        buckets: Sequence[Bucket],
        *request: Any,
    ) -> Answer:
        """Call once, and once more with a fresh access token where that may help."""
        try:
            return self._once(spec, buckets, *request)
        except SpapiError as error:
            if not error.cause.refresh:
                raise
        self._client.forget_token()
        try:
            return self._once(spec, buckets, *request)
        except SpapiError as error:
            if not error.cause.refresh:
                raise
            raise TOKEN_REFUSED.error(
                error.detail, error.status, None, error.request_id, error.amazon_code
            ) from None

    def upload(self, url: str, content: bytes, content_type: str) -> None:
        """Upload a document to the address of createFeedDocument; no access token is sent there.

        :param content_type: exactly as given to createFeedDocument.
        :raise SpapiError: when storage refuses or cannot be reached, or is not Amazon's.
        """
        check_document_address(url, self.endpoint.api_url)
        with self._watched("uploadDocument"):
            upload_document(self._transport, url, content, content_type)

    def download(
        self, url: str, compression: str | None = None, max_bytes: int = MAX_DOCUMENT_BYTES
    ) -> bytes:
        """Return a document's bytes, decompressed.

        :param compression: what getFeedDocument or getReportDocument said, `GZIP` or None.
        :param max_bytes: size after decompression above which the document is refused.
        :raise SpapiError: when storage refuses or is not Amazon's, and for a damaged or too large
            document.
        """
        return self.fetch(url, compression, max_bytes).content

    def fetch(
        self, url: str, compression: str | None = None, max_bytes: int = MAX_DOCUMENT_BYTES
    ) -> Fetched:
        """Return a document as `download` does, with the Content-Type of the transfer."""
        check_document_address(url, self.endpoint.api_url)
        with self._watched("downloadDocument"):
            return fetch_document(self._transport, url, compression, max_bytes)

    def save(
        self,
        url: str,
        target: BinaryIO,
        compression: str | None = None,
        max_bytes: int = MAX_DOCUMENT_BYTES,
    ) -> int:
        """Write a document into a file as it flows in, so that memory does not grow with it.

        :return: number of bytes written.
        :raise SpapiError: as `download`; the file may hold a part by then.
        """
        check_document_address(url, self.endpoint.api_url)
        with self._watched("downloadDocument"):
            return save_document(self._transport, url, target, compression, max_bytes)

    def close(self) -> None:
        """Close all connections."""
        self._transport.close()

    def __enter__(self) -> Gateway:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()

    @contextmanager
    def _watched(self, operation: str, place: str = "") -> Iterator[None]:
        """Make a call unless its circuit is open, and report the outcome to the breaker.

        Throttling is no failure of the operation, and a refusal shows that it works; neither opens
        the circuit. Failures on one marketplace do not count for the others.
        """
        wait = self._breaker.wait(operation, place)
        if wait > 0:
            raise RESTING.error(detail=operation, retry_after=wait)
        try:
            yield
        except Throttled:
            raise
        except Rejected:
            self._breaker.worked(operation, place)
            raise
        except SpapiError as error:
            lasting = isinstance(error, Configuration)
            self._breaker.failed(operation, error.code, error.sentence, lasting, place)
            raise
        self._breaker.worked(operation, place)

    def _once(
        self,
        spec: Operation,
        buckets: Sequence[Bucket],
        path: Mapping[str, str],
        query: Mapping[str, Any],
        body: Mapping[str, Any] | Sequence[Any] | None,
        restricted_token: str | None,
    ) -> Answer:
        self._take(buckets)
        try:
            return self._client.send(spec, path, query, body, restricted_token)
        except Throttled as error:
            self._penalise(buckets, error)
            raise
        except Configuration as error:
            if not (spec.names_sku and error.cause is SPAPI_403_MISSING_ROLE):
                raise
            # sellers with every role meet it at single SKUs
            # (amzn/selling-partner-api-models issues 4429 and 4727)
            raise SPAPI_403_SKU_DENIED.error(
                error.detail, error.status, None, error.request_id, error.amazon_code
            ) from None
        finally:
            self._note_rate(spec)

    def _take(self, buckets: Sequence[Bucket]) -> None:
        """Take a token from each bucket, or from none.

        :raise Throttled: when one has none for us.
        """
        taken: list[str] = []
        for bucket in buckets:
            rate, burst, reserve = bucket.rate, bucket.burst, self._reserve(bucket, buckets)
            wait = self._limiter.acquire(self.account, bucket.name, rate, burst, reserve)
            if wait > 0:
                for name in taken:
                    self._limiter.give_back(self.account, name)
                raise QUOTA_WAIT.error(detail=bucket.name, retry_after=wait)
            taken.append(bucket.name)

    def _reserve(self, bucket: Bucket, buckets: Sequence[Bucket]) -> int:
        """Return the tokens that we leave for what is more urgent; nothing else needs the bucket of
        a case."""
        return reserve_of(self._priority, bucket.burst) if bucket is buckets[0] else 0

    def _penalise(self, buckets: Sequence[Bucket], error: Throttled) -> None:
        """Empty what Amazon found empty, and say when the next token will be there.

        Amazon does not name the bucket. Where a case has one of its own, it is empty for us from
        then on, and what we leave for others in the operation's stays theirs.
        """
        rate = _LOGIN_RATE
        if self._client.received is not None:  # it was not the login that was asked too often
            for bucket in buckets:
                left = self._reserve(bucket, buckets) if len(buckets) > 1 else 0
                self._limiter.penalise(self.account, bucket.name, left)
            rate = min(bucket.rate for bucket in buckets)
        # a little later than the next token, and not all workers at once
        error.retry_after = random.uniform(1.0, 1.2) / rate

    def _note_rate(self, spec: Operation) -> None:
        """Give the limiter the rate of Amazon's answer."""
        received = self._client.received
        if received is None:
            return
        _logger.debug(
            "%r: %r in %.0f ms, request %r",
            spec.name,
            received.status_code,
            received.elapsed * 1000,
            received.request_id,
        )
        rate = _read_rate(received.headers.get("x-amzn-ratelimit-limit", ""))
        if rate:  # the header speaks of the operation, never of a case of it
            self._limiter.observe(self.account, spec.name, rate)


def _place(query: Mapping[str, Any], body: Mapping[str, Any] | Sequence[Any]) -> str:
    """Return the marketplace that a call is about; empty when it names several, or none."""
    for part in (query, body):
        if not isinstance(part, Mapping):
            continue  # several questions at once
        named = part.get("marketplaceIds") or part.get("marketplaceId") or ()
        places = {named} if isinstance(named, str) else set(named)
        if places:
            return places.pop() if len(places) == 1 else ""
    return ""


def _read_rate(text: str) -> float:
    """Return the requests per second of the header, 0 when it says nothing usable."""
    try:
        rate = float(text)
    except ValueError:
        return 0.0
    return rate if 0 < rate < 10_000 else 0.0


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
    """Return query parameters in Amazon's form: lists as CSV, times as ISO 8601 in UTC.

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
    code, words = _error_texts(received)
    # without Amazon's own words the page of a gateway must not decide by chance words in it
    text = f"{code} {words}" if code or words else ""
    cause = find_cause(API, status, text, operation.name)
    return cause.error(
        detail=words or received.text(),
        status=received.status_code,
        request_id=received.request_id,
        amazon_code=code,
    )


def _error_texts(received: Received) -> tuple[str, str]:
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
