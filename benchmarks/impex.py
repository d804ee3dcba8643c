# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A price and name list of products as a CSV file, against Odoo's own import of the same rows.

`changed` and `unchanged` check the file and run it, as `load` is what Odoo's import screen does: a
test in a transaction that is rolled back, then the import. Odoo's import finds products by their
external ids and runs in a database without these addons; ours finds them by their internal
references, shows which rows change something, and stores the result of every row.
"""

from __future__ import annotations

import json
import resource
from typing import Any

from .processor import Processor

#: Name of a measure -> (what is measured, what it is measured against, the ratio to keep below).
RATIOS = {
    "impex-vs-load": ("changed", "load", 1.0),
    "impex-unchanged": ("unchanged", "load", 0.2),
    "impex-memory": ("memory", "memory-limit", 1.0),
}
#: Measure -> whether its database has the addons.
MEASURES = {"changed": True, "unchanged": True, "load": False, "memory": True}
#: MiB by which the process may grow at its highest.
CONSTANTS = {"memory-limit": 64.0}

ROWS = 2000
#: Products that one transaction makes before it is measured.
PIECE = 1000
#: Constant -> its value in a trial, and with `--full`.
TRIAL = {"ROWS": 6, "PIECE": 2}
FULL = {"ROWS": 20_000}
FIELDS = ("default_code", "name", "list_price", "weight")
LAYOUT = {
    "name": "bench",
    "model": "product.product",
    "mode": "update",
    "columns": [
        {"field": "default_code", "source": "default_code", "key": True},
        {"field": "name", "source": "name"},
        {"field": "list_price", "source": "list_price", "type": "decimal"},
        {"field": "weight", "source": "weight", "type": "decimal"},
    ],
}
GROUP = {"name": "Bench", "direction": "import", "descriptors": ["bench"]}


def measure(env: Any, name: str, number: int) -> float:
    """Return seconds of the processor per row; of `memory`, by how many MiB the process grew.

    :param env: Odoo environment of the superuser; everything is committed.
    :param name: a key of `MEASURES`.
    :param number: of the round, from 0: each brings other prices.
    """
    _make_products(env)
    rows = _rows(number)
    if name == "load":
        return _measure_load(env, rows) / ROWS
    if name == "memory":
        return _measure_growth(env, _rows(number + 50))
    # what `changed` has written is what `unchanged` of the same round finds
    return _measure_ours(env, rows, "updated" if name == "changed" else "unchanged") / ROWS


def _rows(number: int) -> list[list[str]]:
    return [
        [f"BENCH-{row}", f"Product {number}/{row}", f"{10 + row % 90 + number}.50", f"{number + 1}"]
        for row in range(ROWS)
    ]


def _make_products(env: Any) -> None:
    """Make the products that the rows are about, each with an external id."""
    products = env["product.product"].with_context(tracking_disable=True)
    known = products.search_count([("default_code", "=like", "BENCH-%")])
    for start in range(known, ROWS, PIECE):
        numbers = range(start, min(start + PIECE, ROWS))
        made = products.create(
            [{"default_code": f"BENCH-{number}", "name": f"Product {number}"} for number in numbers]
        )
        ids = [
            {
                "module": "bench",
                "name": f"product_{number}",
                "model": "product.product",
                "res_id": one,
            }
            for number, one in zip(numbers, made.ids, strict=True)
        ]
        env["ir.model.data"].create(ids)
        env.cr.commit()
        env.invalidate_all()


def _measure_ours(env: Any, rows: list[list[str]], counter: str) -> float:
    group = env["integrator.impex.group"].search([("name", "=", "Bench")])
    if not group:
        setup = {"version": 1, "descriptors": [LAYOUT], "groups": [GROUP]}
        env["integrator.impex.descriptor"]._load(json.dumps(setup))
        group = env["integrator.impex.group"].search([("name", "=", "Bench")])
    content = "\n".join(";".join(cells) for cells in [list(FIELDS), *rows]).encode()
    env.cr.commit()
    processor = Processor(env)
    run = group._start([("bench.csv", content)])
    run.runs_on = True
    run._queue("check")
    env["integrator.impex.run"]._cron_work()
    taken = processor.seconds()
    if (run.state, run[counter]) != ("done", len(rows)):
        raise RuntimeError(f"{run.state}: {run[counter]} of {len(rows)} rows ({run.error_message})")
    return taken


def _measure_growth(env: Any, rows: list[list[str]]) -> float:
    # what Odoo needs for the first rows of a process stays
    _measure_ours(env, rows[:PIECE], "updated")
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    _measure_ours(env, rows[PIECE:], "updated")
    return (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024


def _measure_load(env: Any, rows: list[list[str]]) -> float:
    products = env["product.product"].with_context(tracking_disable=True)
    named = [[f"bench.product_{cells[0].removeprefix('BENCH-')}", *cells[1:]] for cells in rows]
    heads = ["id", *FIELDS[1:]]
    processor = Processor(env)
    products.load(heads, named)
    env.cr.rollback()
    result = products.load(heads, named)
    env.cr.commit()
    taken = processor.seconds()
    if not result["ids"]:
        raise RuntimeError(str(result["messages"][:1]))
    return taken
