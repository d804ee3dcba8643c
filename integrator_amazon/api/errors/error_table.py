# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The one table from what Amazon, Login with Amazon, storage or the network said to a cause.

Sources: error codes of developer-docs.amazon.com (SP-API errors, usage plans), the RFC 6749 errors
of Login with Amazon, the error codes of S3, the exceptions of httpx. Rows are tried from top to
bottom and the first that fits wins; `causes.UNKNOWN` is the default for all that no row names.
"""

from __future__ import annotations

from dataclasses import dataclass

from . import causes, causes_api, causes_edge, causes_fulfillment
from .exceptions import Cause

API, LOGIN, STORAGE, FAULT = "api", "login", "storage", "fault"

_ALL = range(1000)
_CLIENT = range(400, 500)
_SERVER = range(500, 600)
_REDIRECT = range(300, 400)


@dataclass(frozen=True)
class Rule:
    """One row: the source, the statuses, words of which one must be in the text, the cause, and
    the operations of which it is true, which are all when none is named."""

    source: str
    statuses: range
    words: tuple[str, ...]
    cause: Cause
    operations: frozenset[str] = frozenset()


def _only(status: int) -> range:
    return range(status, status + 1)


_PAGE_WORDS = ("pagination token", "paginationtoken", "nexttoken", "next token", "page token")
_REGION_WORDS = ("another region", "different region", "this region", "not valid for this endpoint")
_TOKEN_WORDS = ("revoked", "malformed", "token is missing")
_GRANT_WORDS = ("unsupported_grant_type", "invalid_request")
_SLOW_WORDS = ("slowdown", "requestlimitexceeded", "too many requests")
_CUT_NAMES = ("remoteprotocolerror", "readerror", "writeerror", "closeerror", "networkerror")

_PREVIEWED = frozenset({"getFulfillmentPreview", "outbound.getOrderPreview"})
_CREATED = frozenset({"createFulfillmentOrder", "outbound.createOrder"})
_UPDATED = frozenset({"updateFulfillmentOrder", "outbound.updateOrder"})
_CANCELLED = frozenset({"cancelFulfillmentOrder", "outbound.cancelOrder"})
_ASKED = frozenset({"getFulfillmentOrder", "outbound.getOrder"})
_FULFILLED = _PREVIEWED | _CREATED | _UPDATED | _CANCELLED
_GONE_WORDS = ("not found", "does not exist", "no fulfillment order", "unknown order")
_TAKEN_WORDS = ("already exist", "already been used", "already in use", "duplicate")
_SKU_WORDS = ("sellersku for item id", "invalidsku", "invalid sku", "amazonsku")
_FEW_WORDS = ("itemquantitynotavailable", "not enough", "insufficient", "sellable inventory")
_PLACE_WORDS = ("destinationaddress", "destination address", "deliveryaddress")
_LATE_WORDS = ("cancel", "status", "state", "processing")
_HELD_WORDS = ("hold", "status", "state", "cannot be updated")

RULES: tuple[Rule, ...] = (
    Rule(API, _only(400), ("sips activity",), causes_fulfillment.MCF_BUSY, _FULFILLED),
    Rule(API, _only(400), _GONE_WORDS, causes_fulfillment.MCF_NOT_FOUND, _ASKED),
    Rule(API, _only(404), (), causes_fulfillment.MCF_NOT_FOUND, _ASKED),
    Rule(API, range(400, 410), _TAKEN_WORDS, causes_fulfillment.MCF_DUPLICATE, _CREATED),
    Rule(API, _only(400), _SKU_WORDS, causes_fulfillment.MCF_SKU_UNKNOWN, _FULFILLED),
    Rule(API, _only(400), _FEW_WORDS, causes_fulfillment.MCF_NOT_ENOUGH, _FULFILLED),
    Rule(API, _only(400), _PLACE_WORDS, causes_fulfillment.MCF_DESTINATION, _FULFILLED),
    Rule(API, _only(400), _LATE_WORDS, causes_fulfillment.MCF_TOO_LATE, _CANCELLED),
    Rule(API, _only(409), (), causes_fulfillment.MCF_TOO_LATE, _CANCELLED),
    Rule(API, _only(400), _HELD_WORDS, causes_fulfillment.MCF_NOT_HELD, _UPDATED),
    Rule(API, _only(409), (), causes_fulfillment.MCF_NOT_HELD, _UPDATED),
    Rule(API, _only(400), _PAGE_WORDS, causes_api.SPAPI_400_PAGE_TOKEN),
    Rule(API, range(400, 404), _REGION_WORDS, causes_api.SPAPI_WRONG_REGION),
    Rule(API, _only(400), (), causes_api.SPAPI_400_INVALID_INPUT),
    Rule(API, range(401, 404), ("expired",), causes_api.SPAPI_403_EXPIRED_TOKEN),
    Rule(API, range(401, 404), _TOKEN_WORDS, causes_api.SPAPI_403_INVALID_TOKEN),
    Rule(API, _only(401), (), causes_api.SPAPI_401_UNAUTHORIZED),
    Rule(API, _only(403), ("participate",), causes_api.SPAPI_403_NOT_PARTICIPATING),
    # so it answers for an order that is not on hold (amzn/selling-partner-api-models issue 2605)
    Rule(API, _only(403), ("is denied",), causes_fulfillment.MCF_NOT_HELD, _UPDATED),
    Rule(API, _only(403), (), causes_api.SPAPI_403_MISSING_ROLE),
    Rule(API, _only(404), (), causes_api.SPAPI_404_NOT_FOUND),
    Rule(API, _only(408), (), causes_api.SPAPI_408_TIMEOUT),
    Rule(API, _only(409), (), causes_api.SPAPI_409_STATE_CONFLICT),
    Rule(API, _only(413), (), causes_api.SPAPI_413_TOO_LARGE),
    Rule(API, _only(415), (), causes_api.SPAPI_415_UNSUPPORTED_FORMAT),
    Rule(API, _only(429), (), causes_api.SPAPI_429_QUOTA_EXCEEDED),
    Rule(API, _CLIENT, (), causes_api.SPAPI_4XX),
    Rule(API, _only(500), (), causes_api.SPAPI_500_INTERNAL_FAILURE),
    Rule(API, _only(503), (), causes_api.SPAPI_503_SERVICE_UNAVAILABLE),
    Rule(API, _only(504), (), causes_api.SPAPI_504_GATEWAY_TIMEOUT),
    Rule(API, _SERVER, (), causes_api.SPAPI_5XX),
    Rule(API, _REDIRECT, (), causes_api.SPAPI_3XX),
    Rule(LOGIN, _CLIENT, ("invalid_client",), causes_edge.LWA_INVALID_CLIENT),
    Rule(LOGIN, _CLIENT, ("invalid_grant",), causes_edge.LWA_INVALID_GRANT),
    Rule(LOGIN, _CLIENT, ("unauthorized_client",), causes_edge.LWA_UNAUTHORIZED_CLIENT),
    Rule(LOGIN, _CLIENT, ("invalid_scope",), causes_edge.LWA_INVALID_SCOPE),
    Rule(LOGIN, _CLIENT, _GRANT_WORDS, causes_edge.LWA_INVALID_REQUEST),
    Rule(LOGIN, _only(429), (), causes_edge.LWA_THROTTLED),
    Rule(LOGIN, _CLIENT, (), causes_edge.LWA_REFUSED),
    Rule(LOGIN, _SERVER, (), causes_edge.LWA_UNAVAILABLE),
    Rule(STORAGE, _CLIENT, ("expired",), causes_edge.STORAGE_LINK_EXPIRED),
    Rule(STORAGE, _CLIENT, ("signaturedoesnotmatch",), causes_edge.STORAGE_SIGNATURE),
    Rule(STORAGE, _CLIENT, ("entitytoolarge",), causes_edge.STORAGE_TOO_LARGE),
    Rule(STORAGE, _only(413), (), causes_edge.STORAGE_TOO_LARGE),
    Rule(STORAGE, _only(403), (), causes_edge.STORAGE_ACCESS_DENIED),
    Rule(STORAGE, _only(404), (), causes_edge.STORAGE_NOT_FOUND),
    Rule(STORAGE, _only(429), (), causes_edge.STORAGE_SLOW_DOWN),
    Rule(STORAGE, range(429, 600), _SLOW_WORDS, causes_edge.STORAGE_SLOW_DOWN),
    Rule(STORAGE, _SERVER, (), causes_edge.STORAGE_UNAVAILABLE),
    Rule(STORAGE, _CLIENT, (), causes_edge.STORAGE_REFUSED),
    Rule(FAULT, _ALL, ("certificate", "wrong_version_number"), causes_edge.NETWORK_CERTIFICATE),
    Rule(FAULT, _ALL, ("connecttimeout",), causes_edge.NETWORK_CONNECT_TIMEOUT),
    Rule(FAULT, _ALL, ("proxyerror",), causes_edge.NETWORK_PROXY),
    Rule(FAULT, _ALL, ("connecterror",), causes_edge.NETWORK_UNREACHABLE),
    Rule(FAULT, _ALL, ("timeout",), causes_edge.NETWORK_TIMEOUT),
    Rule(FAULT, _ALL, ("unsupportedprotocol", "invalidurl"), causes.ENDPOINT_INVALID),
    Rule(FAULT, _ALL, ("decodingerror",), causes.MALFORMED_ANSWER),
    Rule(FAULT, _ALL, _CUT_NAMES, causes_edge.NETWORK_CUT),
)


def find_cause(source: str, status: int = 0, text: str = "", operation: str = "") -> Cause:
    """Return the cause of what a source said.

    :param source: `API`, `LOGIN`, `STORAGE` or `FAULT`.
    :param status: HTTP status, 0 when there was none.
    :param text: code and message, or for a fault the name and words of the exception.
    :param operation: what was asked of the API.
    """
    lowered = text.lower()
    for rule in RULES:
        fits = rule.source == source and status in rule.statuses
        fits = fits and (not rule.operations or operation in rule.operations)
        if fits and (not rule.words or any(word in lowered for word in rule.words)):
            return rule.cause
    return causes.UNKNOWN


def all_causes() -> tuple[Cause, ...]:
    """Return every cause once, for translation and for tests that want them all."""
    modules = (causes, causes_api, causes_edge, causes_fulfillment)
    return tuple(
        value for module in modules for value in vars(module).values() if isinstance(value, Cause)
    )
