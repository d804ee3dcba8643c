# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""`python -m tools.proofs.bench_trial_play DATABASE FILE`: all measurements with next to nothing.

Started by `tools/proofs/bench_proof.py` in Odoo's environment. To the file goes what stopped each
benchmark, empty where nothing did, as JSON. The measures of Odoo alone run in the same database:
what they come to is no matter.
"""

from __future__ import annotations

import json
import sys
import traceback
from pathlib import Path
from types import ModuleType
from typing import Any

from tools.environment.inside_odoo import environment
from tools.proofs.bench import ONCE
from tools.proofs.bench_play import load


def main(database: str, file: Path) -> None:
    """Measure everything once.

    :param database: its name.
    :param file: to be made.
    """
    with environment(database) as env:
        outcome = {name: _try(module, env) for name, module in load("TRIAL").items()}
    file.write_text(json.dumps(outcome))


def _try(module: ModuleType, env: Any) -> str:
    """Return what stopped a benchmark."""
    try:
        if hasattr(module, ONCE):
            figures = module.measure_once(env)
        else:
            figures = {name: module.measure(env, name, 0) for name in module.MEASURES}
    except Exception:  # noqa: BLE001 - whatever it is, the others are tried as well
        env.cr.rollback()
        return traceback.format_exc()
    env.cr.commit()
    env.invalidate_all()
    missing = {*module.MEASURES} - {*figures}
    return f"No figure: {missing}" if missing else ""


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
