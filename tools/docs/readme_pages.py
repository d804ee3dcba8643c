# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Writes the README.rst of each addon from its manifest and the fragments in its folder `readme`,
which have the names that OCA gives them. `bin/lint` compares the two."""

from __future__ import annotations

from pathlib import Path

from ..environment.paths import ROOT
from ..lint.addon_files import addons
from ..lint.check_manifest import read_manifest

#: Fragment -> the heading above it; empty: none.
FRAGMENTS = {
    "DESCRIPTION": "",
    "CONTEXT": "Use cases",
    "INSTALL": "Installation",
    "CONFIGURE": "Configuration",
    "USAGE": "Usage",
    "DEVELOP": "Development",
    "ROADMAP": "Known limits",
    "CREDITS": "Credits",
}
FOLDER = "readme"


def main() -> None:
    """Write all of them."""
    for addon in addons(ROOT):
        (addon / "README.rst").write_text(readme(addon), encoding="utf-8")


def readme(addon: Path) -> str:
    """Return the README of an addon."""
    manifest = read_manifest(addon) or {}
    parts = [
        "..\n   Made of the folder readme by bin/refresh: change it there.\n",
        _heading(manifest.get("name", addon.name), "=", is_above=True),
    ]
    for name, heading in FRAGMENTS.items():
        file = addon / FOLDER / f"{name}.rst"
        if file.exists():
            parts += [_heading(heading, "=")] if heading else []
            parts.append(file.read_text(encoding="utf-8").strip() + "\n")
    author = f"{manifest.get('author')}. Licence: {manifest.get('license')}."
    parts += [_heading("Authors", "="), author + "\n"]
    return "\n".join(parts)


def _heading(text: str, line: str, *, is_above: bool = False) -> str:
    under = line * len(text)
    return "\n".join([*([under] if is_above else []), text, under, ""])
