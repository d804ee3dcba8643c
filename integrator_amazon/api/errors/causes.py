# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Causes that we find ourselves, and the default for unknown ones."""

from __future__ import annotations

from .exceptions import Cause, CircuitOpen, Configuration, Rejected, Throttled, Transient, _lt

UNKNOWN = Cause(
    Transient,
    "unknown",
    _lt(
        "Amazon answered in a way that is not known. It is tried again; if it stays, show the "
        "request id of the technical details to Amazon's support."
    ),
    outcome_unknown=True,
)

UNKNOWN_OPERATION = Cause(
    Configuration,
    "unknown_operation",
    _lt(
        "The program asked for an operation of the Selling Partner API that it does not know. "
        "Please report this to the maintainers of the addon."
    ),
)
CREDENTIALS_INCOMPLETE = Cause(
    Configuration,
    "credentials_incomplete",
    _lt(
        "The credentials of the Amazon account are incomplete. Enter client id, client secret, "
        "refresh token and merchant id."
    ),
)
MARKETPLACE_UNKNOWN = Cause(
    Configuration,
    "marketplace_unknown",
    _lt("A marketplace of the Amazon account is not known. Choose marketplaces from the list."),
)
MARKETPLACES_OF_TWO_REGIONS = Cause(
    Configuration,
    "marketplaces_of_two_regions",
    _lt(
        "The marketplaces of the Amazon account are in different regions. Make one account per "
        "region (North America, Europe, Far East), each with its own refresh token."
    ),
)
ENDPOINT_INVALID = Cause(
    Configuration,
    "endpoint_invalid",
    _lt(
        "An address of the account is not Amazon's. Leave it empty on the channel's form for "
        "Amazon's own. Another server, for practice, has to be opened in the configuration of "
        "this one: integrator_practice_hosts."
    ),
)
DOCUMENT_ADDRESS = Cause(
    Rejected,
    "document_address",
    _lt(
        "Amazon's answer names an address for a document at which Amazon keeps none, so nothing "
        "was sent there or fetched from there. If the channel's form names an endpoint of its "
        "own, correct it; else report this to the maintainers of the addon."
    ),
)
QUOTA_WAIT = Cause(
    Throttled,
    "quota_wait",
    _lt("Amazon's quota for this kind of call is used up for now. The work goes on by itself."),
)
RESTING = Cause(
    CircuitOpen,
    "resting",
    _lt(
        "This kind of call failed several times in a row and is left alone for a while. The work "
        "goes on by itself; the channel's form shows why it failed, and has a button to try at "
        "once."
    ),
)
#: The login has just given the token, so the credentials are good, and usually it passes; what is
#: wrong with them the login refuses itself.
TOKEN_REFUSED = Cause(
    Transient,
    "spapi_403_token_refused",
    _lt(
        "Amazon refuses even a fresh access token. It is tried again; if it stays, check that "
        "client id, refresh token and region of the account belong together."
    ),
    final=_lt(
        "Amazon refuses even a fresh access token. Check that client id, refresh token and region "
        "of the account belong together, then authorise the account again."
    ),
)
MALFORMED_ANSWER = Cause(
    Transient,
    "malformed_answer",
    _lt(
        "Amazon's answer is not what was agreed (no valid JSON, or a part is missing). It is "
        "tried again."
    ),
    outcome_unknown=True,
)
ANSWER_TOO_LARGE = Cause(
    Rejected,
    "answer_too_large",
    _lt("Amazon's answer is larger than what this program accepts. Ask for less at a time."),
)
LOGIN_MALFORMED = Cause(
    Transient,
    "lwa_malformed_answer",
    _lt("Amazon's login answered without an access token. It is tried again."),
)
DOCUMENT_TOO_LARGE = Cause(
    Rejected,
    "document_too_large",
    _lt("The document is larger than what this program accepts, so it was not taken over."),
)
BAD_GZIP = Cause(
    Rejected,
    "bad_gzip",
    _lt("The compressed document that Amazon gave is damaged. It is fetched anew at the next run."),
)
UNKNOWN_COMPRESSION = Cause(
    Rejected,
    "unknown_compression",
    _lt(
        "Amazon compressed the document in a way that this program does not know. Please report "
        "this to the maintainers of the addon."
    ),
)
REPEATED_PAGE = Cause(
    Transient,
    "repeated_page",
    _lt(
        "Amazon gives the same page again and again, so the listing was stopped. It is tried again."
    ),
)
CONSENT_REFUSED = Cause(
    Configuration,
    "consent_refused",
    _lt(
        "The account was not authorised: the consent was refused, or the answer does not belong "
        "to this request. Start the authorisation again."
    ),
)
