# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""`bin/test [ADDON | ADDON:Class.method | path …]`: every test, or some of them.

Prints what failed, how long each step took, then, alone on the last line of standard output,
`N passed, N failed`.
"""

from __future__ import annotations

import os
import resource
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import zip_longest
from pathlib import Path
from typing import Protocol

from ..environment.locks import Slot, take
from ..environment.messages import say
from ..environment.odoo_process import ensure_installation
from ..environment.paths import ROOT, Paths, cache_home, prepare
from ..environment.processes import end
from ..environment.python_env import ensure_python
from ..environment.system_packages import BROWSER_PACKAGE, browser, require, ssh_server
from .addon_parts import cut
from .odoo_step import OdooStep
from .outcome import Outcome, total
from .proof_step import ProofStep
from .pytest_step import PytestStep
from .test_plan import Plan, make_plan

#: The full fault matrix takes longer than all other tests together.
STEP_SECONDS, WHOLE_SECONDS = (2400, 2700) if os.environ.get("FAULT_MATRIX") else (1800, 2400)
#: Steps that run at once: one more than there are cores, which works while another waits.
AT_ONCE = len(os.sched_getaffinity(0)) + 1
POLL_SECONDS = 0.2


class Step(Protocol):
    """Something that runs in a process of its own and comes to an outcome."""

    name: str
    #: Number of cores that it keeps busy.
    cores: float

    def begin(self) -> subprocess.Popen[bytes]:
        """Start it."""

    def outcome(self, code: int | None) -> Outcome:
        """Return what it came to; None instead of an exit code when its time ran out."""

    def clean(self) -> None:
        """Remove what it left."""


class Running:
    """A step on its way."""

    def __init__(self, step: Step, deadline: float) -> None:
        self.step = step
        self.started = time.monotonic()
        self.deadline = min(deadline, self.started + STEP_SECONDS)
        say(f"{step.name}: started")
        self.process = step.begin()
        #: Seconds by the clock and of processors, of the latter without PostgreSQL's.
        self.seconds = self.busy_seconds = 0.0

    def ended(self) -> bool:
        """Return whether it ended or its time ran out."""
        before = _busy_seconds()
        code = self.process.poll()
        # what is added when a process is waited for is its own, and of what it waited for itself
        self.busy_seconds += _busy_seconds() - before
        return code is not None or time.monotonic() > self.deadline

    def finish(self) -> Outcome:
        """End what still runs, report, clean."""
        code = self.process.poll()
        end(self.process)
        self.seconds = time.monotonic() - self.started
        outcome = self.step.outcome(code)
        self.step.clean()
        if os.environ.get("CI"):
            outcome = outcome.counting_skipped()
        self._report(outcome)
        return outcome

    def _report(self, outcome: Outcome) -> None:
        for line in outcome.details:
            say(line)
        for line in outcome.skipped:
            say(f"skipped: {line}")
        say(f"{self.step.name}: {outcome.summary} ({self.seconds:.0f} s)")


def _busy_seconds() -> float:
    """Return the seconds of processors of all processes that were waited for."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def main(arguments: list[str]) -> int:
    """Run the tests.

    :param arguments: see the module.
    :return: 0 when something passed and nothing failed.
    """
    started = time.monotonic()
    plan = make_plan(arguments, ROOT, Path.cwd())
    paths = prepare(cache_home())
    with ExitStack() as stack, temporary_folder():
        waiting = steps(plan, paths, take(paths, "test", stack))
        ended = run_steps(waiting, started + WHOLE_SECONDS)
    if len(ended) > 1:
        for line in timetable([item for item, _outcome in ended], time.monotonic() - started):
            say(line)
    outcome = total([outcome for _item, outcome in ended])
    print(f"{outcome.passed} passed, {outcome.failed} failed", flush=True)
    return int(outcome.failed > 0 or outcome.passed == 0)


@contextmanager
def temporary_folder() -> Iterator[None]:
    """Give everything that is started one folder for temporary files, and remove it: a browser
    that is ended leaves its own behind."""
    before = os.environ.get("TMPDIR")
    with tempfile.TemporaryDirectory(prefix="integrator-", ignore_cleanup_errors=True) as folder:
        os.environ["TMPDIR"] = folder
        try:
            yield
        finally:
            os.environ.pop("TMPDIR")
            if before is not None:
                os.environ["TMPDIR"] = before


def steps(plan: Plan, paths: Paths, slot: Slot) -> Iterator[Step]:
    """Yield the steps one by one: what a step needs is fetched while the ones before it run."""
    python = ensure_python(paths)
    if plan.needs_ssh_server:
        require(paths, "An SSH server for the tests", ["openssh-server"], ssh_server)
    if plan.pytest:
        yield PytestStep(paths, python, slot, plan.pytest)
    if plan.addons or plan.proofs:
        require(paths, "A browser for the tests", [BROWSER_PACKAGE], browser)
        installation = ensure_installation(paths)
        cuts = [cut(addon, tags, ROOT) for addon, tags in plan.addons.items()]
        # a part of each addon in turn, since the first one of an addon may have to install it;
        # what is cut comes last: its parts are short, so that none is long alone at the end
        parts = [part for row in zip_longest(*cuts) for part in row if part]
        odoo = [OdooStep(installation, slot, part) for part in parts]
        yield from odoo[:2]
        yield from (ProofStep(installation, slot, name) for name in plan.proofs)
        yield from odoo[2:]


def run_steps(waiting: Iterator[Step], deadline: float) -> list[tuple[Running, Outcome]]:
    """Run steps, as many at once as keep the cores busy, and end all of them however this ends.

    :param waiting: the steps.
    :param deadline: on the monotonic clock; what runs then is ended.
    :return: what ran and what it came to, in the order in which it ended.
    """
    running: list[Running] = []
    outcomes: list[tuple[Running, Outcome]] = []
    try:
        for step in waiting:
            running.append(Running(step, deadline))
            while sum(item.step.cores for item in running) >= AT_ONCE:
                outcomes += _collect(running)
        while running:
            outcomes += _collect(running)
    finally:
        for item in running:
            end(item.process)
            item.step.clean()
    return outcomes


def _collect(running: list[Running]) -> list[tuple[Running, Outcome]]:
    """Wait a moment, then take out what ended."""
    time.sleep(POLL_SECONDS)
    done = [item for item in running if item.ended()]
    for item in done:
        running.remove(item)
    return [(item, item.finish()) for item in done]


def timetable(ended: list[Running], seconds: float) -> list[str]:
    """Return the lines with the duration of each part.

    :param ended: what ran.
    :param seconds: of the whole.
    """
    rows = [
        f"  {item.step.name:28} {item.seconds:5.0f} s   processor {item.busy_seconds:5.0f} s"
        for item in sorted(ended, key=lambda item: item.started)
    ]
    busy = sum(item.busy_seconds for item in ended)
    whole = f"  {'all of it':28} {seconds:5.0f} s   processor {busy:5.0f} s, without PostgreSQL's"
    return ["How long it took:", *rows, whole]
