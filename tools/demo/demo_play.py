# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""`python -m tools.demo.demo_play DATABASE URL FILE`: runs the demo's scenario inside Odoo.

Started by `tools/demo/demo.py` in Odoo's environment. Progress goes to standard output, Odoo's log
to standard error, the figures to the file.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tools.demo import demo_scenario
from tools.environment.inside_odoo import environment


def main(database: str, url: str, file: Path) -> None:
    """Run the scenario and write its figures.

    :param database: name of a database with the addons.
    :param url: of the local Amazon.
    :param file: for the figures, as JSON; it is there only when the scenario came to its end.
    """
    with environment(database) as env:
        figures = demo_scenario.main(env, url, _progress())
    file.write_text(json.dumps(figures))


def _progress() -> Callable[[str], Any]:
    started = time.monotonic()

    def out(line: str) -> None:
        print(f"[{time.monotonic() - started:4.0f} s] {line}", flush=True)

    return out


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
