# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""`python -m tools.proofs.axe_proof DATABASE FOLDER`: screens are accessible.

Plays the demo, serves it, and looks at every screen in two widths with axe-core. Exit code 0 when
nothing serious or critical was found in a view of ours; what Odoo draws itself is left out by
`axe_play.CHROME`.
"""

from __future__ import annotations

import json
import sys
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from ..demo.demo_figures import complaints
from ..demo.demo_processes import Server, play, start_simulator
from ..environment.axe import ensure_axe
from ..environment.database import Databases
from ..environment.locks import Slot
from ..environment.messages import ToolError, say
from ..environment.odoo_process import ensure_installation
from ..environment.paths import ROOT, cache_home, prepare
from ..environment.processes import run
from ..testing.addon_template import AddonTemplate, template_of

#: Its database has all the addons that the demo shows.
ADDON = "integrator_amazon_account"
PORT = 8190
LOOK_SECONDS = 600
#: Elements that are named for one cause.
SHOWN = 3


def main(database: str, folder: Path) -> int:
    """Run the proof and print what was found.

    :param database: name of the database to make; it stays.
    :param folder: for logs; it exists.
    :return: 0 when nothing was found.
    """
    paths = prepare(cache_home())
    script = ensure_axe(paths)
    installation = ensure_installation(paths)
    slot = Slot(database, folder)
    file = folder / "found.json"
    with ExitStack() as stack:
        template = AddonTemplate(installation, template_of(ADDON)).ensure()
        url = start_simulator(installation, slot, stack)
        Databases(installation).create(database, template)
        figures = play(installation, slot, database, url)
        server = Server(installation, slot, database, PORT, stack)
        server.wait_until_it_answers()
        run(
            [installation.python, "-m", "tools.proofs.axe_play", server.url, script, file],
            folder / "look.log",
            LOOK_SECONDS,
            installation.environment,
            ROOT,
        )
    wrong = complaints(figures) + sentences(json.loads(file.read_text()))
    for sentence in wrong:
        say(sentence)
    return int(bool(wrong))


def sentences(found: list[dict[str, Any]]) -> list[str]:
    """Return one sentence per cause: what is wrong, on which screens, and the first elements.

    :param found: what `axe_play` has written.
    """
    causes: dict[tuple[str, str], dict[str, Any]] = {}
    for row in found:
        for node in row["nodes"]:
            key = (row["rule"], node["target"].split(" ")[-1])
            cause = causes.setdefault(key, {"help": row["help"], "screens": {}, "html": []})
            cause["screens"][f"{row['screen']} ({row['width']})"] = None
            if len(cause["html"]) < SHOWN and node["html"] not in cause["html"]:
                cause["html"].append(node["html"])
    return [
        f"{rule}: {cause['help']}. On {', '.join(cause['screens'])}:\n    "
        + "\n    ".join(cause["html"])
        for (rule, _target), cause in causes.items()
    ]


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1], Path(sys.argv[2])))
    except ToolError as error:
        say(str(error))
        sys.exit(2)
