# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Databases in which addons of ours are installed, kept until what is installed changes.

Installing an addon takes longer than most tests; copying a database takes a second.
"""

from __future__ import annotations

import ast
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ..environment.database import Databases
from ..environment.locks import exclusive
from ..environment.messages import ToolError, say
from ..environment.odoo_process import Installation
from ..environment.paths import ROOT, TEST_ADDONS, clone_name
from .odoo_log import read_log

#: Addon on which all the others build: their databases are copies of its database.
CORE = "integrator"
#: Addons that the tests of an addon find installed: it, or one that depends on it and holds what
#: the tests need, and others without ours depending on them. Kits and dropshipping of Odoo change
#: what ours see, and another kind of site shares the products of Amazon's.
INSTALLED_WITH = {
    "integrator": ("test_integrator", "test_integrator_folder", "test_integrator_market"),
    "integrator_account": ("test_integrator_account",),
    "integrator_amazon": (
        *("integrator_amazon", "sale_mrp", "stock_dropshipping"),
        "test_integrator",
    ),
    "integrator_amazon_account": ("integrator_amazon_account", "integrator_impex"),
    "integrator_impex": ("test_integrator_impex",),
    "integrator_queue_job": ("integrator_queue_job", "test_integrator"),
}
#: Calls that start a browser; only there the scripts and styles of the web client are made before.
BROWSER = re.compile(r"start_tour|browser_js")
#: Folders of an addon that are not in a database that has it.
NOT_INSTALLED = {"tests", "static", "readme", "__pycache__"}
NOT_INSTALLED_SUFFIXES = {".pot", ".rst", ".md", ".pyc"}
#: Suffixes of the scripts and styles of the web client.
BUNDLED = {".js", ".xml", ".scss", ".css"}
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
        wanted = f"{fingerprint(self.addons)} {bundles_fingerprint(self.addons)}"
        marker = self.installation.paths.templates / self.name
        databases = Databases(self.installation)
        with exclusive(self.installation.paths.locks / self.name):
            known = marker.read_text() if marker.exists() else ""
            exists = self.name in databases.names()
            if known != wanted or not exists:
                marker.unlink(missing_ok=True)
                if not exists or known.split()[:1] != wanted.split()[:1]:
                    self._install(databases)
                else:
                    self._make_bundles(databases)
                marker.write_text(wanted)
        return self.name

    def _install(self, databases: Databases) -> None:
        say(f"Installing {self.addons[0]} into a database that tests copy …")
        core = AddonTemplate(self.installation, (CORE,))
        databases.create(self.name, None if self.addons == (CORE,) else core.ensure())
        log = self._log
        databases.install(self.name, self.addons, log, self._options)
        if problems := read_log(log.read_text(errors="replace")).problems:
            raise ToolError("\n".join(entry.text for entry in problems))
        if self.addons == (CORE,) or has_browser_tests(self.addons):
            self._make_bundles(databases)

    def _make_bundles(self, databases: Databases) -> None:
        databases.make_bundles(self.name, self._log.with_suffix(".bundles.log"), self._options)

    @property
    def _log(self) -> Path:
        return self.installation.paths.logs / f"{self.name}.log"

    @property
    def _options(self) -> list[str]:
        return ["--addons-path", self.installation.test_addons_path]


def template_of(addon: str) -> tuple[str, ...]:
    """Return what is installed where the tests of an addon run."""
    return INSTALLED_WITH.get(addon, (addon,))


def has_browser_tests(addons: tuple[str, ...], root: Path = ROOT) -> bool:
    """Return whether addons bring scripts of their own to the core's, and tests that use a browser.

    :param root: the repository.
    """
    files = (
        file
        for addon in _with_dependencies(addons, root) - {CORE}
        for file in (root / addon / "tests").glob("*.py")
    )
    return any(BROWSER.search(file.read_text()) for file in files)


def fingerprint(addons: tuple[str, ...], root: Path = ROOT) -> str:
    """Return a text that changes with whatever an installed database holds of addons of ours.

    The bodies of functions are left out: a database does not hold them.

    :param addons: technical names; those that are not in the repository count by name.
    :param root: the repository.
    """
    digest = hashlib.sha256(repr(addons).encode())
    for addon in sorted(_with_dependencies(addons, root)):
        for file in _files(_folder(addon, root)):
            digest.update(str(file.relative_to(root)).encode())
            digest.update(_shape(file) if file.suffix == ".py" else file.read_bytes())
    return digest.hexdigest()


def bundles_fingerprint(addons: tuple[str, ...], root: Path = ROOT) -> str:
    """Return a text that changes with the scripts and styles of addons of ours.

    :param addons: technical names.
    :param root: the repository.
    """
    digest = hashlib.sha256()
    for addon in sorted(_with_dependencies(addons, root)):
        for file in sorted((_folder(addon, root) / "static").rglob("*.*")):
            if file.suffix in BUNDLED:
                # Odoo recognises a changed bundle by the times of its files
                digest.update(f"{file.relative_to(root)} {file.stat().st_mtime_ns}".encode())
    return digest.hexdigest()


def _with_dependencies(addons: tuple[str, ...], root: Path) -> set[str]:
    found: set[str] = set()
    waiting = list(addons)
    while waiting:
        addon = waiting.pop()
        manifest = _folder(addon, root) / "__manifest__.py"
        if addon not in found and manifest.exists():
            found.add(addon)
            waiting += ast.literal_eval(manifest.read_text())["depends"]
    return found


def _folder(addon: str, root: Path) -> Path:
    """Return where an addon of ours is, also one that is for tests only."""
    for_tests = root / TEST_ADDONS.relative_to(ROOT) / addon
    return for_tests if for_tests.exists() else root / addon


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
