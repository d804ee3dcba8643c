# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Paths of the repository and of the one cache folder."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from .messages import ToolError

ROOT = Path(__file__).resolve().parents[2]
#: Addons that are for tests only; no other Odoo finds them.
TEST_ADDONS = ROOT / "tests" / "addons"


@dataclass(frozen=True)
class Paths:
    """The cache folder and the places in it.

    :param home: the cache folder, absolute.
    """

    home: Path

    @property
    def odoo(self) -> Path:
        """Prefix in which Odoo's Debian packages are unpacked."""
        return self.home / "odoo"

    @property
    def odoo_python(self) -> Path:
        """Folder for PYTHONPATH with the package `odoo`."""
        return self.odoo / "usr" / "lib" / "python3" / "dist-packages"

    @property
    def odoo_script(self) -> Path:
        """The program `odoo` of the package."""
        return self.odoo / "usr" / "bin" / "odoo"

    @property
    def debs(self) -> Path:
        """Downloaded Debian packages, and the private list of packages."""
        return self.home / "debs"

    @property
    def data(self) -> Path:
        """Odoo's `data_dir`: filestores and sessions."""
        return self.home / "data"

    @property
    def filestore(self) -> Path:
        """One folder per database."""
        return self.data / "filestore"

    @property
    def templates(self) -> Path:
        """One marker per finished template database."""
        return self.home / "templates"

    @property
    def logs(self) -> Path:
        """Return the folder of the logs of the steps."""
        return self.home / "logs"

    @property
    def locks(self) -> Path:
        """Files that keep two commands from doing one thing at once."""
        return self.home / "locks"

    @property
    def config(self) -> Path:
        """Odoo's configuration file, one for each clone that uses the cache folder."""
        return self.home / f"odoo-{clone_name()}.conf"


def clone_name() -> str:
    """Return a short name of this clone, unlike those of others that use the cache folder."""
    return hashlib.sha256(os.fsencode(ROOT)).hexdigest()[:8]


def cache_home(environ: Mapping[str, str] = os.environ) -> Path:
    """Return the cache folder: `INTEGRATOR_HOME`, else `~/.cache/odoo-integrator`.

    :param environ: environment variables.
    """
    named = environ.get("INTEGRATOR_HOME")
    folder = Path(named).expanduser() if named else Path.home() / ".cache" / "odoo-integrator"
    return folder.absolute()


def prepare(home: Path) -> Paths:
    """Make the cache folder and what is always in it.

    :raise ToolError: when the folder cannot be made or written.
    """
    paths = Paths(home)
    try:
        for folder in (paths.debs, paths.filestore, paths.templates, paths.logs, paths.locks):
            folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ToolError(
            f"The cache folder {home} cannot be written ({error.strerror}): "
            "name another one in INTEGRATOR_HOME."
        ) from error
    return paths
