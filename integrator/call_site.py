# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Calls to the API of a channel, for adapters: what goes wrong is raised by who has to act."""

import ipaddress
from contextlib import contextmanager
from urllib.parse import urlsplit

import requests
from urllib3.exceptions import InvalidHeader, NewConnectionError
from urllib3.util import Retry

from .access_token import access_token
from .exceptions import (
    CircuitOpenError,
    ConfigurationError,
    OutcomeUnknownError,
    RejectedError,
    ThrottledError,
    TransientError,
)
from .utils import practice_hosts

#: Seconds in which there has to be a connection, and each further piece of the answer.
TIMEOUT = 30
#: Methods that change nothing and may be called again.
SAFE_METHODS = ("GET", "HEAD")
#: Statuses that say that the keys are wrong.
KEYS_REFUSED = (401, 403)
TOKEN_REFUSED = 401
THROTTLED = 429
#: Seconds to wait where a channel that is called too often does not say how long, and at most.
PAUSE = 60
MAX_PAUSE = 6 * 60 * 60

# === CALLS === #


def call_site(
    site,
    method,
    url,
    may_repeat=False,
    read_refusal=None,
    operation="",
    with_token=False,
    **options,
):
    """Call the API of a channel. No redirection is followed: it would take the keys along.

    :param site: `integrator.site` that is called
    :param str method: such as `GET`
    :param str url: whose host the caller has checked, see `check_host`
    :param bool may_repeat: whether the same call may be made again without harm, though it changes
        something; then a lost answer is only a `TransientError`
    :param read_refusal: function `requests.Response` -> what the channel says against the call,
        for people
    :param str operation: the channel's word for the call: after some failures of it in a row none
        is made for a while (`integrator.circuit`). Empty: it is always made, as for a person who
        waits
    :param bool with_token: send the access token of the adapter's `_log_in`; one that is refused
        is replaced once
    :param options: as of `requests.request`: `headers`, `params`, `json`
    :return: `requests.Response` with a status below 300
    :raise TransientError: nothing has happened there; also where the channel has a problem itself
    :raise OutcomeUnknownError: it left, may have had an effect, and no answer came
    :raise ThrottledError: too many calls, with `retry_after`
    :raise ConfigurationError: the keys are refused, or the address is wrong
    :raise RejectedError: the channel refuses what was sent
    """
    lost = _lost(method, may_repeat)
    with _watched(site, operation):
        answer = _send(site, method, url, lost, with_token, options)
        if answer.status_code >= 300:
            raise _error_of(site, answer, lost, read_refusal)
    return answer


def call_json(site, method, url, may_repeat=False, operation="", **options):
    """As `call_site`, where the answer is JSON. A page of a gateway that comes in its place, such
    as one about maintenance, is no answer.

    :return: the content of the answer; None where it is empty
    """
    with _watched(site, operation):
        answer = call_site(site, method, url, may_repeat, **options)
        try:
            return answer.json() if answer.content else None
        except ValueError as error:
            text = site.env._(
                "%s answers something that cannot be read. It is tried again by itself.", site.name
            )
            raise _lost(method, may_repeat)(text, code="channel_unreadable") from error


def _lost(method, may_repeat):
    """The error of an answer that did not come."""
    return TransientError if may_repeat or method in SAFE_METHODS else OutcomeUnknownError


@contextmanager
def _watched(site, operation):
    """Make a call unless its operation rests, and count how it ends. That too many calls are made,
    or that one is refused, is no failure."""
    if not operation:
        yield
        return
    breaker = site.env["integrator.circuit"]._breaker(site)
    if wait := breaker.wait(operation):
        text = site.env._(
            "%s has failed several times in a row and is left alone for a while. The work goes on "
            "by itself.",
            site.name,
        )
        raise CircuitOpenError(text, code="channel_rests", retry_after=wait)
    try:
        yield
    except ThrottledError:
        raise
    except (TransientError, ConfigurationError) as error:
        lasting = isinstance(error, ConfigurationError)
        breaker.failed(operation, error.code, error.message, lasting)
        raise
    except RejectedError:
        breaker.worked(operation)
        raise
    breaker.worked(operation)


