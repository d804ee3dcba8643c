# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Renewal of the database that tests copy."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tools.environment.paths import ROOT, TEST_ADDONS
from tools.testing.addon_template import (
    bundles_fingerprint,
    fingerprint,
    has_browser_tests,
    template_of,
)
from tools.testing.test_plan import ADDONS

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


@pytest.mark.parametrize(("file", "changes"), [("src/page.js", True), ("icon.svg", False)])
def test_a_script_makes_bundles_and_no_database(root: Path, file: str, changes: bool) -> None:
    before, bundles = fingerprint(("ours",), root), bundles_fingerprint(("ours",), root)
    (root / "base_of_ours" / "static" / "src").mkdir(parents=True)
    (root / "base_of_ours" / "static" / file).write_text("export {};")
    assert fingerprint(("ours",), root) == before
    assert (bundles_fingerprint(("ours",), root) != bundles) is changes


def test_addons_beside_ours_count_by_name(root: Path) -> None:
    assert fingerprint(("ours",), root) != fingerprint(("ours", "sale_mrp"), root)


def test_an_addon_that_only_tests_install_counts_too(root: Path) -> None:
    addon = root / "tests" / "addons" / "test_ours"
    addon.mkdir(parents=True)
    (addon / "__manifest__.py").write_text("{'depends': ['ours']}")
    (addon / "thing.py").write_text(MODEL)
    before = fingerprint(("test_ours",), root)
    (root / "ours" / "view.xml").write_text("<odoo><data/></odoo>")
    after = fingerprint(("test_ours",), root)
    (addon / "thing.py").write_text(MODEL.replace("name = 1", "name = 2"))
    assert len({before, after, fingerprint(("test_ours",), root)}) == 3


def test_bundles_are_built_where_a_browser_runs(root: Path) -> None:
    assert not has_browser_tests(("ours",), root)
    (root / "base_of_ours" / "tests" / "test_a.py").write_text("self.start_tour('/odoo', 'a')")
    assert has_browser_tests(("ours",), root)


def test_each_addon_is_tested_where_it_is_installed() -> None:
    for addon in ADDONS:
        installed = template_of(addon)
        folders = [folder for folder in (ROOT, TEST_ADDONS) if (folder / installed[0]).is_dir()]
        assert len(folders) == 1, installed
        manifest = ast.literal_eval((folders[0] / installed[0] / "__manifest__.py").read_text())
        assert addon in (installed[0], *manifest["depends"])


def test_test_addons_are_hidden_from_users() -> None:
    """Odoo finds those addons in tests, and hides them in its list of apps even there."""
    for file in TEST_ADDONS.glob("*/__manifest__.py"):
        manifest = ast.literal_eval(file.read_text())
        assert manifest["category"] == "Hidden"
        assert not manifest.get("auto_install")
        assert not (ROOT / file.parent.name).exists()
