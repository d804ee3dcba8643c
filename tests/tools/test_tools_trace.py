# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The output of `bin/trace`."""

from __future__ import annotations

from tools.proofs.trace import report


def test_files_are_counted_once_and_by_what_ran_them() -> None:
    lines = ["order in: a.py", "order in: b.py", "order in: a.py", "price out: a.py"]
    assert report(lines) == [
        "",
        "order in: 2 files",
        "  a.py",
        "  b.py",
        "",
        "price out: 1 files",
        "  a.py",
    ]
