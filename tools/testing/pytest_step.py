# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The tests without a database: simulator, api/, tools/, by pytest."""

from __future__ import annotations

import subprocess
from pathlib import Path
from xml.etree import ElementTree

from ..environment.environments import python_environment
from ..environment.locks import Slot
from ..environment.paths import ROOT, Paths
from ..environment.processes import start, tail
from .outcome import Outcome


class PytestStep:
    """One run of pytest.

    :param paths: the cache folder.
    :param python: interpreter of the virtual environment.
    :param slot: the place of this run.
    :param targets: paths or node ids, relative to the repository.
    """

    name = "pytest"

    cores = 1.0

    def __init__(self, paths: Paths, python: Path, slot: Slot, targets: tuple[str, ...]) -> None:
        self._paths = paths
        self._python = python
        self._targets = targets
        self._report = slot.folder / "pytest.xml"
        self._log = slot.folder / "pytest.log"

    def begin(self) -> subprocess.Popen[bytes]:
        """Start pytest."""
        options = [f"--junitxml={self._report}", "-o", f"cache_dir={self._paths.home / 'pytest'}"]
        return start(
            [self._python, "-m", "pytest", *options, *self._targets],
            self._log,
            python_environment(self._paths),
            ROOT,
        )

    def outcome(self, code: int | None) -> Outcome:
        """Return what it came to.

        :param code: exit code, None when its time ran out.
        """
        if code is None or not self._report.exists():
            reason = "took too long" if code is None else f"ended with exit code {code}"
            return Outcome(0, 1, details=[f"pytest {reason}:", tail(self._log)])
        counted = read_report(self._report.read_text())
        if code and not counted.failed:
            return Outcome(counted.passed, 1, counted.skipped, [tail(self._log)])
        if counted.failed:
            return Outcome(counted.passed, counted.failed, counted.skipped, self._failures())
        return counted

    def clean(self) -> None:
        """Nothing stays behind."""

    def _failures(self) -> list[str]:
        text = self._log.read_text(errors="replace")
        _before, _heading, after = text.partition("= FAILURES =")
        return [after or text, f"(all of it: {self._log})"]


def read_report(text: str) -> Outcome:
    """Return the counts of pytest's JUnit report.

    :param text: the XML.
    """
    passed = failed = 0
    skipped = []
    report = ElementTree.fromstring(text)  # noqa: S314 - written by our own pytest
    for case in report.iter("testcase"):
        marks = {child.tag for child in case}
        if marks & {"failure", "error"}:
            failed += 1
        elif (skip := case.find("skipped")) is not None:
            reason = skip.get("message", "")
            skipped.append(f"{case.get('classname')}.{case.get('name')}: {reason}")
        else:
            passed += 1
    return Outcome(passed, failed, skipped)
