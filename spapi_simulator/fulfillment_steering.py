# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Control of FBA stock and multi-channel fulfilment by tests and demos, behind Amazon's back.

Every function expects the world's lock to be held.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import engine, steering
from . import fulfillment_life as life
from .marketplaces import MARKETPLACES
from .notifications import publish_fulfillment
from .operations.fulfillment_view import whole
from .state.fba_stock import FbaStock
from .state.fulfillment import McfOrder, Plan
from .state.sellers import Seller

if TYPE_CHECKING:
    from .world import World


def set_stock(
    world: World, sku: str, quantity: int, shop: str, seller: Seller | str | None
) -> dict[str, Any]:
    """Let so many pieces of a SKU be there to be shipped."""
    if shop not in MARKETPLACES:
        raise KeyError(shop)
    owner = steering.merchant_id(world, seller)
    return _stock(world.fba.set(owner, shop, sku, quantity, world.now()))


def stock(world: World, sku: str, shop: str, seller: Seller | str | None) -> dict[str, Any]:
    """Return what lies at Amazon of a SKU.

    :raise KeyError: when Amazon does not keep it.
    """
    engine.advance(world)
    found = world.fba.get(steering.merchant_id(world, seller), shop, sku)
    if found is None:
        raise KeyError(sku)
    return _stock(found)


def plan(world: World, order_id: str, values: dict[str, Any]) -> None:
    """Say what is going to happen to an order, or (``*``) to every one that comes.

    :param values: of :class:`.state.fulfillment.Plan`.
    """
    made = Plan(**values)
    found = world.fulfillment.get(order_id)
    if found:
        found.plan = made
    else:
        world.fulfillment.plans[order_id] = made


def find(world: World, order_id: str) -> McfOrder:
    """Return an order, after bringing everything to the present.

    :raise KeyError: for an unknown order.
    """
    engine.advance(world)
    found = world.fulfillment.get(order_id)
    if found is None:
        raise KeyError(order_id)
    return found


def show(world: World, order_id: str) -> dict[str, Any]:
    """Return an order as getFulfillmentOrder does, and as `copy_id` its number in order lists."""
    order = find(world, order_id)
    return {**whole(order), "copy_id": order.copy_id}


def show_all(world: World) -> list[dict[str, Any]]:
    """Return every order."""
    engine.advance(world)
    return [{**whole(row), "copy_id": row.copy_id} for row in world.fulfillment.all()]


def move(world: World, order_id: str, status: str) -> dict[str, Any]:
    """Let an order come to a status at once.

    :raise ValueError: when it cannot come there.
    """
    life.move(world, find(world, order_id), status)
    return show(world, order_id)


def receive(world: World, order_id: str, conditions: dict[str, str]) -> dict[str, Any]:
    """Let returned pieces arrive at Amazon, each in a condition.

    :param conditions: number of the return -> Sellable, Defective, CustomerDamaged, …
    """
    order = find(world, order_id)
    rows = {row.return_id: row for row in order.returns}
    for return_id, condition in conditions.items():
        row = rows[return_id]
        row.status, row.condition, row.changed = "Processed", condition, world.now()
        row.facility = "RET1"
        item = order.items[row.request["sellerFulfillmentOrderItemId"]]
        life.pool(world, order, item.sku).take_back(condition, world.now())
        publish_fulfillment(world, order, returned=row)
    order.updated = world.now()
    return show(world, order_id)


def notify(world: World, order_id: str) -> None:
    """Send a notification of an order although nothing happened."""
    order = find(world, order_id)
    shipped = [row for row in order.shipments if row.packages]
    publish_fulfillment(world, order, shipped[-1] if shipped else None, always=True)


def _stock(row: FbaStock) -> dict[str, Any]:
    return {
        "sku": row.sku,
        "fulfillable": row.fulfillable,
        "reserved": row.reserved,
        "searched": row.searched,
        "unfulfillable": dict(row.unfulfillable),
        "inbound": dict(row.inbound),
        "total": row.total,
    }
