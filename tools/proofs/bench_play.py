# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""`python -m tools.proofs.bench_play DATABASE MODULE MEASURE ROUND FILE`: one measurement inside
Odoo.

Started by `tools/proofs/bench.py` in Odoo's environment; the figure goes to the file, as JSON.
"""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path

from tools.environment.inside_odoo import environment
from tools.proofs.bench import ONCE


def main(database: str, module: str, measure: str, number: int, file: Path) -> None:
    """Measure once.

    :param database: its name.
    :param module: of `benchmarks`.
    :param measure: one of its `MEASURES`, or `ONCE` for all of them.
    :param number: of the round.
    :param file: it is there only when the measurement came to its end.
    """
    benchmark = importlib.import_module(f"benchmarks.{module}")
    with environment(database) as env:
        if measure == ONCE:
            figure = benchmark.measure_once(env)
        else:
            figure = benchmark.measure(env, measure, number)
    file.write_text(json.dumps(figure))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]), Path(sys.argv[5]))
