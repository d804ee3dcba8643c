# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""`python -m tools.proofs.runner_proof DATABASE FOLDER`: orders come in by the real job runner.

An Odoo server with queue_job's runner in it and a site on the queue: every order has to become one
sale order, all of them by jobs. Exit code 0 when they did.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from ..demo.demo_processes import start_simulator
from ..environment.database import Databases
from ..environment.locks import Slot
from ..environment.messages import ToolError, say
from ..environment.odoo_process import Installation, ensure_installation, odoo_command
from ..environment.paths import ROOT, cache_home, prepare
from ..environment.ports import free_port
from ..environment.processes import end, run, start, tail
from ..environment.server import ROLE
from ..testing.addon_template import AddonTemplate

ADDON, QUEUE_ADDON = "integrator_amazon", "integrator_queue_job"
INSTALL_SECONDS = 300
STEP_SECONDS = 180
RUNNER_SECONDS = 180
QUERY_SECONDS = 30
POLL_SECONDS = 0.5

IMPORTED = "SELECT count(*) FROM integrator_order WHERE state = 'imported'"
JOBS = "SELECT count(*) FROM queue_job WHERE state = '{}' AND method_name = '_job_run'"


class Proof:
    """One run of the proof.

    :param installation: Odoo and its cluster.
    :param slot: name and folder for logs.
    :param stack: ends what is started.
    """

    def __init__(self, installation: Installation, slot: Slot, stack: ExitStack) -> None:
        self._installation = installation
        self._slot = slot
        self._stack = stack
        self._database = slot.name

    def prove(self) -> dict[str, object]:
        """Return the figures: sale orders and what they have to be.

        :raise ToolError: when orders or jobs do not come to their end in time.
        """
        template = AddonTemplate(self._installation, (ADDON,)).ensure()
        Databases(self._installation).create(self._database, template)
        install = ["-d", self._database, "-i", QUEUE_ADDON, "--stop-after-init", "--no-http"]
        self._run("install", odoo_command(self._installation, install), INSTALL_SECONDS)
        url = start_simulator(self._installation, self._slot, self._stack)
        expected = self._play("prepare_jobs", url)
        server = self._start_server()
        self._wait_for(expected, server)
        figures = {"expected": expected, "jobs": self._count(JOBS.format("done"))}
        return {**figures, **self._play("compare_jobs", url)}

    def _run(self, name: str, command: list[str], seconds: float) -> None:
        log = self._slot.folder / f"{name}.log"
        run(command, log, seconds, self._installation.environment, ROOT)

    def _play(self, step: str, url: str) -> Any:
        file = self._slot.folder / f"{step}.json"
        command = [str(self._installation.python), "-m", "tools.proofs.demo_play"]
        self._run(step, [*command, self._database, url, step, str(file)], STEP_SECONDS)
        return json.loads(file.read_text())

    def _start_server(self) -> subprocess.Popen[bytes]:
        """Odoo with scheduled actions, and with queue_job's runner as a thread."""
        options = ["-d", self._database, "--db-filter", f"^{self._database}$"]
        options += ["--http-port", str(free_port()), "--load", "base,web,queue_job"]
        environ = {**self._installation.environment, "ODOO_QUEUE_JOB_CHANNELS": "root:2"}
        log = self._slot.folder / "runner.log"
        server = start(odoo_command(self._installation, options), log, environ)
        self._stack.callback(end, server)
        return server

    def _wait_for(self, expected: object, server: subprocess.Popen[bytes]) -> None:
        limit = time.monotonic() + RUNNER_SECONDS
        while self._count(IMPORTED) != expected:
            if self._count(JOBS.format("failed")):
                raise ToolError("A job failed; the log of the runner tells why.")
            if server.poll() is not None or time.monotonic() > limit:
                log = self._slot.folder / "runner.log"
                raise ToolError(f"The jobs did not come to their end:\n{tail(log)}")
            time.sleep(POLL_SECONDS)

    def _count(self, statement: str) -> int:
        cluster = self._installation.cluster
        return int(cluster.query(ROLE, self._database, statement, QUERY_SECONDS))


def main(database: str, folder: Path) -> int:
    """Run the proof and print its figures.

    :param database: name of the database to make; it stays.
    :param folder: for logs; it exists.
    :return: 0 when every order became one sale order, by jobs.
    """
    installation = ensure_installation(prepare(cache_home()))
    with ExitStack() as stack:
        figures = Proof(installation, Slot(database, folder), stack).prove()
    say(json.dumps(figures))
    wanted = {figures[name] for name in ("expected", "orders", "sale_orders")}
    right = len(wanted) == 1 and figures["amount_difference"] == "0.00" and figures["jobs"]
    return int(not right)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1], Path(sys.argv[2])))
    except ToolError as error:
        say(str(error))
        sys.exit(2)
