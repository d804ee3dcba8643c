# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Counts of pytest, their sum, and the figures of the demo."""

from __future__ import annotations

from tools.demo.demo_figures import complaints, table
from tools.testing.outcome import Outcome, total
from tools.testing.pytest_step import read_report

REPORT = """\
<?xml version="1.0" encoding="utf-8"?>
<testsuites><testsuite errors="1" failures="1" skipped="1" tests="4">
  <testcase classname="a.b" name="test_good"/>
  <testcase classname="a.b" name="test_bad"><failure message="no"/></testcase>
  <testcase classname="a.b" name="test_broken"><error message="no"/></testcase>
  <testcase classname="a.b" name="test_left"><skipped message="no samples"/></testcase>
</testsuite></testsuites>
"""
GOOD = {
    "products_sent": 42,
    "listings_live": 42,
    "orders_imported": 50,
    "orders_to_import": 50,
    "amount_difference": "0.00",
    "errors": 0,
}


def test_pytests_report_is_counted_with_broken_tests_as_failed_ones() -> None:
    assert read_report(REPORT) == Outcome(1, 2, ["a.b.test_left: no samples"])


def test_counts_are_summed() -> None:
    assert total([Outcome(3, 1, ["a"], ["b"]), Outcome(4, 0)]) == Outcome(7, 1)


def test_where_nothing_may_be_skipped_a_skipped_test_is_a_failed_one() -> None:
    counted = Outcome(1, 2, ["a: no samples"]).counting_skipped()
    assert (counted.passed, counted.failed, counted.skipped) == (1, 3, [])
    assert "a: no samples" in counted.details


def test_a_summary_names_skipped_tests_only_where_there_are_any() -> None:
    assert Outcome(1, 0).summary == "1 passed, 0 failed"
    assert Outcome(1, 0, ["a"]).summary == "1 passed, 0 failed, 1 skipped"


def test_good_figures_of_the_demo_are_not_complained_about() -> None:
    assert complaints(GOOD) == []


def test_each_wrong_figure_of_the_demo_gets_a_sentence() -> None:
    wrong = {**GOOD, "errors": 2, "orders_imported": 49, "amount_difference": "0.01"}
    assert complaints(wrong) == [
        "amount_difference is 0.01, not 0.00.",
        "errors is 2, not 0.",
        "orders_imported is 49, but orders_to_import is 50.",
    ]


def test_the_second_day_leaves_a_case_of_each_kind() -> None:
    left = {"to_do_sku": 2, "to_do_hold": 1, "to_do_return": 0}
    assert complaints({**GOOD, **left}) == ["to_do_return is 0: nothing of it is left to do."]
    assert complaints({**GOOD, "web_orders": 2, "web_orders_shipped": 1}) == [
        "web_orders_shipped is 1, but web_orders is 2."
    ]


def test_the_table_has_one_row_per_figure() -> None:
    rows = table(GOOD).splitlines()
    assert any(row.split() == ["amount", "difference", "0.00"] for row in rows)
    assert len(rows) == len(GOOD) + 3
