# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""No meaning by colour alone: what a colour means is also shown as a text or number."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

from .addon_files import addons

#: Colours with a meaning; others (muted, bold, italic) only emphasise.
COLOURS = ("decoration-danger", "decoration-warning", "decoration-success", "decoration-info")
#: Names in a condition.
NAME = re.compile(r"(?<![\w'.])[a-z_][a-z0-9_]*(?![\w'(])")


def colour_problems(root: Path, files: list[Path]) -> Iterator[str]:
    """Yield colours of views whose meaning is not shown otherwise.

    A coloured field shows what its colour depends on by itself, or beside it in the same list; a
    coloured row has a column that does.

    :param root: the repository.
    :param files: its files, relative to it.
    """
    names = {addon.name for addon in addons(root)}
    for file in files:
        if file.suffix != ".xml" or file.parts[0] not in names:
            continue
        try:
            tree = ElementTree.fromstring((root / file).read_bytes())  # noqa: S314 - our own
        except ElementTree.ParseError:
            continue
        for view in tree.iter():
            if view.tag in ("list", "form", "kanban"):
                yield from (f"{file}: {problem}" for problem in _problems(view))


def _problems(view: ElementTree.Element) -> Iterator[str]:
    shown = set(_shown(view))
    for element in view.iter():
        is_row = element is view and view.tag == "list"
        if element.tag != "field" and not is_row:
            continue
        for colour in COLOURS:
            condition = element.get(colour)
            if not condition or condition == "1":
                continue
            own = {element.get("name")} if element.tag == "field" else set()
            if not (shown | own) & set(NAME.findall(condition)):
                what = element.get("name") or "a row"
                yield f"the colour of {what} ({condition}) is said by no word beside it"


def _shown(view: ElementTree.Element) -> Iterator[str]:
    """Names of the fields that people always see in a view."""
    for field in view.iter("field"):
        hidden = ("column_invisible", "invisible")
        if any(field.get(name) in ("1", "True") for name in hidden):
            continue
        if field.get("optional") != "hide" and not _is_data(view, field):
            yield field.get("name", "")


def _is_data(view: ElementTree.Element, field: ElementTree.Element) -> bool:
    """Return whether a field of a card only gives its templates a value."""
    return view.tag == "kanban" and field in list(view)
