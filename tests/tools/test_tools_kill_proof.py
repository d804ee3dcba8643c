# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The comparison of the kill proof sees what is lost, doubled or changed."""

from __future__ import annotations

from tools.proofs.kill_proof import differences


def test_equal_states_are_no_difference() -> None:
    assert differences({"a": "1"}, {"a": "1"}) == []


def test_lost_changed_and_extra_rows_are_reported() -> None:
    lines = differences({"a": "1", "b": "2"}, {"b": "3", "c": "4"})
    assert [line.split(":")[0] for line in lines] == ["a", "b", "c"]
    assert "lost" in lines[0]
    assert "not there" in lines[2]
