# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""`python -m tools.proofs.bench_proof DATABASE FOLDER`: every benchmark can still be run.

All measures with a few orders, products and rows each, in one database and one process; how long
they take is no matter. Each of them checks itself that its work was done. Exit code 0 when all
came to their end.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from ..environment.database import Databases
from ..environment.messages import ToolError, say
from ..environment.odoo_process import ensure_installation
from ..environment.paths import ROOT, cache_home, prepare
from ..environment.processes import run
from .bench import template

TRIAL_SECONDS = 300


def main(database: str, folder: Path) -> int:
    """Run the trial.

    :param database: name of the database to make; it stays.
    :param folder: for logs; it exists.
    :return: 0 when nothing stopped any of them.
    """
    installation = ensure_installation(prepare(cache_home()))
    Databases(installation).create(database, template(installation))
    file, log = folder / "outcome.json", folder / "trial.log"
    play = ("-m", "tools.proofs.bench_trial_play", database)
    run([installation.python, *play, file], log, TRIAL_SECONDS, installation.environment, ROOT)
    outcome = json.loads(file.read_text())
    for name, reason in sorted(outcome.items(), key=lambda item: bool(item[1])):
        say(f"{name}: {reason or 'runs'}")
    return int(any(outcome.values()) or not outcome)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1], Path(sys.argv[2])))
    except ToolError as error:
        say(str(error))
        sys.exit(2)
