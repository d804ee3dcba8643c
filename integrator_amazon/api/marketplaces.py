# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Amazon's marketplaces and their regions (developer-docs.amazon.com, Marketplace IDs)."""

from __future__ import annotations

NORTH_AMERICA = {
    "A2EUQ1WTGCTBG2": "CA",
    "ATVPDKIKX0DER": "US",
    "A1AM78C64UM0Y8": "MX",
    "A2Q3Y263D00KWC": "BR",
}
EUROPE = {
    "A28R8C7NBKEWEA": "IE",
    "A1RKKUPIHCS9HS": "ES",
    "A1F83G8C2ARO7P": "GB",
    "A13V1IB3VIYZZH": "FR",
    "AMEN7PMS3EDWL": "BE",
    "A1805IZSGTT6HS": "NL",
    "A1PA6795UKMFR9": "DE",
    "APJ6JRA9NG5V4": "IT",
    "A2NODRKZP88ZB9": "SE",
    "AE08WJ6YKNBMC": "ZA",
    "A1C3SOZRARQ6R3": "PL",
    "ARBP9OOSHTCHU": "EG",
    "A33AVAJ2PDY3EV": "TR",
    "A17E79C6D8DWNP": "SA",
    "A2VIGQ35RCS4UG": "AE",
    "A21TJRUUN4KGV": "IN",
}
FAR_EAST = {
    "A19VAU5U5O7RUS": "SG",
    "A39IBJ37TRP1C6": "AU",
    "A1VC38T7YXB528": "JP",
}

#: Region -> {marketplace id: country code}.
REGIONS: dict[str, dict[str, str]] = {"NA": NORTH_AMERICA, "EU": EUROPE, "FE": FAR_EAST}

#: Marketplace id -> region.
REGION_OF_MARKETPLACE: dict[str, str] = {
    code: region for region, marketplaces in REGIONS.items() for code in marketplaces
}

#: Marketplace id -> country code.
COUNTRY_OF_MARKETPLACE: dict[str, str] = {
    code: country for rows in REGIONS.values() for code, country in rows.items()
}

#: Marketplaces whose prices hold no tax: it comes on top, or there is none.
UNTAXED_PRICES: frozenset[str] = frozenset(
    code for code, country in NORTH_AMERICA.items() if country in ("US", "CA")
)
