# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Definitions of product types, as Amazon gives them."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..errors.causes import MALFORMED_ANSWER
from ..errors.exceptions import Rejected
from ..http.gateway import Gateway
from ..http.transport import MEGABYTE

NOT_FOUND = 404

#: Amazon's largest schemas have some two megabytes.
MAX_SCHEMA_BYTES = 32 * MEGABYTE


@dataclass(frozen=True)
class Definition:
    """Requirements of a product type on one marketplace.

    :param groups: attribute -> title of the group in which Amazon shows it.
    :param schema: the JSON Schema, byte by byte.
    """

    code: str
    name: str
    version: str
    groups: Mapping[str, str]
    schema: bytes


@dataclass(frozen=True)
class FoundType:
    """A product type that fits some words."""

    code: str
    name: str


def fetch_definition(
    gateway: Gateway,
    code: str,
    marketplace_id: str,
    merchant_id: str,
    locale: str,
    parent: bool = False,
) -> Definition | None:
    """Return the definition of a product type for offers with all their product data.

    With the merchant's id Amazon names the account's own values as well, such as its shipping
    templates.

    :param locale: language of titles and descriptions, for example `de_DE`.
    :param parent: of a listing that holds variants together and is not sold itself.
    :return: None when the marketplace does not know the product type.
    :raise SpapiError: when Amazon cannot be asked, or what it gives does not fit its checksum.
    """
    query = {
        "marketplaceIds": [marketplace_id],
        "sellerId": merchant_id,
        "requirements": "LISTING",
        "requirementsEnforced": "ENFORCED",
        "locale": locale,
        **({"parentageLevel": "PARENT"} if parent else {}),
    }
    try:
        path = {"productType": code}
        payload = gateway.call("getDefinitionsProductType", path=path, query=query).payload
    except Rejected as error:
        if error.status == NOT_FOUND:
            return None
        raise
    version = payload["productTypeVersion"]["version"]
    groups = dict(_groups(payload["propertyGroups"]))
    schema = _download(gateway, code, payload["schema"]["link"]["resource"])
    _check_sum(code, schema, payload["schema"]["checksum"])
    return Definition(code, payload.get("displayName") or code, version, groups, schema)


def _download(gateway: Gateway, code: str, link: str) -> bytes:
    """A schema that storage refuses says nothing about the product type: asked for again."""
    try:
        return gateway.download(link, max_bytes=MAX_SCHEMA_BYTES)
    except Rejected as error:
        raise MALFORMED_ANSWER.error(detail=f"product type {code}: {error.code}") from None


def search_types(gateway: Gateway, marketplace_id: str, words: str, locale: str) -> list[FoundType]:
    """Return the product types that fit a product's title, the best first.

    :param words: title of a product, or single words.
    :raise SpapiError: when Amazon cannot be asked.
    """
    query = {"marketplaceIds": [marketplace_id], "itemName": words, "locale": locale}
    payload = gateway.call("searchDefinitionsProductTypes", query=query).payload
    return [
        FoundType(row["name"], row.get("displayName") or row["name"])
        for row in payload.get("productTypes") or ()
    ]


def _groups(groups: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [
        (attribute, group.get("title") or name)
        for name, group in groups.items()
        for attribute in group.get("propertyNames") or ()
    ]


def _check_sum(code: str, schema: bytes, checksum: str) -> None:
    """A cut or exchanged schema would refuse what Amazon takes."""
    digest = hashlib.md5(schema, usedforsecurity=False)
    # documented as Base64; the examples show hexadecimal digits
    known = {base64.b64encode(digest.digest()).decode(), digest.hexdigest()}
    if checksum not in known:
        raise MALFORMED_ANSWER.error(detail=f"product type {code}: the checksum does not fit")
