# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Notifications and the queues that take them."""

from __future__ import annotations

from typing import Any

from .. import queue_steering
from ..state.queues import ACCOUNT, DEFAULT_QUEUE
from .base import Part


class QueuePart(Part):
    """The simulator's queues."""

    @property
    def queue_url(self) -> str:
        """The URL of the default queue; its endpoint is `url`, any credentials are good."""
        return f"{self.url}/{ACCOUNT}/{DEFAULT_QUEUE}"

    @property
    def queue_arn(self) -> str:
        """The ARN of the default queue, for createDestination."""
        return self.world.queues.add(DEFAULT_QUEUE).arn

    def queue_messages(self, name: str = DEFAULT_QUEUE) -> list[dict[str, Any]]:
        """Return what is in a queue: message_id, body (text), receive_count, visible.

        :raise KeyError: for an unknown queue.
        """
        with self.world.lock:
            return queue_steering.messages(self.world, name)

    def send_message(self, body: str, name: str = DEFAULT_QUEUE) -> str:
        """Put any text into a queue and return its message id."""
        with self.world.lock:
            return queue_steering.send(self.world, body, name)

    def notify(self, order_id: str, requested: bool = False) -> None:
        """Send an ORDER_CHANGE of an order although nothing of it changed.

        :param requested: as a request of the buyer to cancel, not as a change of status.
        :raise KeyError: for an unknown order.
        """
        with self.world.lock:
            queue_steering.notify(self.world, order_id, requested)
