# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The queue, in the JSON protocol of SQS that boto3 uses.

Any signature is good, but there must be one. Waiting (WaitTimeSeconds) is not simulated: an empty
queue answers at once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from ..http import Answer, Call
from ..routing import Route
from ..state.queues import ACCOUNT, VISIBILITY_SECONDS, Message, Queue

if TYPE_CHECKING:
    from ..world import World

JSON = "application/x-amz-json-1.0"
_MAX_ITEMS = 10
_LARGEST_MESSAGE = 1024 * 1024
Fields = dict[str, Any]


class QueueProblem(Exception):
    """An error of SQS: its name, what the older protocol called it, and a sentence."""

    def __init__(self, name: str, text: str, query_code: str = "") -> None:
        super().__init__(name)
        self.name = name
        self.text = text
        self.query_code = query_code or name


def _missing(url: str) -> QueueProblem:
    return QueueProblem(
        "QueueDoesNotExist",
        f"The specified queue does not exist: {url}",
        "AWS.SimpleQueueService.NonExistentQueue",
    )


def _bad_handle() -> QueueProblem:
    return QueueProblem("ReceiptHandleIsInvalid", "The input receipt handle is invalid.")


def receive(world: World, queue: Queue, fields: Fields) -> Fields:
    """ReceiveMessage: up to ten messages, which hide for a while."""
    most = int(fields.get("MaxNumberOfMessages", 1))
    if not 1 <= most <= _MAX_ITEMS:
        raise QueueProblem("InvalidParameterValue", "MaxNumberOfMessages must be between 1 and 10.")
    seconds = float(fields.get("VisibilityTimeout", VISIBILITY_SECONDS))
    newest_first = world.settings.notification_shuffle
    found = queue.receive(world.now(), most, seconds, newest_first)
    named = {*fields.get("AttributeNames", []), *fields.get("MessageSystemAttributeNames", [])}
    return {"Messages": [_as_fields(row, named) for row in found]} if found else {}


def delete(world: World, queue: Queue, fields: Fields) -> Fields:
    """DeleteMessage by receipt handle."""
    if not queue.delete(str(fields.get("ReceiptHandle", ""))):
        raise _bad_handle()
    return {}


def delete_batch(world: World, queue: Queue, fields: Fields) -> Fields:
    """DeleteMessageBatch: each entry has its own result."""
    entries = fields.get("Entries") or []
    if not 1 <= len(entries) <= _MAX_ITEMS:
        raise QueueProblem("TooManyEntriesInBatchRequest", "A batch has 1 to 10 entries.")
    good = [row["Id"] for row in entries if queue.delete(row["ReceiptHandle"])]
    problem = {"Code": "ReceiptHandleIsInvalid", "SenderFault": True}
    return {
        "Successful": [{"Id": key} for key in good],
        "Failed": [{"Id": row["Id"], **problem} for row in entries if row["Id"] not in good],
    }


def change_visibility(world: World, queue: Queue, fields: Fields) -> Fields:
    """ChangeMessageVisibility: hide a received message longer, or show it again (0)."""
    message = queue.of_handle(str(fields.get("ReceiptHandle", "")))
    if message is None:
        raise _bad_handle()
    message.visible_from = world.now() + timedelta(seconds=float(fields["VisibilityTimeout"]))
    return {}


def send(world: World, queue: Queue, fields: Fields) -> Fields:
    """SendMessage: anybody may put a text in."""
    body = str(fields.get("MessageBody", ""))
    if not body or len(body.encode()) > _LARGEST_MESSAGE:
        raise QueueProblem("InvalidParameterValue", "The message must have 1 byte to 1 MiB.")
    message = queue.send(body, world.now())
    return {"MessageId": message.message_id, "MD5OfMessageBody": _md5(body)}


def attributes(world: World, queue: Queue, fields: Fields) -> Fields:
    """GetQueueAttributes: how many messages wait and how many are hidden."""
    visible = sum(row.visible(world.now()) for row in queue.messages)
    data = {
        "QueueArn": queue.arn,
        "ApproximateNumberOfMessages": str(visible),
        "ApproximateNumberOfMessagesNotVisible": str(len(queue.messages) - visible),
        "VisibilityTimeout": f"{VISIBILITY_SECONDS:g}",
    }
    named = set(fields.get("AttributeNames", []))
    return {"Attributes": {key: row for key, row in data.items() if {key, "All"} & named}}


def queue_url(world: World, call: Call) -> Fields:
    """GetQueueUrl by name."""
    name = str(call.fields().get("QueueName", ""))
    if world.queues.get(name) is None:
        raise _missing(name)
    return {"QueueUrl": f"{call.base_url}/{ACCOUNT}/{name}"}


def _on_queue(act: Callable[[World, Queue, Fields], Fields]) -> Callable[[World, Call], Fields]:
    """Return an action on the queue that QueueUrl names."""

    def found(world: World, call: Call) -> Fields:
        url = str(call.fields().get("QueueUrl", ""))
        queue = world.queues.of_url(url)
        if queue is None:
            raise _missing(url)
        return act(world, queue, call.fields())

    return found


def _served(act: Callable[[World, Call], Fields]) -> Callable[[World, Call], Answer]:
    """Return the handler of an action: it asks for a signature and words the errors."""

    def handler(world: World, call: Call) -> Answer:
        authorization = call.headers.get("authorization", "")
        if not authorization.startswith("AWS4-HMAC-SHA256 ") or "Signature=" not in authorization:
            text = "Request is missing Authentication Token"
            return _answer(403, _error("MissingAuthenticationTokenException", text))
        try:
            return _answer(200, act(world, call))
        except QueueProblem as problem:
            answer = _answer(400, _error(problem.name, problem.text))
            answer.headers["x-amzn-query-error"] = f"{problem.query_code};Sender"
            return answer

    return handler


def _answer(status: int, data: Fields) -> Answer:
    answer = Answer.of(data, status)
    answer.headers["Content-Type"] = JSON
    return answer


def _error(name: str, text: str) -> Fields:
    return {"__type": f"com.amazonaws.sqs#{name}", "message": text}


def _as_fields(message: Message, named: set[str]) -> Fields:
    known = {
        "SenderId": "AIDASIMULATOR",
        "SentTimestamp": _milliseconds(message.sent),
        "ApproximateReceiveCount": str(len(message.handles)),
        "ApproximateFirstReceiveTimestamp": _milliseconds(message.first_received or message.sent),
    }
    chosen = {key: row for key, row in known.items() if {key, "All"} & named}
    data: Fields = {
        "MessageId": message.message_id,
        "ReceiptHandle": message.handles[-1],
        "MD5OfBody": _md5(message.body),
        "Body": message.body,
    }
    return {**data, "Attributes": chosen} if chosen else data


def _milliseconds(moment: datetime) -> str:
    return str(int(moment.timestamp() * 1000))


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


_ACTIONS: dict[str, Callable[[World, Call], Fields]] = {
    "ReceiveMessage": _on_queue(receive),
    "DeleteMessage": _on_queue(delete),
    "DeleteMessageBatch": _on_queue(delete_batch),
    "ChangeMessageVisibility": _on_queue(change_visibility),
    "SendMessage": _on_queue(send),
    "GetQueueAttributes": _on_queue(attributes),
    "GetQueueUrl": queue_url,
}
ROUTES = tuple(
    Route(name, "POST", "/", _served(act), secured=False, target=f"AmazonSQS.{name}")
    for name, act in _ACTIONS.items()
)
