# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Causes of Login with Amazon (RFC 6749), of storage (S3), of the queue of notifications (SQS) and
of the network."""

from __future__ import annotations

from .exceptions import Cause, Configuration, Rejected, Throttled, Transient, _lt

LWA_INVALID_CLIENT = Cause(
    Configuration,
    "lwa_invalid_client",
    _lt(
        "Amazon's login does not accept the client id and client secret. One of them is wrong, or "
        "the secret has expired (it must be renewed every 180 days): enter both anew."
    ),
)
LWA_INVALID_GRANT = Cause(
    Configuration,
    "lwa_invalid_grant",
    _lt(
        "Amazon's login does not accept the refresh token. It is wrong, of another application, "
        "or the seller has revoked it: authorise the account again."
    ),
)
LWA_UNAUTHORIZED_CLIENT = Cause(
    Configuration,
    "lwa_unauthorized_client",
    _lt(
        "This application may not log in that way. Check in the developer console that it is an "
        "application for the Selling Partner API and not deactivated."
    ),
)
LWA_INVALID_SCOPE = Cause(
    Configuration,
    "lwa_invalid_scope",
    _lt(
        "The application may not use the scope that was asked for. Check its roles in the "
        "developer console."
    ),
)
LWA_INVALID_REQUEST = Cause(
    Configuration,
    "lwa_invalid_request",
    _lt(
        "Amazon's login does not understand the request. Check that the address of the login is "
        "Amazon's, and the credentials for stray characters."
    ),
)
LWA_THROTTLED = Cause(
    Throttled,
    "lwa_throttled",
    _lt("Amazon's login was asked too often. The work goes on by itself."),
)
LWA_REFUSED = Cause(
    Configuration,
    "lwa_refused",
    _lt("Amazon's login refuses. Check the credentials and the address of the login."),
)
LWA_UNAVAILABLE = Cause(
    Transient,
    "lwa_unavailable",
    _lt("Amazon's login has a disturbance. It is tried again by itself."),
)
STORAGE_LINK_EXPIRED = Cause(
    Transient,
    "storage_link_expired",
    _lt("The link to the document has expired (it lives five minutes). A new link is asked for."),
)
STORAGE_SIGNATURE = Cause(
    Rejected,
    "storage_signature",
    _lt(
        "Amazon's storage refuses the document because its content type is not the one that was "
        "announced. Please report this to the maintainers of the addon."
    ),
)
STORAGE_TOO_LARGE = Cause(
    Rejected,
    "storage_too_large",
    _lt("The document is larger than Amazon's storage accepts. Send less at a time."),
)
STORAGE_ACCESS_DENIED = Cause(
    Transient,
    "storage_access_denied",
    _lt("Amazon's storage denies access by this link. A new link is asked for."),
)
STORAGE_NOT_FOUND = Cause(
    Rejected,
    "storage_not_found",
    _lt("The document is no longer in Amazon's storage."),
)
STORAGE_SLOW_DOWN = Cause(
    Throttled,
    "storage_slow_down",
    _lt("Amazon's storage asks to go slower. The work goes on by itself."),
)
STORAGE_UNAVAILABLE = Cause(
    Transient,
    "storage_unavailable",
    _lt("Amazon's storage has a disturbance. It is tried again by itself."),
)
STORAGE_REFUSED = Cause(
    Rejected,
    "storage_refused",
    _lt("Amazon's storage refuses the request. See the technical details."),
)
NETWORK_CERTIFICATE = Cause(
    Configuration,
    "network_certificate",
    _lt(
        "The identity of the server could not be proved (certificate). Check the address, the "
        "clock of this machine and its certificates."
    ),
)
NETWORK_CONNECT_TIMEOUT = Cause(
    Transient,
    "network_connect_timeout",
    _lt(
        "Amazon could not be reached in time. Check the network of this machine; it is tried again."
    ),
    final=_lt(
        "Amazon could not be reached in time. Check the network of this machine, then try again."
    ),
)
NETWORK_PROXY = Cause(
    Transient,
    "network_proxy",
    _lt(
        "The proxy of this machine's network refused or failed. Check the proxy settings; it is "
        "tried again."
    ),
    final=_lt(
        "The proxy of this machine's network refused or failed. Check the proxy settings, then try "
        "again."
    ),
)
NETWORK_UNREACHABLE = Cause(
    Transient,
    "network_unreachable",
    _lt(
        "Amazon could not be reached: no network, a name that cannot be resolved, or a closed "
        "port. Check the network and the address; it is tried again."
    ),
    final=_lt(
        "Amazon could not be reached: no network, a name that cannot be resolved, or a closed "
        "port. Check the network and the address, then try again."
    ),
)
NETWORK_TIMEOUT = Cause(
    Transient,
    "network_timeout",
    _lt("Amazon did not answer in time. It is tried again."),
    outcome_unknown=True,
    final=_lt("Amazon did not answer in time. Try again in some minutes."),
)
NETWORK_CUT = Cause(
    Transient,
    "network_cut",
    _lt("The connection broke before the answer was complete. It is tried again."),
    outcome_unknown=True,
    final=_lt(
        "The connection broke before the answer was complete. Check the network of this machine, "
        "then try again."
    ),
)


QUEUE_LIBRARY_MISSING = Cause(
    Configuration,
    "queue_library_missing",
    _lt(
        "The queue of notifications needs the Python library boto3: install it on the server with "
        "“pip install boto3”, or empty the queue's address on the channel."
    ),
)
QUEUE_ACCESS_DENIED = Cause(
    Configuration,
    "queue_access_denied",
    _lt(
        "AWS denies access to the queue of notifications. Check access key and secret on the "
        "channel, and that the user may receive and delete messages of this queue."
    ),
)
QUEUE_NOT_FOUND = Cause(
    Configuration,
    "queue_not_found",
    _lt("There is no queue at this address. Copy the queue's URL from AWS, and check the region."),
)
QUEUE_REFUSED = Cause(
    Rejected,
    "queue_refused",
    _lt("The queue of notifications refuses the request. See the technical details."),
)
QUEUE_UNAVAILABLE = Cause(
    Transient,
    "queue_unavailable",
    _lt("The queue of notifications cannot be reached. It is tried again by itself."),
)
