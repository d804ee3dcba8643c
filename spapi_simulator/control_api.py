# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The control API: what a test does with the simulator in its own process, over HTTP.

Loopback only, no token; nothing under ``/_control/`` exists at Amazon.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import MISSING, Field, asdict, fields
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from . import demo, queue_steering, steering, transitions
from .fault_book import Fault
from .faults import KINDS
from .http import Answer, Call
from .routing import Route, Router
from .settings import Settings
from .state.queues import ACCOUNT
from .state.shipping import ShippingProblem
from .times import format_time

if TYPE_CHECKING:
    from .world import World


def serve_control(world: World, call: Call) -> Answer:
    """Answer a call under ``/_control/``: JSON, or {"error"} with 400 or 404."""
    matched = _ROUTER.match(call.method, call.path)
    if matched is None:
        return Answer.of({"error": "there is no such control"}, status=404)
    call.route, call.arguments = matched
    try:
        with world.lock:
            return call.route.handler(world, call)
    except KeyError as error:
        return Answer.of({"error": f"unknown: {error.args[0]}"}, status=404)
    except (ValueError, TypeError, ShippingProblem) as error:
        return Answer.of({"error": str(error)}, status=400)


def _state(world: World, call: Call) -> Answer:
    world.settle()
    sellers = [
        {
            "merchant_id": row.merchant_id,
            "client_id": row.client_id,
            "store_name": row.store_name,
            "marketplace_ids": row.marketplace_ids,
            "roles": sorted(row.roles),
        }
        for row in world.sellers.all()
    ]
    data = {
        "now": format_time(world.now()),
        "sellers": sellers,
        "orders": {row.order_id: row.status for row in world.orders.all()},
        "listings": {
            seller.merchant_id: [row.sku for row in world.listings.all(seller.merchant_id)]
            for seller in world.sellers.all()
        },
        "feeds": steering.feeds(world),
        "faults": [asdict(row) for row in world.faults.rows],
        "settings": _settings(world),
        "models": world.contract.folder is not None,
        "calls": len(world.calls),
        "violations": len(world.violations),
    }
    return Answer.of(data)


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


def _listing(world: World, call: Call) -> Answer:
    found = steering.listing(world, call.arguments["sku"], call.text("seller"))
    if found is None:
        raise KeyError(call.arguments["sku"])
    return Answer.of(found)


def _listings(world: World, call: Call) -> Answer:
    return Answer.of(steering.skus(world, call.text("seller")))


def _add_issue(world: World, call: Call) -> Answer:
    sku = call.arguments["sku"]
    steering.add_issue(world, sku, call.text("seller"), call.fields())
    return Answer.of({"sku": sku}, status=201)


def _add_return(world: World, call: Call) -> Answer:
    """Body: {"item_id", "quantity", and any further value of the return}."""
    values = {"quantity": 1, **call.fields()}
    item_id, quantity = str(values.pop("item_id", "")), int(values.pop("quantity"))
    row = steering.add_return(world, call.arguments["id"], item_id, quantity, values)
    return Answer.of(row, status=201)


def _returns(world: World, call: Call) -> Answer:
    return Answer.of(steering.returns(world))


def _reports(world: World, call: Call) -> Answer:
    return Answer.of(steering.reports(world))


def _queue(world: World, call: Call) -> Answer:
    """The default queue: its URL, its ARN and what is in it."""
    found = queue_steering.queue(world)
    data = {
        "url": f"{call.base_url}/{ACCOUNT}/{found.name}",
        "arn": found.arn,
        "messages": queue_steering.messages(world),
    }
    return Answer.of(data)


def _send_message(world: World, call: Call) -> Answer:
    """Body: {"body": text}."""
    message_id = queue_steering.send(world, str(call.fields().get("body", "")))
    return Answer.of({"message_id": message_id}, status=201)


def _notify(world: World, call: Call) -> Answer:
    """Body: {"requested": whether the buyer asks to cancel}."""
    queue_steering.notify(world, call.arguments["id"], bool(call.fields().get("requested")))
    return Answer.of({"messages": len(queue_steering.queue(world).messages)}, status=201)


