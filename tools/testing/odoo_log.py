# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Failures and warnings in Odoo's log of a test run: its exit code alone does not show them."""

from __future__ import annotations

import re
from dataclasses import dataclass

#: Warnings that do not fail a test run: logger and start of the message, both regular expressions,
#: and why they are not ours.
KNOWN_WARNINGS: tuple[tuple[str, str, str], ...] = ()


def is_known(logger: str, message: str) -> bool:
    """Return whether a warning is a known one.

    :param logger: who wrote it.
    :param message: its text.
    """
    return any(
        re.fullmatch(name, logger) and re.match(start, message)
        for name, start, _reason in KNOWN_WARNINGS
    )


ENTRY = re.compile(
    r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d+ \d+ (?P<level>[A-Z]+) \S+ (?P<logger>\S+): (?P<message>.*)"
)
#: Odoo's last word on the tests of one database.
RESULT = re.compile(r"(\d+) failed, (\d+) error\(s\) of (\d+) tests")
RESULT_LOGGER = "odoo.tests.result"
TEST = re.compile(r"(FAIL|ERROR): ")
SKIPPED = re.compile(r"skipped .+ : ")
BAD_LEVELS = ("WARNING", "ERROR", "CRITICAL")


@dataclass
class Entry:
    """One message of the log.

    :param level: Python's name of the level.
    :param logger: who wrote it.
    :param lines: the message, with the lines that follow it, such as a traceback.
    """

    level: str
    logger: str
    lines: list[str]

    @property
    def text(self) -> str:
        """The whole message."""
        return "\n".join(self.lines)

    @property
    def is_test(self) -> bool:
        """Return whether it is of a test that failed or broke."""
        return bool(TEST.match(self.lines[0]))


@dataclass(frozen=True)
class Findings:
    """The findings of a log.

    :param total: tests that ran; None when Odoo did not come to count them.
    :param failed: tests that failed or broke.
    :param skipped: one text per skipped test.
    :param problems: warnings and errors that are not known ones.
    """

    total: int | None
    failed: int
    skipped: list[str]
    problems: list[Entry]


def read_log(text: str) -> Findings:
    """Return the findings of a log.

    :param text: the whole log of one Odoo process.
    """
    found = entries(text)
    results = [match for entry in found if (match := _result(entry))]
    return Findings(
        total=sum(int(match[3]) for match in results) if results else None,
        failed=sum(int(match[1]) + int(match[2]) for match in results),
        skipped=[entry.text for entry in found if SKIPPED.match(entry.lines[0])],
        problems=[entry for entry in found if _is_problem(entry)],
    )


def entries(text: str) -> list[Entry]:
    """Return the messages of a log; what comes before the first one belongs to none."""
    found: list[Entry] = []
    for line in text.splitlines():
        if match := ENTRY.fullmatch(line):
            found.append(Entry(match["level"], match["logger"], [match["message"]]))
        elif found:
            found[-1].lines.append(line.rstrip())
    for entry in found:
        while len(entry.lines) > 1 and not entry.lines[-1]:
            entry.lines.pop()
    return found


def _result(entry: Entry) -> re.Match[str] | None:
    return RESULT.match(entry.lines[0]) if entry.logger == RESULT_LOGGER else None


def _is_problem(entry: Entry) -> bool:
    if entry.level not in BAD_LEVELS or _result(entry):
        return False
    return not is_known(entry.logger, entry.text)
