# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Orders API v0: confirmShipment, the only write operation that orders have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..auth import check_marketplaces
from ..carriers import CARRIERS
from ..errors import ApiError, invalid_input, not_found
from ..http import Answer, Call
from ..routing import Route
from ..state.shipping import Package, ShippingProblem, check, confirm
from ..times import parse_time
from .orders import ROLES

if TYPE_CHECKING:
    from ..world import World

_MAX_LENGTH = 50
_TEXTS = ("carrierName", "shippingMethod", "trackingNumber")
_REQUIRED = ("packageReferenceId", "carrierCode", "trackingNumber", "shipDate", "orderItems")


def confirm_shipment(world: World, call: Call) -> Answer:
    """Serve confirmShipment: one call is one package, 204 without a body."""
    assert call.seller is not None
    fields = call.fields()
    check_marketplaces(world, call.seller, [str(fields.get("marketplaceId"))])
    order = world.orders.get(call.arguments["orderId"], call.seller.merchant_id)
    if order is None:
        raise not_found(f"Order {call.arguments['orderId']} was not found.")
    if fields["marketplaceId"] != order.data["salesChannel"].get("marketplaceId"):
        raise invalid_input("The marketplaceId does not match the order.")
    package = _package(fields.get("packageDetail") or {})
    act = check if "ignore" in call.marks else confirm
    try:
        act(order, package, world.now())
    except ShippingProblem as problem:
        raise invalid_input(problem.message) from None
    return Answer(204)


def _package(detail: dict[str, Any]) -> Package:
    lacking = [name for name in _REQUIRED if not detail.get(name)]
    if lacking:
        raise invalid_input(f"Missing required field: packageDetail.{lacking[0]}")
    reference = detail["packageReferenceId"]
    if not isinstance(reference, str):
        text = (
            "The input you have submitted is not valid. Please check the fields with invalid type"
        )
        raise invalid_input(f"{text} [packageDetail.packageReferenceId].")
    if not (reference.isascii() and reference.isdigit() and int(reference) > 0):
        raise invalid_input("PackageReferenceId: is invalid, must be a positive numeric value.")
    if detail["carrierCode"] not in CARRIERS:
        raise invalid_input(f"CarrierCode: '{detail['carrierCode']}' is not a known carrier.")
    if too_long := [name for name in _TEXTS if len(detail.get(name) or "") > _MAX_LENGTH]:
        raise invalid_input(f"{too_long[0]}: is longer than {_MAX_LENGTH} characters.")
    if detail["carrierCode"] == "Other" and not detail.get("carrierName"):
        raise invalid_input("CarrierName is required when CarrierCode is Other.")
    try:
        ship_date = parse_time(str(detail["shipDate"]))
    except ValueError:
        raise ApiError(400, "Invalid Input", "Invalid Input") from None
    return Package(
        reference=reference,
        ship_date=ship_date,
        items=_items(detail["orderItems"]),
        carrier_code=detail["carrierCode"],
        carrier_name=detail.get("carrierName") or "",
        method=detail.get("shippingMethod") or "",
        tracking=detail["trackingNumber"],
    )


def _items(rows: list[dict[str, Any]]) -> dict[str, int]:
    items: dict[str, int] = {}
    for row in rows:
        item_id = str(row.get("orderItemId", ""))
        items[item_id] = items.get(item_id, 0) + int(row.get("quantity", 0))
    return items


ROUTES = (
    Route(
        "confirmShipment",
        "POST",
        "/orders/v0/orders/{orderId}/shipmentConfirmation",
        confirm_shipment,
        ROLES,
    ),
)
