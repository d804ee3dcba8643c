# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The one way from the addon to Amazon."""

from __future__ import annotations

import logging
import random
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, BinaryIO

import httpx

from ..errors.causes import QUOTA_WAIT, RESTING, TOKEN_REFUSED
from ..errors.causes_api import SPAPI_403_MISSING_ROLE, SPAPI_403_SKU_DENIED
from ..errors.exceptions import Configuration, Rejected, SpapiError, Throttled
from ..quota.breaker import ALWAYS_CLOSED, Breaker
from ..quota.limiter import Limiter
from ..quota.operations import (
    MOST_URGENT,
    Bucket,
    Operation,
    call_bucket,
    find_operation,
    reserve_of,
)
from .client import Answer, SellingPartnerClient
from .credentials import Credentials, Endpoint, account_key, check_document_address
from .documents import MAX_DOCUMENT_BYTES, Fetched, fetch_document, save_document, upload_document
from .login import SHARED_TOKENS, TokenCache
from .transport import STANDARD_TIMEOUTS, Timeouts, Transport

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
        :param bucket_name: name of a bucket of its own within the operation, such as a feed type.
        :param restricted_token: a restricted data token, sent instead of the access token.
        :raise Throttled: with `retry_after`; without a token in our bucket nothing is sent.
        :raise SpapiError: for whatever else goes wrong.
        """
        spec = find_operation(operation)
        bucket = call_bucket(spec, bucket_name)
        # one feed type may be refused, and another not
        watched = f"{spec.name}:{bucket_name}" if bucket_name else spec.name
        with self._watched(watched, _place(query, body or _EMPTY)):
            return self._renewing(spec, bucket, path, query, body, restricted_token)

    def _renewing(
        self,
        spec: Operation,
        bucket: Bucket,
        *request: Any,
    ) -> Answer:
        """Call once, and once more with a fresh access token where that may help."""
        try:
            return self._once(spec, bucket, *request)
        except SpapiError as error:
            if not error.cause.refresh:
                raise
        self._client.forget_token()
        try:
            return self._once(spec, bucket, *request)
        except SpapiError as error:
            if not error.cause.refresh:
                raise
            raise TOKEN_REFUSED.error(
                error.detail, error.status, None, error.request_id, error.amazon_code
            ) from None

    def upload(self, url: str, content: bytes, content_type: str) -> None:
        """Put a document where createFeedDocument said; no access token goes there.

        :param content_type: exactly what createFeedDocument was told.
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
        """Let a call go unless its operation rests, and tell the breaker what came of it.

        Being throttled says nothing about the operation; being refused says that it works. What
        one marketplace refuses to do says nothing about the others.
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
        bucket: Bucket,
        path: Mapping[str, str],
        query: Mapping[str, Any],
        body: Mapping[str, Any] | Sequence[Any] | None,
        restricted_token: str | None,
    ) -> Answer:
        # a bucket of its own within an operation is shared with nobody
        shared = bucket.name == spec.name
        reserve = reserve_of(self._priority, bucket.burst) if shared else 0
        wait = self._limiter.acquire(self.account, bucket.name, bucket.rate, bucket.burst, reserve)
        if wait > 0:
            raise QUOTA_WAIT.error(detail=bucket.name, retry_after=wait)
        try:
            return self._client.send(spec, path, query, body, restricted_token)
        except Throttled as error:
            self._penalise(bucket, error)
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
            self._learn(spec, bucket)

    def _penalise(self, bucket: Bucket, error: Throttled) -> None:
        """Empty the bucket that Amazon found empty, and say when the next token will be there."""
        rate = _LOGIN_RATE
        if self._client.received is not None:  # it was not the login that was asked too often
            self._limiter.penalise(self.account, bucket.name)
            rate = bucket.rate
        # a little later than the next token, and not all workers at once
        error.retry_after = random.uniform(1.0, 1.2) / rate

    def _learn(self, spec: Operation, bucket: Bucket) -> None:
        """Tell the limiter the rate that Amazon's answer names."""
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
        # the header speaks of the operation, not of a bucket of its own within it
        if rate and bucket.name == spec.name:
            self._limiter.observe(self.account, bucket.name, rate)


def _place(query: Mapping[str, Any], body: Mapping[str, Any] | Sequence[Any]) -> str:
    """Return the marketplace that a call is about; empty when it names several, or none."""
    for said in (query, body):
        if not isinstance(said, Mapping):
            continue  # several questions at once
        named = said.get("marketplaceIds") or said.get("marketplaceId") or ()
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
