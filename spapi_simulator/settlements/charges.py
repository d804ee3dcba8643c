# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Movements of money besides sales and refunds, by names of ours."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from ..marketplaces import MARKETPLACES
from ..state.ledger import Event, Line
from ..times import parse_time
from .sales import rounded

if TYPE_CHECKING:
    from ..world import World

_OTHER = "other-transaction"


class Charge(NamedTuple):
    """Names by which a settlement shows an amount, and a usual one."""

    kind: str
    amount_type: str
    description: str
    amount: Decimal


def _charge(kind: str, amount_type: str, description: str, amount: str) -> Charge:
    return Charge(kind, amount_type, description, Decimal(amount))


CHARGES: dict[str, Charge] = {
    "subscription": _charge("ServiceFee", _OTHER, "Subscription Fee", "-39.00"),
    "storage": _charge("ServiceFee", _OTHER, "Storage Fee", "-64.28"),
    "long_storage": _charge("ServiceFee", _OTHER, "StorageRenewalBilling", "-18.40"),
    "low_inventory": _charge("ServiceFee", _OTHER, "LowInventoryLevelFee", "-12.60"),
    "inbound": _charge("ServiceFee", _OTHER, "FBAInboundTransportationFee", "-37.15"),
    "disposal": _charge("ServiceFee", _OTHER, "DisposalComplete", "-4.20"),
    "label": _charge("ServiceFee", _OTHER, "Shipping label purchase", "-5.49"),
    "return_fee": _charge(_OTHER, _OTHER, "FBACustomerReturnPerUnitFee", "-2.12"),
    "inbound_defect": _charge("FBAFees", "Inbound Defect Fee", "Base fee", "-1.34"),
    "fee_tax": _charge("FBAFees", "FBA Inventory Storage Fee", "Tax on fee", "-3.21"),
    "advertising": _charge("ServiceFee", "Cost of Advertising", "TransactionTotalAmount", "-85.17"),
    "advertising_refund": _charge(
        "ServiceFee", "Refund for Advertiser", "TransactionTotalAmount", "11.30"
    ),
    "coupon": _charge(
        "CouponRedemptionFee", "CouponRedemptionFee", "Größe für alle – 5 % (7f3a91)", "-6.60"
    ),
    "deal": _charge("Lightning Deal Fee", "LightningDealFee", "LightningDealFee", "-35.00"),
    "vine": _charge("Vine Enrollment Fee", "Vine", "Vine Enrollment Fee", "-170.00"),
    "reimbursement": _charge(_OTHER, "FBA Inventory Reimbursement", "WAREHOUSE_DAMAGE", "14.90"),
    "clawback": _charge(_OTHER, "FBA Inventory Reimbursement", "COMPENSATED_CLAWBACK", "-14.90"),
    "safe_t": _charge(
        "SAFE-T Reimbursement", "SAFE-T Reimbursement", "SAFE-T Reimbursement", "9.99"
    ),
    "mcf": _charge("Shipment", "Shipment-Fees", "FBAPerOrderFulfillmentFee", "-6.95"),
    "adjustment": _charge("Adjustment", _OTHER, "BalanceAdjustment", "-2.50"),
    "loan": _charge(_OTHER, _OTHER, "Amazon Capital Services", "-250.00"),
    "successful_charge": _charge(_OTHER, _OTHER, "Successful charge", "0.00"),
    "unknown": _charge(_OTHER, "Brand New Programme", "A fee that nobody has seen yet", "-7.77"),
}
#: Multi-channel orders are of no marketplace.
_NAMES = {"mcf": "Non-Amazon"}
_OF_LINE = ("item_code", "sku", "quantity", "promotion_id", "merchant_item_id")


def add_charge(world: World, merchant_id: str, name: str, values: dict[str, Any]) -> Event:
    """Let something happen that costs or brings money; see `Simulator.add_charge`.

    :raise KeyError: for an unknown name or marketplace.
    """
    usual = CHARGES[name]
    given = dict(values)
    shop = MARKETPLACES[given.pop("marketplace_id")]
    amount, copies = given.pop("amount", None), int(given.pop("copies", 1))
    posted = given.pop("posted", None)
    line = Line(
        given.pop("amount_type", usual.amount_type),
        given.pop("description", usual.description),
        rounded(Decimal(str(usual.amount if amount is None else amount)), shop),
        **{key: given.pop(key) for key in _OF_LINE if key in given},
    )
    given.setdefault("marketplace_name", _NAMES.get(name, shop.name))
    at = parse_time(posted) if isinstance(posted, str) else posted or world.now()
    kind = given.pop("kind", usual.kind)
    return world.ledger.add((merchant_id, shop.id), kind, at, [line] * copies, **given)


def charge_debt(world: World, merchant_id: str, marketplace_id: str, parts: int) -> list[Event]:
    """Let Amazon take what the last settlement left owing from the seller's card, in parts.

    :raise ValueError: when nothing is owed.
    """
    shop = MARKETPLACES[marketplace_id]
    settled = world.ledger.of_account((merchant_id, marketplace_id))
    if not settled or settled[-1].total >= 0:
        raise ValueError("nothing is owed")
    debt = -settled[-1].total
    shares = [rounded(debt / parts, shop)] * (parts - 1)
    shares.append(debt - sum(shares, Decimal(0)))
    common = {"marketplace_id": marketplace_id}
    return [
        add_charge(world, merchant_id, "successful_charge", {**common, "amount": share})
        for share in shares
    ]
