# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The lists of packages: what is locked is what people ask for, each file by its hash."""

from __future__ import annotations

import re

import pytest

from tools.environment.paths import ROOT
from tools.environment.python_env import LOCK

HASHES = ROOT / "requirements-hashes.txt"
LISTS = (
    "requirements.txt",
    "requirements-queue.txt",
    "requirements-impex.txt",
    "requirements-dev.txt",
)
SHIPPED = LISTS[:-1]
ODOO = "tools/requirements-odoo.txt"
PIN = re.compile(r"^([\w.-]+)==([\w.]+)(?: ; (.+?))?(?: \\)?$", re.M)


def pins(text: str) -> set[tuple[str, str]]:
    """Return the packages of a list with their versions; names as pip compares them."""
    return {(re.sub(r"[-_.]+", "-", name).lower(), at) for name, at, _where in PIN.findall(text)}


def entries(text: str) -> dict[str, set[str]]:
    """Return pin -> its hashes."""
    found: dict[str, set[str]] = {}
    pin = ""
    for line in text.splitlines():
        if "==" in line:
            pin = line.partition(" ")[0]
            found[pin] = set()
        elif "--hash=" in line:
            found[pin].add(line.strip(" \\"))
    return found


@pytest.mark.parametrize("name", [*LISTS, ODOO])
def test_every_required_package_is_locked(name: str) -> None:
    asked = pins((ROOT / name).read_text())
    assert asked
    assert asked <= pins(LOCK.read_text()), LOCK.read_text().partition("aio")[0]


@pytest.mark.parametrize("path", [LOCK, HASHES], ids=lambda path: path.name)
def test_each_file_has_its_hash(path) -> None:
    assert all(entries(path.read_text()).values())


def test_users_install_the_tested_versions() -> None:
    locked, given = entries(LOCK.read_text()), entries(HASHES.read_text())
    assert given.items() <= locked.items()
    for name in SHIPPED:
        assert pins((ROOT / name).read_text()) <= pins(HASHES.read_text())
