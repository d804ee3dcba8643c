# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Control by tests and demos behind Amazon's back: look at the state and change it.

Every function expects the world's lock to be held.
"""

from __future__ import annotations

import gzip
from dataclasses import asdict
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from . import currencies
from .engine import advance
from .listing_changes import find_later, put_issue
from .marketplaces import MARKETPLACES
from .reports.charsets import CODECS
from .state import listing_view
from .state.issues import issue as make_issue
from .state.later import LateIssue
from .state.order_view import view
from .state.orders import StoredOrder
from .state.returns import Return
from .state.sellers import Seller
from .times import format_time

if TYPE_CHECKING:
    from .world import World

_ADDRESS = {
    "name": "Erika Mustermann",
    "addressLine1": "Musterstraße 12",
    "city": "Berlin",
    "postalCode": "10115",
    "countryCode": "DE",
    "addressType": "RESIDENTIAL",
}


def merchant_id(world: World, seller: Seller | str | None) -> str:
    """Return the merchant id of a seller, given itself, by id, or the default one's."""
    if isinstance(seller, Seller):
        return seller.merchant_id
    return seller or world.seller.merchant_id


def stored(world: World, order_id: str) -> StoredOrder:
    """Return an order, after bringing the feeds to the present.

    :raise KeyError: for an unknown order.
    """
    advance(world)
    found = world.orders.get(order_id)
    if found is None:
        raise KeyError(order_id)
    return found


def order(world: World, order_id: str) -> dict[str, Any]:
    """Return an order with all of includedData."""
    return view(stored(world, order_id))


def update_order(world: World, order_id: str, changes: dict[str, Any]) -> dict[str, Any]:
    """Merge changes into an order."""
    found = stored(world, order_id)
    found.touch(world.now())
    _merge(found.data, changes)
    return view(found)


def release(world: World, order_id: str) -> dict[str, Any]:
    """Let a pending order become UNSHIPPED; prices and an address are made up if there are none."""
    found = stored(world, order_id)
    found.data["fulfillment"]["fulfillmentStatus"] = "UNSHIPPED"
    address = {**_ADDRESS, "countryCode": _shop_value(found, "country", "DE")}
    found.data.setdefault("recipient", {"deliveryAddress": address})
    found.data.setdefault("buyer", {"buyerEmail": "buyer@marketplace.example"})
    _price(world, found)
    found.touch(world.now())
    return view(found)


def cancel(world: World, order_id: str, by: str, reason: str) -> dict[str, Any]:
    """Cancel what has not been shipped."""
    found = stored(world, order_id)
    found.cancel(world.now(), by, reason)
    return view(found)


def listing(world: World, sku: str, seller: Seller | str | None) -> dict[str, Any] | None:
    """Return all sections of a listing in all its marketplaces, or None."""
    advance(world)
    found = world.listings.get(merchant_id(world, seller), sku)
    if found is None:
        return None
    shown = listing_view.view(found, set(listing_view.SECTIONS), found.marketplace_ids)
    return {**shown, "productType": found.product_type}


def skus(world: World, seller: Seller | str | None) -> list[str]:
    """Return the SKUs of a seller."""
    advance(world)
    return [row.sku for row in world.listings.all(merchant_id(world, seller))]


def add_issue(world: World, sku: str, seller: Seller | str | None, values: dict[str, Any]) -> None:
    """Put an issue on a listing; code, message, severity may be given, and `seconds`, after which
    it is found by the simulator's clock.

    :raise KeyError: for an unknown SKU that is to have it at once.
    """
    advance(world)
    seconds = values.pop("seconds", 0)
    issue = {**make_issue("18027", "The main image is not compliant."), **values}
    if seconds:
        find_later(world, LateIssue(merchant_id(world, seller), sku, issue), seconds)
    else:
        put_issue(world, merchant_id(world, seller), sku, issue)


def feeds(world: World) -> list[dict[str, Any]]:
    """Return every feed with the text that was uploaded for it."""
    advance(world)
    rows = []
    for feed in world.feeds.all():
        document = world.documents.get(feed.document_id)
        content = (document.content if document else None) or b""
        rows.append(
            {
                "feed_id": feed.feed_id,
                "feed_type": feed.feed_type,
                "status": feed.status,
                "merchant_id": feed.merchant_id,
                "content": content.decode("utf-8", "replace"),
            }
        )
    return rows


def reports(world: World) -> list[dict[str, Any]]:
    """Return every report with its text."""
    advance(world)
    return [
        {
            "report_id": row.report_id,
            "report_type": row.report_type,
            "status": row.status,
            "merchant_id": row.merchant_id,
            "options": row.options,
            "content": _report_text(world, row.document_id),
        }
        for row in world.reports.all()
    ]


def _report_text(world: World, document_id: str) -> str | None:
    document = world.documents.get(document_id)
    if document is None or document.content is None:
        return None
    plain = gzip.decompress(document.content) if document.compression else document.content
    charset = document.content_type.rpartition("charset=")[2]
    # settlements do not say theirs
    return plain.decode(CODECS.get(charset, "utf-8"), "replace")


def add_return(
    world: World, order_id: str, item_id: str, quantity: int, values: dict[str, Any]
) -> dict[str, Any]:
    """Add a return of a stored order and return it as a dictionary."""
    found = stored(world, order_id)
    if item_id not in found.items():
        raise KeyError(item_id)
    row = Return(
        number=len(world.returns) + 1,
        merchant_id=found.merchant_id,
        order_id=order_id,
        item_id=item_id,
        quantity=quantity,
        **{"created": world.now(), **values},
    )
    world.returns.append(row)
    return _as_dict(row)


def returns(world: World) -> list[dict[str, Any]]:
    """Return every return as a dictionary."""
    return [_as_dict(row) for row in world.returns]


def _as_dict(row: Return) -> dict[str, Any]:
    return {**asdict(row), "created": format_time(row.created)}


def _merge(data: dict[str, Any], changes: dict[str, Any]) -> None:
    for key, value in changes.items():
        if isinstance(value, dict) and isinstance(data.get(key), dict):
            _merge(data[key], value)
        else:
            data[key] = value


def _price(world: World, found: StoredOrder) -> None:
    """Give every item without proceeds the price of its listing, or 10.00."""
    currency = _shop_value(found, "currency", "EUR")
    shop = found.data["salesChannel"]["marketplaceId"]
    total = Decimal(0)
    for item in found.data["orderItems"]:
        row = world.listings.get(found.merchant_id, item["product"].get("sellerSku", ""))
        price = (listing_view.price(row, shop) if row else None) or Decimal("10.00")
        amount = _money(price * item["quantityOrdered"], currency)
        breakdowns = [{"type": "ITEM", "subtotal": amount}]
        proceeds = {"proceedsTotal": amount, "breakdowns": breakdowns}
        item["product"].setdefault("price", {"unitPrice": _money(price, currency)})
        total += Decimal(item.setdefault("proceeds", proceeds)["proceedsTotal"]["amount"])
    found.data.setdefault("proceeds", {"grandTotal": _money(total, currency)})


def _money(amount: Decimal, currency: str) -> dict[str, str]:
    return {"amount": currencies.text(amount, currency), "currencyCode": currency}


def _shop_value(found: StoredOrder, name: str, default: str) -> str:
    shop = MARKETPLACES.get(found.data["salesChannel"].get("marketplaceId", ""))
    return str(getattr(shop, name, default))
