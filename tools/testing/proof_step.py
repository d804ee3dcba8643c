# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A proof that needs processes of its own: a program that ends with exit code 0 when it holds."""

from __future__ import annotations

import subprocess
from pathlib import Path

from ..environment.database import Databases
from ..environment.locks import Slot
from ..environment.odoo_process import Installation
from ..environment.paths import ROOT
from ..environment.processes import start, tail
from .outcome import Outcome

#: A proof waits for its own processes about half of its time; some only wait.
CORES = 0.5
CORES_OF = {"idle_proof": 0.0}


class ProofStep:
    """One run of `python -m tools.proofs.NAME DATABASE FOLDER`.

    :param installation: Odoo and its cluster.
    :param slot: the place of this run.
    :param name: module of `tools.proofs`.
    """

    def __init__(self, installation: Installation, slot: Slot, name: str) -> None:
        self.name = name
        self.cores = CORES_OF.get(name, CORES)
        self._installation = installation
        self._database = f"{slot.name}_{name}"
        self._folder = slot.folder / name
        self._log = slot.folder / f"{name}.log"

    def begin(self) -> subprocess.Popen[bytes]:
        """Start the program."""
        self._folder.mkdir()
        command: list[str | Path] = [self._installation.python, "-m", f"tools.proofs.{self.name}"]
        return start(
            [*command, self._database, self._folder],
            self._log,
            self._installation.environment,
            ROOT,
        )

    def outcome(self, code: int | None) -> Outcome:
        """Return what it came to.

        :param code: exit code, None when its time ran out.
        """
        failed = int(code != 0)
        return Outcome(1 - failed, failed, details=[tail(self._log)] if failed else [])

    def clean(self) -> None:
        """Drop the database."""
        Databases(self._installation).drop(self._database)
