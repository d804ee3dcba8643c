# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Orders of multi-channel fulfilment: what sellers want shipped that Amazon did not sell.

They are stored in the form of version 2020-07-01, whichever version created them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

NEW, RECEIVED, PLANNING, PROCESSING = "New", "Received", "Planning", "Processing"
COMPLETE, PARTLY = "Complete", "CompletePartialled"
CANCELLED, UNFULFILLABLE, INVALID = "Cancelled", "Unfulfillable", "Invalid"
FINAL = frozenset({COMPLETE, PARTLY, CANCELLED, UNFULFILLABLE, INVALID})
STATUSES = (NEW, RECEIVED, PLANNING, PROCESSING, *sorted(FINAL))
PENDING, SHIPPED = "PENDING", "SHIPPED"


@dataclass
class Plan:
    """Plan of what is going to happen to an order.

    `parcels` are rows with items (units by item id) and, if given, shipment (a number; parcels of
    one number leave together), carrier and tracking; `unfulfillable` units by item id that are not
    found once picking has begun; `outcome` is Invalid or Unfulfillable, in which the order ends
    before it; a `stuck` order stays in Planning.
    """

    parcels: list[dict[str, Any]] = field(default_factory=list)
    unfulfillable: dict[str, int] = field(default_factory=dict)
    outcome: str = ""
    stuck: bool = False

    def __post_init__(self) -> None:
        if self.outcome not in ("", INVALID, UNFULFILLABLE):
            raise ValueError(f"an order ends {INVALID} or {UNFULFILLABLE}, not {self.outcome}")


@dataclass
class McfItem:
    """A line; `request` is the seller's own row of it, `held` what is put aside."""

    item_id: str
    sku: str
    quantity: int
    request: dict[str, Any]
    held: int = 0
    shipped: int = 0
    cancelled: int = 0
    unfulfillable: int = 0

    @property
    def open(self) -> int:
        """Return what is still to come."""
        return self.quantity - self.shipped - self.cancelled - self.unfulfillable


@dataclass
class McfPackage:
    """A parcel that has left."""

    number: int
    carrier: str
    tracking: str
    left: datetime
    arrives: datetime


@dataclass
class McfPiece:
    """Units of a line in a shipment; `package` is 0 before it is packed."""

    item_id: str
    sku: str
    quantity: int
    package: int = 0


@dataclass
class McfShipment:
    """Shipment that leaves a warehouse together; `parcels` are rows of the plan until they are
    packed."""

    shipment_id: str
    facility: str
    ships: datetime
    arrives: datetime
    parcels: list[dict[str, Any]]
    status: str = PENDING
    pieces: list[McfPiece] = field(default_factory=list)
    packages: list[McfPackage] = field(default_factory=list)


@dataclass
class McfReturn:
    """One piece that is to come back."""

    request: dict[str, Any]
    changed: datetime
    authorization_id: str
    status: str = "New"
    condition: str = ""
    facility: str = ""

    @property
    def return_id(self) -> str:
        """The seller's number of it."""
        return str(self.request["sellerReturnItemId"])


@dataclass
class McfOrder:
    """One order.

    `request` is the seller's, without its items; `since` when the status began, `copy_id` the
    number under which it stands in the lists of orders.
    """

    merchant_id: str
    request: dict[str, Any]
    items: dict[str, McfItem]
    received: datetime
    since: datetime
    updated: datetime
    status: str = NEW
    plan: Plan = field(default_factory=Plan)
    shipments: list[McfShipment] = field(default_factory=list)
    returns: list[McfReturn] = field(default_factory=list)
    authorizations: list[dict[str, Any]] = field(default_factory=list)
    copy_id: str = ""
    more: dict[str, Any] = field(default_factory=dict)

    @property
    def order_id(self) -> str:
        """The seller's number."""
        return str(self.request["sellerFulfillmentOrderId"])

    @property
    def shop(self) -> str:
        """The marketplace of the stock."""
        return str(self.request["marketplaceId"])

    @property
    def on_hold(self) -> bool:
        """Return whether it waits for the seller."""
        waits = self.status in (NEW, RECEIVED, PLANNING)
        return waits and self.request.get("fulfillmentAction") == "Hold"

    @property
    def policy(self) -> str:
        """Return the policy for missing stock."""
        return str(self.request.get("fulfillmentPolicy") or "FillOrKill")

    def requires(self, feature: str) -> bool:
        """Return whether it must not be sent without a feature."""
        rows = self.request.get("featureConstraints") or []
        return {"featureName": feature, "featureFulfillmentPolicy": "Required"} in rows


class McfOrders:
    """Every order of every seller, and the numbers that are given out."""

    def __init__(self) -> None:
        self.plans: dict[str, Plan] = {}
        self._rows: dict[tuple[str, str], McfOrder] = {}
        self._number = 0

    def add(self, order: McfOrder) -> McfOrder:
        """Keep an order.

        :raise ValueError: when its number is taken.
        """
        key = (order.merchant_id, order.order_id)
        if key in self._rows:
            raise ValueError(f"order {order.order_id} exists already")
        self._rows[key] = order
        return order

    def get(self, order_id: str, merchant_id: str = "") -> McfOrder | None:
        """Return an order, of any seller when none is named."""
        if merchant_id:
            return self._rows.get((merchant_id, order_id))
        return next((row for row in self._rows.values() if row.order_id == order_id), None)

    def all(self, merchant_id: str = "") -> list[McfOrder]:
        """Return every order, of one seller when one is named."""
        return [row for row in self._rows.values() if merchant_id in ("", row.merchant_id)]

    def next_number(self) -> int:
        """Return a number that nothing else has."""
        self._number += 1
        return self._number

    def package(self, number: int, merchant_id: str) -> tuple[McfOrder, McfPackage] | None:
        """Return a parcel of a seller and its order."""
        for order in self.all(merchant_id):
            for shipment in order.shipments:
                for package in shipment.packages:
                    if package.number == number:
                        return order, package
        return None
