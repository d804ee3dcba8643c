# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Transitions of orders at Amazon's side, every one that an order can make.

Every function expects the world's lock to be held and returns the order as getOrder gives it.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from . import currencies
from .marketplaces import MARKETPLACES
from .settlements.sales import sale_of
from .state.order_view import view
from .state.orders import StoredOrder
from .state.shipping import Package, confirm
from .steering import stored

if TYPE_CHECKING:
    from .world import World

Quantities = dict[str, int]


def ship_elsewhere(
    world: World, order_id: str, quantities: Quantities | None, carrier: str, tracking: str
) -> dict[str, Any]:
    """Ship (a part of) an order in Seller Central, or by another program.

    :raise ShippingProblem: when the order does not allow it.
    """
    found = stored(world, order_id)
    package = Package(
        reference=_free_reference(found),
        ship_date=world.now(),
        items=_chosen(found, quantities),
        carrier_code=carrier,
        tracking=tracking or f"ELSEWHERE{len(found.shipments) + 1:04d}",
        source="sellerCentral",
    )
    confirm(found, package, world.now())
    return view(found)


def ship_fba(world: World, order_id: str, quantities: Quantities | None) -> dict[str, Any]:
    """Let Amazon ship (a part of) an order that it fulfils; there are no packages to see.

    :raise ValueError: when the merchant ships the order, or for too large a quantity.
    """
    found = stored(world, order_id)
    if not found.by_amazon:
        raise ValueError(f"order {order_id} is shipped by the merchant")
    chosen = _chosen(found, quantities)
    _check(found, chosen)
    for item_id, quantity in chosen.items():
        found.earlier[item_id] += quantity
    found.update_status(world.now())
    return view(found)


def cancel_items(
    world: World, order_id: str, quantities: Quantities, by: str, reason: str, zero: bool
) -> dict[str, Any]:
    """Cancel units of some items.

    :param zero: show the line with the quantity that is left and the money that belongs to it,
        down to a line of quantity 0; else the quantity ordered and the money stay.
    :raise ValueError: for an unknown item or too large a quantity.
    """
    found = stored(world, order_id)
    _check(found, quantities)
    for item_id, quantity in quantities.items():
        item = found.items()[item_id]
        execution = {"cancelledBy": by, "cancelReason": reason}
        item.setdefault("cancellation", {})["cancellationExecution"] = execution
        if zero:
            _shrink(found, item, quantity)
        else:
            found.cancelled[item_id] += quantity
    found.update_status(world.now())
    return view(found)


def request_cancel(
    world: World, order_id: str, item_ids: list[str] | None, reason: str
) -> dict[str, Any]:
    """Let the buyer ask to cancel some items, or all of them; nothing is cancelled yet.

    :raise KeyError: for an unknown item.
    """
    found = stored(world, order_id)
    items = found.items()
    for item_id in item_ids or items:
        request = {"requester": "BUYER", "cancelReason": reason}
        items[item_id].setdefault("cancellation", {})["cancellationRequest"] = request
    found.touch(world.now())
    return view(found)


def refund_elsewhere(
    world: World, order_id: str, item_id: str, components: dict[str, Any] | None, reason: str
) -> dict[str, Any]:
    """Let Amazon, or somebody in Seller Central, refund an item that was shipped.

    :param components: amount by type such as Principal or ShippingTax; None: all that was paid.
    :raise KeyError: for an unknown item.
    :raise ValueError: when nothing of it was shipped.
    """
    found = stored(world, order_id)
    item = found.items()[item_id]
    if not found.fulfilled(item_id):
        raise ValueError(f"nothing of item {item_id} of {order_id} was shipped")
    amounts = components or _all_paid(found, item)
    found.refunds.append(
        {
            "item_id": item_id,
            "reason": reason,
            "components": {name: Decimal(str(amount)) for name, amount in amounts.items()},
            "adjustment_id": "",
            "feed_id": "",
        }
    )
    found.touch(world.now())
    return view(found)


def mark_unfulfillable(world: World, order_id: str) -> dict[str, Any]:
    """Let Amazon give an order up that it cannot fulfil."""
    return _set_status(world, order_id, "UNFULFILLABLE")


def make_available(world: World, order_id: str) -> dict[str, Any]:
    """Let an order for goods that were to come (PENDING_AVAILABILITY) become PENDING."""
    return _set_status(world, order_id, "PENDING")


def _all_paid(order: StoredOrder, item: dict[str, Any]) -> dict[str, Decimal]:
    shop = MARKETPLACES[order.data["salesChannel"]["marketplaceId"]]
    sale = sale_of(item, shop, order.by_amazon)
    paid = {**sale.prices, **sale.taxes}
    for name, amount in sale.discounts.items():
        name = "Tax" if name == "TaxDiscount" else name
        paid[name] = paid.get(name, Decimal(0)) + amount
    return paid


def _set_status(world: World, order_id: str, status: str) -> dict[str, Any]:
    found = stored(world, order_id)
    found.data["fulfillment"]["fulfillmentStatus"] = status
    found.touch(world.now())
    return view(found)


def _chosen(order: StoredOrder, quantities: Quantities | None) -> Quantities:
    """Return the quantities asked for, or all that waits."""
    if quantities is not None:
        return {str(key): int(quantity) for key, quantity in quantities.items()}
    return {key: order.unfulfilled(key) for key in order.items() if order.unfulfilled(key)}


def _check(order: StoredOrder, quantities: Quantities) -> None:
    for item_id, quantity in quantities.items():
        known = item_id in order.items()
        if not known or not 1 <= quantity <= order.unfulfilled(item_id):
            raise ValueError(f"{quantity} of item {item_id} of {order.order_id} do not wait")


def _free_reference(order: StoredOrder) -> str:
    taken = [int(row["packageReferenceId"]) for row in order.shipments]
    return str(max(taken, default=0) + 1)


def _shrink(order: StoredOrder, item: dict[str, Any], quantity: int) -> None:
    """Take units off a line as if they had never been ordered, with their share of the money."""
    ordered = int(item["quantityOrdered"])
    item["quantityOrdered"] = ordered - quantity
    proceeds = item.get("proceeds")
    if not proceeds:
        return
    before = Decimal(proceeds["proceedsTotal"]["amount"])
    share = Decimal(ordered - quantity) / ordered
    rows = proceeds.get("breakdowns", [])
    for row in rows:
        _scale(row["subtotal"], share)
        _scale_details(row, share)
    after = sum((Decimal(row["subtotal"]["amount"]) for row in rows), Decimal(0))
    _put(proceeds["proceedsTotal"], after if rows else before * share)
    grand = order.data.get("proceeds", {}).get("grandTotal")
    if grand:
        gone = before - Decimal(proceeds["proceedsTotal"]["amount"])
        _put(grand, Decimal(grand["amount"]) - gone)
    order.data.get("proceeds", {}).pop("breakdowns", None)


def _scale_details(row: dict[str, Any], share: Decimal) -> None:
    """Scale the details of a breakdown; the first one takes what rounding leaves."""
    details = row.get("detailedBreakdowns", [])
    for detail in details:
        _scale(detail["value"], share)
    if details:
        total = sum((Decimal(detail["value"]["amount"]) for detail in details), Decimal(0))
        rest = Decimal(row["subtotal"]["amount"]) - total
        _put(details[0]["value"], Decimal(details[0]["value"]["amount"]) + rest)


def _scale(money: dict[str, str], share: Decimal) -> None:
    _put(money, Decimal(money["amount"]) * share)


def _put(money: dict[str, str], amount: Decimal) -> None:
    money["amount"] = currencies.text(amount, money["currencyCode"])
