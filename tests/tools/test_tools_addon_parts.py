# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Cutting the tests of a large addon into parts."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.environment.paths import ROOT
from tools.testing.addon_parts import ALONE, PARTS, cut


def files_of(tags: str) -> list[str]:
    return [Path(tag).name for tag in tags.split(",")]


@pytest.mark.parametrize("addon", PARTS)
def test_the_parts_of_an_addon_hold_each_of_its_files_once(addon: str) -> None:
    parts = cut(addon, f"/{addon}", ROOT)
    found = sorted(name for part in parts for name in files_of(part.tags))
    assert found == sorted(file.name for file in (ROOT / addon / "tests").glob("test_*.py"))
    assert len({part.name for part in parts}) == len(parts) >= PARTS[addon]


def test_parts_are_about_as_long_as_each_other_and_the_same_every_time(tmp_path: Path) -> None:
    folder = tmp_path / "integrator_amazon" / "tests"
    folder.mkdir(parents=True)
    for number in range(1, 31):
        (folder / f"test_{number:02}.py").write_text("#" * number * 10)
    (folder / "common.py").write_text("#" * 5000)
    parts = cut("integrator_amazon", "/integrator_amazon", tmp_path)
    sizes = [sum((folder / name).stat().st_size for name in files_of(part.tags)) for part in parts]
    assert max(sizes) - min(sizes) <= 400
    assert parts == cut("integrator_amazon", "/integrator_amazon", tmp_path)


@pytest.mark.parametrize("tags", ["/integrator:TestX", "/integrator/tests/test_x.py"])
def test_less_than_an_addon_stays_in_one_piece(tags: str) -> None:
    (part,) = cut("integrator", tags, ROOT)
    assert (part.name, part.tags) == ("integrator", tags)


def test_a_small_addon_is_one_part() -> None:
    (part,) = cut("integrator_queue_job", "/integrator_queue_job", ROOT)
    assert part.name == "integrator_queue_job"


@pytest.mark.parametrize("addon", ALONE)
def test_test_addons_are_not_beside_an_addon_that_stands_alone(addon: str) -> None:
    parts = {part.label: part for part in cut(addon, f"/{addon}", ROOT)}
    assert files_of(parts["alone"].tags) == list(ALONE[addon])
    assert parts["alone"].installed == (addon,)
    assert any(name.startswith("test_") for name in parts["1"].installed)
