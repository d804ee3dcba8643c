# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""`bin/bench [--full] [--json FILE] [--rounds N] [ID …]`: how fast we are, as ratios in one run.

A benchmark is a module of `benchmarks/` with `MEASURES` (name -> whether its database has the
addons), `CONSTANTS` (name -> figure) and `RATIOS` (id -> measure, measure it is held against, the
most that the ratio may be). Its `measure(env, name, round)` runs in a process of its own for each
measure and round, in turns; the ratio is that of the quickest rounds, because whatever else the
machine does makes a round slower, never quicker. What belongs together has `measure_once(env)`
instead, for all its measures. Seconds are the processor's (`benchmarks/processor.py`) wherever the
clock is not what is meant, so that other work on the machine changes little.

How many orders, products or rows a benchmark takes are constants of its module, and so are `ROUNDS`
where they are not the usual; its `FULL` names those that are larger with `--full`, its `TRIAL`
those that are smaller in `bench_proof`.
"""

from __future__ import annotations

import argparse
import importlib
import json
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from ..demo.demo import forget
from ..environment.database import Databases
from ..environment.locks import Slot, take
from ..environment.messages import ToolError, say
from ..environment.odoo_process import Installation, ensure_installation
from ..environment.paths import ROOT, cache_home, prepare
from ..environment.processes import run
from ..testing.addon_template import AddonTemplate, template_of

#: Modules of `benchmarks/`; the last one starts a scheduler, which goes on.
BENCHMARKS = (
    *("import_vs_orm", "intercept", "catalogue", "reconcile", "stream", "flow"),
    *("settlement", "impex", "duty"),
)
#: Installed addon, with what it depends on and what stands beside it in its tests.
ADDON = "integrator_amazon_account"
#: Rounds, where a benchmark names none of its own.
ROUNDS = 2
MEASURE_SECONDS = 1200

#: Name of the function of a benchmark whose measures belong together.
ONCE = "measure_once"
#: In place of the name of a dict of other constants.
USUAL = "-"

#: Measure -> its figure in each round.
Figures = dict[str, list[float]]


@dataclass(frozen=True)
class Result:
    """One ratio: that of the quickest rounds, and the most that it may be."""

    name: str
    ratio: float
    limit: float

    @property
    def is_good(self) -> bool:
        """Return whether the aim is reached."""
        return self.ratio <= self.limit


def main(arguments: list[str]) -> int:
    """Measure and show the ratios.

    :param arguments: see the module.
    :return: 0 when every ratio is as small as it has to be.
    """
    options = parse(arguments)
    if options.json:
        forget(options.json)
    results: list[Result] = []
    figures: dict[str, Figures] = {}
    with ExitStack() as stack:
        installation = ensure_installation(prepare(cache_home()))
        slot = take(installation.paths, "bench", stack)
        bench = Bench(installation, slot, stack, "FULL" if options.full else USUAL)
        for name in BENCHMARKS:
            module = importlib.import_module(f"benchmarks.{name}")
            if wanted(module, options.ids):
                began = time.monotonic()
                rounds = options.rounds or getattr(module, "ROUNDS", ROUNDS)
                figures[name] = bench.rounds(name, module, rounds)
                say(f"{name} took {time.monotonic() - began:.0f} s")
                results += ratios(module, figures[name], options.ids)
    show(results, options.json, figures)
    return int(not all(result.is_good for result in results))


def parse(arguments: list[str]) -> argparse.Namespace:
    """Return the options of the command line.

    :raise ToolError: for an id that no benchmark has.
    """
    parser = argparse.ArgumentParser(prog="bin/bench", description="Measure, as ratios.")
    parser.add_argument("ids", nargs="*", metavar="ID", help="which ratios; none: all")
    parser.add_argument("--full", action="store_true", help="more of everything, for an hour")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the ratios there")
    parser.add_argument("--rounds", type=int, help="the quickest of so many")
    options = parser.parse_args(arguments)
    modules = [importlib.import_module(f"benchmarks.{name}") for name in BENCHMARKS]
    known = [key for module in modules for key in module.RATIOS]
    for name in options.ids:
        if name not in known:
            raise ToolError(f"There is no benchmark {name!r}: {', '.join(known)}.")
    return options


def wanted(module: ModuleType, ids: list[str]) -> list[str]:
    """Return the ids of a benchmark that were asked for."""
    return [name for name in module.RATIOS if name in ids or not ids]


class Bench:
    """Two databases, with the addons and without, and measurements in them.

    :param installation: Odoo and its cluster.
    :param slot: the place of this run.
    :param stack: drops the databases.
    :param sizes: `FULL` or `USUAL`.
    """

    def __init__(
        self, installation: Installation, slot: Slot, stack: ExitStack, sizes: str
    ) -> None:
        self._installation = installation
        self._folder = slot.folder
        self._sizes = sizes
        self._databases = Databases(installation)
        self._names = {True: f"{slot.name}_addons", False: f"{slot.name}_plain"}
        for with_addons, name in self._names.items():
            stack.callback(self._databases.drop, name)
            self._databases.create(name, template(installation) if with_addons else None)

    def rounds(self, name: str, module: ModuleType, count: int) -> Figures:
        """Return the figures of some rounds over all measures of a benchmark."""
        if hasattr(module, ONCE):
            say(f"{name} …")
            once = self._measure(name, ONCE, True, 0)
            return {key: [figure] for key, figure in {**module.CONSTANTS, **once}.items()}
        figures: Figures = {key: [figure] * count for key, figure in module.CONSTANTS.items()}
        figures |= {measure: [] for measure in module.MEASURES}
        for number in range(count):
            for measure, with_addons in module.MEASURES.items():
                figure = self._measure(name, measure, with_addons, number)
                figures[measure].append(figure)
                say(f"{name}, round {number + 1}: {measure} {figure:.4f}")
        return figures

    def _measure(self, name: str, measure: str, with_addons: bool, number: int) -> Any:
        result = self._folder / f"{name}_{measure}_{number}.json"
        command: list[str | Path] = [
            *(self._installation.python, "-m", "tools.proofs.bench_play", self._names[with_addons]),
            *(self._sizes, name, measure, str(number), result),
        ]
        log = result.with_suffix(".log")
        run(command, log, MEASURE_SECONDS, self._installation.environment, ROOT)
        return json.loads(result.read_text())


def template(installation: Installation) -> str:
    """Return the name of a database with the addons, to make copies of."""
    return AddonTemplate(installation, template_of(ADDON)).ensure()


def ratios(module: ModuleType, figures: Figures, ids: list[str]) -> list[Result]:
    """Return what the figures of a benchmark come to: the ratios of the quickest rounds."""
    results = []
    for name in wanted(module, ids):
        ours, other, limit = module.RATIOS[name]
        ratio = min(figures[ours]) / min(figures[other])
        results.append(Result(name, round(ratio, 3), limit))
    return results


def show(results: list[Result], file: Path | None, figures: dict[str, Figures]) -> None:
    """Print the ratios, and write them to a file if asked for: id -> ratio, and the figures."""
    for result in results:
        word = "good" if result.is_good else "TOO MUCH"
        print(f"{result.name:<20} {result.ratio:6.3f}   at most {result.limit:.2f}   {word}")
    if file:
        content = {result.name: result.ratio for result in results}
        file.write_text(json.dumps({**content, "figures": figures}, indent=2) + "\n")
