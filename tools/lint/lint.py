# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""`bin/lint`: ruff, pylint-odoo, mypy and our own checks; all of them run, each prints its
findings."""

from __future__ import annotations

import subprocess
from pathlib import Path

from ..environment.environments import python_environment
from ..environment.messages import say
from ..environment.paths import ROOT, Paths, cache_home, prepare
from ..environment.processes import finish
from ..environment.python_env import ensure_python
from .addon_files import addons, addons_for_tests
from .check_addons import problems

CHECK_SECONDS = 300


def main(_arguments: list[str]) -> int:
    """Run every check.

    :return: 0 when none found anything.
    """
    paths = prepare(cache_home())
    python = ensure_python(paths)
    results = [_run(paths, name, command) for name, command in commands(paths, python).items()]
    return int(not all([*results, _own_checks()]))


def commands(paths: Paths, python: Path) -> dict[str, list[str]]:
    """Return the checks that are programs: name -> command.

    :param python: interpreter of the virtual environment.
    """
    module = [str(python), "-m"]
    cache = ["--cache-dir", str(paths.home / "ruff")]
    folders = [*addons(ROOT), *addons_for_tests(ROOT)]
    names = [str(folder.relative_to(ROOT)) for folder in folders]
    return {
        "ruff check": [*module, "ruff", "check", "--output-format=concise", *cache, "."],
        "ruff format": [*module, "ruff", "format", "--check", *cache, "."],
        "mypy": [*module, "mypy", "--cache-dir", str(paths.home / "mypy")],
        "pylint-odoo": [*module, "pylint", "--rcfile=.pylintrc-mandatory", *names],
    }


def _run(paths: Paths, name: str, command: list[str]) -> bool:
    """Run a program; what it finds goes to the screen."""
    say(f"{name} …")
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        env=python_environment(paths),
        cwd=ROOT,
        start_new_session=True,
    )
    code = finish(process, CHECK_SECONDS)
    if code is None:
        say(f"{name} took more than {CHECK_SECONDS} seconds.")
    return code == 0


def _own_checks() -> bool:
    say("manifests, XML, texts, lengths …")
    found = problems(ROOT)
    for problem in found:
        print(problem, flush=True)
    return not found
