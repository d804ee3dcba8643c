# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""`bin/trace`: which of our Python files an order on its way in and a price on its way out run.

The test `TestTrace` of `integrator_amazon` does both in a test database against the local Amazon,
and keeps the numbers below its limit. Here its files are printed, by addon and folder.
"""

from __future__ import annotations

import os
import tempfile
from collections import defaultdict
from pathlib import Path

from ..environment.messages import say
from ..testing import run_tests

TEST = "integrator_amazon:TestTrace"


def main(_arguments: list[str]) -> int:
    """Run the test and print what it took down.

    :return: exit code of the test.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "trace"
        path.touch()
        os.environ["TRACE_FILE"] = str(path)
        code = run_tests.main([TEST])
        for text in report(path.read_text(encoding="utf-8").splitlines()):
            say(text)
    return code


def report(lines: list[str]) -> list[str]:
    """Return what is printed.

    :param lines: “name: file” each.
    """
    found: dict[str, set[str]] = defaultdict(set)
    for line in lines:
        name, _colon, file = line.partition(": ")
        found[name].add(file)
    texts = []
    for name, files in found.items():
        texts += ["", f"{name}: {len(files)} files", *(f"  {file}" for file in sorted(files))]
    return texts
