# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""`bin/kill-proof [--kills N] [--seed N]`: workers are killed, and nothing is lost or doubled.

The main job runs twice against the local Amazon: in workers that SIGKILL ends at commit points and
at any instruction, and undisturbed; then what there is in Odoo and at Amazon is compared.
`python -m tools.proofs.kill_proof DATABASE FOLDER` is its short form, which `bin/test` runs.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from ..demo.demo_processes import start_simulator
from ..environment.database import Databases
from ..environment.locks import Slot, take
from ..environment.messages import ToolError, say
from ..environment.odoo_process import Installation, ensure_installation
from ..environment.paths import ROOT, cache_home, prepare
from ..environment.processes import run
from ..testing.addon_template import AddonTemplate, template_of

#: Its database has everything that books an order and its money.
ADDON = "integrator_amazon_account"
KILLS, SHORT_KILLS, SEED = 200, 12, 1
PLAY_SECONDS = 3000
SHOWN = 20


class Proof:
    """One run of the proof.

    :param installation: Odoo and its cluster.
    :param slot: name of the databases and folder for logs.
    :param stack: ends what is started, and drops the databases.
    """

    def __init__(self, installation: Installation, slot: Slot, stack: ExitStack) -> None:
        self._installation = installation
        self._slot = slot
        self._stack = stack
        self._databases = Databases(installation)

    def prove(self, kills: int, seed: int) -> dict[str, Any]:
        """Return the figures of the run with kills, and how its end state differs.

        :param kills: how many, at least.
        :param seed: of the chance that says when.
        """
        killed = self._play("killed", (kills, 1, seed))
        whole = self._play("whole", (0, killed["days"], seed))
        return {
            "kills": killed["kills"],
            "days": killed["days"],
            "compared": len(whole["state"]),
            "differences": differences(whole["state"], killed["state"]),
        }

    def _play(self, name: str, numbers: tuple[int, ...]) -> dict[str, Any]:
        """Each in a database and with a local Amazon of its own."""
        database = f"{self._slot.name}_{name}"
        folder = self._slot.folder / name
        folder.mkdir(exist_ok=True)
        self._stack.callback(self._databases.drop, database)
        template = AddonTemplate(self._installation, template_of(ADDON)).ensure()
        self._databases.create(database, template)
        url = start_simulator(self._installation, Slot(database, folder), self._stack)
        file = folder / "state.json"
        command = [str(self._installation.python), "-m", "tools.proofs.kill_play", database, url]
        started = time.monotonic()
        self._run(name, "play", [*command, str(file), *map(str, numbers)], PLAY_SECONDS)
        say(f"{name}: {time.monotonic() - started:.0f} s")
        return json.loads(file.read_text())

    def _run(self, play: str, name: str, command: list[str], seconds: float) -> None:
        log = self._slot.folder / play / f"{name}.log"
        run(command, log, seconds, self._installation.environment, ROOT)


def differences(whole: dict[str, str], killed: dict[str, str]) -> list[str]:
    """Return one line per thing that is not as in the undisturbed run.

    :param whole: end state of the undisturbed run.
    :param killed: of the other one.
    """
    return [
        f"{key}: {killed.get(key, 'lost')}, undisturbed: {whole.get(key, 'not there')}"
        for key in sorted(whole.keys() | killed.keys())
        if whole.get(key) != killed.get(key)
    ]


def prove(installation: Installation, slot: Slot, kills: int, seed: int) -> int:
    """Run the proof and print its figures.

    :return: 0 when nothing was lost or doubled.
    """
    with ExitStack() as stack:
        figures = Proof(installation, slot, stack).prove(kills, seed)
    for line in figures["differences"][:SHOWN]:
        say(line)
    print(
        f"{figures['kills']} kills in {figures['days']} days of orders; "
        f"{figures['compared']} things compared, {len(figures['differences'])} differ",
        flush=True,
    )
    return int(bool(figures["differences"]) or figures["kills"] < kills)


def main(arguments: list[str]) -> int:
    """Run the full form.

    :param arguments: see the module.
    """
    parser = argparse.ArgumentParser(prog="bin/kill-proof", description="Kill workers.")
    parser.add_argument("--kills", type=int, default=KILLS, help="at least so many")
    parser.add_argument("--seed", type=int, default=SEED, help="another one kills elsewhere")
    options = parser.parse_args(arguments)
    installation = ensure_installation(prepare(cache_home()))
    with ExitStack() as stack:
        slot = take(installation.paths, "kills", stack)
        return prove(installation, slot, options.kills, options.seed)


if __name__ == "__main__":
    try:
        installed = ensure_installation(prepare(cache_home()))
        sys.exit(prove(installed, Slot(sys.argv[1], Path(sys.argv[2])), SHORT_KILLS, SEED))
    except ToolError as error:
        say(str(error))
        sys.exit(2)
