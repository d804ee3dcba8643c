# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Checks texts of screens: labels in sentence case, and only buttons that exist are named."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree

from .addon_files import addons

#: Words that keep their capital inside a label: names of programs, pages and people.
NAMES = frozenset(
    (
        "Amazon",
        "Odoo",
        "Seller",
        "Central",
        "Logistics",
        "Excel",
        "Intrastat",
        "Prime",
        "Business",
        "Monday",
    )
)
#: A button that a text asks to press.
PRESSED = re.compile(r"[Pp]ress(?:es|ed)? “([^”%]+)”|“([^”%]+)” to (?:confirm|press)")
#: A word that begins like a name.
WORD = re.compile(r"[A-Z][a-z]+$")


def label_problems(root: Path, files: list[Path]) -> Iterator[str]:
    """Yield labels that are not in sentence case, and texts that name a missing button.

    :param root: the repository.
    :param files: its files, relative to it.
    """
    names = {addon.name for addon in addons(root)}
    ours = [file for file in files if file.parts[0] in names and "tests" not in file.parts]
    sources = {file: _parse(root / file) for file in ours if file.suffix in (".py", ".xml")}
    texts = {file: list(_texts(tree)) for file, tree in sources.items() if tree is not None}
    labels = {text.strip().rstrip("…").strip() for found in texts.values() for text in found}
    shown = {name for tree in sources.values() for name in _shown_fields(tree)}
    for file, found in texts.items():
        for button in (button for text in found for button in _buttons(text)):
            if button.rstrip("…").strip() not in labels:
                yield f"{file}: asks to press “{button}”, which no button is called"
    for file, tree in sources.items():
        if isinstance(tree, ast.Module):
            yield from _field_problems(file, tree, shown)
        elif tree is not None:
            yield from _view_problems(file, tree)


def _parse(file: Path) -> ast.Module | ElementTree.Element | None:
    try:
        text = file.read_text(encoding="utf-8")
        if file.suffix == ".py":
            return ast.parse(text)
        return ElementTree.fromstring(text)  # noqa: S314 - our own files
    except (SyntaxError, ElementTree.ParseError):
        # another check says so
        return None


def _texts(tree: ast.Module | ElementTree.Element) -> Iterator[str]:
    """The texts of a file, among them those for people."""
    if isinstance(tree, ast.Module):
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value
        return
    for element in tree.iter():
        yield from element.attrib.values()
        for text in (element.text, element.tail):
            if text and text.strip():
                yield " ".join(text.split())


def _buttons(text: str) -> list[str]:
    return [first or second for first, second in PRESSED.findall(text)]


def _shown_fields(tree: ast.Module | ElementTree.Element | None) -> Iterator[str]:
    """Names of fields that a view shows by the label of their model."""
    if isinstance(tree, ElementTree.Element):
        for field in tree.iter("field"):
            hidden = field.get("invisible") == "1" or field.get("column_invisible") == "1"
            if not (hidden or field.get("string") or field.get("nolabel")):
                yield field.get("name", "")


def _field_problems(file: Path, tree: ast.Module, shown: set[str]) -> Iterator[str]:
    """Labels of fields: those that are written, and those that Odoo makes of a name, Like This."""
    for name, call in _fields(tree):
        label = _label(call)
        if label is None and not _has(call, "selection_add", "related"):
            words = re.sub(r"_ids?$", "", name).split("_")
            if len(words) > 1 and name in shown:
                yield f"{file}:{call.lineno}: {name} is shown and has no label in sentence case"
        elif label and _is_title(label):
            yield f"{file}:{call.lineno}: the label “{label}” is not in sentence case"


def _fields(tree: ast.Module) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Assign) and isinstance(node.value, ast.Call)):
            continue
        made, target = node.value.func, node.targets[0]
        is_field = isinstance(made, ast.Attribute) and getattr(made.value, "id", "") == "fields"
        if (is_field or getattr(made, "id", "") == "Reason") and isinstance(target, ast.Name):
            yield target.id, node.value


def _label(call: ast.Call) -> str | None:
    """The label of a field; None where Odoo makes one of its name."""
    for keyword in call.keywords:
        if keyword.arg == "string":
            return str(getattr(keyword.value, "value", ""))
    return None


def _has(call: ast.Call, *names: str) -> bool:
    """Return whether a call has one of some keywords; such a field has the label of another one."""
    return any(keyword.arg in names for keyword in call.keywords)


def _view_problems(file: Path, tree: ElementTree.Element) -> Iterator[str]:
    for element in tree.iter():
        label = element.get("string") or (element.tag == "menuitem" and element.get("name")) or ""
        if _is_title(label):
            yield f"{file}: the label “{label}” is not in sentence case"


def _is_title(label: str) -> bool:
    """Return whether a word behind the first one begins like a name and is none."""
    words = re.split(r"[ /-]+", label)
    return any(
        WORD.match(word) and word not in NAMES and not before.endswith((":", ".", "?", "“"))
        for before, word in pairwise(words)
    )
