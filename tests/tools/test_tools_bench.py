# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""`bin/bench`: how figures become ratios, and what it says about them."""

from __future__ import annotations

import importlib
import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from tools.environment.messages import ToolError
from tools.proofs import bench

MODULE = SimpleNamespace(RATIOS={"a-vs-b": ("a", "b", 1.1), "a-vs-c": ("a", "c", 0.5)})
FIGURES = {"a": [1.2, 9.0, 2.0], "b": [4.0, 1.2, 1.3], "c": [2.0, 2.0, 2.1]}


def test_a_ratio_is_that_of_the_quickest_rounds() -> None:
    """A round in which the machine was busy does not decide."""
    first, second = bench.ratios(MODULE, FIGURES, [])
    assert (first.name, first.ratio, first.is_good) == ("a-vs-b", 1.0, True)
    assert (second.name, second.ratio, second.is_good) == ("a-vs-c", 0.6, False)


def test_one_ratio_alone_can_be_asked_for() -> None:
    assert [result.name for result in bench.ratios(MODULE, FIGURES, ["a-vs-c"])] == ["a-vs-c"]


def test_the_file_has_the_ratios_by_their_ids(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "bench.json"
    bench.show(bench.ratios(MODULE, FIGURES, []), file, {"module": FIGURES})
    written = json.loads(file.read_text())
    assert (written["a-vs-b"], written["figures"]) == (1.0, {"module": FIGURES})
    assert "TOO MUCH" in capsys.readouterr().out


def test_an_unknown_id_is_refused_with_the_known_ones() -> None:
    with pytest.raises(ToolError, match="import-vs-orm"):
        bench.parse(["import-vs-everything"])


@pytest.mark.parametrize("name", bench.BENCHMARKS)
def test_every_ratio_is_between_measures_that_are_there(name: str) -> None:
    module = importlib.import_module(f"benchmarks.{name}")
    for ours, other, limit in module.RATIOS.values():
        assert {ours, other} <= module.MEASURES.keys() | module.CONSTANTS.keys()
        assert limit > 0


@pytest.mark.parametrize("name", bench.BENCHMARKS)
def test_a_size_is_another_value_of_a_constant(name: str) -> None:
    module = importlib.import_module(f"benchmarks.{name}")
    for constant, fewer in module.TRIAL.items():
        assert 0 < fewer < vars(module)[constant]
    for constant, more in module.FULL.items():
        assert more > vars(module)[constant]
