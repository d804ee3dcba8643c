# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The SQS queue of the seller's own AWS account into which Amazon puts notifications.

Amazon delivers each at least once and in no order; a message is deleted only after what it says is
kept, so that a crash in between brings it again.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from .errors.causes_edge import (
    QUEUE_ACCESS_DENIED,
    QUEUE_LIBRARY_MISSING,
    QUEUE_NOT_FOUND,
    QUEUE_REFUSED,
    QUEUE_UNAVAILABLE,
)
from .http.login import QUEUE_HOSTS, check_address

#: Messages of one request; SQS gives no more.
MAX_AT_ONCE = 10
#: Requests of one look.
MAX_REQUESTS = 10
_TIMEOUT = 20

_DENIED = frozenset(
    {
        "AccessDenied",
        "AccessDeniedException",
        "InvalidClientTokenId",
        "SignatureDoesNotMatch",
        "UnrecognizedClientException",
    }
)
_MISSING = frozenset({"AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist"})


@dataclass(frozen=True)
class QueueAccess:
    """Place of the queue, and the keys to read it.

    :param url: of the queue.
    :param region: of AWS, such as `eu-west-1`.
    :param endpoint: another server that speaks the protocol; empty: AWS.
    :param opened: hosts besides Amazon's that the server's own configuration opens.
    :raise Configuration: for an address that is neither, and without a key.
    """

    url: str
    region: str
    key_id: str
    secret: str = field(repr=False)
    endpoint: str = ""
    opened: frozenset[str] = field(default=frozenset(), repr=False)

    def __post_init__(self) -> None:
        for address in filter(None, (self.url, self.endpoint)):
            check_address(address, QUEUE_HOSTS, self.opened)
        if not (self.key_id and self.secret):
            # boto3 would look for other keys in the environment, in files and at the cloud
            raise QUEUE_ACCESS_DENIED.error(detail="no access key")


class OrderQueue:
    """Reads and deletes messages.

    :raise Configuration: when boto3 is not installed.
    """

    def __init__(self, access: QueueAccess) -> None:
        self._access = access
        self._client = _connect(access)

    def receive(self) -> list[dict[str, str]]:
        """Return messages as `messageId`, `receiptHandle`, `body`; none when the queue is empty.

        :raise SpapiError: when the queue cannot be read.
        """
        found: dict[str, dict[str, str]] = {}
        for _request in range(MAX_REQUESTS):
            answer = self._call("receive_message", MaxNumberOfMessages=MAX_AT_ONCE)
            messages = answer.get("Messages") or []
            for message in messages:
                found[message["MessageId"]] = {
                    "messageId": message["MessageId"],
                    "receiptHandle": message["ReceiptHandle"],
                    "body": message["Body"],
                }
            if len(messages) < MAX_AT_ONCE:
                break
        return list(found.values())

    def delete(self, handles: Sequence[str]) -> None:
        """Delete messages; one that is gone already does no harm.

        :raise SpapiError: when the queue refuses or cannot be reached.
        """
        for start in range(0, len(handles), MAX_AT_ONCE):
            part = handles[start : start + MAX_AT_ONCE]
            entries = [{"Id": str(n), "ReceiptHandle": handle} for n, handle in enumerate(part)]
            self._call("delete_message_batch", Entries=entries)

    def _call(self, name: str, **values: Any) -> dict[str, Any]:
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            return dict(getattr(self._client, name)(QueueUrl=self._access.url, **values))
        except ClientError as error:
            raise _refusal(error.response) from None
        except BotoCoreError as error:
            raise QUEUE_UNAVAILABLE.error(detail=type(error).__name__) from None


def handles_of(raw: bytes) -> list[str]:
    """Return the receipt handles of a kept document of messages."""
    return [message["receiptHandle"] for message in json.loads(raw)["messages"]]


def _connect(access: QueueAccess) -> Any:
    try:
        import boto3
        from botocore.config import Config
    except ImportError:
        raise QUEUE_LIBRARY_MISSING.error() from None
    return boto3.client(
        "sqs",
        endpoint_url=access.endpoint or None,
        region_name=access.region or "us-east-1",
        aws_access_key_id=access.key_id,
        aws_secret_access_key=access.secret,
        config=Config(
            retries={"total_max_attempts": 1}, connect_timeout=_TIMEOUT, read_timeout=_TIMEOUT
        ),
    )


def _refusal(response: dict[str, Any]) -> Exception:
    """Return the exception for a refusal; the code is more precise than the status."""
    code = str(response.get("Error", {}).get("Code", ""))
    status = int(response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
    if code in _DENIED:
        return QUEUE_ACCESS_DENIED.error(detail=code, status=status)
    if code in _MISSING:
        return QUEUE_NOT_FOUND.error(detail=code, status=status)
    cause = QUEUE_UNAVAILABLE if status >= 500 or status == 429 else QUEUE_REFUSED
    return cause.error(detail=code, status=status)
