# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Life of orders of multi-channel fulfilment, by the clock and by the seller.

New, Received, Planning (until here it can be cancelled), Processing with its shipments, and the
end. Every function expects the world's lock to be held.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from . import fulfillment_copies as copies
from .marketplaces import MARKETPLACES
from .notifications import publish_fulfillment
from .state.fba_stock import FbaStock
from .state.fulfillment import (
    CANCELLED,
    COMPLETE,
    FINAL,
    INVALID,
    NEW,
    PARTLY,
    PENDING,
    PLANNING,
    PROCESSING,
    RECEIVED,
    SHIPPED,
    UNFULFILLABLE,
    McfItem,
    McfOrder,
    McfPackage,
    McfPiece,
    McfShipment,
    Plan,
)

if TYPE_CHECKING:
    from .world import World

HOLD_DAYS = 14
#: Time for which an order with FillAll waits for what is missing.
FILL_HOURS = 24
CANCELLABLE = frozenset({NEW, RECEIVED, PLANNING})


class TooLate(Exception):
    """The order is beyond the point at which this can be done."""


def begin(world: World, merchant_id: str, body: dict[str, Any], **more: Any) -> McfOrder:
    """Take an order in.

    :param body: a request of createFulfillmentOrder that has been checked.
    :raise ValueError: when the number is taken.
    """
    now = world.now()
    request = {key: value for key, value in body.items() if key != "items"}
    order = McfOrder(merchant_id, request, read_items(body), now, now, now, more=more)
    plans = world.fulfillment.plans
    number = order.order_id
    order.plan = plans.pop(number) if number in plans else plans.get("*") or Plan()
    world.fulfillment.add(order)
    publish_fulfillment(world, order)
    return order


def read_items(body: dict[str, Any]) -> dict[str, McfItem]:
    """Return the lines of a request by their numbers."""
    rows = (
        McfItem(row["sellerFulfillmentOrderItemId"], row["sellerSku"], int(row["quantity"]), row)
        for row in body["items"]
    )
    return {row.item_id: row for row in rows}


def advance(world: World) -> None:
    """Let everything happen that is due by now, each at its time."""
    now = world.now()
    for order in world.fulfillment.all():
        while order.status not in FINAL and (due := _due(world, order)) and due <= now:
            _step(world, order, due)


def move(world: World, order: McfOrder, status: str) -> None:
    """Let an order come to a status at once, through all that lies between.

    :raise ValueError: when it cannot come there.
    """
    if status in (INVALID, UNFULFILLABLE):
        order.plan.outcome, order.plan.stuck = status, False
    if status == CANCELLED:
        cancel(world, order)
        return
    order.plan.stuck = False
    for _step_number in range(20):
        if order.status == status:
            return
        if order.status in FINAL or order.on_hold:
            break
        _step(world, order, world.now())
    if order.status != status:
        raise ValueError(f"order {order.order_id} is {order.status} and cannot become {status}")


def cancel(world: World, order: McfOrder) -> None:
    """Cancel an order that is not being picked yet.

    :raise TooLate: when it is being picked.
    """
    if order.status not in CANCELLABLE:
        raise TooLate(order.status)
    for item in order.items.values():
        item.cancelled += item.open
    _end(world, order, CANCELLED, world.now())


def release(world: World, order: McfOrder) -> None:
    """Ship an order on hold.

    :raise TooLate: when it is not on hold.
    """
    if not order.on_hold:
        raise TooLate(order.status)
    order.request["fulfillmentAction"] = "Ship"
    order.since = order.updated = world.now()


def change(world: World, order: McfOrder, body: dict[str, Any]) -> None:
    """Let an order on hold be as a request of updateFulfillmentOrder says.

    :raise TooLate: when it is not on hold.
    """
    if not order.on_hold:
        raise TooLate(order.status)
    order.request.update({key: value for key, value in body.items() if key != "items"})
    if "items" in body:
        rows = [row for row in body["items"] if int(row["quantity"])]
        known = {key: item.sku for key, item in order.items.items()}
        named = [
            {"sellerSku": known.get(row["sellerFulfillmentOrderItemId"], ""), **row} for row in rows
        ]
        _free(world, order)
        order.items = read_items({"items": named})
        if order.status != NEW:
            _reserve(world, order)
        copies.change(world, order)
    order.since = order.updated = world.now()


def pool(world: World, order: McfOrder, sku: str) -> FbaStock:
    """Return the pool from which a line is taken; an empty one where Amazon knows none."""
    found = world.fba.get(order.merchant_id, order.shop, sku)
    return found or world.fba.set(order.merchant_id, order.shop, sku, 0, world.now())


def _due(world: World, order: McfOrder) -> datetime | None:
    """Return when the next thing happens to an order, None when nothing does by itself."""
    settings = world.settings
    if order.on_hold and order.status != NEW:
        return order.received + timedelta(days=HOLD_DAYS)
    if order.status in (NEW, RECEIVED):
        return order.since + timedelta(seconds=settings.mcf_seconds)
    if order.status == PLANNING:
        if order.plan.stuck:
            return None
        wait = settings.mcf_planning_seconds
        if _waits(order) and not _completed(world, order):
            wait = max(wait, FILL_HOURS * 3600)
        return order.since + timedelta(seconds=wait)
    return min(row.ships for row in order.shipments if row.status == PENDING)


def _step(world: World, order: McfOrder, at: datetime) -> None:
    """Do the next thing at its time."""
    if order.on_hold and order.status != NEW:
        cancel(world, order)  # the hold has expired
    elif order.status == NEW:
        _validate(world, order, at)
    elif order.status == RECEIVED:
        _become(world, order, PLANNING, at)
    elif order.status == PLANNING:
        _plan(world, order, at)
    else:
        _ship_next(world, order, at)


