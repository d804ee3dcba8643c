# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Manifests of the addons, and what has to lie beside them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .addon_files import MANIFEST, addons, addons_for_tests, below

KEYS = ("author", "category", "depends", "license", "name", "summary", "version", "website")
LICENSE = "LGPL-3"
#: The category that Odoo keeps out of the list of apps.
HIDDEN = "Hidden"
VERSION = re.compile(r"19\.0\.\d+\.\d+\.\d+")
#: Folders whose data files Odoo loads only when the manifest names them.
LOADED_FOLDERS = ("data", "security", "views", "wizards", "report", "reports", "templates")
LOADED_ENDINGS = (".xml", ".csv")


def manifest_problems(root: Path, files: list[Path]) -> Iterator[str]:
    """Yield problems of the manifests.

    :param root: the repository.
    :param files: its files, relative to it.
    """
    for addon in (*addons(root), *addons_for_tests(root)):
        folder = addon.relative_to(root)
        place = f"{folder}/{MANIFEST}"
        manifest = read_manifest(addon)
        if manifest is None:
            yield f"{place}: is no dictionary of plain values"
            continue
        inside = [file.relative_to(folder) for file in below(files, folder)]
        problems = [*_value_problems(manifest), *_data_problems(addon, manifest, inside)]
        yield from (f"{place}: {text}" for text in problems)
        if addon.parent == root:
            yield from _neighbour_problems(addon)
        elif manifest.get("category") != HIDDEN:
            yield f"{place}: is for tests only, and its category is not {HIDDEN}"


def read_manifest(addon: Path) -> dict[str, Any] | None:
    """Return the manifest of an addon; None when it is not a dictionary of plain values."""
    try:
        manifest = ast.literal_eval((addon / MANIFEST).read_text())
    except (SyntaxError, ValueError):
        return None
    return manifest if isinstance(manifest, dict) else None


def _value_problems(manifest: dict[str, Any]) -> Iterator[str]:
    yield from (f"has no {key}" for key in KEYS if not manifest.get(key))
    if manifest.get("license") != LICENSE:
        yield f"the license is not {LICENSE}"
    if not VERSION.fullmatch(str(manifest.get("version"))):
        yield "the version is not of the form 19.0.x.y.z"


def _data_problems(addon: Path, manifest: dict[str, Any], files: list[Path]) -> Iterator[str]:
    named = [*manifest.get("data", []), *manifest.get("demo", [])]
    yield from (f"names {name} twice" for name in sorted({n for n in named if named.count(n) > 1}))
    gone = [name for name in named if not (addon / name).exists()]
    yield from (f"names {name}, which is not there" for name in gone)
    for inside in files:
        loaded = inside.parts[0] in LOADED_FOLDERS and inside.suffix in LOADED_ENDINGS
        if loaded and inside.as_posix() not in named:
            yield f"does not name {inside}"


def _neighbour_problems(addon: Path) -> Iterator[str]:
    if not (addon / "README.rst").exists():
        yield f"{addon.name}: has no README.rst"
    if not (addon / "i18n").is_dir():
        yield f"{addon.name}: has no i18n folder"
    elif not (addon / "i18n" / f"{addon.name}.pot").exists():
        yield f"{addon.name}/i18n: has no {addon.name}.pot"
