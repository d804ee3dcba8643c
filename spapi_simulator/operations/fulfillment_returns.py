# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Returns of what was shipped by multi-channel fulfilment (2020-07-01 only)."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from ..errors import invalid_input
from ..http import Answer, Call
from ..state.fulfillment import SHIPPED, McfOrder, McfReturn
from .fulfillment_checks import find
from .fulfillment_view import return_item

if TYPE_CHECKING:
    from ..world import World

_REASONS = {
    "CUSTOMER_ORDERED_WRONG": ("Ordered the wrong product", "Falsches Produkt bestellt"),
    "DEFECTIVE": ("Product is defective", "Artikel ist defekt"),
    "UNWANTED_ITEM": ("No longer wanted", "Wird nicht mehr gebraucht"),
}


def list_reasons(world: World, call: Call) -> Answer:
    """Serve listReturnReasonCodes."""
    if not (call.text("sellerFulfillmentOrderId") or call.text("marketplaceId")):
        raise invalid_input("One of sellerFulfillmentOrderId and marketplaceId must be provided.")
    german = (call.text("language") or "").startswith("de")
    rows = []
    for code, (text, translated) in _REASONS.items():
        row = {"returnReasonCode": code, "description": text}
        rows.append({**row, "translatedDescription": translated} if german else row)
    return Answer.of({"payload": {"reasonCodeDetails": rows}})


def create_return(world: World, call: Call) -> Answer:
    """Serve createFulfillmentReturn: each piece is taken or refused by itself."""
    order = find(world, call, "sellerFulfillmentOrderId")
    taken, refused = [], []
    for request in call.fields()["items"]:
        problem = _problem(world, order, request)
        if problem:
            refused.append(_refusal(request, *problem))
        else:
            row = McfReturn(request, world.now(), _authorization(world, order))
            order.returns.append(row)
            taken.append(row)
    ids = {row.authorization_id for row in taken}
    data = {
        "returnItems": [return_item(row) for row in taken],
        "invalidReturnItems": refused,
        "returnAuthorizations": [
            row for row in order.authorizations if row["returnAuthorizationId"] in ids
        ],
    }
    return Answer.of({"payload": data})


def _problem(world: World, order: McfOrder, request: dict[str, Any]) -> tuple[str, str] | None:
    item_id = request["sellerFulfillmentOrderItemId"]
    if item_id not in order.items or request["returnReasonCode"] not in _REASONS:
        return "InvalidValues", "The item or the reason is not known."
    if request["sellerReturnItemId"] in {row.return_id for row in order.returns}:
        return "DuplicateRequest", "The sellerReturnItemId is taken."
    shipped: Counter[str] = Counter()
    for row in order.shipments:
        if row.status == SHIPPED and row.shipment_id == request["amazonShipmentId"]:
            shipped.update({piece.item_id: 0 for piece in row.pieces})
            for piece in row.pieces:
                shipped[piece.item_id] += piece.quantity
    if not shipped[item_id]:
        return "NoCompletedShipItems", "Nothing of this item was shipped."
    back = sum(
        row.request["sellerFulfillmentOrderItemId"] == item_id
        and row.request["amazonShipmentId"] == request["amazonShipmentId"]
        for row in order.returns
    )
    if back >= shipped[item_id] or order.items[item_id].sku in world.settings.mcf_kept_skus:
        return "NoReturnableQuantity", "Everything is on its way back already."
    return None


def _refusal(request: dict[str, Any], code: str, text: str) -> dict[str, Any]:
    return {
        "sellerReturnItemId": request["sellerReturnItemId"],
        "sellerFulfillmentOrderItemId": request["sellerFulfillmentOrderItemId"],
        "invalidItemReason": {"invalidItemReasonCode": code, "description": text},
    }


def _authorization(world: World, order: McfOrder) -> str:
    """Return the authorization of an order, which is made with its first return."""
    if not order.authorizations:
        number = f"RMA{world.fulfillment.next_number():08d}"
        order.authorizations.append(
            {
                "returnAuthorizationId": number,
                "fulfillmentCenterId": "RET1",
                "returnToAddress": {
                    "name": "Amazon Returns",
                    "addressLine1": "Returnstrasse 1",
                    "city": "Leipzig",
                    "postalCode": "04347",
                    "countryCode": "DE",
                },
                "amazonRmaId": number,
                "rmaPageURL": f"https://www.amazon.example/returns/{number}",
            }
        )
    return str(order.authorizations[0]["returnAuthorizationId"])
