# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Returns of goods that the merchant shipped, as buyers ask for them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass
class Return:
    """One line of the returns report; `number` keeps the made-up RMA ids apart."""

    number: int
    merchant_id: str
    order_id: str
    item_id: str
    quantity: int
    created: datetime
    reason: str = "CR-UNWANTED_ITEM"
    rma: str = ""
    merchant_rma: str = ""
    status: str = "Approved"
    resolution: str = "StandardRefund"
    carrier: str = "DHL"
    tracking: str = ""
    in_policy: bool = True
    refunded: str = "0.00"

    def __post_init__(self) -> None:
        self.rma = self.rma or f"D{self.number:07d}RRMA"
