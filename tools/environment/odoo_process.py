# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The installed Odoo: everything that a command needs to start it."""

from __future__ import annotations

import os
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from .cluster import ensure_cluster
from .environments import odoo_environment
from .odoo_source import ensure_odoo
from .paths import ROOT, TEST_ADDONS, Paths
from .python_env import ensure_python
from .queue_job import ensure_queue_job
from .server import ROLE, Cluster

#: Folders with addons that are not ours.
OTHER_ADDONS = "INTEGRATOR_ADDONS"
ADMIN_PASSWORD = "admin_passwd"  # noqa: S105 - the option's name


@dataclass(frozen=True)
class Installation:
    """Odoo, its Python and its cluster, all there and ready.

    :param paths: the cache folder.
    :param python: interpreter of the virtual environment.
    :param odoo_version: version of Odoo's package.
    :param cluster: the running cluster.
    """

    paths: Paths
    python: Path
    odoo_version: str
    cluster: Cluster

    @property
    def test_addons_path(self) -> str:
        """Odoo's addons path with the addons that are for tests only."""
        return f"{addons_path(self.paths, self.python)},{TEST_ADDONS}"

    @property
    def environment(self) -> dict[str, str]:
        """Environment variables for Odoo."""
        return odoo_environment(self.paths)


def ensure_installation(paths: Paths) -> Installation:
    """Fetch, make and start whatever is missing.

    :raise ToolError: when something cannot be had.
    """
    python = ensure_python(paths)
    version = ensure_odoo(paths)
    installation = Installation(paths, python, version, ensure_cluster(paths))
    write_config(installation)
    return installation


def odoo_command(installation: Installation, arguments: Sequence[str]) -> list[str]:
    """Return the command for Odoo; settings come by `ODOO_RC`, so any subcommand goes.

    It is the script, because with `--workers` Odoo starts another process by the script's name.
    Who runs tests has the addons beside him that are for tests only: Odoo imports the tests of all
    installed addons, and those of ours need them.

    :param arguments: what follows `odoo` on a command line.
    """
    tests = any(argument.startswith("--test-") for argument in arguments)
    more = [f"--addons-path={installation.test_addons_path}"] if tests else []
    return [str(installation.python), str(installation.paths.odoo_script), *arguments, *more]


def write_config(installation: Installation) -> None:
    """Write Odoo's configuration file; the master password is kept from the first time."""
    paths = installation.paths
    options = {
        "addons_path": addons_path(paths, installation.python),
        ADMIN_PASSWORD: _known_password(paths.config) or secrets.token_urlsafe(24),
        "data_dir": paths.data,
        "db_host": installation.cluster.socket,
        "db_user": ROLE,
        "http_interface": "127.0.0.1",
    }
    text = "[options]\n" + "".join(f"{key} = {value}\n" for key, value in options.items())
    partial = paths.config.with_name(f"{paths.config.name}.{os.getpid()}")
    partial.touch(mode=0o600)
    partial.write_text(text)
    partial.replace(paths.config)


def addons_path(paths: Paths, python: Path) -> str:
    """Return where Odoo looks for addons: its own, queue_job, ours, and those of the folders that
    the environment variable `INTEGRATOR_ADDONS` names, with commas between them.

    :param python: interpreter of the virtual environment.
    """
    folders = [paths.odoo_python / "odoo" / "addons", ensure_queue_job(paths, python), ROOT]
    others = os.environ.get(OTHER_ADDONS, "").split(",")
    folders += [Path(name).resolve() for name in others if name]
    return ",".join(str(folder) for folder in folders)


def _known_password(config: Path) -> str | None:
    if not config.exists():
        return None
    rows = (row.partition(" = ") for row in config.read_text().splitlines())
    return next((value for key, _, value in rows if key == ADMIN_PASSWORD), None)
