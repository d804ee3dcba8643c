# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Records with the rights of the system are recognised by their name: a private method that returns
such ones ends in `_sudo`, so that whoever calls it decides with open eyes what a person gets of
them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from .addon_files import addons, below

SUFFIX = "_sudo"
#: Methods of records that return records of the same rights.
KEEPING = {
    *("browse", "copy", "create", "exists", "filtered", "filtered_domain", "search"),
    *("search_fetch", "sorted", "try_lock_for_update", "union", "with_company", "with_context"),
}
#: Suffixes of the names of fields that hold records.
RECORDS = ("_id", "_ids")


def sudo_problems(root: Path, files: list[Path]) -> Iterator[str]:
    """Report private methods that return superuser records and are not named so.

    :param root: the repository.
    :param files: its files, relative to it.
    """
    for addon in addons(root):
        for file in below(files, addon.relative_to(root)):
            if file.suffix == ".py" and not {"tests", "api"} & set(file.parts):
                yield from (f"{file}{problem}" for problem in _problems(root / file))


def _problems(file: Path) -> Iterator[str]:
    try:
        tree = ast.parse(file.read_text(encoding="utf-8"))
    except SyntaxError:
        return  # reported by check_python
    for method in ast.walk(tree):
        if isinstance(method, ast.FunctionDef) and _is_unnamed(method.name):
            own = list(_own_nodes(method))
            known = {name for node in own for name in _superusers(node)}
            if any(isinstance(node, ast.Return) and _is_sudo(node.value, known) for node in own):
                yield f":{method.lineno}: {method.name} returns sudo() records, end it in {SUFFIX}"


def _is_unnamed(name: str) -> bool:
    is_private = name.startswith("_") and not name.startswith("__")
    return is_private and not name.endswith(SUFFIX)


def _own_nodes(method: ast.AST) -> Iterator[ast.AST]:
    """Yield the nodes of a method, without those of functions in it."""
    for node in ast.iter_child_nodes(method):
        if not isinstance(node, ast.FunctionDef | ast.Lambda):
            yield node
            yield from _own_nodes(node)


def _superusers(node: ast.AST) -> Iterator[str]:
    """Yield the variables that a statement sets to records with the rights of the system."""
    match node:
        case ast.Assign(targets=[ast.Name(id=name)], value=value) if _is_sudo(value, set()):
            yield name


def _is_sudo(value: ast.expr | None, known: set[str]) -> bool:
    """Return whether a value is records with the rights of the system.

    :param known: variables that are.
    """
    found = False
    match value:
        case ast.Name(id=name):
            found = name in known or name.endswith(SUFFIX)
        case ast.Call(func=ast.Attribute(attr="sudo"), args=args):
            found = not args or ast.unparse(args[0]) != "False"
        case ast.Call(func=ast.Attribute(attr=name)) if name.endswith(SUFFIX):
            found = True
        case (
            ast.Subscript(value=base, slice=ast.Slice())
            # records that are put together have the rights of the first ones
            | ast.BinOp(left=base)
        ):
            found = _is_sudo(base, known)
        case ast.Call(func=ast.Attribute(value=base, attr=name)) if name in KEEPING:
            found = _is_sudo(base, known)
        case ast.Attribute(value=base, attr=name) if name.endswith(RECORDS):
            found = _is_sudo(base, known)
        case ast.BoolOp(values=values):
            found = any(_is_sudo(one, known) for one in values)
        case ast.IfExp(body=one, orelse=other):
            found = _is_sudo(one, known) or _is_sudo(other, known)
    return found
