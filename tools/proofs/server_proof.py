# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Common parts of proofs that start an Odoo server with its scheduler beside the local Amazon."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from contextlib import ExitStack
from typing import Any

from ..environment.locks import Slot
from ..environment.odoo_process import Installation, odoo_command
from ..environment.paths import ROOT
from ..environment.ports import free_port
from ..environment.processes import end, run, start
from ..environment.server import ROLE

QUERY_SECONDS = 30


class ServerProof:
    """One run of a proof.

    :param installation: Odoo and its cluster.
    :param slot: name of the database, and folder for logs.
    :param stack: ends what is started.
    :param log: name of the server's log in the folder.
    """

    def __init__(self, installation: Installation, slot: Slot, stack: ExitStack, log: str) -> None:
        self._installation = installation
        self._slot = slot
        self._stack = stack
        self._log = slot.folder / log

    def _run(self, name: str, command: list[str], seconds: float) -> None:
        log = self._slot.folder / f"{name}.log"
        run(command, log, seconds, self._installation.environment, ROOT)

    def _play(self, step: str, url: str, seconds: float) -> Any:
        """Run a step of `demo_play` in the database and return its result."""
        file = self._slot.folder / f"{step}.json"
        command = [str(self._installation.python), "-m", "tools.proofs.demo_play"]
        self._run(step, [*command, self._slot.name, url, step, str(file)], seconds)
        return json.loads(file.read_text())

    def _start_server(
        self, options: tuple[str, ...] = (), environment: Mapping[str, str] | None = None
    ) -> subprocess.Popen[bytes]:
        """Start Odoo with its scheduler, as `bin/odoo` does."""
        database = ["-d", self._slot.name, "--db-filter", f"^{self._slot.name}$"]
        command = odoo_command(
            self._installation, [*database, "--http-port", str(free_port()), *options]
        )
        environ = {**self._installation.environment, **(environment or {})}
        server = start(command, self._log, environ)
        self._stack.callback(end, server)
        return server

    def _count(self, statement: str) -> int:
        return int(self._query(statement))

    def _query(self, statement: str) -> str:
        cluster = self._installation.cluster
        return cluster.query(ROLE, self._slot.name, statement, QUERY_SECONDS).strip()
