# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""`python -m tools.proofs.bench_play DATABASE SIZES MODULE MEASURE ROUND FILE`: one measurement
inside Odoo.

Started by `tools/proofs/bench.py` in Odoo's environment; the figure goes to the file, as JSON.
"""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path
from types import ModuleType

from tools.environment.inside_odoo import environment
from tools.proofs.bench import BENCHMARKS, ONCE, USUAL


def load(sizes: str) -> dict[str, ModuleType]:
    """Return all benchmarks by their names, with the constants asked for.

    :param sizes: `TRIAL`, `FULL` or `USUAL`.
    """
    modules = {name: importlib.import_module(f"benchmarks.{name}") for name in BENCHMARKS}
    for module in modules.values():
        vars(module).update({} if sizes == USUAL else getattr(module, sizes))
    return modules


def main(database: str, sizes: str, module: str, measure: str, number: int, file: Path) -> None:
    """Measure once.

    :param database: its name.
    :param sizes: see `load`.
    :param module: of `benchmarks`.
    :param measure: one of its `MEASURES`, or `ONCE` for all of them.
    :param number: of the round.
    :param file: it is there only when the measurement came to its end.
    """
    benchmark = load(sizes)[module]
    with environment(database) as env:
        if measure == ONCE:
            figure = benchmark.measure_once(env)
        else:
            figure = benchmark.measure(env, measure, number)
    file.write_text(json.dumps(figure))


if __name__ == "__main__":
    _program, base, asked, name, figure, turn, result = sys.argv
    main(base, asked, name, figure, int(turn), Path(result))
