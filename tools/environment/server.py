# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The server of a private PostgreSQL cluster: started on demand, stopped by pg_ctl."""

from __future__ import annotations

import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from .environments import postgres_environment
from .messages import ToolError
from .postgres import ServerUser
from .processes import run, tail

#: Odoo's database role; Odoo refuses to work as `postgres`.
ROLE = "odoo"
START_SECONDS = 90
STOP_SECONDS = 60
ANSWER_SECONDS = 20
POLL_SECONDS = 0.2


@dataclass(frozen=True)
class Cluster:
    """A cluster that was made, running or not.

    :param base: its folder, which only the server's user can enter.
    :param programs: folder of PostgreSQL's programs.
    :param user: who runs the server.
    :param logs: folder for what the programs write.
    """

    base: Path
    programs: Path
    user: ServerUser
    logs: Path

    @property
    def data(self) -> Path:
        """PostgreSQL's data folder."""
        return self.base / "data"

    @property
    def socket(self) -> Path:
        """Folder of the unix socket: the `db_host` of Odoo."""
        return self.base

    @property
    def identity(self) -> Path:
        """File whose text ties the cluster to one life of a cache folder."""
        return self.base / "id"

    @property
    def server_log(self) -> Path:
        """Return the log of the server."""
        return self.base / "server.log"

    def as_server(self, program: str, *arguments: str | Path) -> list[str]:
        """Return a command that runs as the server's user."""
        command = [str(self.programs / program), *(str(part) for part in arguments)]
        return [*self.user.switch, *command]

    def answers(self) -> bool:
        """Return whether the server takes connections."""
        try:
            self.query(ROLE, "postgres", "SELECT 1", ANSWER_SECONDS)
        except ToolError:
            return False
        return True

    def query(self, role: str, database: str, statement: str, timeout: float) -> str:
        """Run one statement and return its rows, one per line.

        :param timeout: seconds.
        :raise ToolError: when the server refuses it or does not answer in time.
        """
        connection = ["-h", str(self.socket), "-U", role, "-d", database]
        command = [str(self.programs / "psql"), "-XAtqw", *connection, "-v", "ON_ERROR_STOP=1"]
        try:
            answer = subprocess.run(
                [*command, "-c", statement],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                timeout=timeout,
                env=postgres_environment(),
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise ToolError(f"PostgreSQL took more than {timeout:.0f} seconds.") from None
        if answer.returncode:
            raise ToolError(f"PostgreSQL refused {statement!r}: {answer.stderr.strip()}")
        return answer.stdout


def start_server(cluster: Cluster) -> None:
    """Start the server, past a pid file that a killed one left.

    :raise ToolError: with the server's last words.
    """
    if is_running(cluster):
        if _answers_in_time(cluster):
            return
        stop_server(cluster)
    command = cluster.as_server("pg_ctl", "start", "-D", cluster.data, "-l", cluster.server_log)
    try:
        run(
            [*command, "-w", "-t", str(START_SECONDS)],
            cluster.logs / "pg_ctl.log",
            START_SECONDS + 10,
            postgres_environment(),
            cluster.base,
        )
    except ToolError as error:
        words = tail(cluster.server_log) if cluster.server_log.exists() else str(error)
        raise ToolError(
            f"PostgreSQL does not start (removing {cluster.base} gives a new cluster):\n{words}"
        ) from error


def is_running(cluster: Cluster) -> bool:
    """Return whether there is a server process of this cluster, answering or not."""
    forget_stale_pid(cluster.data)
    return (cluster.data / "postmaster.pid").exists()


def _answers_in_time(cluster: Cluster) -> bool:
    """Wait for a server that is starting or recovering."""
    limit = time.monotonic() + START_SECONDS
    while time.monotonic() < limit:
        if cluster.answers():
            return True
        time.sleep(POLL_SECONDS)
    return False


def forget_stale_pid(data: Path) -> None:
    """Remove the pid file of a server that is gone, also when its number is in use again.

    :param data: PostgreSQL's data folder.
    """
    file = data / "postmaster.pid"
    if not file.exists():
        return
    # an empty one is left when the disk was full or the machine stopped at that moment
    first = file.read_text().split("\n", 1)[0]
    if not (first.isdecimal() and is_server(int(first), data)):
        file.unlink(missing_ok=True)


def is_server(pid: int, data: Path) -> bool:
    """Return whether a process is the server of a data folder: it works in that folder."""
    try:
        return Path(f"/proc/{pid}/cwd").samefile(data)
    except OSError:
        return False


def stop_server(cluster: Cluster) -> bool:
    """Stop the server, ending its connections.

    :return: whether it was running.
    """
    if not is_running(cluster):
        return False
    command = cluster.as_server("pg_ctl", "stop", "-D", cluster.data, "-m", "fast")
    run(
        [*command, "-w", "-t", str(STOP_SECONDS)],
        cluster.logs / "pg_ctl.log",
        STOP_SECONDS + 10,
        postgres_environment(),
        cluster.base,
    )
    return True
