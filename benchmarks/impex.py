# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Contacts out of a CSV file, against Odoo's own import.

`ours` checks the file and runs it, row by row with a savepoint each, and keeps what every row did.
`load` is what Odoo's import screen does: a test in a transaction that is rolled back, then the
import, in a database that never heard of these addons; the first bad row ends it.
"""

from __future__ import annotations

import json
import time
from typing import Any

#: Name of a measure -> (what is measured, what it is measured against, the ratio to keep below).
RATIOS = {"impex-vs-load": ("ours", "load", 6.0)}
#: Measure -> whether its database has the addons.
MEASURES = {"ours": True, "load": False}
CONSTANTS: dict[str, float] = {}

ROWS = 2000
FIELDS = ("ref", "name", "city", "phone")
LAYOUT = {
    "name": "bench",
    "model": "res.partner",
    "columns": [
        {"field": name, "source": name, **({"key": True} if name == "ref" else {})}
        for name in FIELDS
    ],
}
GROUP = {"name": "Bench", "direction": "import", "descriptors": ["bench"]}


def measure(env: Any, name: str, number: int) -> float:
    """Return seconds per row.

    :param env: Odoo environment of the superuser; everything is committed.
    :param name: a key of `MEASURES`.
    :param number: of the round, from 0: each has contacts of its own.
    """
    rows = [
        [f"BENCH-{number}-{row}", f"Contact {row}", f"City {row % 50}", f"+49 30 {row}"]
        for row in range(ROWS)
    ]
    work = {"ours": _measure_ours, "load": _measure_load}[name]
    return work(env, rows) / ROWS


def _measure_ours(env: Any, rows: list[list[str]]) -> float:
    setup = {"version": 1, "descriptors": [LAYOUT], "groups": [GROUP]}
    env["integrator.impex.descriptor"]._load(json.dumps(setup))
    group = env["integrator.impex.group"].search([("name", "=", "Bench")])
    content = "\n".join(";".join(cells) for cells in [list(FIELDS), *rows]).encode()
    env.cr.commit()
    begin = time.perf_counter()
    run = group._start([("bench.csv", content)])
    run.runs_on = True
    run._queue("check")
    env["integrator.impex.run"]._cron_work()
    taken = time.perf_counter() - begin
    if (run.state, run.created) != ("done", ROWS):
        raise RuntimeError(f"{run.state}: {run.created} of {ROWS} contacts ({run.error_message})")
    return taken


def _measure_load(env: Any, rows: list[list[str]]) -> float:
    partners = env["res.partner"].with_context(tracking_disable=True)
    begin = time.perf_counter()
    partners.load(list(FIELDS), rows)
    env.cr.rollback()
    result = partners.load(list(FIELDS), rows)
    env.cr.commit()
    taken = time.perf_counter() - begin
    if not result["ids"]:
        raise RuntimeError(str(result["messages"][:1]))
    return taken
