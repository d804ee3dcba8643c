# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A worker for scheduled actions that is killed: forked as Odoo forks its own, ended by SIGKILL.

Runs inside Odoo. The worker takes jobs as Odoo's does; only this driver counts its commits.
"""

import os
import random
import signal
import time
from dataclasses import dataclass

from odoo import sql_db

from odoo.addons.base.models.ir_cron import IrCron

#: A worker dies at one of its first commits, or comes to its end.
FIRST_COMMITS = 16
#: Seconds within which a worker dies that is killed whatever it does.
LIFE_SECONDS = 0.8


@dataclass(frozen=True)
class Death:
    """Death of a worker: at a commit (before or after it), or after some seconds; or not at all."""

    commit: int = 0
    after: bool = False
    seconds: float = 0.0


def draw(chance: random.Random) -> Death:
    """Return a random death: two of three at a commit point, one at any instruction."""
    if chance.random() < 1 / 3:
        return Death(seconds=chance.uniform(0.02, LIFE_SECONDS))
    return Death(commit=chance.randint(1, FIRST_COMMITS), after=chance.random() < 0.5)


def run_worker(database, jobs, death):
    """Let a worker of its own process run scheduled actions once.

    :param str database: its name
    :param list jobs: ids of scheduled actions, in the order in which they are tried
    :param death: when it dies
    :return: whether it was killed
    """
    sql_db.close_all()  # a connection must not be shared with a child
    pid = os.fork()
    if not pid:
        _be_worker(database, jobs, death)
    if death.seconds:
        time.sleep(death.seconds)
        os.kill(pid, signal.SIGKILL)
    _pid, status = os.waitpid(pid, 0)
    if os.WIFEXITED(status) and os.WEXITSTATUS(status):
        raise RuntimeError("A worker ended with an error; see the log")
    return os.WIFSIGNALED(status)


def _be_worker(database, jobs, death):
    code = 1
    try:
        if death.commit:
            _die_at_commit(death)
        with sql_db.db_connect(database).cursor() as cr:
            IrCron._process_jobs_loop(cr, job_ids=jobs)
        code = 0
    finally:
        os._exit(code)


def _die_at_commit(death):
    """Count the commits of this process, which is the driver's own, and die at one of them."""
    commit, left = sql_db.Cursor.commit, [death.commit]

    def counting(cursor):
        left[0] -= 1
        if not left[0] and not death.after:
            os.kill(os.getpid(), signal.SIGKILL)
        commit(cursor)
        if not left[0]:
            os.kill(os.getpid(), signal.SIGKILL)

    sql_db.Cursor.commit = counting
