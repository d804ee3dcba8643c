# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The name of the queue to which Amazon sends notifications."""

from __future__ import annotations

import pytest
from api.errors.exceptions import Configuration
from api.subscriptions import queue_arn


@pytest.mark.parametrize(
    ("url", "region", "arn"),
    [
        (
            "https://sqs.eu-west-1.amazonaws.com/123456789012/orders",
            "eu-west-1",
            "arn:aws:sqs:eu-west-1:123456789012:orders",
        ),
        (
            "https://sqs.cn-north-1.amazonaws.com.cn/123456789012/orders/",
            "cn-north-1",
            "arn:aws-cn:sqs:cn-north-1:123456789012:orders",
        ),
    ],
)
def test_a_queue_has_a_name(url: str, region: str, arn: str) -> None:
    assert queue_arn(url, region) == arn


@pytest.mark.parametrize(
    ("url", "region"),
    [
        ("https://sqs.eu-west-1.amazonaws.com/orders", "eu-west-1"),
        ("https://sqs.eu-west-1.amazonaws.com/name/orders", "eu-west-1"),
        ("https://sqs.eu-west-1.amazonaws.com/123456789012/orders", ""),
    ],
)
def test_an_invalid_queue_is_refused(url: str, region: str) -> None:
    with pytest.raises(Configuration):
        queue_arn(url, region)
