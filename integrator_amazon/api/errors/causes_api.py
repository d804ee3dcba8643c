# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Causes that the Selling Partner API names by its HTTP status and error code.

Source: developer-docs.amazon.com, SP-API errors.
"""

from __future__ import annotations

from .exceptions import Cause, Configuration, Rejected, Throttled, Transient, _lt

SPAPI_400_PAGE_TOKEN = Cause(
    Rejected,
    "spapi_400_PageToken",
    _lt(
        "Amazon does not accept the page token any more (it lives 24 hours). Start the listing "
        "from its first page."
    ),
)
SPAPI_WRONG_REGION = Cause(
    Configuration,
    "spapi_wrong_region",
    _lt(
        "The account and the address of the Selling Partner API are of different regions. Choose "
        "the region in which the seller is registered."
    ),
)
SPAPI_400_INVALID_INPUT = Cause(
    Rejected,
    "spapi_400_InvalidInput",
    _lt(
        "Amazon refuses the request because a value in it is missing or not valid. Correct the "
        "record by the technical details and send it again."
    ),
)
SPAPI_403_EXPIRED_TOKEN = Cause(
    Configuration,
    "spapi_403_expired_token",
    _lt("Amazon says that the access token has expired."),
    refresh=True,
)
SPAPI_403_INVALID_TOKEN = Cause(
    Configuration,
    "spapi_403_invalid_token",
    _lt("Amazon says that the access token is revoked, malformed or invalid."),
    refresh=True,
)
SPAPI_401_UNAUTHORIZED = Cause(
    Configuration,
    "spapi_401_Unauthorized",
    _lt("Amazon does not accept the access token."),
    refresh=True,
)
SPAPI_403_MISSING_ROLE = Cause(
    Configuration,
    "spapi_403_missing_role",
    _lt(
        "Amazon denies this operation. The application lacks the role for it, or the seller did "
        "not grant it: check the roles in Seller Central, then authorise again."
    ),
)
SPAPI_404_NOT_FOUND = Cause(
    Rejected,
    "spapi_404_NotFound",
    _lt("Amazon does not know what was asked for. It may be of another account or too old."),
)
SPAPI_408_TIMEOUT = Cause(
    Transient,
    "spapi_408_Timeout",
    _lt("Amazon waited too long for the request. It is tried again."),
    outcome_unknown=True,
)
SPAPI_409_STATE_CONFLICT = Cause(
    Rejected,
    "spapi_409_StateConflict",
    _lt(
        "Amazon refuses this because of the state the thing is in by now. Read it again before "
        "deciding what to do."
    ),
)
SPAPI_413_TOO_LARGE = Cause(
    Rejected,
    "spapi_413_TooLarge",
    _lt("The request is larger than Amazon accepts (10 MB). Send less at a time."),
)
SPAPI_415_UNSUPPORTED_FORMAT = Cause(
    Rejected,
    "spapi_415_UnsupportedFormat",
    _lt(
        "Amazon does not accept the format of the request. Please report this to the maintainers "
        "of the addon."
    ),
)
SPAPI_429_QUOTA_EXCEEDED = Cause(
    Throttled,
    "spapi_429_QuotaExceeded",
    _lt("Amazon's quota for this kind of call is used up. The work goes on by itself."),
)
SPAPI_4XX = Cause(
    Rejected,
    "spapi_4xx",
    _lt("Amazon refuses the request. See the technical details for Amazon's words."),
)
SPAPI_500_INTERNAL_FAILURE = Cause(
    Transient,
    "spapi_500_InternalFailure",
    _lt("Amazon has a disturbance. It is tried again by itself; nothing is to be done."),
    outcome_unknown=True,
)
SPAPI_503_SERVICE_UNAVAILABLE = Cause(
    Transient,
    "spapi_503_ServiceUnavailable",
    _lt("Amazon is overloaded or under maintenance. It is tried again by itself."),
    outcome_unknown=True,
)
SPAPI_504_GATEWAY_TIMEOUT = Cause(
    Transient,
    "spapi_504_GatewayTimeout",
    _lt("Amazon's own systems took too long. It is tried again by itself."),
    outcome_unknown=True,
)
SPAPI_5XX = Cause(
    Transient,
    "spapi_5xx",
    _lt("Amazon has a disturbance. It is tried again by itself; nothing is to be done."),
    outcome_unknown=True,
)
SPAPI_3XX = Cause(
    Configuration,
    "spapi_3xx",
    _lt("The address of the Selling Partner API leads elsewhere. Correct the address."),
)
SPAPI_403_SKU_DENIED = Cause(
    Rejected,
    "spapi_403_sku_denied",
    _lt(
        "Amazon lets no single call through about this SKU. It is sent in a feed instead; nothing "
        "is to be done."
    ),
)
SPAPI_403_NOT_PARTICIPATING = Cause(
    Configuration,
    "spapi_403_not_participating",
    _lt(
        "The seller does not sell on this marketplace. Choose among the marketplaces of the "
        "account."
    ),
)
