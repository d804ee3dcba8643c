# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Causes of errors at the queue of notifications."""

from __future__ import annotations

from .exceptions import Cause, Configuration, Rejected, Transient, _lt

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
