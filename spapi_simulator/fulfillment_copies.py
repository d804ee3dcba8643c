# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Orders of multi-channel fulfilment stand in the lists of orders as well, as if they had been sold
on a channel “Non-Amazon”: without money, under a number of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .state.fulfillment import CANCELLED, FINAL, McfOrder
from .state.listings import made_up_asin
from .times import format_time

if TYPE_CHECKING:
    from .world import World

CHANNEL = "NON_AMAZON"
NAME = "Non-Amazon"
_SERVICES = {"Expedited": "EXPEDITED", "Priority": "PRIORITY"}


def add(world: World, order: McfOrder) -> None:
    """Put a copy into the list of orders, unless the settings say that there are none."""
    if not world.settings.mcf_copies:
        return
    number = world.fulfillment.next_number()
    order.copy_id = f"S01-{number:07d}-{number * 7919 % 10**7:07d}"
    world.orders.add(_order(order), order.merchant_id, world.now())


def change(world: World, order: McfOrder) -> None:
    """Let the copy have the lines that the order has now."""
    found = world.orders.get(order.copy_id)
    if found:
        found.data["orderItems"] = _items(order)
        found.update_status(world.now())


def follow(world: World, order: McfOrder) -> None:
    """Let the copy say what has become of the order."""
    found = world.orders.get(order.copy_id)
    if found is None:
        return
    if order.status == CANCELLED:
        found.cancel(world.now(), "MERCHANT", "Cancelled by the seller")
        return
    for place, item in enumerate(order.items.values(), start=1):
        found.earlier[str(place)] = item.shipped
        if order.status in FINAL:
            found.cancelled[str(place)] = item.quantity - item.shipped
    found.update_status(world.now())


def _order(order: McfOrder) -> dict[str, Any]:
    request = order.request
    service = _SERVICES.get(request["shippingSpeedCategory"], "STANDARD")
    return {
        "orderId": order.copy_id,
        "orderAliases": [{"aliasId": order.order_id, "aliasType": "SELLER_ORDER_ID"}],
        "createdTime": format_time(order.received),
        "salesChannel": {
            "channelName": CHANNEL,
            "marketplaceId": order.shop,
            "marketplaceName": NAME,
        },
        "recipient": {"deliveryAddress": dict(request["destinationAddress"])},
        "fulfillment": {
            "fulfillmentStatus": "UNSHIPPED",
            "fulfilledBy": "AMAZON",
            "fulfillmentServiceLevel": service,
        },
        "orderItems": _items(order),
    }


def _items(order: McfOrder) -> list[dict[str, Any]]:
    return [
        {
            "orderItemId": str(place),
            "quantityOrdered": item.quantity,
            "product": {"sellerSku": item.sku, "asin": made_up_asin(item.sku), "title": item.sku},
            "fulfillment": {"quantityFulfilled": 0, "quantityUnfulfilled": item.quantity},
        }
        for place, item in enumerate(order.items.values(), start=1)
    ]
