# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""When the database that tests copy is made anew."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.testing.addon_template import fingerprint

MODEL = "class Thing:\n    name = 1\n\n    def act(self):\n        return 1\n"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for addon, depends in (("ours", "['base_of_ours', 'sale']"), ("base_of_ours", "[]")):
        (tmp_path / addon / "tests").mkdir(parents=True)
        (tmp_path / addon / "__manifest__.py").write_text(f"{{'depends': {depends}}}")
        (tmp_path / addon / "thing.py").write_text(MODEL)
        (tmp_path / addon / "view.xml").write_text("<odoo/>")
    return tmp_path


@pytest.mark.parametrize("addon", ["ours", "base_of_ours"])
@pytest.mark.parametrize(
    ("file", "text", "changes"),
    [
        ("thing.py", MODEL.replace("return 1", "return 2"), False),
        ("thing.py", MODEL.replace("name = 1", "name = 2"), True),
        ("thing.py", MODEL.replace("act", "init").replace("return 1", "return 2"), True),
        ("view.xml", "<odoo><data/></odoo>", True),
        ("tests/test_thing.py", "name = 3", False),
        ("README.rst", "Text", False),
    ],
)
def test_only_what_is_installed_counts(
    root: Path, addon: str, file: str, text: str, changes: bool
) -> None:
    before = fingerprint(("ours", "sale_mrp"), root)
    (root / addon / file).write_text(text)
    assert (fingerprint(("ours", "sale_mrp"), root) != before) is changes


def test_addons_beside_ours_count_by_name(root: Path) -> None:
    assert fingerprint(("ours",), root) != fingerprint(("ours", "sale_mrp"), root)
