# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Settlements in the control API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import settlement_steering as steering
from .http import Answer, Call
from .reports.settlement import MEDIA

if TYPE_CHECKING:
    from .world import World


def _settlements(world: World, call: Call) -> Answer:
    return Answer.of(steering.settlements(world))


def _file(world: World, call: Call) -> Answer:
    found = world.ledger.settlements[call.arguments["id"]]
    return Answer(200, found.content, {"Content-Type": MEDIA})


def _close(world: World, call: Call) -> Answer:
    """Body: any of {"marketplace_id", "seller", "reserve", "listed", "end"}."""
    values = {"marketplace_id": None, "seller": None, "reserve": None, "listed": True, "end": None}
    return Answer.of(steering.close(world, **{**values, **call.fields()}), status=201)


def _add_charge(world: World, call: Call) -> Answer:
    """Body: {"name", "seller", and the values of `Simulator.add_charge`}."""
    values: dict[str, Any] = dict(call.fields())
    name, seller = str(values.pop("name", "")), values.pop("seller", None)
    return Answer.of(steering.add_charge(world, name, seller, values), status=201)


def _charge_debt(world: World, call: Call) -> Answer:
    """Body: any of {"marketplace_id", "seller", "parts"}."""
    values = {"marketplace_id": steering.GERMANY, "seller": None, "parts": 1, **call.fields()}
    return Answer.of(steering.charge_debt(world, **values), status=201)


def _fail_payout(world: World, call: Call) -> Answer:
    reason = str(call.fields().get("reason", "the bank account is closed"))
    return Answer.of(steering.fail_payout(world, call.arguments["id"], reason))


def _recreate(world: World, call: Call) -> Answer:
    changed = bool(call.fields().get("changed", True))
    return Answer.of(steering.recreate(world, call.arguments["id"], changed), status=201)


def _add_year(world: World, call: Call) -> Answer:
    """Body: any of {"seller", and the options of `settlements.year.add`}."""
    options: dict[str, Any] = dict(call.fields())
    seller = options.pop("seller", None)
    return Answer.of(steering.add_year(world, seller, options), status=201)


_SETTLEMENTS = "/_control/settlements"
# method, path, handler
SETTLEMENT_CONTROLS = (
    ("GET", _SETTLEMENTS, _settlements),
    ("POST", _SETTLEMENTS, _close),
    ("POST", _SETTLEMENTS + "/charges", _add_charge),
    ("POST", _SETTLEMENTS + "/debt", _charge_debt),
    ("POST", _SETTLEMENTS + "/year", _add_year),
    ("GET", _SETTLEMENTS + "/{id}/file", _file),
    ("POST", _SETTLEMENTS + "/{id}/fail_payout", _fail_payout),
    ("POST", _SETTLEMENTS + "/{id}/recreate", _recreate),
)