def _send(site, method, url, lost, with_token, options):
    """One call; a second one where the access token is refused, for nothing has happened then."""
    if not with_token:
        return _request(site, method, url, lost, options)
    token = access_token(site)
    answer = _request(site, method, url, lost, _authorised(options, token))
    if answer.status_code != TOKEN_REFUSED:
        return answer
    token = access_token(site, refused=token)
    return _request(site, method, url, lost, _authorised(options, token))


def _authorised(options, token):
    headers = {**options.get("headers", {}), "Authorization": f"Bearer {token}"}
    return {**options, "headers": headers}


def _request(site, method, url, lost, options):
    try:
        return requests.request(method, url, timeout=TIMEOUT, allow_redirects=False, **options)
    except requests.RequestException as error:
        kind = lost if _has_left(error) else TransientError
        text = site.env._(
            "%s does not answer. It is tried again by itself; if that does not help, check the "
            "address on the channel.",
            site.name,
        )
        raise kind(text, code="channel_silent") from error


def _has_left(error):
    """Return whether a call may have reached the channel: there was a connection."""
    reason = getattr(error.args[0] if error.args else None, "reason", None)
    no_connection = (requests.ConnectTimeout, requests.exceptions.SSLError)
    return not isinstance(error, no_connection) and not isinstance(reason, NewConnectionError)


# === REFUSALS === #


def _error_of(site, answer, lost, read_refusal):
    """The error of a status, by who has to act."""
    status = answer.status_code
    if status == THROTTLED:
        text = site.env._(
            "%s asks for fewer calls. The work goes on by itself after a pause; you do not have to "
            "do anything.",
            site.name,
        )
        wait = _retry_after(answer, PAUSE)
        return ThrottledError(text, code="channel_throttled", retry_after=wait)
    if status in KEYS_REFUSED and not _is_page(answer):
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
    if status >= 500 or _is_page(answer):
        text = site.env._(
            "%(site)s has a problem of its own (%(status)s). It is tried again by itself; if that "
            "does not help, ask the support of the channel.",
            site=site.name,
            status=status,
        )
        kind = lost if status >= 500 else TransientError
        return kind(text, code="channel_problem", retry_after=_retry_after(answer, None))
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


def _is_page(answer):
    """Return whether a firewall before the channel refuses a call by a page for people. It says
    nothing about the keys."""
    return answer.status_code == 403 and "html" in answer.headers.get("Content-Type", "")


def _retry_after(answer, default):
    """Seconds until the channel wants to be called again, which it says as a number or a date."""
    try:
        wait = Retry().parse_retry_after(answer.headers.get("Retry-After", ""))
    except InvalidHeader:
        return default
    return min(wait, MAX_PAUSE)


# === ADDRESSES === #


def check_host(site, url, hosts):
    """Check that an address is one of the channel's own, over https and its port, or that the
    server opens it (`practice_hosts`). Ask when it is saved and at each call: who could change it
    would have the keys sent to himself.

    :param hosts: the hosts of the channel, such as `{"api.bazaar.example"}`
    :return: the address, without a slash at its end
    :raise ConfigurationError: when it is neither
    """
    try:
        parts = urlsplit(url or "")
        host, port = parts.hostname or "", parts.port
    except ValueError:
        parts, host, port = None, "", None
    is_own = bool(host) and parts.scheme == "https" and host in hosts and port in (None, 443)
    if not is_own and not _is_opened(parts, host, port):
        text = site.env._(
            "“%(url)s” is no address of %(site)s. Correct it on the channel, under “Keys”.",
            url=url or "",
            site=site.name,
        )
        raise ConfigurationError(text, code="channel_address")
    return url.rstrip("/")


def _is_opened(parts, host, port):
    """Whether the server opens a host."""
    if not host or parts.scheme not in ("http", "https") or _is_link_local(host):
        return False
    return bool(practice_hosts() & {host, f"{host}:{port}"})


def _is_link_local(host):
    """Whether this is the network in which clouds give out the secrets of their machines."""
    try:
        return ipaddress.ip_address(host).is_link_local
    except ValueError:
        return False
