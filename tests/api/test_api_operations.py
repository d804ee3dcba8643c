# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The table of operations, checked against Amazon's own models where they are at hand."""

from __future__ import annotations

import json
import os
from pathlib import Path
from string import Formatter

import pytest
from api.errors.exceptions import Configuration
from api.quota.operations import OPERATIONS, Operation, call_buckets, find_operation
from api_support import ROOT

WRAPPED = {
    "getMarketplaceParticipations",
    "getAccount",
    "getFulfillmentPreview",
    "getFulfillmentOrder",
    "getPackageTrackingDetails",
    "listReturnReasonCodes",
    "createFulfillmentReturn",
    "listTransactions",
    "getDestinations",
    "createDestination",
    "getSubscription",
    "createSubscription",
}


def usage_plans() -> list[dict[str, object]]:
    """Return Amazon's usage plans, drawn from its models; nothing where they are not at hand."""
    folder = os.environ.get("SPAPI_SAMPLES")
    shared = Path(folder).parent if folder else ROOT.parent / "shared" / "spapi"
    plans = shared / "usage_plans.json"
    return json.loads(plans.read_text()) if plans.exists() else []


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=lambda operation: operation.name)
def test_operation_is_as_amazon_describes_it(operation: Operation) -> None:
    """Method, path, rate and burst are those of Amazon's models."""
    said = [
        (row["method"], row["path"], row["rate"], row["burst"])
        for row in usage_plans()
        if row["operation"] == operation.name.removeprefix("outbound.")
    ]
    ours = (operation.method, operation.path_template, operation.rate, operation.burst)
    assert ours in said or not usage_plans()


def test_operations_that_wrap_their_payload_are_known() -> None:
    """The payload of the FBA Inventory API stands beside its page token, so that both are read."""
    assert {row.name for row in OPERATIONS.values() if row.payload_wrapper} == WRAPPED


def test_every_placeholder_has_a_name() -> None:
    for row in OPERATIONS.values():
        names = [name for _text, name, _spec, _conv in Formatter().parse(row.path_template) if name]
        assert all(name.isidentifier() for name in names)
        assert row.rate > 0 and row.burst > 0


def test_an_operation_that_we_do_not_know_is_named() -> None:
    with pytest.raises(Configuration) as caught:
        find_operation("getOrders")
    assert (caught.value.code, caught.value.detail) == ("unknown_operation", "getOrders")


def test_listing_feeds_have_a_further_quota_of_their_own() -> None:
    """Five submissions in five minutes, and within what all feeds have."""
    feeds = find_operation("createFeed")
    shared, listing = call_buckets(feeds, "JSON_LISTINGS_FEED")
    assert (shared.name, shared.rate, shared.burst) == ("createFeed", 0.0083, 15)
    assert (listing.name, listing.burst) == ("createFeed:JSON_LISTINGS_FEED", 5)
    assert listing.rate == pytest.approx(5 / 300)
    for other in ("", "POST_ORDER_ACKNOWLEDGEMENT_DATA"):
        assert call_buckets(feeds, other) == (shared,)
