# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The seller's account with Amazon, and the periods in which it is settled."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from .. import settlement_steering as steering
from ..state.sellers import Seller
from .base import Part


class SettlementPart(Part):
    """The simulator's settlements."""

    def add_charge(
        self, name: str, seller: Seller | str | None = None, **values: Any
    ) -> dict[str, Any]:
        """Let something happen that costs or brings money, and return it.

        :param name: out of `settlements.charges.CHARGES`, such as subscription or advertising.
        :param values: marketplace_id (Germany's when left out), amount (+ is to the seller), copies
            (rows that are alike), posted; kind, amount_type and description in other words;
            marketplace_name, order_id, merchant_order_id, adjustment_id, shipment_id, fulfillment,
            item_code, sku, quantity, promotion_id, merchant_item_id.
        :raise KeyError: for an unknown name.
        """
        with self.world.lock:
            return steering.add_charge(self.world, name, seller, values)

    def charge_debt(
        self,
        marketplace_id: str = steering.GERMANY,
        seller: Seller | str | None = None,
        parts: int = 1,
    ) -> list[dict[str, Any]]:
        """Let Amazon charge the seller's card for what the last settlement left owing.

        :raise ValueError: when nothing is owed.
        """
        with self.world.lock:
            return steering.charge_debt(self.world, seller, marketplace_id, parts)

    def close_settlement(
        self,
        marketplace_id: str | None = None,
        seller: Seller | str | None = None,
        reserve: Decimal | str | None = None,
        listed: bool = True,
        end: datetime | str | None = None,
    ) -> list[dict[str, Any]]:
        """Close the open period of one account now, or of every account, and return them.

        :param reserve: what Amazon keeps back; None takes the share of the settings.
        :param listed: whether getReports shows it; else only `settlement_file` has it.
        :param end: a moment of the past, aware or ISO 8601; None is now. What is posted later
            waits for the next period.
        :raise ValueError: when nothing has happened yet, or the period before ends later.
        """
        with self.world.lock:
            return steering.close(self.world, seller, marketplace_id, reserve, listed, end)

    def fail_payout(
        self, settlement_id: str, reason: str = "the bank account is closed"
    ) -> dict[str, Any]:
        """Let the bank send a payout back; the next settlement gets the money.

        :raise KeyError: for an unknown settlement.
        """
        with self.world.lock:
            return steering.fail_payout(self.world, settlement_id, reason)

    def recreate_settlement(self, settlement_id: str, changed: bool = True) -> dict[str, Any]:
        """Let Amazon make the report of a settlement once more.

        :param changed: with other amounts under the same total.
        :raise KeyError: for an unknown settlement.
        """
        with self.world.lock:
            return steering.recreate(self.world, settlement_id, changed)

    def settlements(self) -> list[dict[str, Any]]:
        """Return the settlements, oldest first: settlement_id, merchant_id, marketplace_id,
        currency, start, end, deposit, total (text), reserve, rows, report_ids, payout_status,
        trace_id."""
        with self.world.lock:
            return steering.settlements(self.world)

    def settlement_file(self, settlement_id: str) -> bytes:
        """Return the file of a settlement, as Seller Central gives it.

        :raise KeyError: for an unknown settlement.
        """
        with self.world.lock:
            return self.world.ledger.settlements[settlement_id].content

    def add_settlement_year(
        self, seller: Seller | str | None = None, **options: Any
    ) -> list[dict[str, Any]]:
        """Add the settlements of a realistic year up to now; :func:`.settlements.year.add` has the
        options. They have files, no transactions."""
        with self.world.lock:
            return steering.add_year(self.world, seller, options)
