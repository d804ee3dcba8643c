# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The other side of exported orders, in memory: what it has, and what goes wrong next."""

from dataclasses import replace
from decimal import Decimal

from odoo import models

from odoo.addons.integrator.operation_types import (
    ExportPreview,
    RemoteOrderLine,
    RemoteOrderResult,
    RemoteOrderState,
    RemoteParcel,
)

OVER = ("shipped", "cancelled", "unfulfillable")


class Fulfilment:
    """A warehouse that ships for others."""

    def __init__(self):
        self.orders = {}
        self.calls = []
        self.faults = []
        self.discrepancies = []
        self.previews = []
        self.most_lines = 100
        self.prices = {}
        #: What happens elsewhere while a hook is called: name -> function, each once.
        self.meanwhile = {}

    def called(self, hook, *what):
        """Note a call, and raise the next scripted fault of it, or of its number."""
        self.calls.append((hook, *what))
        self.meanwhile.pop(hook, lambda: None)()
        for index, (name, error) in enumerate(self.faults):
            if name in (hook, f"{hook} {self.count(hook)}"):
                del self.faults[index]
                raise error

    def count(self, hook):
        return sum(call[0] == hook for call in self.calls)

    def make(self, remote_ref, *lines, status="unshipped", word="Received"):
        """An order, made by hand: lines are `RemoteOrderLine`."""
        self.orders[remote_ref] = RemoteOrderState(remote_ref, status, word, tuple(lines))

    def ship(self, remote_ref, pieces=None, tracking="1Z999", carrier="UPS", word="Complete"):
        """Let pieces of every line leave in one parcel; without a number, all of them."""
        state = self.orders[remote_ref]
        lines = tuple(
            replace(line, shipped=line.quantity if pieces is None else line.shipped + pieces)
            for line in state.lines
        )
        sent = tuple(
            (new.ref or new.remote_line_id, new.shipped - old.shipped)
            for new, old in zip(lines, state.lines, strict=True)
        )
        parcel = RemoteParcel(str(len(state.parcels) + 1), carrier, tracking, sent)
        is_over = all(line.shipped == line.quantity for line in lines)
        self.orders[remote_ref] = replace(
            state,
            lines=lines,
            parcels=(*state.parcels, parcel),
            status="shipped" if is_over else "partially_shipped",
            original_status=word,
            is_complete=is_over,
        )

    def end(self, remote_ref, status, word):
        """The rest does not leave."""
        state = self.orders[remote_ref]
        column = "cancelled" if status == "cancelled" else "unfulfillable"
        lines = tuple(
            replace(line, **{column: line.quantity - line.shipped}) for line in state.lines
        )
        self.orders[remote_ref] = replace(
            state, lines=lines, status=status, original_status=word, is_complete=True
        )


class FulfilmentAdapter(models.AbstractModel):
    """What the dummy site ships for others."""

    _module = None
    _name = "integrator.adapter.dummy"
    _inherit = ["integrator.adapter.dummy"]

    #: The warehouses by site id; a site without one ships nothing for others.
    warehouses = {}

    def _supports_order_export(self, site):
        return site.id in self.warehouses

    def _split_order_export(self, site, request):
        most = self.warehouses[site.id].most_lines
        lines = request.lines
        return [
            replace(request, lines=lines[start : start + most])
            for start in range(0, len(lines), most)
        ]

    def _check_order_export(self, site, request):
        warehouse = self.warehouses[site.id]
        warehouse.called("check", request)
        refs = {line.ref for line in request.lines} | {""}
        return [
            one
            for one in warehouse.discrepancies
            if one.line_ref in refs and self._is_still(one, request)
        ]

    def _is_still(self, discrepancy, request):
        """A shortage is over when few enough are asked for."""
        if (discrepancy.cause, discrepancy.line_ref) in request.accepted:
            return False
        available = discrepancy.data.get("available")
        line = next((one for one in request.lines if one.ref == discrepancy.line_ref), None)
        return available is None or line is None or line.quantity > available

    def _preview_order_export(self, site, request):
        self.warehouses[site.id].called("preview", request)
        return [
            ExportPreview("Standard", Decimal("7.50"), "EUR"),
            ExportPreview("Express", Decimal("12.00"), "EUR"),
        ]

    def _create_remote_order(self, site, request, remote_ref):
        warehouse = self.warehouses[site.id]
        warehouse.called("create", remote_ref, request)
        lines = tuple(
            RemoteOrderLine(
                ref=line.ref,
                sku=line.sku,
                quantity=line.quantity,
                remote_line_id=f"item-{line.ref}",
                remote_product_id=f"ASIN-{line.sku}",
                configuration=line.sku,
                promotion_ids=("PROMO-1",),
                price=warehouse.prices.get(line.sku, line.price),
            )
            for line in request.lines
        )
        state = RemoteOrderState(
            remote_ref, "unshipped", "Received", lines, is_held=request.hold, currency="EUR"
        )
        warehouse.orders.setdefault(remote_ref, state)
        warehouse.called("create answer", remote_ref)
        return RemoteOrderResult(remote_ref, state)

    def _read_remote_order(self, site, remote_ref):
        warehouse = self.warehouses[site.id]
        warehouse.called("read", remote_ref)
        return warehouse.orders.get(remote_ref)

    def _cancel_remote_order(self, site, remote_ref):
        warehouse = self.warehouses[site.id]
        warehouse.called("cancel", remote_ref)
        if warehouse.orders[remote_ref].status in OVER:
            return "too_late"
        warehouse.end(remote_ref, "cancelled", "Cancelled")
        return "cancelled"

    def _release_remote_order(self, site, remote_ref):
        warehouse = self.warehouses[site.id]
        warehouse.called("release", remote_ref)
        state = warehouse.orders[remote_ref]
        warehouse.orders[remote_ref] = replace(state, is_held=False)
        return "released" if state.is_held else "too_late"
