# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The tests of a large addon, cut into parts that run beside each other."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from .addon_template import template_of

#: Addons whose tests would keep one core busy after everything else has ended.
PARTS = {"integrator": 5, "integrator_amazon": 4, "integrator_impex": 2}
#: Tests of an addon on its own: their database has no addons for tests.
ALONE = {"integrator": ("test_neutral.py",)}


@dataclass(frozen=True)
class Part:
    """Some tests of one addon, which run in one database.

    :param addon: technical name.
    :param tags: Odoo's test tags.
    :param label: what makes it another part than the addon's other ones; empty when it is all that
        is asked for.
    """

    addon: str
    tags: str
    label: str = ""

    @property
    def name(self) -> str:
        """Return the name for people and for the log."""
        return f"{self.addon}_{self.label}" if self.label else self.addon

    @property
    def installed(self) -> tuple[str, ...]:
        """Return the addons that its database has."""
        return (self.addon,) if self.label == "alone" else template_of(self.addon)


def cut(addon: str, tags: str, root: Path) -> list[Part]:
    """Return the parts of what is asked for; together they run every test of it once.

    The same files go into the same part every time, so that a failure can be had again.

    :param addon: technical name.
    :param tags: Odoo's test tags; less than the whole addon stays in one piece.
    :param root: the repository.
    """
    if tags != f"/{addon}" or addon not in PARTS:
        return [Part(addon, tags)]
    alone = [root / addon / "tests" / name for name in ALONE.get(addon, ())]
    parts: list[list[Path]] = [[] for _number in range(PARTS[addon])]
    files = (root / addon / "tests").glob("test_*.py")
    for file in sorted(files, key=lambda file: (-file.stat().st_size, file.name)):
        if file not in alone:
            min(parts, key=_size).append(file)
    labelled = {str(number): part for number, part in enumerate(parts, 1)} | {"alone": alone}
    return [Part(addon, _tags(addon, part), label) for label, part in labelled.items() if part]


def _tags(addon: str, files: list[Path]) -> str:
    return ",".join(f"/{addon}/tests/{file.name}" for file in sorted(files))


def _size(files: list[Path]) -> int:
    """Return how long files are together: what is long takes long, more or less."""
    return sum(file.stat().st_size for file in files)
