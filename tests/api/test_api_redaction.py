# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""No secret and no personal data gets out."""

from __future__ import annotations

import json
import logging
import re
import time
from typing import Any
from urllib.parse import urlencode

import api_support  # noqa: F401 - switches deadlines off
import pytest
from api.redaction import (
    MASK,
    PERSONAL_KEYS,
    SECRET_KEYS,
    RedactingFilter,
    install_log_filter,
    redact,
    redact_text,
)
from hypothesis import given
from hypothesis import strategies as st

#: Every key that opens an account, as Amazon, S3, HTTP and our own fields write it.
SECRET_NAMES = [
    "access_token",
    "Authorization",
    "AWSAccessKeyId",
    "client_secret",
    "Cookie",
    "lwa_client_secret",
    "password",
    "refresh_token",
    "restrictedDataToken",
    "Set-Cookie",
    "Signature",
    "spapi_oauth_code",
    "x-amz-access-token",
    "X-Amz-Credential",
    "X-Amz-Security-Token",
    "X-Amz-Signature",
]
#: Every key that tells who or where a person is, as the APIs and reports write it.
PERSONAL_NAMES = [
    "addressLine1",
    "AddressLine2",
    "addressLine3",
    "buyerCompanyName",
    "buyerEmail",
    "buyerEmailAddress",
    "buyerName",
    "BuyerPhoneNumber",
    "buyerPurchaseOrderNumber",
    "companyName",
    "customizedUrl",
    "deliveryInstructions",
    "deliveryNotes",
    "deliveryPhotoUrl",
    "displayableComment",
    "displayableOrderComment",
    "extendedFields",
    "giftMessage",
    "gift-message-text",
    "legalName",
    "lineItemText",
    "lockerAccessCode",
    "notificationEmails",
    "orderText",
    "phone",
    "phoneNumber",
    "postalCode",
    "receivedBy",
    "recipient-name",
    "signedForBy",
    "taxRegistrationNumber",
]
#: A value that can occur nowhere else.
SECRET = st.text(st.characters(codec="ascii", categories=("L", "N")), min_size=6, max_size=20).map(
    lambda text: "zq" + text + "qz"
)
TOKENS = ["Atza|{}", "Atzr|{}", "Atzr%7C{}", "Atz.sprdt|{}", "amzn1.oa2-cs.v1.{}"]
PLAIN = st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=10))


