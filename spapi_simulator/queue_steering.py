# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Control of the queues by tests and demos. Every function expects the world's lock to be held."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import steering
from .engine import advance
from .notifications import order_change, publish_order
from .state.queues import DEFAULT_QUEUE, Queue

if TYPE_CHECKING:
    from .world import World


def queue(world: World, name: str = DEFAULT_QUEUE) -> Queue:
    """Return a queue, after bringing everything to the present.

    :raise KeyError: for an unknown queue.
    """
    advance(world)
    found = world.queues.get(name)
    if found is None:
        raise KeyError(name)
    return found


def messages(world: World, name: str = DEFAULT_QUEUE) -> list[dict[str, Any]]:
    """Return what is in a queue, hidden messages too."""
    return [
        {
            "message_id": row.message_id,
            "body": row.body,
            "receive_count": len(row.handles),
            "visible": row.visible(world.now()),
        }
        for row in queue(world, name).messages
    ]


def send(world: World, body: str, name: str = DEFAULT_QUEUE) -> str:
    """Put a text into a queue and return its message id."""
    return queue(world, name).send(body, world.now()).message_id


def notify(world: World, order_id: str, requested: bool) -> None:
    """Publish an order without a change."""
    found = steering.stored(world, order_id)
    publish_order(world, found, *(order_change.REQUESTED if requested else order_change.STATUS))
