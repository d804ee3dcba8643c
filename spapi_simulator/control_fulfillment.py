# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""FBA stock and multi-channel fulfilment in the control API."""

from __future__ import annotations

from typing import TYPE_CHECKING

from . import fulfillment_steering as steering
from .http import Answer, Call

if TYPE_CHECKING:
    from .world import World


def _set_stock(world: World, call: Call) -> Answer:
    """Body: {"quantity", "shop"}."""
    body = call.fields()
    quantity, shop = int(body["quantity"]), str(body["shop"])
    sku = call.arguments["sku"]
    return Answer.of(steering.set_stock(world, sku, quantity, shop, call.text("seller")))


def _stock(world: World, call: Call) -> Answer:
    shop, seller = call.text("shop") or "", call.text("seller")
    return Answer.of(steering.stock(world, call.arguments["sku"], shop, seller))


def _all(world: World, call: Call) -> Answer:
    return Answer.of(steering.show_all(world))


def _one(world: World, call: Call) -> Answer:
    return Answer.of(steering.show(world, call.arguments["id"]))


def _plan(world: World, call: Call) -> Answer:
    steering.plan(world, call.arguments["id"], call.fields())
    return Answer.of({}, status=201)


def _move(world: World, call: Call) -> Answer:
    """Body: {"status"}."""
    status = str(call.fields().get("status"))
    return Answer.of(steering.move(world, call.arguments["id"], status))


def _receive(world: World, call: Call) -> Answer:
    """Body: number of a return -> condition."""
    return Answer.of(steering.receive(world, call.arguments["id"], call.fields()))


def _notify(world: World, call: Call) -> Answer:
    steering.notify(world, call.arguments["id"])
    return Answer.of({}, status=201)


_ORDER = "/_control/fulfillments/{id}"
# method, path, handler
FULFILLMENT_CONTROLS = (
    ("PUT", "/_control/fba_stock/{sku}", _set_stock),
    ("GET", "/_control/fba_stock/{sku}", _stock),
    ("GET", "/_control/fulfillments", _all),
    ("GET", _ORDER, _one),
    ("PUT", f"{_ORDER}/plan", _plan),
    ("POST", f"{_ORDER}/move", _move),
    ("POST", f"{_ORDER}/receive_returns", _receive),
    ("POST", f"{_ORDER}/notify", _notify),
)
