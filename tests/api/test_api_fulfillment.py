# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Orders that Amazon ships for us, as its two versions tell of them."""

from __future__ import annotations

from typing import Any

import pytest
from api.fulfillment import v2020, v2026
from api.fulfillment import vocabulary as words
from api.fulfillment.vocabulary import balanced_item
from hypothesis import given
from hypothesis import strategies as st

PIECES = st.integers(min_value=0, max_value=400)
#: Words of both versions, and one that neither has.
OLD_WORDS = (
    *("New", "Received", "Planning", "Processing", "Complete", "CompletePartialled"),
    *("Unfulfillable", "Invalid", "Cancelled", "Teleported"),
)
NEW_WORDS = (
    *("PROCESSING", "COMPLETE", "COMPLETE_PARTIAL", "CANCELLED", "UNFULFILLABLE", "INVALID"),
    "TELEPORTED",
)


def old_order(status: str, ordered: int, left: list[int], called: int, never: int) -> words.Order:
    """An order of 2020-07-01 with one line, and a shipment of each of some pieces."""
    head = {"sellerFulfillmentOrderId": "A", "fulfillmentOrderStatus": status}
    item = {"sellerFulfillmentOrderItemId": "1", "sellerSku": "S", "quantity": ordered}
    item |= {"cancelledQuantity": called, "unfulfillableQuantity": never}
    shipments = [
        {
            "amazonShipmentId": str(number),
            "fulfillmentShipmentStatus": "SHIPPED",
            "fulfillmentShipmentItem": [
                {"sellerFulfillmentOrderItemId": "1", "sellerSku": "S", "quantity": pieces}
            ],
        }
        for number, pieces in enumerate(left)
    ]
    payload = {"fulfillmentOrder": head, "fulfillmentOrderItems": [item]}
    return v2020.parse_order({**payload, "fulfillmentShipments": shipments})


def new_order(status: str, ordered: int, left: list[int], called: int, never: int) -> words.Order:
    """The same of 2026-07-04."""
    product = {"productIdentifier": {"amazonSku": "S"}}
    line: dict[str, Any] = {"lineItemId": "1", "product": product, "amount": amount(ordered)}
    line |= {"cancelledAmount": amount(called), "unfulfillableAmount": amount(never)}
    shipments = [
        {
            "amazonShipmentId": str(number),
            "status": "SHIPPED",
            "items": [{"lineItemId": "1", **product, "amount": amount(pieces)}],
        }
        for number, pieces in enumerate(left)
    ]
    order = {"orderId": "A", "status": status}
    return v2026.parse_order({"order": {**order, "lineItems": [line], "shipments": shipments}})


def amount(pieces: int) -> dict[str, Any]:
    return {"unit": "EACHES", "value": pieces}


def check(order: words.Order, ordered: int, left: list[int]) -> None:
    [item] = order.items
    parts = (item.shipped, item.cancelled, item.unfulfillable, item.open)
    assert sum(parts) == item.ordered == ordered
    assert min(parts) >= 0
    # what has left counts first: no piece is reported as shipped that is not
    assert item.shipped == min(sum(left), ordered)
    if order.state in (words.CANCELLED, words.UNFULFILLABLE, words.INVALID, words.PARTLY):
        assert item.open == 0


@given(st.sampled_from(OLD_WORDS), PIECES, st.lists(PIECES, max_size=4), PIECES, PIECES)
def test_the_pieces_of_a_line_add_up(
    status: str, ordered: int, left: list[int], called: int, never: int
) -> None:
    """Shipped, cancelled, not to be found and open are what was ordered, whatever Amazon says."""
    check(old_order(status, ordered, left, called, never), ordered, left)


@given(st.sampled_from(NEW_WORDS), PIECES, st.lists(PIECES, max_size=4), PIECES, PIECES)
def test_the_pieces_of_a_line_add_up_in_the_newer_version(
    status: str, ordered: int, left: list[int], called: int, never: int
) -> None:
    """The same by 2026-07-04."""
    check(new_order(status, ordered, left, called, never), ordered, left)


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        # ordered 5: shipped, cancelled, not found -> the same three
        ((5, 0, 0), (5, 0, 0)),
        ((3, 1, 0), (3, 1, 1)),
        ((3, 4, 0), (3, 2, 0)),
        ((6, 1, 1), (5, 0, 0)),
    ],
)
def test_the_rest_of_a_partial_order_is_not_to_be_found(
    said: tuple[int, int, int], kept: tuple[int, int, int]
) -> None:
    """CompletePartialled: exactly the rest is ours to ship; more than were ordered are none."""
    item = balanced_item("1", "S", 5, *said, words.PARTLY)
    assert (item.shipped, item.cancelled, item.unfulfillable) == kept


def test_a_word_that_nobody_knows_is_no_end() -> None:
    """An order whose word is new is read again, and shows Amazon's own word."""
    order = old_order("Teleported", 2, [], 0, 0)
    assert (order.state, order.state_text, order.is_final) == (words.UNKNOWN, "Teleported", False)
    assert order.items[0].open == 2


def test_a_success_without_content_is_a_success() -> None:
    """200 with an empty payload: Amazon has the order."""
    draft = words.Draft("A", "S1", None, "", None, ())
    assert v2020.parse_created({}, 200, draft) == words.Created("A", words.SENT)


def test_accepted_is_not_yet_an_answer() -> None:
    """202: Amazon is going to decide."""
    draft = words.Draft("A", "S1", None, "", None, ())
    created = v2026.parse_created({"status": "PROCESSING"}, 202, draft)
    assert (created.order, created.state) == (None, words.SENT)
