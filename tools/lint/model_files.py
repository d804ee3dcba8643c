# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Reads the definitions of an addon's files for Odoo's registry without importing them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

MODULE_PARTS = ("tests", "api")


@dataclass(frozen=True)
class ModelClass:
    """One class of a model.

    :param file: where it stands, relative to the addon.
    :param name: its `_name`; empty for one that extends a model.
    :param inherits: its `_inherit`, in order.
    :param added: names of methods, fields and indexes that it brings; not those that it overrides.
    """

    file: Path
    name: str
    inherits: tuple[str, ...]
    added: tuple[str, ...]

    @property
    def model(self) -> str:
        """The model that it defines or extends."""
        return self.name or (self.inherits[0] if len(self.inherits) == 1 else "")

    @property
    def parents(self) -> tuple[str, ...]:
        """Models that have to be there before it."""
        return tuple(name for name in self.inherits if name != self.name)


def model_classes(addon: Path, files: list[Path]) -> list[ModelClass]:
    """Return the classes of models in an addon's files, without those of tests.

    :param files: relative to the addon.
    """
    found = []
    for file in files:
        if file.suffix == ".py" and not set(MODULE_PARTS) & set(file.parts):
            for node in syntax(addon / file).body:
                if isinstance(node, ast.ClassDef):
                    values = dict(_assigned(node))
                    name = "".join(values.get("_name", ()))
                    inherits = values.get("_inherit", ())
                    found.append(ModelClass(file, name, inherits, tuple(_added(node))))
    return [one for one in found if one.name or one.inherits]


def named_texts(file: Path) -> set[str]:
    """Return every text of a file that may be the name of a model."""
    return {
        node.value
        for node in ast.walk(syntax(file))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def imported(init: Path) -> list[list[str]]:
    """Return the names of each `from . import …` of a package, in order."""
    return [
        [alias.name for alias in node.names]
        for node in syntax(init).body
        if isinstance(node, ast.ImportFrom) and node.level == 1 and not node.module
    ]


def syntax(file: Path) -> ast.Module:
    """Return the syntax tree of a file; an empty one for what is no Python, see check_python."""
    try:
        return ast.parse(file.read_text(encoding="utf-8"))
    except SyntaxError:
        return ast.Module([], [])


def _assigned(node: ast.ClassDef) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Yield `_name` and `_inherit`, one name or several, where they are written as plain values."""
    for step in node.body:
        match step:
            case ast.Assign(targets=[ast.Name(id="_name" | "_inherit" as key)], value=value):
                names = ast.literal_eval(value)
                yield key, (names,) if isinstance(names, str) else tuple(names)


def _added(node: ast.ClassDef) -> Iterator[str]:
    """Yield what a class brings: methods that call no method of the same name above them, and
    values other than those of the ORM and extensions of a selection."""
    for step in node.body:
        match step:
            case ast.FunctionDef(name=name) if not _is_override(step):
                yield name
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call(func=func, keywords=words)):
                if ast.unparse(func) != "fields.Selection" or "selection_add" not in {
                    word.arg for word in words
                }:
                    yield name


def _is_override(method: ast.FunctionDef) -> bool:
    """Return whether a method calls the one of its name above it."""
    return any(
        isinstance(node, ast.Attribute)
        and node.attr == method.name
        and ast.unparse(node.value).startswith("super(")
        for node in ast.walk(method)
    )