def nests(leaf: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Return nested dicts, lists and tuples that hold a leaf somewhere."""
    return st.recursive(
        leaf,
        lambda inner: st.one_of(
            st.builds(
                lambda key, value, more: {**more, key: value},
                st.text(max_size=8),
                inner,
                st.dictionaries(st.text(max_size=5), PLAIN),
            ),
            st.builds(lambda value, more: [*more, value], inner, st.lists(PLAIN, max_size=3)),
            st.builds(lambda value: (value, 1), inner),
        ),
        max_leaves=5,
    )


@given(st.data(), st.sampled_from(SECRET_NAMES + PERSONAL_NAMES), SECRET)
def test_no_value_under_a_hidden_key_survives_however_deep(
    data: st.DataObject, name: str, secret: str
) -> None:
    value = data.draw(nests(st.just({name: secret, "kept": "kept"})))
    assert secret not in repr(redact(value))


@given(st.data(), st.sampled_from(TOKENS), SECRET, st.text(max_size=10))
def test_no_token_survives_in_any_text(
    data: st.DataObject, token: str, secret: str, before: str
) -> None:
    text = f"{before} {token.format(secret)} after"
    value = data.draw(nests(st.just(text)))
    assert secret not in repr(redact(value))
    assert redact_text(text).endswith(" after")


@pytest.mark.parametrize("name", SECRET_NAMES + PERSONAL_NAMES)
def test_each_hidden_key_is_hidden(name: str) -> None:
    """Each one, not those that chance draws: a key that is lost shows what stands behind it."""
    shown = repr(redact({"order": [{name: "zqhiddenqz"}]})) + redact_text(f"{name}=zqhiddenqz")
    assert "zqhiddenqz" not in shown
    assert redact({name: {"deep": ["zqhiddenqz"]}}) == {name: MASK}


def test_the_names_of_the_tests_are_all_there_are() -> None:
    """Also a key that is added is tried in every form."""
    names = {re.sub("[-_]", "", name).lower() for name in SECRET_NAMES + PERSONAL_NAMES}
    # "code" is one in a login only, and has a test of its own
    assert names == (SECRET_KEYS | PERSONAL_KEYS) - {"code"}


@pytest.mark.parametrize("name", ["name", "email"])
def test_a_name_is_hidden_inside_an_address_only(name: str) -> None:
    address = {"addressLine1": "Way 1", name: "zqhiddenqz", "city": "Town"}
    hidden = {"addressLine1": MASK, name: MASK, "city": "Town"}
    assert redact({"address": address}) == {"address": hidden}
    assert redact(address) == hidden
    assert redact({"deliveryAddress": {name: "zqhiddenqz"}}) == {"deliveryAddress": {name: MASK}}
    assert redact({name: "Blue mug"}) == {name: "Blue mug"}


@given(st.sampled_from(SECRET_NAMES + PERSONAL_NAMES), SECRET)
def test_no_hidden_value_survives_in_json_forms_urls_headers_xml_and_python_texts(
    name: str, secret: str
) -> None:
    texts = [
        json.dumps({"a": [{name: secret}]}),
        json.dumps({name: secret})[:-1],  # broken off
        'body: {"' + name + '": "' + secret,
        json.dumps({"inner": json.dumps({name: secret})}),
        f"GET https://x.example/doc?a=1&{urlencode({name: secret})}&b=2",
        f"{name}: {secret}",
        f"headers {{'{name}': '{secret}'}}",
        f"<{name}>{secret}</{name}>",
        f'<{name} type="x">{secret}</{name}>',
        json.dumps({name: secret}, indent=1),
        json.dumps({name: f'quoted " {secret}'})[:-1],
    ]
    for text in texts:
        assert secret not in redact_text(text), text
        assert secret not in redact_text(redact_text(text))


@given(st.text(max_size=200))
def test_any_text_can_be_redacted(text: str) -> None:
    assert isinstance(redact_text(text), str)


def test_a_name_is_hidden_inside_an_address_and_kept_elsewhere() -> None:
    value = {
        "salesChannel": {"name": "Amazon.de"},
        "deliveryAddress": {"name": "John", "city": "Berlin", "inner": {"name": "Jane"}},
        "odd": {"addressLine1": "Street", "name": "Jim"},
    }
    shown = redact(value)
    assert shown["salesChannel"] == {"name": "Amazon.de"}
    assert shown["deliveryAddress"] == {"name": MASK, "city": "Berlin", "inner": {"name": MASK}}
    assert shown["odd"] == {"addressLine1": MASK, "name": MASK}


def test_code_is_hidden_in_a_login_and_kept_in_an_error() -> None:
    assert redact({"code": "InvalidInput", "message": "m"})["code"] == "InvalidInput"
    login = {"grant_type": "authorization_code", "code": "ABC", "client_id": "c"}
    assert redact(login) == {"grant_type": "authorization_code", "code": MASK, "client_id": "c"}


def test_other_values_and_the_original_stay() -> None:
    value = {"orderId": "1", "n": 1, "empty": {"phone": "", "buyerName": None}, "list": (1, 2)}
    assert redact(value) == {**value, "list": [1, 2]}
    original = {"phone": "123"}
    redact(original)
    assert original == {"phone": "123"}
    assert redact_text("https://x.example/orders?createdAfter=2026-01-01") == (
        "https://x.example/orders?createdAfter=2026-01-01"
    )


def test_bytes_are_read_as_text() -> None:
    assert redact(b'{"client_secret": "x"}') == '{"client_secret": "***"}'
    assert redact(b"\xff") == "\ufffd"


@pytest.mark.parametrize(
    "piece",
    ["Atz", "<phone ", "phone ", "phone: ", '"phone":"', "phone=", "amzn1.oa2-cs.", " ", '"'],
)
def test_no_text_takes_more_time_than_it_is_long(piece: str) -> None:
    """Texts of a server in an error are redacted, too; a megabyte must not take hours."""
    begun = time.monotonic()
    redact_text(piece * (10**6 // len(piece)))
    assert time.monotonic() - begun < 10


def test_deeply_nested_json_text_does_not_break_it() -> None:
    assert redact_text("[" * 100_000).startswith("[")


@pytest.mark.parametrize(
    ("message", "arguments"),
    [
        ("Request Headers: %s", ({"x-amz-access-token": "Atza|SECRET"},)),
        ('HTTP Request: GET "%s"', ("https://s3.example/d?X-Amz-Signature=SECRET&a=1",)),
        ("Request Data: %s", ({"client_secret": "SECRET"},)),
        ("plain Atzr|SECRET", ()),
    ],
)
def test_log_records_are_redacted(message: str, arguments: tuple[Any, ...]) -> None:
    record = logging.LogRecord("httpx", logging.DEBUG, "f", 1, message, arguments, None)
    assert RedactingFilter().filter(record)
    assert "SECRET" not in record.getMessage()
    assert MASK in record.getMessage()


def test_the_filter_is_installed_once_however_often_it_is_asked_for() -> None:
    install_log_filter()
    install_log_filter()
    for name in ("httpx", "sp_api.base.client", "sp_api.auth.access_token_client"):
        filters = logging.getLogger(name).filters
        assert sum(isinstance(one, RedactingFilter) for one in filters) == 1
