# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The tests of one addon on PostgreSQL and in a browser, by Odoo's own runner."""

from __future__ import annotations

import subprocess
from pathlib import Path

from ..environment.database import Databases
from ..environment.locks import Slot
from ..environment.odoo_process import Installation
from ..environment.paths import ROOT
from ..environment.processes import start, tail
from .addon_parts import Part
from .odoo_log import Entry, Findings, read_log
from .outcome import Outcome

#: Lines of problems on the screen; the log has all.
PROBLEM_LINES = 25
MAX_TESTS = 30
MAX_OTHERS = 8


class OdooStep:
    """Tests of one addon, in a fresh database in which it is installed.

    :param installation: Odoo and its cluster.
    :param slot: the place of this run.
    :param part: what runs.
    """

    cores = 1.0

    def __init__(self, installation: Installation, slot: Slot, part: Part) -> None:
        self.name = part.name
        self._installation = installation
        self._part = part
        self._database = f"{slot.name}_{part.name}"
        self._folder = slot.folder
        self._log = slot.folder / f"{part.name}.log"

    def begin(self) -> subprocess.Popen[bytes]:
        """Start the program that makes the database and becomes Odoo."""
        part = self._part
        program: list[str | Path] = [self._installation.python, "-m", "tools.testing.odoo_play"]
        program += [",".join(part.installed), self._database, self._folder, part.tags]
        environment = self._installation.environment
        return start(program, self._log, environment, ROOT)

    def outcome(self, code: int | None) -> Outcome:
        """Return what it came to.

        :param code: exit code, None when its time ran out.
        """
        findings = read_log(self._log.read_text(errors="replace"))
        failed, details = judge(code, findings)
        if failed:
            details.append(f"(all of it: {self._log})" if findings.problems else tail(self._log))
        return Outcome((findings.total or 0) - findings.failed, failed, findings.skipped, details)

    def clean(self) -> None:
        """Drop the database."""
        Databases(self._installation).drop(self._database)


def judge(code: int | None, findings: Findings) -> tuple[int, list[str]]:
    """Return the number of failures and what to read about them.

    A run that broke counts as one failure, also where Odoo's exit code is 0.

    :param code: exit code, None when the time ran out.
    :param findings: the findings of the log.
    """
    reasons = [
        (code is None, "The step took too long."),
        (code not in (None, 0), f"Odoo ended with exit code {code}."),
        (findings.total is None, "Odoo did not come to the end of its tests."),
        (findings.total == 0, "No test ran."),
        (bool(findings.problems), "There are warnings or errors in the log."),
    ]
    texts = [text for holds, text in reasons if holds]
    return findings.failed or int(bool(texts)), [*shown(findings.problems), *texts]


def shown(problems: list[Entry]) -> list[str]:
    """Return the lines of problems for the screen: the tests that failed, then the log's others.

    What is said again (the same last line) and what is too much stays in the log.
    """
    tests = [entry for entry in problems if entry.is_test]
    others = list({entry.lines[-1]: entry for entry in problems if not entry.is_test}.values())
    kept = [*tests[:MAX_TESTS], *others[:MAX_OTHERS]]
    rest = len(problems) - len(kept)
    lines = [line for entry in kept for line in _shortened(entry.level, entry.lines)]
    return [*lines, *([f"… and {rest} more in the log"] if rest else [])]


def _shortened(level: str, lines: list[str]) -> list[str]:
    cut = len(lines) - 1 - PROBLEM_LINES
    middle = [f"… {cut} lines …"] if cut > 0 else []
    # the cause is at the end of a traceback
    kept = [*middle, *lines[1:][-PROBLEM_LINES:]]
    return [f"{level} {lines[0]}", *(f"    {line}" for line in kept)]
