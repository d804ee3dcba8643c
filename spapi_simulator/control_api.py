# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The control API: what a test does with the simulator in its own process, over HTTP.

Loopback only, no token; nothing under ``/_control/`` exists at Amazon. A web page in a browser on
this machine could reach it as well: calls under a foreign name and calls that a page makes are
refused.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from . import demo, queue_steering, steering
from .control_fulfillment import FULFILLMENT_CONTROLS
from .control_orders import ORDER_CONTROLS
from .control_settings import change_settings, settings_of
from .control_settlements import SETTLEMENT_CONTROLS
from .engine import advance
from .fault_book import Fault
from .faults import KINDS
from .http import Answer, Call
from .routing import Route, Router
from .state.queues import ACCOUNT
from .state.shipping import ShippingProblem
from .times import format_time

if TYPE_CHECKING:
    from .world import World


#: Names under which this machine is asked by programs on it.
_OWN_NAMES = frozenset({"127.0.0.1", "localhost", "::1"})


def serve_control(world: World, call: Call) -> Answer:
    """Answer a call under ``/_control/``: JSON, or {"error"} with 400, 403 or 404."""
    if not _is_from_here(call):
        return Answer.of({"error": "only programs on this machine steer the simulator"}, status=403)
    matched = _ROUTER.match(call.method, call.path)
    if matched is None:
        return Answer.of({"error": "there is no such control"}, status=404)
    route, call.arguments = matched
    try:
        with world.lock:
            return route.handler(world, call)
    except KeyError as error:
        return Answer.of({"error": f"unknown: {error.args[0]}"}, status=404)
    except (ValueError, TypeError, ShippingProblem) as error:
        return Answer.of({"error": str(error)}, status=400)


def _is_from_here(call: Call) -> bool:
    """Return whether a program on this machine calls, and no page that somebody looks at.

    A browser names the page's own host in Host, when its name was bent to this machine, or the page
    in Origin.
    """
    try:
        host = urlsplit(f"//{call.headers.get('host', '')}").hostname
    except ValueError:
        return False
    # "none": a person typed the address
    by_page = "origin" in call.headers or call.headers.get("sec-fetch-site", "none") != "none"
    return host in _OWN_NAMES and not by_page


def _state(world: World, call: Call) -> Answer:
    advance(world)
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
        "settings": settings_of(world),
        "models": world.contract.folder is not None,
        "calls": len(world.calls),
        "violations": len(world.violations),
    }
    return Answer.of(data)


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


def _add_seller(world: World, call: Call) -> Answer:
    seller = world.sellers.create(**call.fields())
    return Answer.of({"merchant_id": seller.merchant_id}, status=201)


def _clock(world: World, call: Call) -> Answer:
    moment = world.clock.advance(float(call.fields().get("advance", 0)))
    advance(world)
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


_ROUTER = Router(
    Route(operation="", method=method, template=template, handler=handler)
    for method, template, handler in (
        ("GET", "/_control/state", _state),
        *ORDER_CONTROLS,
        *FULFILLMENT_CONTROLS,
        *SETTLEMENT_CONTROLS,
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
        ("PATCH", "/_control/settings", change_settings),
    )
)