def _add_seller(world: World, call: Call) -> Answer:
    seller = world.sellers.create(**call.fields())
    return Answer.of({"merchant_id": seller.merchant_id}, status=201)


def _clock(world: World, call: Call) -> Answer:
    moment = world.clock.advance(float(call.fields().get("advance", 0)))
    world.settle()
    return Answer.of({"now": format_time(moment)})


def _add_fault(world: World, call: Call) -> Answer:
    """Body: {"operation", "kind", "times", and the options of the kind}."""
    body = dict(call.fields())
    operation, kind = body.pop("operation", "*"), body.pop("kind", "")
    times = int(body.pop("times", 1))
    if kind not in KINDS:
        raise ValueError(f"unknown fault {kind!r}")
    world.faults.add(Fault(operation, kind, times, body.pop("options", None) or body))
    return Answer.of({"faults": len(world.faults.rows)}, status=201)


def _clear_faults(world: World, call: Call) -> Answer:
    world.calm()
    return Answer.of({"faults": 0})


def _reset(world: World, call: Call) -> Answer:
    world.clear()
    return Answer.of({"now": format_time(world.now())})


def _calls(world: World, call: Call) -> Answer:
    wanted = call.text("operation")
    return Answer.of([row for row in world.calls if wanted in (None, row["operation"])])


def _violations(world: World, call: Call) -> Answer:
    return Answer.of({"answers": world.violations, "requests": world.bad_requests})


def _demo(world: World, call: Call) -> Answer:
    return Answer.of(demo.add(world, **call.fields()), status=201)


def _change_settings(world: World, call: Call) -> Answer:
    """Body: any of unlimited, rates and the names of :class:`Settings`."""
    body = call.fields()
    for name, value in body.items():
        _SETTERS[name](world, value)
    return Answer.of(_settings(world))


def _settings(world: World) -> dict[str, Any]:
    return {
        "unlimited": world.buckets.unlimited,
        "rates": {name: list(plan) for name, plan in world.buckets.overrides.items()},
        **asdict(world.settings),
        "regions": sorted(world.settings.regions),
        "no_refund_marketplaces": sorted(world.settings.no_refund_marketplaces),
    }


def _set_rates(world: World, value: dict[str, list[float]]) -> None:
    world.buckets.overrides = {name: (row[0], int(row[1])) for name, row in value.items()}


def _setter(setting: Field[Any]) -> Callable[[Any, Any], None]:
    """Return what sets a plain setting: JSON's value in the type that the setting has."""
    default = setting.default if setting.default is not MISSING else set()
    return lambda world, value: setattr(world.settings, setting.name, type(default)(value))


_SETTERS: dict[str, Callable[[Any, Any], None]] = {
    "unlimited": lambda world, value: setattr(world.buckets, "unlimited", bool(value)),
    "rates": _set_rates,
    **{setting.name: _setter(setting) for setting in fields(Settings)},
}


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
    "mark_unfulfillable": _transition("mark_unfulfillable"),
    "make_available": _transition("make_available"),
}
_ORDER = "/_control/orders/{id}"
_ROUTER = Router(
    Route(operation="", method=method, template=template, handler=handler)
    for method, template, handler in (
        ("GET", "/_control/state", _state),
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
        ("GET", "/_control/queue", _queue),
        ("POST", "/_control/queue", _send_message),
        ("GET", "/_control/returns", _returns),
        ("GET", "/_control/reports", _reports),
        ("GET", "/_control/listings", _listings),
        ("GET", "/_control/listings/{sku}", _listing),
        ("POST", "/_control/listings/{sku}/issues", _add_issue),
        ("POST", "/_control/sellers", _add_seller),
        ("POST", "/_control/clock", _clock),
        ("POST", "/_control/faults", _add_fault),
        ("DELETE", "/_control/faults", _clear_faults),
        ("POST", "/_control/reset", _reset),
        ("GET", "/_control/calls", _calls),
        ("GET", "/_control/violations", _violations),
        ("POST", "/_control/demo", _demo),
        ("PATCH", "/_control/settings", _change_settings),
    )
)
