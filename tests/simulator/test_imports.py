# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""No module of the simulator needs one that needs it, not even for its types."""

from __future__ import annotations

import ast
from graphlib import TopologicalSorter
from pathlib import Path

import spapi_simulator

ROOT = Path(spapi_simulator.__file__).parent


def modules() -> dict[str, Path]:
    """Return dotted name within the package -> file."""
    names = {}
    for file in ROOT.rglob("*.py"):
        parts = file.relative_to(ROOT).with_suffix("").parts
        names[".".join(part for part in parts if part != "__init__")] = file
    return names


def needed(name: str, known: dict[str, Path]) -> set[str]:
    """Return the modules that one imports, also those it imports for types only."""
    file = known[name]
    above = name.split(".") if name else []
    package = above if file.name == "__init__.py" else above[:-1]
    found = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.level:
            start = package[: len(package) - node.level + 1]
            base = ".".join([*start, *([node.module] if node.module else [])])
            named = {f"{base}.{alias.name}".lstrip(".") for alias in node.names}
            found |= {one if one in known else base for one in named}
    return found - {name}


def test_nothing_goes_round_in_a_circle() -> None:
    known = modules()
    graph = {name: needed(name, known) for name in known}
    assert graph["engine"] >= {"world", "feeds", "reports"}
    assert "engine" not in graph["world"]
    TopologicalSorter(graph).prepare()
