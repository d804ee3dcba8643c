# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Result of one step of a test run."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Outcome:
    """Counts and what a person has to read.

    :param passed: tests.
    :param failed: tests, and one for a step that broke in another way.
    :param skipped: one text per skipped test.
    :param details: lines for the screen: failures, tracebacks, where the log is.
    """

    passed: int
    failed: int
    skipped: list[str] = field(default_factory=list)
    details: list[str] = field(default_factory=list)

    def counting_skipped(self) -> Outcome:
        """Return the same with each skipped test as a failed one."""
        if not self.skipped:
            return self
        details = [*self.details, "Skipped, where nothing may be skipped:", *self.skipped]
        return Outcome(self.passed, self.failed + len(self.skipped), [], details)

    @property
    def summary(self) -> str:
        """The counts as text."""
        skipped = f", {len(self.skipped)} skipped" if self.skipped else ""
        return f"{self.passed} passed, {self.failed} failed{skipped}"


def total(outcomes: list[Outcome]) -> Outcome:
    """Return the sum of the counts, without the texts."""
    return Outcome(
        sum(outcome.passed for outcome in outcomes),
        sum(outcome.failed for outcome in outcomes),
    )
