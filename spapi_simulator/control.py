# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Steering a simulator that runs in another process."""

from __future__ import annotations

import json
import urllib.error
import urllib.parse
import urllib.request
from decimal import Decimal
from typing import Any

_TIMEOUT = 30


class ControlError(Exception):
    """The simulator refused a command, with the reason."""


class Control:
    """The control API with the method names of :class:`spapi_simulator.Simulator`.

    :param url: where the simulator listens, such as ``http://127.0.0.1:8090``.
    """

    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")
        # No proxy: the simulator is on this machine.
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))

    def state(self) -> dict[str, Any]:
        """Return what there is: now, sellers, orders, listings, feeds, faults, settings."""
        return self._send("GET", "state")

    def add_order(self, order: dict[str, Any], seller: str | None = None) -> str:
        """Add an order and return its id."""
        return self.add_orders([order], seller)[0]

    def add_orders(self, orders: list[dict[str, Any]], seller: str | None = None) -> list[str]:
        """Add orders and return their ids."""
        return self._send("POST", "orders", {"orders": orders, "seller": seller})["order_ids"]

    def order(self, order_id: str) -> dict[str, Any]:
        """Return an order with all of includedData."""
        return self._send("GET", f"orders/{order_id}")

    def update_order(self, order_id: str, **changes: Any) -> dict[str, Any]:
        """Change keys of an order; objects are merged."""
        return self._send("PATCH", f"orders/{order_id}", changes)

    def release(self, order_id: str) -> dict[str, Any]:
        """Let a PENDING order become UNSHIPPED."""
        return self._send("POST", f"orders/{order_id}/release", {})

    def cancel(self, order_id: str, **options: Any) -> dict[str, Any]:
        """Cancel an order at Amazon's side; `by` and `reason` may be given."""
        return self._send("POST", f"orders/{order_id}/cancel", options)

    def ship_elsewhere(self, order_id: str, **options: Any) -> dict[str, Any]:
        """Ship in Seller Central; quantities (by item), carrier, tracking may be given."""
        return self._send("POST", f"orders/{order_id}/ship_elsewhere", options)

    def ship_fba(self, order_id: str, **options: Any) -> dict[str, Any]:
        """Let Amazon ship an FBA order; quantities (by item) may be given."""
        return self._send("POST", f"orders/{order_id}/ship_fba", options)

    def cancel_items(
        self, order_id: str, quantities: dict[str, int], **options: Any
    ) -> dict[str, Any]:
        """Cancel units of some items; by, reason and zero may be given."""
        body = {"quantities": quantities, **options}
        return self._send("POST", f"orders/{order_id}/cancel_items", body)

    def request_cancel(self, order_id: str, **options: Any) -> dict[str, Any]:
        """Let the buyer ask to cancel; item_ids and reason may be given."""
        return self._send("POST", f"orders/{order_id}/request_cancel", options)

    def refund_elsewhere(self, order_id: str, item_id: str, **options: Any) -> dict[str, Any]:
        """Let Amazon refund an item; components (amount by type) and reason may be given."""
        body = {"item_id": item_id, **options}
        return self._send("POST", f"orders/{order_id}/refund_elsewhere", body)

    def mark_unfulfillable(self, order_id: str) -> dict[str, Any]:
        """Let Amazon give an order up."""
        return self._send("POST", f"orders/{order_id}/mark_unfulfillable", {})

    def make_available(self, order_id: str) -> dict[str, Any]:
        """Let a PENDING_AVAILABILITY order become PENDING."""
        return self._send("POST", f"orders/{order_id}/make_available", {})

    def shipments(self, order_id: str) -> list[dict[str, Any]]:
        """Return the packages confirmed for an order."""
        return self._send("GET", f"orders/{order_id}/shipments")

    def acknowledgements(self, order_id: str) -> list[dict[str, Any]]:
        """Return the acknowledgements of an order."""
        return self._send("GET", f"orders/{order_id}/acknowledgements")

    def refunds(self, order_id: str) -> list[dict[str, Any]]:
        """Return the refunds of an order; amounts are text."""
        return self._send("GET", f"orders/{order_id}/refunds")

    def listing(self, sku: str, seller: str | None = None) -> dict[str, Any] | None:
        """Return a listing with all sections and its productType; None when there is none."""
        try:
            return self._send("GET", f"listings/{_quoted(sku)}{_of(seller)}")
        except ControlError:
            return None

    def listings(self, seller: str | None = None) -> list[str]:
        """Return the SKUs that a seller has listed."""
        return self._send("GET", f"listings{_of(seller)}")

    def add_issue(self, sku: str, seller: str | None = None, **issue: Any) -> None:
        """Put an issue on a listing."""
        self._send("POST", f"listings/{_quoted(sku)}/issues{_of(seller)}", issue)

    def feeds(self) -> list[dict[str, Any]]:
        """Return the feeds with what was uploaded for them."""
        return self.state()["feeds"]

    def add_return(
        self, order_id: str, item_id: str, quantity: int = 1, **values: Any
    ) -> dict[str, Any]:
        """Let a buyer ask to return goods; return the line of the returns report."""
        body = {"item_id": item_id, "quantity": quantity, **values}
        return self._send("POST", f"orders/{order_id}/returns", body)

    def returns(self) -> list[dict[str, Any]]:
        """Return the returns so far."""
        return self._send("GET", "returns")

    def reports(self) -> list[dict[str, Any]]:
        """Return the reports with their text."""
        return self._send("GET", "reports")

    def set_fba_stock(
        self, sku: str, quantity: int, shop: str, seller: str | None = None
    ) -> dict[str, Any]:
        """Let so many pieces of a SKU lie at Amazon in the region of a marketplace."""
        body = {"quantity": quantity, "shop": shop}
        return self._send("PUT", f"fba_stock/{_quoted(sku)}{_of(seller)}", body)

    def fba_stock(self, sku: str, shop: str) -> dict[str, Any]:
        """Return what lies at Amazon of a SKU."""
        query = urllib.parse.urlencode({"shop": shop})
        return self._send("GET", f"fba_stock/{_quoted(sku)}?{query}")

    def fulfillments(self) -> list[dict[str, Any]]:
        """Return the orders of multi-channel fulfilment."""
        return self._send("GET", "fulfillments")

    def fulfillment(self, order_id: str) -> dict[str, Any]:
        """Return an order of multi-channel fulfilment."""
        return self._send("GET", f"fulfillments/{_quoted(order_id)}")

    def plan_fulfillment(self, order_id: str = "*", **plan: Any) -> None:
        """Say what is going to happen to an order, or to every one that comes."""
        self._send("PUT", f"fulfillments/{_quoted(order_id)}/plan", plan)

    def move_fulfillment(self, order_id: str, status: str) -> dict[str, Any]:
        """Let an order of multi-channel fulfilment come to a status at once."""
        return self._send("POST", f"fulfillments/{_quoted(order_id)}/move", {"status": status})

    def receive_returns(self, order_id: str, conditions: dict[str, str]) -> dict[str, Any]:
        """Let returned pieces arrive: number of the return -> condition."""
        path = f"fulfillments/{_quoted(order_id)}/receive_returns"
        return self._send("POST", path, conditions)

    def notify_fulfillment(self, order_id: str) -> None:
        """Send a notification of an order of multi-channel fulfilment although nothing happened."""
        self._send("POST", f"fulfillments/{_quoted(order_id)}/notify", {})

    def add_charge(self, name: str, seller: str | None = None, **values: Any) -> dict[str, Any]:
        """Let something happen that costs or brings money."""
        return self._send("POST", "settlements/charges", {"name": name, "seller": seller, **values})

    def charge_debt(self, **options: Any) -> list[dict[str, Any]]:
        """Let Amazon charge the card; marketplace_id, seller and parts may be given."""
        return self._send("POST", "settlements/debt", options)

    def close_settlement(self, **options: Any) -> list[dict[str, Any]]:
        """Close open periods; marketplace_id, seller, reserve, listed and end may be given."""
        return self._send("POST", "settlements", options)

    def fail_payout(self, settlement_id: str, **options: Any) -> dict[str, Any]:
        """Let the bank send a payout back; reason may be given."""
        return self._send("POST", f"settlements/{settlement_id}/fail_payout", options)

    def recreate_settlement(self, settlement_id: str, changed: bool = True) -> dict[str, Any]:
        """Let Amazon make the report of a settlement once more."""
        body = {"changed": changed}
        return self._send("POST", f"settlements/{settlement_id}/recreate", body)

    def settlements(self) -> list[dict[str, Any]]:
        """Return the settlements, oldest first."""
        return self._send("GET", "settlements")

    def settlement_file(self, settlement_id: str) -> bytes:
        """Return the file of a settlement, as Seller Central gives it."""
        return self._read("GET", f"settlements/{settlement_id}/file")

    def add_settlement_year(self, **options: Any) -> list[dict[str, Any]]:
        """Add the settlements of a realistic year up to now."""
        return self._send("POST", "settlements/year", options)

    @property
    def queue_url(self) -> str:
        """The URL of the default queue."""
        return str(self._send("GET", "queue")["url"])

    @property
    def queue_arn(self) -> str:
        """The ARN of the default queue."""
        return str(self._send("GET", "queue")["arn"])

    def queue_messages(self) -> list[dict[str, Any]]:
        """Return what is in the default queue."""
        return self._send("GET", "queue")["messages"]

    def send_message(self, body: str) -> str:
        """Put any text into the default queue and return its message id."""
        return str(self._send("POST", "queue", {"body": body})["message_id"])

    def notify(self, order_id: str, requested: bool = False) -> None:
        """Send an ORDER_CHANGE of an order although nothing of it changed."""
        self._send("POST", f"orders/{order_id}/notify", {"requested": requested})

    def add_seller(self, **values: Any) -> str:
        """Add a selling partner and return its merchant id."""
        return self._send("POST", "sellers", values)["merchant_id"]

    def advance(self, seconds: float) -> str:
        """Move the clock forward and return the new present (ISO 8601)."""
        return self._send("POST", "clock", {"advance": seconds})["now"]

    def fault(self, operation: str, kind: str, times: int = 1, **options: Any) -> None:
        """Let the next calls of an operation meet a fault."""
        fault = {"operation": operation, "kind": kind, "times": times, "options": options}
        self._send("POST", "faults", fault)

    def clear_faults(self) -> None:
        """Forget every fault."""
        self._send("DELETE", "faults")

    def reset(self) -> None:
        """Forget everything; buckets are full."""
        self._send("POST", "reset", {})

    def calls(self, operation: str | None = None) -> list[dict[str, Any]]:
        """Return the calls so far, of one operation when one is named."""
        query = f"?{urllib.parse.urlencode({'operation': operation})}" if operation else ""
        return self._send("GET", f"calls{query}")

    @property
    def violations(self) -> list[str]:
        """Answers of the simulator that Amazon's models do not allow."""
        return self._send("GET", "violations")["answers"]

    @property
    def bad_requests(self) -> list[str]:
        """Requests that Amazon's models do not allow; each was answered with 400."""
        return self._send("GET", "violations")["requests"]

    def settings(self, **changes: Any) -> dict[str, Any]:
        """Change and return the settings: unlimited, rates and those of `Settings`."""
        return self._send("PATCH", "settings", changes)

    def demo(self, **options: Any) -> dict[str, list[str]]:
        """Add demo orders and return their ids per kind."""
        return self._send("POST", "demo", options)

    def _send(self, method: str, path: str, body: Any = None) -> Any:
        return json.loads(self._read(method, path, body))

    def _read(self, method: str, path: str, body: Any = None) -> bytes:
        data = None if body is None else json.dumps(body, default=_as_text).encode()
        request = urllib.request.Request(f"{self.url}/_control/{path}", data, method=method)
        request.add_header("Content-Type", "application/json")
        try:
            with self._opener.open(request, timeout=_TIMEOUT) as answer:
                return answer.read()
        except urllib.error.HTTPError as error:
            raise ControlError(error.read().decode("utf-8", "replace")) from None


def _as_text(value: Any) -> str:
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(f"{type(value).__name__} cannot be sent")


def _quoted(text: str) -> str:
    return urllib.parse.quote(text, safe="")


def _of(seller: str | None) -> str:
    return f"?{urllib.parse.urlencode({'seller': seller})}" if seller else ""
