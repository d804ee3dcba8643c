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

from ..demo.demo_processes import start_simulator
from ..environment.database import Databases
from ..environment.locks import Slot
from ..environment.messages import ToolError, say
from ..environment.odoo_process import ensure_installation, odoo_command
from ..environment.paths import cache_home, prepare
from ..environment.processes import tail
from ..testing.addon_template import AddonTemplate
from .server_proof import ServerProof

ADDON, QUEUE_ADDON = "integrator_amazon", "integrator_queue_job"
INSTALL_SECONDS = 300
STEP_SECONDS = 180
RUNNER_SECONDS = 180
POLL_SECONDS = 0.5

IMPORTED = "SELECT count(*) FROM integrator_order WHERE state = 'imported'"
JOBS = "SELECT count(*) FROM queue_job WHERE state = '{}' AND method_name = '_job_run'"


class RunnerProof(ServerProof):
    """One run of the proof."""

    def prove(self) -> dict[str, object]:
        """Return the figures: sale orders and what they have to be.

        :raise ToolError: when orders or jobs do not come to their end in time.
        """
        template = AddonTemplate(self._installation, (ADDON,)).ensure()
        Databases(self._installation).create(self._slot.name, template)
        install = ["-d", self._slot.name, "-i", QUEUE_ADDON, "--stop-after-init", "--no-http"]
        self._run("install", odoo_command(self._installation, install), INSTALL_SECONDS)
        url = start_simulator(self._installation, self._slot, self._stack)
        expected = self._play("prepare_jobs", url, STEP_SECONDS)
        # queue_job's runner is a thread of the server
        server = self._start_server(
            ("--load", "base,web,queue_job"), {"ODOO_QUEUE_JOB_CHANNELS": "root:2"}
        )
        self._wait_for(expected, server)
        figures = {"expected": expected, "jobs": self._count(JOBS.format("done"))}
        return {**figures, **self._play("compare_jobs", url, STEP_SECONDS)}

    def _wait_for(self, expected: object, server: subprocess.Popen[bytes]) -> None:
        limit = time.monotonic() + RUNNER_SECONDS
        while self._count(IMPORTED) != expected:
            if self._count(JOBS.format("failed")):
                raise ToolError("A job failed; see the log of the runner.")
            if server.poll() is not None or time.monotonic() > limit:
                raise ToolError(f"The jobs did not come to their end:\n{tail(self._log)}")
            time.sleep(POLL_SECONDS)


def main(database: str, folder: Path) -> int:
    """Run the proof and print its figures.

    :param database: name of the database to make; it stays.
    :param folder: for logs; it exists.
    :return: 0 when every order became one sale order, by jobs.
    """
    installation = ensure_installation(prepare(cache_home()))
    with ExitStack() as stack:
        figures = RunnerProof(installation, Slot(database, folder), stack, "runner.log").prove()
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
