# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Orders in the control API."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from . import queue_steering, steering, transitions
from .http import Answer, Call
from .times import parse_time

if TYPE_CHECKING:
    from .world import World


def _add_orders(world: World, call: Call) -> Answer:
    """Body: one order or a list of them, or {"orders": [...], "seller": merchant id}."""
    body = call.json()
    wrapped = body if isinstance(body, dict) and "orders" in body else {"orders": body}
    rows = wrapped["orders"] if isinstance(wrapped["orders"], list) else [wrapped["orders"]]
    owner = steering.merchant_id(world, wrapped.get("seller"))
    ids = [world.orders.add(row, owner, world.now()).order_id for row in rows]
    return Answer.of({"order_ids": ids}, status=201)


def _order(world: World, call: Call) -> Answer:
    return Answer.of(steering.order(world, call.arguments["id"]))


def _update_order(world: World, call: Call) -> Answer:
    return Answer.of(steering.update_order(world, call.arguments["id"], call.fields()))


def _release(world: World, call: Call) -> Answer:
    return Answer.of(steering.release(world, call.arguments["id"]))


def _cancel(world: World, call: Call) -> Answer:
    options = {"by": "BUYER", "reason": "BuyerCanceled", **call.fields()}
    return Answer.of(steering.cancel(world, call.arguments["id"], **options))


def _transition(name: str, **defaults: Any) -> Callable[[World, Call], Answer]:
    """Return the control of a transition; the body holds its parameters."""

    def handler(world: World, call: Call) -> Answer:
        values = {**defaults, **call.fields()}
        return Answer.of(getattr(transitions, name)(world, call.arguments["id"], **values))

    return handler


def _shipments(world: World, call: Call) -> Answer:
    return Answer.of(steering.stored(world, call.arguments["id"]).shipments)


def _acknowledgements(world: World, call: Call) -> Answer:
    return Answer.of(steering.stored(world, call.arguments["id"]).acknowledgements)


def _refunds(world: World, call: Call) -> Answer:
    return Answer.of(plain(steering.stored(world, call.arguments["id"]).refunds))


def _add_return(world: World, call: Call) -> Answer:
    """Body: {"item_id", "quantity", and any further value of the return; "created" as ISO text}."""
    values = {"quantity": 1, **call.fields()}
    if isinstance(values.get("created"), str):
        values["created"] = parse_time(values["created"])
    item_id, quantity = str(values.pop("item_id", "")), int(values.pop("quantity"))
    if "created" in values:
        values["created"] = parse_time(str(values["created"]))
    row = steering.add_return(world, call.arguments["id"], item_id, quantity, values)
    return Answer.of(row, status=201)


def _notify(world: World, call: Call) -> Answer:
    """Body: {"requested": whether the buyer asks to cancel}."""
    queue_steering.notify(world, call.arguments["id"], bool(call.fields().get("requested")))
    return Answer.of({"messages": len(queue_steering.queue(world).messages)}, status=201)


def plain(value: Any) -> Any:
    """Return a value as JSON can say it: decimals become text."""
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, dict):
        return {key: plain(row) for key, row in value.items()}
    return [plain(row) for row in value] if isinstance(value, list) else value


_TRANSITIONS = {
    "ship_elsewhere": _transition("ship_elsewhere", quantities=None, carrier="UPS", tracking=""),
    "ship_fba": _transition("ship_fba", quantities=None),
    "cancel_items": _transition("cancel_items", by="BUYER", reason="BuyerCanceled", zero=False),
    "request_cancel": _transition("request_cancel", item_ids=None, reason="Ordered by mistake"),
    "refund_elsewhere": _transition("refund_elsewhere", components=None, reason="CustomerReturn"),
    "mark_unfulfillable": _transition("mark_unfulfillable"),
    "make_available": _transition("make_available"),
}
_ORDER = "/_control/orders/{id}"
# method, path, handler
ORDER_CONTROLS = (
    ("POST", "/_control/orders", _add_orders),
    ("GET", _ORDER, _order),
    ("PATCH", _ORDER, _update_order),
    ("POST", _ORDER + "/release", _release),
    ("POST", _ORDER + "/cancel", _cancel),
    *(("POST", f"{_ORDER}/{name}", act) for name, act in _TRANSITIONS.items()),
    ("GET", _ORDER + "/shipments", _shipments),
    ("GET", _ORDER + "/acknowledgements", _acknowledgements),
    ("GET", _ORDER + "/refunds", _refunds),
    ("POST", _ORDER + "/returns", _add_return),
    ("POST", _ORDER + "/notify", _notify),
)
