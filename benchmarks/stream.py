# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Memory while something large is taken over: what comes in need not fit into memory.

`store_…` keeps a report of ten or a hundred megabytes, or a settlement of 50,000 rows; `peak_…`
takes it over in a process of its own and returns by how many MiB that process grew. `allowed` is
the most that it may be, in MiB.
"""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

from . import import_vs_orm as orders
from .catalogue import make_rate

#: Name of a measure -> (what is measured, what it is measured against, the ratio to keep below).
RATIOS = {
    "stream": ("peak_100", "allowed", 1.0),
    "stream-flat": ("peak_100", "peak_10", 1.5),
    "stream-settlement": ("peak_settlement", "allowed", 1.0),
}
#: Measure -> whether its database has the addons.
MEASURES = dict.fromkeys(
    ("store_10", "store_100", "store_settlement", "peak_10", "peak_100", "peak_settlement"), True
)
CONSTANTS = {"allowed": 64.0}

MIB = 2**20
#: Unit of a size, in bytes.
UNIT = MIB
#: Bytes of one row; most of them in a column that is not used.
ROW = 20_000
SETTLEMENT_ROWS = 50_000
#: Memory is not quicker or slower.
ROUNDS = 1
#: Constant -> its value in a trial, and with `--full`.
TRIAL = {"UNIT": 4_000, "SETTLEMENT_ROWS": 20}
FULL: dict[str, int] = {}
SETTLEMENT_COLUMNS = (
    *("settlement-id", "settlement-start-date", "settlement-end-date", "deposit-date"),
    *("total-amount", "currency", "transaction-type", "order-id", "merchant-order-id"),
    *("adjustment-id", "shipment-id", "marketplace-name", "amount-type", "amount-description"),
    *("amount", "fulfillment-id", "posted-date", "posted-date-time", "order-item-code"),
    *("merchant-order-item-id", "merchant-adjustment-item-id", "sku", "quantity-purchased"),
    "promotion-id",
)
COLUMNS = (
    "order-id",
    "order-item-id",
    "purchase-date",
    "payments-date",
    "buyer-email",
    "buyer-name",
    "sku",
    "product-name",
    "quantity-purchased",
    "currency",
    "item-price",
    "recipient-name",
    "ship-address-1",
    "ship-city",
    "ship-postal-code",
    "ship-country",
    "note",
)


def measure(env: Any, name: str, number: int) -> float:
    """Return MiB, or 1 for what only prepares.

    :param env: Odoo environment of the superuser; everything is committed.
    :param name: a key of `MEASURES`.
    :param number: of the round, from 0: each has a report of its own.
    """
    work, _bar, size = name.partition("_")
    if size == "settlement":
        return {"store": _store_settlement, "peak": _peak_settlement}[work](env, number)
    return _store(env, int(size), number) if work == "store" else _peak(env, int(size), number)


def _store(env: Any, size: int, number: int) -> float:
    page = orders._page(_report(size, number))
    env["integrator.document"]._keep(
        orders._site(env), f"stream {size} {number}", page, kind="report", stage="extract"
    )
    env.cr.commit()
    return 1.0


def _report(size: int, number: int) -> bytes:
    filler = "x" * ROW
    lines = ["\t".join(COLUMNS)]
    for row in range(size * UNIT // ROW):
        order = f"{300 + number}-{size:07d}-{row:07d}"
        time = "2026-11-01T08:00:00+00:00"
        values = (order, "1", time, time, "a@example.com", "Ada", "BENCH-1", "Thing", "1", "EUR")
        place = ("11.00", "Ada", "Way 1", "Town", "12345", "DE", filler)
        lines.append("\t".join((*values, *place)))
    return "\n".join(lines).encode()


def _peak(env: Any, size: int, number: int) -> float:
    document = env["integrator.document"].search([("remote_id", "=", f"stream {size} {number}")])
    before = _resident()
    with _Watch() as watch:
        env["integrator.stage.extract"]._run(document.site_id)
    env.cr.commit()
    expected = size * UNIT // ROW
    made = env["integrator.order"].search_count(
        [("remote_order_id", "=like", f"{300 + number}-{size:07d}-%")]
    )
    if (document.stage, made) != ("done", expected):
        raise RuntimeError(f"{document.stage}: {made} of {expected}, {document.error_message}")
    return max(watch.peak - before, 0.1)


def _store_settlement(env: Any, number: int) -> float:
    make_rate(env)  # money without a rate is held
    env["integrator.document"]._keep_settlement_file(orders._site(env), _settlement(number))
    env.cr.commit()
    return 1.0


def _settlement(number: int) -> bytes:
    """A file of Amazon's: a sale, its tax, what the site keeps of it, and its fee, again and
    again."""
    kinds = (
        ("ItemPrice", "Principal", "20.00"),
        ("ItemPrice", "Tax", "3.80"),
        ("ItemWithheldTax", "MarketplaceFacilitatorVAT-Principal", "-3.80"),
        ("ItemFees", "Commission", "-3.00"),
    )
    total = f"{SETTLEMENT_ROWS // len(kinds) * 17}.00"
    period = ("2026-10-01 00:00:00 UTC", "2026-10-15 00:00:00 UTC", "2026-10-17 00:00:00 UTC")
    head = (f"9{number:010d}", *period, total, "EUR")
    lines = ["\t".join(SETTLEMENT_COLUMNS), "\t".join((*head, *[""] * 18))]
    for row in range(SETTLEMENT_ROWS):
        order = f"{300 + number}-0000000-{row // len(kinds):07d}"
        amount_type, description, amount = kinds[row % len(kinds)]
        names = ("Order", order, order, "", "D1", "Amazon.de", amount_type, description, amount)
        posted = ("AFN", "2026-10-10", "2026-10-10 08:00:00 UTC", f"{row:014d}", "", "")
        values = (head[0], *[""] * 5, *names, *posted, f"BENCH-{row % 500}", "1", "")
        lines.append("\t".join(values))
    return "\n".join(lines).encode()


def _peak_settlement(env: Any, number: int) -> float:
    site = orders._site(env)
    document = env["integrator.document"].search(
        [("site_id", "=", site.id), ("kind", "=", "settlement"), ("stage", "=", "settle")], limit=1
    )
    # the rules of the site are there before its second settlement
    site._ensure_settlement_rules()
    env.cr.commit()
    before = _resident()
    with _Watch() as watch:
        settlement = env["integrator.settlement"]._take_over(document)
        settlement._check_again()
        env.cr.commit()
    document._advance("done")
    env.cr.commit()
    if settlement.row_count != SETTLEMENT_ROWS or settlement.amount_difference:
        raise RuntimeError(f"{settlement.row_count} rows, {settlement.amount_difference} left")
    return max(watch.peak - before, 0.1)


def _resident() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * 4096 / MIB


class _Watch:
    """Looks at this process's memory a hundred times a second."""

    def __init__(self) -> None:
        self.peak = 0.0
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> _Watch:
        self._thread.start()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._end.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._end.wait(0.01):
            self.peak = max(self.peak, _resident())
