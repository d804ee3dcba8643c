# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Checks the places of models: one file per model and subject, subjects that know those before them
only, packages that can be imported in any order within a group. Checks their names on models of
Odoo, which other addons extend as well: they carry our prefix."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from .addon_files import addons, addons_for_tests, below
from .model_files import ModelClass, imported, model_classes, named_texts

MODELS = "models"

#: Subject folder -> its place. A folder names models of its own place and of those before it.
PLACES = {
    "site": 0,
    "monitoring": 0,
    "outbox": 1,
    "inbox": 1,
    "listing": 2,
    "order": 2,
    "delivery": 3,
    "return_refund": 4,
    "operation": 5,
}

#: Models of our addons; all others are Odoo's or another addon's.
OUR_MODEL = re.compile(r"integrator\.|\w+\.integration$")

#: Names on models of Odoo that no other addon takes: `_integrator_…`, `integrator_…`, and with the
#: prefixes that Odoo gives to some methods before the name of a field or of what they do.
OUR_NAME = re.compile(
    r"_?(?:(?:action|check|compute|inverse|onchange|search|unlink_except)_)?(?:integrator|amazon)_"
)


def model_problems(root: Path, files: list[Path]) -> Iterator[str]:
    """Yield problems of the places of models.

    :param root: the repository.
    :param files: its files, relative to it.
    """
    for addon in (*addons(root), *addons_for_tests(root)):
        folder = addon.relative_to(root)
        inside = [file.relative_to(folder) for file in below(files, folder)]
        classes = model_classes(addon, inside)
        found = [
            *_spread(addon, classes),
            *_unsorted(addon, inside),
            *_bound(addon, classes),
            *_ahead(addon, inside, classes),
            *_unprefixed(classes),
        ]
        yield from (f"{folder}/{problem}" for problem in found)


def _spread(addon: Path, classes: list[ModelClass]) -> Iterator[str]:
    """A model is in one file; each further subject may have one of the same name for it."""
    homes: dict[str, set[Path]] = {}
    for one in classes:
        homes.setdefault(one.model, set()).add(one.file)
    for model, places in homes.items():
        folders, names = {file.parent for file in places}, {file.name for file in places}
        is_spread = bool(model) and (len(folders) < len(places) or len(names) > 1)
        if is_spread:
            listed = ", ".join(sorted(file.as_posix() for file in places))
            yield f"{MODELS}: {model} is spread over {listed}"


def _unsorted(addon: Path, files: list[Path]) -> Iterator[str]:
    for file in files:
        is_ours = file.name == "__init__.py" and "tests" not in file.parts
        for names in imported(addon / file) if is_ours else ():
            if names != sorted(names):
                yield f"{file}: {', '.join(names)} is not sorted"


def _bound(addon: Path, classes: list[ModelClass]) -> Iterator[str]:
    """A parent is imported before its children by an earlier statement, not by the alphabet."""
    defined = {one.name: one.file for one in classes if one.name}
    for one in classes:
        for parent in one.parents:
            home = defined.get(parent, one.file)
            if home != one.file and not _comes_before(addon, home, one.file):
                yield f"{one.file}: {home} has to be imported before it, by a statement of its own"


def _comes_before(addon: Path, first: Path, second: Path) -> bool:
    """Return whether the packages above two files import the first by an earlier statement."""
    common = 0
    while first.parts[common] == second.parts[common]:
        common += 1
    package = addon.joinpath(*first.parts[:common]) / "__init__.py"
    groups = imported(package) if package.is_file() else []
    place = {name: number for number, names in enumerate(groups) for name in names}
    here, there = (Path(file.parts[common]).stem for file in (first, second))
    return place.get(here, len(groups)) < place.get(there, -1)


def _ahead(addon: Path, files: list[Path], classes: list[ModelClass]) -> Iterator[str]:
    """A subject names no model of ours that belongs to a later one. Odoo's models are everybody's,
    whichever subject extends them."""
    homes = {
        one.name: _place(one.file)
        for one in classes
        if OUR_MODEL.match(one.name) and _place(one.file) >= 0
    }
    for file in files:
        place = _place(file)
        if place < 0 or file.suffix != ".py":
            continue
        ahead = {name for name in named_texts(addon / file) if homes.get(name, -1) > place}
        yield from (f"{file}: names {name}, a model of a later subject" for name in sorted(ahead))


def _unprefixed(classes: list[ModelClass]) -> Iterator[str]:
    """Return additions to a model of Odoo, by itself or by a mixin of ours, without our prefix."""
    foreign = [one for one in classes if one.model and not OUR_MODEL.match(one.model)]
    parents = {parent for one in foreign for parent in one.parents if OUR_MODEL.match(parent)}
    for one in foreign + [one for one in classes if one.name in parents]:
        yield from (
            f"{one.file}: {name} is added to a model of Odoo, call it _integrator_… or integrator_…"
            for name in one.added
            if not OUR_NAME.match(name)
        )


def _place(file: Path) -> int:
    """Return the place of a file's subject, -1 where it has none."""
    is_subject = len(file.parts) == 3 and file.parts[0] == MODELS
    return PLACES.get(file.parts[1], -1) if is_subject else -1
