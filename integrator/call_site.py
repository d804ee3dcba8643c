# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Calls to the API of a channel, for adapters: what goes wrong is raised by who has to act."""

import requests
from urllib3.exceptions import NewConnectionError

from .exceptions import (
    ConfigurationError,
    OutcomeUnknownError,
    RejectedError,
    ThrottledError,
    TransientError,
)

#: Seconds in which there has to be a connection, and each further piece of the answer.
TIMEOUT = 30
#: Methods that change nothing and may be called again.
SAFE_METHODS = ("GET", "HEAD")
#: Statuses that say that the keys are wrong.
KEYS_REFUSED = (401, 403)
THROTTLED = 429
#: Seconds to wait where a channel that is called too often does not say how long.
PAUSE = 60


def call_site(site, method, url, may_repeat=False, read_refusal=None, **options):
    """Call the API of a channel. No redirection is followed: it would take the keys along.

    :param site: `integrator.site` that is called
    :param str method: such as `GET`
    :param str url: whose host the caller has checked
    :param bool may_repeat: whether the same call may be made again without harm, though it changes
        something; then a lost answer is only a `TransientError`
    :param read_refusal: function `requests.Response` -> what the channel says against the call,
        for people
    :param options: as of `requests.request`: `headers`, `params`, `json`
    :return: `requests.Response` with a status below 300
    :raise TransientError: nothing has happened there; also where the channel has a problem itself
    :raise OutcomeUnknownError: it left, may have had an effect, and no answer came
    :raise ThrottledError: too many calls, with `retry_after`
    :raise ConfigurationError: the keys are refused, or the address is wrong
    :raise RejectedError: the channel refuses what was sent
    """
    lost = TransientError if may_repeat or method in SAFE_METHODS else OutcomeUnknownError
    try:
        answer = requests.request(method, url, timeout=TIMEOUT, allow_redirects=False, **options)
    except requests.RequestException as error:
        kind = lost if _has_left(error) else TransientError
        text = site.env._(
            "%s does not answer. It is tried again by itself; if that does not help, check the "
            "address on the channel.",
            site.name,
        )
        raise kind(text, code="channel_silent") from error
    if answer.status_code >= 300:
        raise _error_of(site, answer, lost, read_refusal)
    return answer


def _has_left(error):
    """Return whether a call may have reached the channel: there was a connection."""
    reason = getattr(error.args[0] if error.args else None, "reason", None)
    no_connection = (requests.ConnectTimeout, requests.exceptions.SSLError)
    return not isinstance(error, no_connection) and not isinstance(reason, NewConnectionError)


def _error_of(site, answer, lost, read_refusal):
    """The error of a status, by who has to act."""
    status = answer.status_code
    if status == THROTTLED:
        wait = answer.headers.get("Retry-After", "")
        wait = int(wait) if wait.isdecimal() else PAUSE
        text = site.env._(
            "%s asks for fewer calls. The work goes on by itself after a pause; you do not have to "
            "do anything.",
            site.name,
        )
        return ThrottledError(text, code="channel_throttled", retry_after=wait)
    if status in KEYS_REFUSED:
        text = site.env._(
            "%s refuses the keys. Enter them again on the channel, under “Keys”, then press “Test "
            "connection”.",
            site.name,
        )
        return ConfigurationError(text, code="channel_keys_refused")
    if status < 400:
        text = site.env._(
            "The address of %s leads elsewhere. Correct it on the channel, then press “Test "
            "connection”.",
            site.name,
        )
        return ConfigurationError(text, code="channel_moved")
    if status >= 500:
        text = site.env._(
            "%(site)s has a problem of its own (%(status)s). It is tried again by itself; if that "
            "does not help, ask the support of the channel.",
            site=site.name,
            status=status,
        )
        return lost(text, code="channel_problem")
    try:
        reason = read_refusal(answer) if read_refusal else str(status)
    except (LookupError, TypeError, ValueError):
        # a page of a gateway, in another form than the channel's own answers
        reason = str(status)
    text = site.env._(
        "%(site)s refuses it: %(reason)s. Correct the record or the settings of the channel, then "
        "press “Try again”.",
        site=site.name,
        reason=reason.strip(" ."),
    )
    return RejectedError(text, code="channel_refused")
