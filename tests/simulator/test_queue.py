# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The queue, by the client that everybody uses."""

from __future__ import annotations

import json
from typing import Any

import boto3
import botocore.config
import botocore.exceptions
import httpx
import pytest

from spapi_simulator import Simulator

from .client import order


@pytest.fixture
def sqs(simulator: Simulator, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return boto3's client; any credentials do."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    return boto3.client(
        "sqs",
        endpoint_url=simulator.url,
        region_name="eu-west-1",
        aws_access_key_id="AKIA",
        aws_secret_access_key="secret",
        config=botocore.config.Config(retries={"max_attempts": 0}),
    )


def receive(sqs: Any, simulator: Simulator, **options: Any) -> list[dict[str, Any]]:
    """Receive up to ten messages."""
    options.setdefault("MaxNumberOfMessages", 10)
    return sqs.receive_message(QueueUrl=simulator.queue_url, **options).get("Messages", [])


def test_a_change_is_received_and_deleted(sqs: Any, simulator: Simulator) -> None:
    simulator.notify_orders = True
    order_id = simulator.add_order(order())
    (message,) = receive(sqs, simulator, MessageSystemAttributeNames=["All"])
    change = json.loads(message["Body"])["Payload"]["OrderChangeNotification"]
    assert change["AmazonOrderId"] == order_id
    assert message["Attributes"]["ApproximateReceiveCount"] == "1"
    handle = message["ReceiptHandle"]
    sqs.delete_message(QueueUrl=simulator.queue_url, ReceiptHandle=handle)
    sqs.delete_message(QueueUrl=simulator.queue_url, ReceiptHandle=handle)
    assert simulator.queue_messages() == []


def test_a_received_message_hides_until_its_time_is_over(sqs: Any, simulator: Simulator) -> None:
    simulator.send_message("one")
    first = receive(sqs, simulator, VisibilityTimeout=60)
    assert receive(sqs, simulator) == []
    simulator.advance(60)
    second = receive(sqs, simulator)
    assert first[0]["MessageId"] == second[0]["MessageId"]
    stale, fresh = first[0]["ReceiptHandle"], second[0]["ReceiptHandle"]
    sqs.delete_message(QueueUrl=simulator.queue_url, ReceiptHandle=stale)
    assert len(simulator.queue_messages()) == 1
    sqs.change_message_visibility(
        QueueUrl=simulator.queue_url, ReceiptHandle=fresh, VisibilityTimeout=0
    )
    assert len(receive(sqs, simulator)) == 1


def test_messages_are_deleted_in_a_batch(sqs: Any, simulator: Simulator) -> None:
    for number in range(12):
        simulator.send_message(str(number))
    found = receive(sqs, simulator)
    assert [row["Body"] for row in found] == [str(number) for number in range(10)]
    entries = [{"Id": row["Body"], "ReceiptHandle": row["ReceiptHandle"]} for row in found[1:]]
    entries.append({"Id": "bad", "ReceiptHandle": "nothing"})
    result = sqs.delete_message_batch(QueueUrl=simulator.queue_url, Entries=entries)
    assert [row["Id"] for row in result["Failed"]] == ["bad"]
    assert [row["body"] for row in simulator.queue_messages()] == ["0", "10", "11"]


def test_messages_can_come_in_another_order(sqs: Any, simulator: Simulator) -> None:
    simulator.settings.notification_shuffle = True
    for number in range(3):
        simulator.send_message(str(number))
    assert [row["Body"] for row in receive(sqs, simulator)] == ["2", "1", "0"]


def test_a_queue_is_found_by_name_and_tells_its_length(sqs: Any, simulator: Simulator) -> None:
    url = sqs.get_queue_url(QueueName="spapi-notifications")["QueueUrl"]
    assert url == simulator.queue_url
    sqs.send_message(QueueUrl=url, MessageBody="Grüße")
    simulator.send_message("two")
    receive(sqs, simulator, MaxNumberOfMessages=1)
    found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    assert found["QueueArn"] == simulator.queue_arn
    assert found["ApproximateNumberOfMessages"] == "1"
    assert found["ApproximateNumberOfMessagesNotVisible"] == "1"


def test_errors_are_those_of_sqs(sqs: Any, simulator: Simulator) -> None:
    with pytest.raises(sqs.exceptions.QueueDoesNotExist):
        sqs.get_queue_url(QueueName="none")
    with pytest.raises(sqs.exceptions.QueueDoesNotExist):
        sqs.receive_message(QueueUrl=f"{simulator.url}/000000000000/none")
    with pytest.raises(sqs.exceptions.ReceiptHandleIsInvalid):
        sqs.delete_message(QueueUrl=simulator.queue_url, ReceiptHandle="nothing")
    with pytest.raises(botocore.exceptions.ClientError, match="between 1 and 10"):
        receive(sqs, simulator, MaxNumberOfMessages=11)


def test_a_call_without_a_signature_is_refused(simulator: Simulator) -> None:
    headers = {"X-Amz-Target": "AmazonSQS.ReceiveMessage"}
    body = {"QueueUrl": simulator.queue_url}
    answer = httpx.post(simulator.url, json=body, headers=headers, trust_env=False)
    assert answer.status_code == 403
    assert "MissingAuthenticationToken" in answer.json()["__type"]
    assert httpx.post(simulator.url, json=body, trust_env=False).status_code == 404


@pytest.mark.parametrize("kind", ["html_503", "server_error", "drop_after", "refuse"])
def test_the_queue_has_faults_too(sqs: Any, simulator: Simulator, kind: str) -> None:
    simulator.send_message("one")
    simulator.fault("ReceiveMessage", kind)
    errors = (botocore.exceptions.ClientError, botocore.exceptions.HTTPClientError)
    with pytest.raises(errors):
        receive(sqs, simulator)
    simulator.advance(30)
    assert len(receive(sqs, simulator)) == 1


@pytest.mark.parametrize("kind", ["cut_body", "bad_json", "html_200"])
def test_boto3_takes_a_spoilt_answer_for_an_empty_one_and_nothing_is_lost(
    sqs: Any, simulator: Simulator, kind: str
) -> None:
    """The message that it did not see comes again."""
    simulator.send_message("one")
    simulator.fault("ReceiveMessage", kind)
    assert receive(sqs, simulator) == []
    simulator.advance(30)
    assert len(receive(sqs, simulator)) == 1
