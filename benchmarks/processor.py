# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Work as the processor's time: on a busy machine the clock runs on while something else works."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

CONNECTIONS = """
    SELECT pid FROM pg_stat_activity
    WHERE datname = current_database() AND backend_type = 'client backend'
"""


class Processor:
    """Processor time of this process and of PostgreSQL's, from here on.

    :param env: its transaction is committed, so that what is measured sees what is there now.
    """

    def __init__(self, env: Any) -> None:
        self._env = env
        self._before = self._spent()
        env.cr.commit()

    def seconds(self) -> float:
        """Return the seconds until now."""
        return self._spent() - self._before

    def _spent(self) -> float:
        self._env.cr.execute(CONNECTIONS)
        connections = sum(_connection(pid) for (pid,) in self._env.cr.fetchall())
        return time.process_time() + connections


def _connection(pid: int) -> float:
    """Seconds that a process of PostgreSQL was at work; none when it has ended meanwhile."""
    try:
        nanoseconds = Path(f"/proc/{pid}/schedstat").read_text(encoding="ascii").split()[0]
    except FileNotFoundError:
        return 0.0
    return int(nanoseconds) / 1e9
