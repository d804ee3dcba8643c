# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The documentation about files agrees with the code."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("name", ["files-by-hand.md", "files-automatic.md", "order-exports.md"])
def test_each_way_has_a_worked_example_with_pictures(name: str) -> None:
    """003-35: with pictures that exist, and with the tests that play it."""
    page = (ROOT / "docs" / name).read_text()
    assert re.search("^## .*example", page, re.MULTILINE)
    pictures = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", page)
    assert pictures
    assert all((ROOT / "docs" / picture).is_file() for picture in pictures)
    played = re.findall(r"`(integrator_impex/tests/\w+\.py)`", page)
    assert played
    assert all((ROOT / file).is_file() for file in played)
