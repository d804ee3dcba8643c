# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Memory while a large order report is extracted: what comes in need not fit into memory.

`store_…` keeps a report of ten or a hundred megabytes, `peak_…` extracts it in a process of its own
and returns by how many MiB that process grew. `allowed` is the most that it may be, in MiB.
"""

from __future__ import annotations

import threading
from datetime import datetime
from pathlib import Path
from typing import Any

from . import import_vs_orm as orders

#: Name of a measure -> (what is measured, what it is measured against, the ratio to keep below).
RATIOS = {"stream": ("peak_100", "allowed", 1.0), "stream-flat": ("peak_100", "peak_10", 1.5)}
#: Measure -> whether its database has the addons.
MEASURES = dict.fromkeys(("store_10", "store_100", "peak_10", "peak_100"), True)
CONSTANTS = {"allowed": 64.0}

MIB = 2**20
#: Bytes of one row; most of them in a column that nobody asked for.
ROW = 20_000
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
    return _store(env, int(size), number) if work == "store" else _peak(env, int(size), number)


def _store(env: Any, size: int, number: int) -> float:
    page = {
        "content": _report(size, number),
        "charset": "utf-8",
        "headers": {},
        "request_id": "",
        "received_at": datetime(2026, 11, 2),  # noqa: DTZ001 - Odoo's times have no zone
    }
    env["integrator.document"]._keep(
        orders._site(env), f"stream {size} {number}", page, kind="report", stage="extract"
    )
    env.cr.commit()
    return 1.0


def _report(size: int, number: int) -> bytes:
    filler = "x" * ROW
    lines = ["\t".join(COLUMNS)]
    for row in range(size * MIB // ROW):
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
    expected = size * MIB // ROW
    made = env["integrator.order"].search_count(
        [("integrator_order_ref", "=like", f"{300 + number}-{size:07d}-%")]
    )
    if (document.stage, made) != ("done", expected):
        raise RuntimeError(f"{document.stage}: {made} of {expected}, {document.error_message}")
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
