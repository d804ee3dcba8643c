# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Message queues as SQS keeps them: a message that was received hides for a while."""

from __future__ import annotations

import secrets
import uuid
from dataclasses import dataclass, field
from datetime import datetime, timedelta

ACCOUNT = "000000000000"
REGION = "eu-west-1"
DEFAULT_QUEUE = "spapi-notifications"
VISIBILITY_SECONDS = 30.0


@dataclass
class Message:
    """One message; `handles` are its receipt handles, the last of them counts."""

    body: str
    sent: datetime
    message_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    visible_from: datetime | None = None
    first_received: datetime | None = None
    handles: list[str] = field(default_factory=list)

    def visible(self, now: datetime) -> bool:
        """Return whether it can be received at this moment."""
        return self.visible_from is None or now >= self.visible_from


@dataclass
class Queue:
    """One standard queue."""

    name: str
    messages: list[Message] = field(default_factory=list)

    @property
    def arn(self) -> str:
        """The name by which a destination names it."""
        return f"arn:aws:sqs:{REGION}:{ACCOUNT}:{self.name}"

    def send(self, body: str, now: datetime) -> Message:
        """Put a message in."""
        message = Message(body, now)
        self.messages.append(message)
        return message

    def receive(
        self, now: datetime, most: int, seconds: float, newest_first: bool = False
    ) -> list[Message]:
        """Return up to `most` messages and hide them for `seconds`."""
        rows = reversed(self.messages) if newest_first else iter(self.messages)
        found = [row for row in rows if row.visible(now)][:most]
        for row in found:
            row.visible_from = now + timedelta(seconds=seconds)
            row.first_received = row.first_received or now
            row.handles.append(f"AQEB{secrets.token_urlsafe(48)}")
        return found

    def of_handle(self, handle: str) -> Message | None:
        """Return the message of a receipt handle, or None."""
        return next((row for row in self.messages if handle in row.handles), None)

    def delete(self, handle: str) -> bool:
        """Delete by receipt handle; False for one that this queue cannot have given.

        An older handle of a message that was received again since changes nothing, and the handle
        of a message that is gone is fine: SQS answers success to both.
        """
        message = self.of_handle(handle)
        if message and message.handles[-1] == handle:
            self.messages.remove(message)
        return handle.startswith("AQEB")


class Queues:
    """Every queue; the default one is there from the start."""

    def __init__(self) -> None:
        self._rows: dict[str, Queue] = {}
        self.add(DEFAULT_QUEUE)

    def add(self, name: str) -> Queue:
        """Return the queue of a name, made if need be."""
        return self._rows.setdefault(name, Queue(name))

    def get(self, name: str) -> Queue | None:
        """Return the queue of a name, or None."""
        return self._rows.get(name)

    def of_url(self, url: str) -> Queue | None:
        """Return the queue of a URL, or None."""
        account, _, name = url.rpartition("/")
        return self.get(name) if account.endswith(f"/{ACCOUNT}") else None

    def of_arn(self, arn: str) -> Queue | None:
        """Return the queue of an ARN, or None."""
        return next((row for row in self._rows.values() if row.arn == arn), None)
