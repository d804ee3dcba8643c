# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Amazon's marketplaces: identifiers, countries, currencies, languages and regions.

Source: developer-docs.amazon.com/sp-api/docs/marketplace-ids.
"""

from __future__ import annotations

from typing import NamedTuple


class Marketplace(NamedTuple):
    """One Amazon shop: `id`, ISO country, ISO currency, language code, domain and region."""

    id: str
    country: str
    currency: str
    language: str
    domain: str
    region: str

    @property
    def name(self) -> str:
        """The name in answers, such as ``Amazon.de``."""
        return self.domain[4:].capitalize()

    @property
    def with_tax(self) -> bool:
        """Return whether prices are shown with the tax in them; else it comes on top."""
        return self.country not in _TAX_ON_TOP


JAPAN = "A1VC38T7YXB528"
_TAX_ON_TOP = frozenset({"US", "CA"})
_ROWS = (
    Marketplace("A2EUQ1WTGCTBG2", "CA", "CAD", "en_CA", "www.amazon.ca", "NA"),
    Marketplace("ATVPDKIKX0DER", "US", "USD", "en_US", "www.amazon.com", "NA"),
    Marketplace("A1AM78C64UM0Y8", "MX", "MXN", "es_MX", "www.amazon.com.mx", "NA"),
    Marketplace("A2Q3Y263D00KWC", "BR", "BRL", "pt_BR", "www.amazon.com.br", "NA"),
    Marketplace("A28R8C7NBKEWEA", "IE", "EUR", "en_IE", "www.amazon.ie", "EU"),
    Marketplace("A1RKKUPIHCS9HS", "ES", "EUR", "es_ES", "www.amazon.es", "EU"),
    Marketplace("A1F83G8C2ARO7P", "GB", "GBP", "en_GB", "www.amazon.co.uk", "EU"),
    Marketplace("A13V1IB3VIYZZH", "FR", "EUR", "fr_FR", "www.amazon.fr", "EU"),
    Marketplace("AMEN7PMS3EDWL", "BE", "EUR", "fr_BE", "www.amazon.com.be", "EU"),
    Marketplace("A1805IZSGTT6HS", "NL", "EUR", "nl_NL", "www.amazon.nl", "EU"),
    Marketplace("A1PA6795UKMFR9", "DE", "EUR", "de_DE", "www.amazon.de", "EU"),
    Marketplace("APJ6JRA9NG5V4", "IT", "EUR", "it_IT", "www.amazon.it", "EU"),
    Marketplace("A2NODRKZP88ZB9", "SE", "SEK", "sv_SE", "www.amazon.se", "EU"),
    Marketplace("AE08WJ6YKNBMC", "ZA", "ZAR", "en_ZA", "www.amazon.co.za", "EU"),
    Marketplace("A1C3SOZRARQ6R3", "PL", "PLN", "pl_PL", "www.amazon.pl", "EU"),
    Marketplace("ARBP9OOSHTCHU", "EG", "EGP", "ar_EG", "www.amazon.eg", "EU"),
    Marketplace("A33AVAJ2PDY3EV", "TR", "TRY", "tr_TR", "www.amazon.com.tr", "EU"),
    Marketplace("A17E79C6D8DWNP", "SA", "SAR", "ar_SA", "www.amazon.sa", "EU"),
    Marketplace("A2VIGQ35RCS4UG", "AE", "AED", "en_AE", "www.amazon.ae", "EU"),
    Marketplace("A21TJRUUN4KGV", "IN", "INR", "en_IN", "www.amazon.in", "EU"),
    Marketplace("A19VAU5U5O7RUS", "SG", "SGD", "en_SG", "www.amazon.sg", "FE"),
    Marketplace("A39IBJ37TRP1C6", "AU", "AUD", "en_AU", "www.amazon.com.au", "FE"),
    Marketplace(JAPAN, "JP", "JPY", "ja_JP", "www.amazon.co.jp", "FE"),
)

MARKETPLACES: dict[str, Marketplace] = {row.id: row for row in _ROWS}
REGIONS = frozenset(row.region for row in _ROWS)