def _validate(world: World, order: McfOrder, at: datetime) -> None:
    """The address and the stock are looked at."""
    refused = order.request["destinationAddress"]["postalCode"] in world.settings.mcf_bad_postcodes
    if order.plan.outcome == INVALID or refused:
        _end(world, order, INVALID, at)
        return
    _reserve(world, order)
    if order.policy == "FillOrKill" and any(item.held < item.open for item in order.items.values()):
        _end(world, order, INVALID, at)
        return
    copies.add(world, order)
    _become(world, order, RECEIVED, at)


def _plan(world: World, order: McfOrder, at: datetime) -> None:
    """Picking begins, as far as there is something to pick."""
    for item in order.items.values():
        item.unfulfillable += item.open - item.held
    nothing = not any(item.held for item in order.items.values())
    if order.plan.outcome or nothing:
        for item in order.items.values():
            item.unfulfillable += item.open
        _end(world, order, UNFULFILLABLE, at)
        return
    order.shipments = _shipments(world, order, at)
    for item_id, quantity in order.plan.unfulfillable.items():
        item = order.items[item_id]
        lost = min(quantity, item.held)
        pool(world, order, item.sku).lose(lost, at)
        item.held -= lost
        item.unfulfillable += lost
    _become(world, order, PROCESSING, at)


def _shipments(world: World, order: McfOrder, at: datetime) -> list[McfShipment]:
    """Return the shipments of the plan; without one all goes in one parcel."""
    lost = order.plan.unfulfillable
    usual = {key: item.held - lost.get(key, 0) for key, item in order.items.items()}
    parcels = order.plan.parcels or [{"items": usual}]
    groups: dict[Any, list[dict[str, Any]]] = {}
    for place, parcel in enumerate(parcels):
        groups.setdefault(parcel.get("shipment", f"own {place}"), []).append(parcel)
    return [_shipment(world, order, rows, at, place) for place, rows in enumerate(groups.values())]


def _shipment(
    world: World, order: McfOrder, parcels: list[dict[str, Any]], at: datetime, place: int
) -> McfShipment:
    ships = at + timedelta(seconds=world.settings.mcf_picking_seconds * (place + 1))
    pieces = [
        McfPiece(item_id, order.items[item_id].sku, int(quantity))
        for parcel in parcels
        for item_id, quantity in parcel["items"].items()
        if int(quantity)
    ]
    return McfShipment(
        shipment_id=f"D{world.fulfillment.next_number():08d}",
        facility=f"{MARKETPLACES[order.shop].country}1{place}",
        ships=ships,
        arrives=ships + timedelta(seconds=world.settings.mcf_delivery_seconds),
        parcels=parcels,
        pieces=pieces,
    )


def _ship_next(world: World, order: McfOrder, at: datetime) -> None:
    """The next shipment leaves, packed."""
    pending = [row for row in order.shipments if row.status == PENDING]
    shipment = min(pending, key=lambda row: row.ships)
    shipment.status, shipment.ships, shipment.pieces = SHIPPED, at, []
    shipment.arrives = at + timedelta(seconds=world.settings.mcf_delivery_seconds)
    for parcel in shipment.parcels:
        _pack(world, order, shipment, parcel)
    order.updated = at
    copies.follow(world, order)
    if len(pending) == 1:
        is_whole = all(item.shipped == item.quantity for item in order.items.values())
        _end(world, order, COMPLETE if is_whole else PARTLY, at, shipment)
    else:
        publish_fulfillment(world, order, shipment)


def _pack(world: World, order: McfOrder, shipment: McfShipment, parcel: dict[str, Any]) -> None:
    number = 200_000_000 + world.fulfillment.next_number()
    own = f"AMZN_{MARKETPLACES[order.shop].country}"
    usual = "DHL" if order.requires("BLOCK_AMZL") else own
    shipment.packages.append(
        McfPackage(
            number,
            parcel.get("carrier") or usual,
            parcel.get("tracking") or f"TRACK{number}",
            shipment.ships,
            shipment.arrives,
        )
    )
    for item_id, quantity in parcel["items"].items():
        item = order.items[item_id]
        left = min(int(quantity), item.held)
        if left:
            pool(world, order, item.sku).ship(left, shipment.ships)
            item.held -= left
            item.shipped += left
            shipment.pieces.append(McfPiece(item_id, item.sku, left, number))


def _reserve(world: World, order: McfOrder) -> None:
    for item in order.items.values():
        missing = item.open - item.held
        item.held += pool(world, order, item.sku).reserve(missing, world.now())


def _free(world: World, order: McfOrder) -> None:
    for item in order.items.values():
        pool(world, order, item.sku).free(item.held, world.now())
        item.held = 0


def _waits(order: McfOrder) -> bool:
    missing = any(item.held < item.open for item in order.items.values())
    return order.policy == "FillAll" and missing


def _completed(world: World, order: McfOrder) -> bool:
    """Reserve what has come in the meantime, and return whether it is enough."""
    _reserve(world, order)
    return not _waits(order)


def _become(world: World, order: McfOrder, status: str, at: datetime) -> None:
    order.status, order.since, order.updated = status, at, at
    publish_fulfillment(world, order)


def _end(
    world: World, order: McfOrder, status: str, at: datetime, shipment: McfShipment | None = None
) -> None:
    for item in order.items.values():
        if status == PARTLY:
            item.unfulfillable += item.open
    _free(world, order)
    order.status, order.since, order.updated = status, at, at
    copies.follow(world, order)
    publish_fulfillment(world, order, shipment)
