# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Databases in which addons of ours are installed, kept until what is installed changes.

Installing an addon takes longer than most tests; copying a database takes a second.
"""

from __future__ import annotations

import ast
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ..environment.database import Databases
from ..environment.locks import exclusive
from ..environment.messages import ToolError, say
from ..environment.odoo_process import Installation
from ..environment.paths import ROOT, clone_name
from .odoo_log import read_log

#: What all the others build on: their databases are copies of its database.
CORE = "integrator"
#: What is in an addon and not in a database that has it.
NOT_INSTALLED = {"tests", "static", "readme", "__pycache__"}
NOT_INSTALLED_SUFFIXES = {".pot", ".rst", ".md", ".pyc"}
#: Functions that run while an addon is installed.
INSTALLING = {"init", "_auto_init"}


@dataclass(frozen=True)
class AddonTemplate:
    """The template database of some addons.

    :param installation: Odoo and its cluster.
    :param addons: what is installed; the first one is ours and gives the name.
    """

    installation: Installation
    addons: tuple[str, ...]

    @property
    def name(self) -> str:
        """The database: one per clone that uses the cache folder, and addon."""
        return f"addon_{clone_name()}_{self.addons[0]}"

    def ensure(self) -> str:
        """Return the name of the database, after installing what has changed.

        :raise ToolError: when the addons cannot be installed.
        """
        wanted = fingerprint(self.addons)
        marker = self.installation.paths.templates / self.name
        databases = Databases(self.installation)
        with exclusive(self.installation.paths.locks / self.name):
            known = marker.read_text() if marker.exists() else ""
            if known != wanted or self.name not in databases.names():
                marker.unlink(missing_ok=True)
                self._install(databases)
                marker.write_text(wanted)
        return self.name

    def _install(self, databases: Databases) -> None:
        say(f"Installing {self.addons[0]} into a database that tests copy …")
        core = AddonTemplate(self.installation, (CORE,))
        databases.create(self.name, None if self.addons == (CORE,) else core.ensure())
        log = self.installation.paths.logs / f"{self.name}.log"
        databases.install(self.name, self.addons, log)
        if problems := read_log(log.read_text(errors="replace")).problems:
            raise ToolError("\n".join(entry.text for entry in problems))


def fingerprint(addons: tuple[str, ...], root: Path = ROOT) -> str:
    """Return a text that changes with whatever an installed database holds of addons of ours.

    The bodies of functions are left out: a database does not hold them.

    :param addons: technical names; those that are not in the repository count by name.
    :param root: the repository.
    """
    digest = hashlib.sha256(repr(addons).encode())
    for addon in sorted(_with_dependencies(addons, root)):
        for file in _files(root / addon):
            digest.update(str(file.relative_to(root)).encode())
            digest.update(_shape(file) if file.suffix == ".py" else file.read_bytes())
    return digest.hexdigest()


def _with_dependencies(addons: tuple[str, ...], root: Path) -> set[str]:
    found: set[str] = set()
    waiting = list(addons)
    while waiting:
        addon = waiting.pop()
        manifest = root / addon / "__manifest__.py"
        if addon not in found and manifest.exists():
            found.add(addon)
            waiting += ast.literal_eval(manifest.read_text())["depends"]
    return found


def _files(folder: Path) -> Iterator[Path]:
    for file in sorted(folder.rglob("*")):
        inside = file.relative_to(folder)
        if NOT_INSTALLED & set(inside.parts) or file.suffix in NOT_INSTALLED_SUFFIXES:
            continue
        if file.is_file():
            yield file


def _shape(file: Path) -> bytes:
    """Return a Python file without the bodies of its functions."""
    return ast.dump(_Hollow().visit(ast.parse(file.read_text()))).encode()


class _Hollow(ast.NodeTransformer):
    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        if node.name not in INSTALLING:
            node.body = []
        return node
