# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Parts that both versions of the API share: addresses, and bodies without empty values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .reading import read_text
from .vocabulary import Address

_NAMES = {
    "name": "name",
    "street": "addressLine1",
    "street2": "addressLine2",
    "street3": "addressLine3",
    "city": "city",
    "state": "stateOrRegion",
    "zip": "postalCode",
    "country": "countryCode",
    "phone": "phone",
}


def filled(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return a body without what is empty: Amazon takes an empty text for a wrong value."""
    return {name: value for name, value in values.items() if value not in (None, "", [], {})}


def address_body(address: Address) -> dict[str, str]:
    """Return an address as both versions take it.

    Japan must not have a city: there it goes to the head of the street, where it belongs.
    """
    values = {theirs: getattr(address, ours).strip() for ours, theirs in _NAMES.items()}
    values["countryCode"] = values["countryCode"].upper()
    if values["countryCode"] == "JP":
        city, street = values.pop("city"), values["addressLine1"]
        values["addressLine1"] = street if city in street else f"{city} {street}"
    return filled(values)


def read_address(row: Any) -> Address | None:
    """Return an address, None when it is missing."""
    if not row:
        return None
    return Address(**{ours: read_text(row.get(theirs)) for ours, theirs in _NAMES.items()})
