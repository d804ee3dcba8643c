# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""`python -m tools.proofs.idle_proof DATABASE FOLDER`: a server with nothing to do does nothing.

An Odoo server with its scheduler, and an unused site at the local Amazon. All stages are triggered
once; from then on they run once a minute and are not triggered in between, no table of the
scheduler grows, the log is quiet, and Amazon's quota is left to people. Exit code 0 when it was so.
"""

from __future__ import annotations

import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path

from ..demo.demo_processes import start_simulator
from ..environment.database import Databases
from ..environment.locks import Slot
from ..environment.messages import ToolError, say
from ..environment.odoo_process import ensure_installation
from ..environment.paths import cache_home, prepare
from ..environment.processes import tail
from ..environment.server import ROLE
from ..testing.addon_template import AddonTemplate
from ..testing.odoo_log import read_log
from .server_proof import QUERY_SECONDS, ServerProof

ADDON = "integrator_amazon"
PLAY_SECONDS = 120
POLL_SECONDS = 0.5
#: Until the first look at the site is over, and everything that was due after the installation.
SETTLE_SECONDS = 120
#: Odoo's workers are notified this often until the stages have run.
NUDGE_SECONDS = 5
STAGES = 7
#: Time in which nothing is to happen.
IDLE_SECONDS = 30

#: A stage runs when it is woken, and once a minute.
MAX_RUNS = 3
MAX_TRIGGERS = 2
#: Lines of Odoo's own scheduler: three for each scheduled action that runs.
MAX_LINES = 250
MAX_CALLS = 1

NOW = "SELECT now() AT TIME ZONE 'UTC'"
#: Runs of the busiest stage, and how many stages have run, since a time.
BUSIEST = """
    SELECT coalesce(max(runs), 0) FROM (
        SELECT count(*) AS runs FROM integrator_run WHERE started_at >= '{}' GROUP BY stage
    ) AS stages
"""
AWAKE = "SELECT count(DISTINCT stage) FROM integrator_run WHERE started_at >= '{}'"
TRIGGERS = "SELECT count(*) FROM ir_cron_trigger WHERE call_at > now() AT TIME ZONE 'UTC'"
WAKE = """
    INSERT INTO ir_cron_trigger (cron_id, call_at)
    SELECT cron.id, now() AT TIME ZONE 'UTC' FROM ir_cron AS cron
    JOIN ir_model_data AS name ON name.model = 'ir.cron' AND name.res_id = cron.id
    WHERE name.module = 'integrator' AND cron.interval_number = 1
    AND cron.interval_type = 'minutes'
"""
FIRST_RUN_DONE = """
    SELECT count(*) FROM integrator_run AS sent JOIN integrator_run AS looked
    ON looked.site_id = sent.site_id AND looked.stage = 'fetch' AND looked.done > 0
    WHERE sent.stage = 'send' AND sent.ended_at IS NOT NULL
"""


class IdleProof(ServerProof):
    """One run of the proof."""

    def prove(self) -> dict[str, int]:
        """Return what happened while there was nothing to do.

        :raise ToolError: when the server does not come to rest, or ends.
        """
        template = AddonTemplate(self._installation, (ADDON,)).ensure()
        Databases(self._installation).create(self._slot.name, template)
        url = start_simulator(self._installation, self._slot, self._stack)
        self._play("prepare_idle", url, PLAY_SECONDS)
        server = self._start_server()
        self._wait_for_first_run(server)
        calls, since = self._play("count_calls", url, PLAY_SECONDS), self._query(NOW).split(".")[0]
        triggers, lines = self._count(TRIGGERS), self._lines()
        self._nudge()
        time.sleep(IDLE_SECONDS)
        if server.poll() is not None:
            raise ToolError(f"The server ended:\n{tail(self._log)}")
        return {
            "runs": self._count(BUSIEST.format(since)),
            "sleepers": STAGES - self._count(AWAKE.format(since)),
            "triggers": self._count(TRIGGERS) - triggers,
            "lines": self._lines() - lines,
            "calls": self._play("count_calls", url, PLAY_SECONDS) - calls,
            "problems": len(read_log(self._log.read_text(errors="replace")).problems),
        }

    def _wait_for_first_run(self, server: subprocess.Popen[bytes]) -> None:
        """Wait until the first look at the site is over and has been worked on."""
        limit = time.monotonic() + SETTLE_SECONDS
        nudged = 0.0
        while not self._count(FIRST_RUN_DONE) or not self._is_quiet():
            if time.monotonic() > nudged + NUDGE_SECONDS:
                self._nudge()
                nudged = time.monotonic()
            if server.poll() is not None or time.monotonic() > limit:
                raise ToolError(f"The server does not come to rest:\n{tail(self._log)}")
            time.sleep(POLL_SECONDS)

    def _nudge(self) -> None:
        """Wake every stage, as a person's button does."""
        cluster = self._installation.cluster
        cluster.query(ROLE, self._slot.name, WAKE, QUERY_SECONDS)
        notify = f"SELECT pg_notify('cron_trigger', '{self._slot.name}')"
        cluster.query(ROLE, "postgres", notify, QUERY_SECONDS)

    def _is_quiet(self) -> bool:
        """Return whether the log stands still for some moments."""
        lines = self._lines()
        time.sleep(2)
        return lines == self._lines()

    def _lines(self) -> int:
        return self._log.read_bytes().count(b"\n")


def main(database: str, folder: Path) -> int:
    """Run the proof and print its figures.

    :param database: name of the database to make; it stays.
    :param folder: for logs; it exists.
    :return: 0 when next to nothing happened.
    """
    installation = ensure_installation(prepare(cache_home()))
    with ExitStack() as stack:
        figures = IdleProof(installation, Slot(database, folder), stack, "idle.log").prove()
    limits = {
        "runs": MAX_RUNS,
        # who did not run proves nothing; fetching keeps to the interval of the site
        "sleepers": 1,
        "triggers": MAX_TRIGGERS,
        "lines": MAX_LINES,
        "calls": MAX_CALLS,
        "problems": 0,
    }
    for name, figure in figures.items():
        say(f"{name}: {figure}, at most {limits[name]}")
    return int(any(figure > limits[name] for name, figure in figures.items()))


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1], Path(sys.argv[2])))
    except ToolError as error:
        say(str(error))
        sys.exit(2)
