# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Causes of multi-channel fulfilment: what is found before a call, and what Amazon says to one."""

from __future__ import annotations

from .exceptions import Cause, Rejected, Transient, _lt

# === FOUND BEFORE A CALL === #

MCF_NO_LINES = Cause(
    Rejected,
    "mcf_no_lines",
    _lt("Nothing of this order is to be shipped by Amazon. Choose at least one line."),
)
MCF_TOO_MANY_LINES = Cause(
    Rejected,
    "mcf_too_many_lines",
    _lt("Amazon ships at most 100 lines in one order. Split the delivery, and send each part."),
)
MCF_TOO_MANY_UNITS = Cause(
    Rejected,
    "mcf_too_many_units",
    _lt("Amazon ships at most 250 pieces in one order. Split the delivery, and send each part."),
)
MCF_ORDER_ID = Cause(
    Rejected,
    "mcf_order_id",
    _lt(
        "The number under which Amazon knows or would know this order does not fit: Amazon takes 1 "
        "to 40 characters, without spaces and slashes. Use another number."
    ),
)
MCF_SKU = Cause(
    Rejected,
    "mcf_sku",
    _lt(
        "The product of this line has no SKU at Amazon, or one of more than 50 characters. Enter "
        "the SKU under which it lies in Amazon's stock."
    ),
)
MCF_FRACTION = Cause(
    Rejected,
    "mcf_fraction",
    _lt(
        "Amazon ships whole pieces only, and the quantity of this line is none. Change the "
        "quantity, or ship this line yourself."
    ),
)
MCF_QUANTITY = Cause(
    Rejected,
    "mcf_quantity",
    _lt("The quantity of this line is not above zero. Change it, or leave the line out."),
)
MCF_ADDRESS = Cause(
    Rejected,
    "mcf_address",
    _lt(
        "The delivery address is not complete: Amazon needs a name, a street, a postal code and a "
        "country. Complete the address of the customer."
    ),
)
MCF_CITY = Cause(
    Rejected,
    "mcf_city",
    _lt("The delivery address has no city. Amazon needs one everywhere but in Japan: enter it."),
)
MCF_STATE = Cause(
    Rejected,
    "mcf_state",
    _lt(
        "The delivery address has no state. Amazon needs it in the United States and Canada: "
        "enter it."
    ),
)
MCF_STOCK_PLACE = Cause(
    Rejected,
    "mcf_stock_place",
    _lt(
        "It is not said from whose stock Amazon is to ship. Choose the marketplace, or the country "
        "in which the pieces lie."
    ),
)
MCF_INDIA = Cause(
    Rejected,
    "mcf_india",
    _lt(
        "For India Amazon needs to know how the order was paid, and the value of a piece of each "
        "line. Odoo does not send them: ship this order yourself."
    ),
)
MCF_ONLY_RELEASE = Cause(
    Rejected,
    "mcf_only_release",
    _lt(
        "This version of Amazon's API changes nothing of an order that is on hold but releases it. "
        "Cancel the order, and send it anew."
    ),
)
MCF_TOO_FEW = Cause(
    Rejected,
    "mcf_too_few",
    _lt(
        "Fewer pieces can be shipped from Amazon's stock than this line asks for. Send fewer, wait "
        "for the next inbound shipment, or ship the line yourself."
    ),
)

# === AMAZON SAYS === #

MCF_SKU_UNKNOWN = Cause(
    Rejected,
    "mcf_sku_unknown",
    _lt(
        "Amazon has no stock under a SKU of this order on that marketplace: it is not sent by "
        "Amazon there. Correct the SKU, choose another marketplace, or ship the line yourself."
    ),
)
MCF_NOT_ENOUGH = Cause(
    Rejected,
    "mcf_not_enough",
    _lt(
        "Amazon has too few pieces for this order. Send fewer, let Amazon ship what there is, or "
        "ship the rest yourself."
    ),
)
MCF_DESTINATION = Cause(
    Rejected,
    "mcf_destination",
    _lt("Amazon cannot deliver to this address. Correct the address, or ship the order yourself."),
)
MCF_SPEED = Cause(
    Rejected,
    "mcf_speed",
    _lt("Amazon does not deliver to this address at that speed. Choose another one."),
)
MCF_FEATURE = Cause(
    Rejected,
    "mcf_feature",
    _lt(
        "Amazon cannot send this order in the way that was asked for, such as in a box without "
        "its name or by another carrier. Remove that option, or ship the order yourself."
    ),
)
MCF_DUPLICATE = Cause(
    Rejected,
    "mcf_duplicate",
    _lt(
        "Amazon has an order under this number already. It is read and compared; only when it is "
        "another one, a new number is needed."
    ),
)
MCF_NOT_FOUND = Cause(
    Rejected,
    "mcf_not_found",
    _lt(
        "Amazon has no order under this number. Copy it from Seller Central, Orders, Manage "
        "multi-channel orders."
    ),
)
MCF_TOO_LATE = Cause(
    Rejected,
    "mcf_too_late",
    _lt(
        "It is too late to cancel: Amazon has begun to pick the order. When it has arrived, it can "
        "be returned."
    ),
)
MCF_NOT_HELD = Cause(
    Rejected,
    "mcf_not_held",
    _lt(
        "The order is not on hold any more, so Amazon changes nothing of it. Read it again; as "
        "long as it is not being picked, it can be cancelled and sent anew."
    ),
)
MCF_BUSY = Cause(
    Transient,
    "mcf_busy",
    _lt("A system of Amazon's behind the order did not work. It is tried again by itself."),
    outcome_unknown=True,
)
MCF_OTHER_REASON = Cause(
    Rejected,
    "mcf_other_reason",
    _lt(
        "Amazon cannot ship this, for a reason that is not known here. See the technical details "
        "for Amazon's words."
    ),
)
MCF_RETURN_UNKNOWN_ITEM = Cause(
    Rejected,
    "mcf_return_InvalidValues",
    _lt("Amazon does not find this piece in the order. Choose the line and shipment again."),
)
MCF_RETURN_DUPLICATE = Cause(
    Rejected,
    "mcf_return_DuplicateRequest",
    _lt("A return was asked for under this number already. Read the order to see it."),
)
MCF_RETURN_NOT_SHIPPED = Cause(
    Rejected,
    "mcf_return_NoCompletedShipItems",
    _lt("This piece has not been shipped yet, so it cannot come back. Cancel the order instead."),
)
MCF_RETURN_NOTHING_LEFT = Cause(
    Rejected,
    "mcf_return_NoReturnableQuantity",
    _lt("Every piece that can come back has a return already."),
)

#: Amazon's codes of why something cannot be shipped or returned -> cause.
REASONS: dict[str, Cause] = {
    "DeliverySLAUnavailable": MCF_SPEED,
    "InvalidDestinationAddress": MCF_DESTINATION,
    "InvalidSKU": MCF_SKU_UNKNOWN,
    "InvalidSellerSKU": MCF_SKU_UNKNOWN,
    "ItemQuantityNotAvailable": MCF_NOT_ENOUGH,
    "FeatureNotAvailable": MCF_FEATURE,
    "InvalidValues": MCF_RETURN_UNKNOWN_ITEM,
    "DuplicateRequest": MCF_RETURN_DUPLICATE,
    "NoCompletedShipItems": MCF_RETURN_NOT_SHIPPED,
    "NoReturnableQuantity": MCF_RETURN_NOTHING_LEFT,
}


def reason_cause(code: str) -> Cause:
    """Return the cause that says one of Amazon's codes to people."""
    return REASONS.get(code, MCF_OTHER_REASON)
