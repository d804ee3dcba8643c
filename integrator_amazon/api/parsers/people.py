# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Buyer and address of an order. Which of it is there depends on the roles of the application."""

from __future__ import annotations

import re
from typing import Any

from .json_node import Node

#: Our key -> Amazon's, in the order of an address label.
_ADDRESS = {
    "name": "name",
    "company": "companyName",
    "street": "addressLine1",
    "street2": "addressLine2",
    "street3": "addressLine3",
    "city": "city",
    "zip": "postalCode",
    "state": "stateOrRegion",
    "country": "countryCode",
    "phone": "phone",
    "district": "districtOrCounty",
}


#: What people, and Amazon in Japan, write where there is nothing to write.
_PLACEHOLDER = re.compile(r"[-–—_.,/\s]*")
_STREETS = ("street", "street2", "street3")


def tidy_place(address: dict[str, str]) -> dict[str, str]:
    """Return an address without dashes that stand for nothing, its first filled line as street.

    :param address: with the keys of a neutral address.
    """
    tidy = {key: "" if _PLACEHOLDER.fullmatch(text) else text for key, text in address.items()}
    filled = [tidy[key] for key in _STREETS if tidy[key]]
    return {**tidy, **dict.fromkeys(_STREETS, ""), **dict(zip(_STREETS, filled, strict=False))}


def read_buyer(order: Node) -> dict[str, Any]:
    """Return name, email, company, purchase order, VAT number, phone; missing is empty.

    The Orders API has no phone of the buyer, only one of the address. `invoice_address` is there
    when a business buyer registered one for its taxes.
    """
    registered = _registered_address(order)
    buyer = order.object("buyer")
    return {
        "name": buyer.text("buyerName"),
        "email": buyer.text("buyerEmail"),
        "company": buyer.text("buyerCompanyName"),
        "purchase_order": buyer.text("buyerPurchaseOrderNumber"),
        "vat": _read_vat(order),
        "phone": "",
        **({"invoice_address": registered} if registered else {}),
    }


def read_address(order: Node) -> dict[str, str]:
    """Return the delivery address; missing is empty.

    Brazil gives streets in `extendedFields` too; they stand in where the first line is missing.
    """
    return _read_place(order.object("recipient").object("deliveryAddress"))


def _registered_address(order: Node) -> dict[str, str]:
    for row in order.object("tax").rows("taxRegistrations"):
        place = _read_place(row.object("taxRegistrationAddress"))
        if row.text("entityType") == "BUYER" and place["street"]:
            return {**place, "name": row.text("legalName") or place["name"]}
    return {}


def _read_place(node: Node) -> dict[str, str]:
    """Return an address; missing is empty."""
    address = {key: node.text(name) for key, name in _ADDRESS.items()}
    extended = node.object("extendedFields")
    parts = [extended.text("streetName"), extended.text("streetNumber")]
    if not any(address[key] for key in _STREETS):
        address["street"] = ", ".join(part for part in parts if part)
    address["district"] = address["district"] or node.text("municipality")
    return tidy_place(address)


def _read_vat(order: Node) -> str:
    for row in order.object("tax").rows("taxRegistrations"):
        if row.text("entityType") == "BUYER" and row.text("taxRegistrationNumber"):
            return row.text("taxRegistrationNumber")
    return ""
