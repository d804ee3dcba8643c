# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The settings in the control API."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import Field, asdict, fields
from typing import TYPE_CHECKING, Any

from .http import Answer, Call
from .settings import Settings

if TYPE_CHECKING:
    from .world import World


def change_settings(world: World, call: Call) -> Answer:
    """Body: any of unlimited, rates and the names of :class:`Settings`."""
    body = call.fields()
    for name, value in body.items():
        _SETTERS[name](world, value)
    return Answer.of(settings_of(world))


def settings_of(world: World) -> dict[str, Any]:
    """Return every setting as JSON can say it."""
    return {
        "unlimited": world.buckets.unlimited,
        "rates": {name: list(plan) for name, plan in world.buckets.overrides.items()},
        **{name: _plain(value) for name, value in asdict(world.settings).items()},
    }


def _plain(value: Any) -> Any:
    return sorted(value) if isinstance(value, set) else value


def _set_rates(world: World, value: dict[str, list[float]]) -> None:
    world.buckets.overrides = {name: (row[0], int(row[1])) for name, row in value.items()}


def _setter(setting: Field[Any]) -> Callable[[Any, Any], None]:
    """Return what sets a plain setting: JSON's value in the type that the setting has."""
    kind = type(getattr(Settings(), setting.name))
    return lambda world, value: setattr(world.settings, setting.name, kind(value))


_SETTERS: dict[str, Callable[[Any, Any], None]] = {
    "unlimited": lambda world, value: setattr(world.buckets, "unlimited", bool(value)),
    "rates": _set_rates,
    **{setting.name: _setter(setting) for setting in fields(Settings)},
}
