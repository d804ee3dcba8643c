# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Carriers as Amazon writes them; codes must match exactly.

Not Amazon's whole list, but enough to check codes.
"""

from __future__ import annotations

# Codes that the order feeds take.
FEED_CARRIERS = frozenset(
    {
        "A-1",
        "BRT",
        "Canada Post",
        "Chronopost",
        "Colissimo",
        "Correos",
        "DHL",
        "DHL eCommerce",
        "DPD",
        "Deutsche Post",
        "FedEx",
        "GLS",
        "Hermes",
        "Hermes UK",
        "InPost",
        "Japan Post",
        "La Poste",
        "Other",
        "Post NL",
        "PostNord",
        "Poste Italiane",
        "Royal Mail",
        "Seur",
        "TNT",
        "UPS",
        "USPS",
        "YAMATO",
        "YamatoTransport",
    }
)
# Codes that confirmShipment takes: some are younger than the schema of the feeds.
CARRIERS = FEED_CARRIERS | {"Bring", "Evri"}
