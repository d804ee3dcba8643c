# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Takes secrets and personal data out of values and texts before anybody sees them.

Which keys hold personal data: FACTS of the Orders API 2026-01-01 and of Amazon's Data Protection
Policy (buyer, recipient, gift message, customisation).
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Mapping
from typing import Any

MASK = "***"

#: Keys whose value opens an account. Compared in lower case, without "-" and "_".
SECRET_KEYS = frozenset(
    {
        "accesstoken",
        "authorization",
        "awsaccesskeyid",
        "clientsecret",
        "code",
        "cookie",
        "lwaclientsecret",
        "password",
        "refreshtoken",
        "restricteddatatoken",
        "setcookie",
        "signature",
        "spapioauthcode",
        "xamzaccesstoken",
        "xamzcredential",
        "xamzsecuritytoken",
        "xamzsignature",
    }
)
#: "code" is a secret in a login request, but the name of an error everywhere else.
_ONLY_IN_LOGIN = frozenset({"code"})

#: Keys whose value identifies or locates a person.
PERSONAL_KEYS = frozenset(
    {
        "addressline1",
        "addressline2",
        "addressline3",
        "buyercompanyname",
        "buyeremail",
        "buyeremailaddress",
        "buyername",
        "buyerphonenumber",
        "buyerpurchaseordernumber",
        "companyname",
        "customizedurl",
        "deliveryinstructions",
        "deliverynotes",
        "deliveryphotourl",
        "displayablecomment",
        "displayableordercomment",
        "extendedfields",
        "giftmessage",
        "giftmessagetext",
        "legalname",
        "lineitemtext",
        "lockeraccesscode",
        "notificationemails",
        "ordertext",
        "phone",
        "phonenumber",
        "postalcode",
        "receivedby",
        "recipientname",
        "signedforby",
        "taxregistrationnumber",
    }
)
#: Keys that only are personal inside an address.
_IN_ADDRESS = frozenset({"email", "name"})

_TOKEN = re.compile(r"Atz[\w.]{0,30}(?:\||%7C|%7c)[^\s\"'<>&,;)}\]]*", re.ASCII)
_CLIENT_SECRET = re.compile(r"amzn1\.oa2-cs\.[\w.-]+", re.ASCII)
_NAMES = sorted((SECRET_KEYS | PERSONAL_KEYS) - _ONLY_IN_LOGIN, key=len, reverse=True)
_NAME = "(?:" + "|".join("[-_]?".join(name) for name in _NAMES) + ")"
_QUOTED = re.compile(rf"""(["']{_NAME}["']\s*:\s*)(["'])(?:\\.|(?!\2).)*(?:\2|$)""", re.I | re.S)
_ASSIGNED = re.compile(rf"""((?<![\w"']){_NAME}\s*=\s*)[^\s&"'<>]+""", re.I)
_HEADER = re.compile(rf"(^|[\s,({{])({_NAME}\s*:\s*)(?![\s\"'*])[^\r\n,;]+", re.I)
_ELEMENT = re.compile(rf"(<({_NAME})\b[^>]{{0,1000}}>)[^<]*", re.I)


def redact(value: Any) -> Any:
    """Return a copy of a value without secrets and personal data.

    :param value: nested dicts, lists and tuples of JSON-like values, texts, bytes or an URL.
    """
    return _redact(value, in_address=False)


def redact_text(text: str) -> str:
    """Return a text (or JSON, XML, a form, headers, an URL) without secrets and personal data."""
    parsed = _parse(text)
    if parsed is not None:
        return json.dumps(redact(parsed), ensure_ascii=False)
    text = _TOKEN.sub(MASK, text)
    text = _CLIENT_SECRET.sub(MASK, text)
    text = _QUOTED.sub(rf'\g<1>"{MASK}"', text)
    text = _ELEMENT.sub(rf"\g<1>{MASK}", text)
    text = _HEADER.sub(rf"\g<1>\g<2>{MASK}", text)
    return _ASSIGNED.sub(rf"\g<1>{MASK}", text)


class RedactingFilter(logging.Filter):
    """Redacts log records, so that also DEBUG of the libraries below us shows no secret."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Replace the record's message by its redacted text."""
        record.msg = redact_text(record.getMessage())
        record.args = None
        return True


#: Loggers below us that print headers, URLs or bodies. A filter only sees the records of its own
#: logger, not of its children, so each is named.
LOGGERS = (
    "httpcore.connection",
    "httpcore.http11",
    "httpcore.http2",
    "httpcore.proxy",
    "httpx",
    "sp_api",
    "sp_api.auth.access_token_client",
    "sp_api.base.client",
)
_FILTER = RedactingFilter()


def install_log_filter() -> None:
    """Put the filter on the loggers of the libraries; doing it twice does no harm."""
    for name in LOGGERS:
        logging.getLogger(name).addFilter(_FILTER)


def _parse(text: str) -> Any:
    """Return the dict or list that a text holds as JSON, else None."""
    if not text.lstrip().startswith(("{", "[")):
        return None
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _redact(value: Any, in_address: bool) -> Any:
    if isinstance(value, str):
        return redact_text(value)
    if isinstance(value, (bytes, bytearray)):
        return redact_text(bytes(value).decode("utf-8", "replace"))
    if isinstance(value, Mapping):
        return _redact_mapping(value, in_address)
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_redact(item, in_address) for item in value]
    return value


def _redact_mapping(value: Mapping[Any, Any], in_address: bool) -> dict[Any, Any]:
    names = {key: _plain(key) for key in value}
    in_address = in_address or any(name.startswith("addressline") for name in names.values())
    hidden = SECRET_KEYS | PERSONAL_KEYS
    if not {"granttype", "clientid"} & set(names.values()):
        hidden -= _ONLY_IN_LOGIN
    if in_address:
        hidden |= _IN_ADDRESS
    return {
        _redact(key, False): MASK
        if names[key] in hidden and item not in (None, "")
        else _redact(item, in_address or "address" in names[key])
        for key, item in value.items()
    }


def _plain(key: Any) -> str:
    return str(key).lower().replace("-", "").replace("_", "")
