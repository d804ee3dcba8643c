# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The results of a test run, read from Odoo's log."""

from __future__ import annotations

import pytest

from tools.testing import odoo_log
from tools.testing.odoo_log import Entry, Findings, read_log
from tools.testing.odoo_step import MAX_OTHERS, PROBLEM_LINES, judge, shown

STAMP = "2026-11-21 00:09:59,534 9456"
RESULT = f"{STAMP} INFO t odoo.tests.result: "
GOOD = f"{RESULT}0 failed, 0 error(s) of 13 tests when loading database 't' \n"
BAD = f"""\
Running as user 'root' is a security risk.
{STAMP} INFO t odoo.modules.loading: Module integrator loaded
{STAMP} ERROR t odoo.addons.integrator.tests.test_a: FAIL: TestA.test_one
Traceback (most recent call last):
  File "test_a.py", line 5, in test_one
AssertionError: 1 != 2

{STAMP} INFO t odoo.addons.integrator.tests.test_b: skipped TestB.test_two : no browser
{STAMP} WARNING t odoo.addons.base.models.ir_ui_view: a deprecated thing
{STAMP} ERROR t odoo.tests.result: 1 failed, 2 error(s) of 9 tests when loading database 't'
"""


def test_a_good_log_has_its_total_and_no_problem() -> None:
    assert read_log(GOOD) == Findings(13, 0, [], [])


def test_a_bad_log_tells_failures_skipped_tests_and_warnings() -> None:
    findings = read_log(BAD)

    assert (findings.total, findings.failed) == (9, 3)
    assert findings.skipped == ["skipped TestB.test_two : no browser"]
    assert [entry.lines[0] for entry in findings.problems] == [
        "FAIL: TestA.test_one",
        "a deprecated thing",
    ]


def test_a_traceback_belongs_to_the_message_before_it() -> None:
    failure = read_log(BAD).problems[0]
    assert failure.is_test
    assert failure.lines[-1] == "AssertionError: 1 != 2"


def test_known_warnings_are_no_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    known = ((r"odoo\.addons\.base\..*", "a deprecated", "not ours"),)
    monkeypatch.setattr(odoo_log, "KNOWN_WARNINGS", known)
    assert [entry.is_test for entry in read_log(BAD).problems] == [True]


@pytest.mark.parametrize(
    ("code", "log", "failed", "reason"),
    [
        (0, "", 1, "did not come to the end"),
        (0, f"{RESULT}0 failed, 0 error(s) of 0 tests when loading", 1, "No test ran"),
        (1, GOOD, 1, "exit code 1"),
        (None, GOOD, 1, "took too long"),
        (0, f"{STAMP} WARNING t odoo.x: odd\n{GOOD}", 1, "warnings or errors"),
        (0, BAD, 3, "warnings or errors"),
    ],
    ids=["no end", "no test", "exit code", "time", "a warning", "failures"],
)
def test_a_run_that_is_not_good_counts_as_failed_whatever_the_exit_code(
    code: int | None, log: str, failed: int, reason: str
) -> None:
    counted, details = judge(code, read_log(log))
    assert counted == failed
    assert any(reason in line for line in details)


def test_a_good_run_has_nothing_to_tell() -> None:
    assert judge(0, read_log(GOOD)) == (0, [])


def test_the_screen_has_failed_tests_first_and_says_nothing_twice() -> None:
    same = [Entry("ERROR", "x", [f"stage {number}", "TypeError: x"]) for number in range(5)]
    test = Entry("ERROR", "x", ["FAIL: TestA.test_one"])
    lines = shown([*same, test])
    assert lines[0] == "ERROR FAIL: TestA.test_one"
    assert lines[-1] == "… and 4 more in the log"


def test_the_screen_keeps_the_end_of_a_long_traceback_and_few_other_problems() -> None:
    long = Entry("ERROR", "x", ["broken", *(f"line {number}" for number in range(100))])
    others = [Entry("WARNING", "x", [f"odd {number}"]) for number in range(50)]
    lines = shown([long, *others])
    assert lines[1] == f"    … {100 - PROBLEM_LINES} lines …"
    assert "    line 99" in lines
    assert sum(line.startswith(("ERROR", "WARNING")) for line in lines) == MAX_OTHERS
