# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Selling partners, the applications they authorised, and Amazon's roles."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import Any

from ..marketplaces import MARKETPLACES, Marketplace

INVENTORY = "Inventory and Order Tracking"
LISTING = "Product Listing"
PRICING = "Pricing"
INSIGHTS = "Selling Partner Insights"
FULFILLMENT = "Amazon Fulfillment"
FINANCE = "Finance and Accounting"
DELIVERY = "Direct-to-Consumer Delivery (Restricted)"
TAX_INVOICING = "Tax Invoicing (Restricted)"
TAX_REMITTANCE = "Tax Remittance (Restricted)"

ALL_ROLES = frozenset(
    {INVENTORY, LISTING, PRICING, INSIGHTS, FULFILLMENT, FINANCE}
    | {DELIVERY, TAX_INVOICING, TAX_REMITTANCE}
)
DEFAULT_MARKETPLACES = (
    "A1PA6795UKMFR9",
    "A1F83G8C2ARO7P",
    "A13V1IB3VIYZZH",
    "APJ6JRA9NG5V4",
    "A1RKKUPIHCS9HS",
    "ATVPDKIKX0DER",
)

#: Shipping templates of a new account, id -> name.
DEFAULT_GROUPS = {"legacy-template-id": "Default", "aa11-bulky": "Bulky goods"}


@dataclass(eq=False)
class Seller:
    """One selling partner with the application it authorised.

    `merchant_id` is the selling partner id (merchant token); `roles` are the names of the roles
    that the application was granted; `shipping_groups` its shipping templates, id -> name;
    `restricted_asins` what it may not offer, ASIN -> reason code of the Restrictions API. Secrets
    stay out of the representation.
    """

    merchant_id: str = "A2SIMULATOR01"
    client_id: str = "amzn1.application-oa2-client.simulator"
    client_secret: str = field(default="amzn1.oa2-cs.v1.simulator", repr=False)
    refresh_token: str = field(default="Atzr|simulator", repr=False)
    marketplace_ids: list[str] = field(default_factory=lambda: list(DEFAULT_MARKETPLACES))
    store_name: str = "Simulator Store"
    roles: set[str] = field(default_factory=lambda: set(ALL_ROLES))
    suspended: set[str] = field(default_factory=set)
    authorised: bool = True
    restricted_asins: dict[str, str] = field(default_factory=dict)
    shipping_groups: dict[str, str] = field(default_factory=lambda: dict(DEFAULT_GROUPS))

    def marketplaces(self, regions: set[str]) -> list[Marketplace]:
        """Return the seller's marketplaces that lie in one of the regions."""
        rows = [MARKETPLACES[key] for key in self.marketplace_ids]
        return [row for row in rows if row.region in regions]

    @property
    def bucket_owner(self) -> str:
        """Return the owner of the token buckets that a call drains: one set per selling partner and
        application."""
        return f"{self.merchant_id}/{self.client_id}"


class Sellers:
    """Every selling partner that the simulator knows."""

    def __init__(self) -> None:
        self._rows: dict[str, Seller] = {}

    def add(self, seller: Seller) -> Seller:
        """Keep a seller.

        :raise ValueError: when its merchant id is taken or a marketplace is unknown.
        """
        unknown = set(seller.marketplace_ids) - set(MARKETPLACES)
        if unknown or seller.merchant_id in self._rows:
            raise ValueError("a merchant id is used twice or a marketplace is unknown")
        self._rows[seller.merchant_id] = seller
        return seller

    def create(self, number: int = 0, **values: Any) -> Seller:
        """Make and keep a further seller; what `values` leaves out is made up."""
        number = number or len(self._rows) + 1
        values.setdefault("merchant_id", f"A2SIMULATOR{number:02d}")
        values.setdefault("refresh_token", f"Atzr|simulator-{number}")
        values.setdefault("store_name", f"Simulator Store {number}")
        return self.add(Seller(**_typed(values)))

    def get(self, merchant_id: str) -> Seller | None:
        """Return a seller by merchant id, or None."""
        return self._rows.get(merchant_id)

    def all(self) -> list[Seller]:
        """Return every seller, the default one first."""
        return list(self._rows.values())

    def of_client(self, client_id: str, client_secret: str) -> list[Seller]:
        """Return the sellers of an application whose secret fits."""
        return [
            row
            for row in self._rows.values()
            if row.client_id == client_id
            and secrets.compare_digest(row.client_secret.encode(), client_secret.encode())
        ]


def _typed(values: dict[str, Any]) -> dict[str, Any]:
    """Let roles and suspensions arrive as lists (JSON knows no sets)."""
    for name in ("roles", "suspended"):
        if name in values:
            values[name] = set(values[name])
    if "marketplace_ids" in values:
        values["marketplace_ids"] = list(values["marketplace_ids"])
    return values
