# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Python files: the licence in the first lines, not too long, no long method without a reason, no
test that Odoo never runs, and nothing that a person typed may begin a line of its own in the log.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

LICENSE = "# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl)."
#: Lines of a method, and of a file.
LONGEST = 50
LONGEST_FILE = 600
#: A comment in the method that says why it has to be so long.
REASON = "# long: "
#: Methods of a logger.
LEVELS = {"debug", "info", "warning", "error", "exception", "critical"}
MANIFEST = "__manifest__.py"
Method = ast.FunctionDef | ast.AsyncFunctionDef


def python_problems(root: Path, files: list[Path]) -> Iterator[str]:
    """Yield problems of the Python files.

    :param root: the repository.
    :param files: its files, relative to it.
    """
    for file in files:
        if file.suffix == ".py":
            text = (root / file).read_text(encoding="utf-8")
            yield from (f"{file}{problem}" for problem in _problems(text))
            if _is_odoo_test(root, file) and file.stem not in _imported(root / file.parent):
                yield f"{file}: is not imported in {file.parent}/__init__.py, so it never runs"


def _is_odoo_test(root: Path, file: Path) -> bool:
    """Return whether a file is a test of an addon: Odoo runs those that the package imports."""
    folder = file.parent
    is_test = folder.name == "tests" and file.name.startswith("test_")
    return is_test and (root / folder.parent / MANIFEST).is_file()


def _imported(package: Path) -> set[str]:
    """Return the modules that a package imports out of itself."""
    init = package / "__init__.py"
    tree = ast.parse(init.read_text(encoding="utf-8")) if init.is_file() else ast.Module([], [])
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) and node.level]
    return {(node.module or alias.name) for node in imports for alias in node.names}


def _problems(text: str) -> Iterator[str]:
    lines = text.splitlines()
    if lines and LICENSE not in lines[:2]:
        yield ": does not begin with the licence line"
    if len(lines) > LONGEST_FILE:
        yield f": has more than {LONGEST_FILE} lines"
    try:
        tree = ast.parse(text)
    except SyntaxError as error:
        yield f":{error.lineno}: {error.msg}"
        return
    for node in ast.walk(tree):
        if isinstance(node, Method) and _is_too_long(node, lines):
            yield f":{node.lineno}: {node.name} has more than {LONGEST} lines"
        if isinstance(node, ast.Call) and _logs_raw_text(node):
            yield f":{node.lineno}: write %r into the log, not %s: a name may hold line breaks"


def _is_too_long(node: Method, lines: list[str]) -> bool:
    end = node.end_lineno or node.lineno
    body = lines[node.lineno - 1 : end]
    return len(body) > LONGEST and not any(REASON in line for line in body)


def _logs_raw_text(node: ast.Call) -> bool:
    match node:
        case ast.Call(
            func=ast.Attribute(value=ast.Name(id="_logger"), attr=level), args=[text, *_]
        ):
            plain = isinstance(text, ast.Constant) and "%s" not in str(text.value)
            return level in LEVELS and not plain
    return False
