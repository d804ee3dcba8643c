# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Databases: made from a template with Odoo's own modules, together with their files.

Odoo keeps a database's attachments in a folder of the same name under `data_dir/filestore`;
one without the other answers 500.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from .locks import exclusive
from .messages import say
from .odoo_process import Installation, odoo_command
from .paths import ROOT
from .processes import run
from .server import ROLE

#: Addons of Odoo that ours build on, and that the demo shows.
BASE_MODULES = ("sale_management", "sale_stock", "stock_delivery", "account")
TEMPLATE_SECONDS = 600
COPY_SECONDS = 120


@dataclass(frozen=True)
class Databases:
    """The databases of one installation.

    :param installation: Odoo, its Python and the cluster.
    """

    installation: Installation

    def names(self) -> list[str]:
        """Return the names of all databases."""
        log = self._query("SELECT datname FROM pg_database ORDER BY datname")
        return log.split()

    def ensure_template(self) -> str:
        """Return the name of the template database, after making it if needed (a minute).

        :raise ToolError: when Odoo cannot install its own modules.
        """
        name = template_name(self.installation.odoo_version)
        with exclusive(self.installation.paths.locks / "template"):
            if not self._template_is_whole(name):
                self._make_template(name)
        return name

    def _template_is_whole(self, name: str) -> bool:
        paths = self.installation.paths
        files = (paths.templates / name).exists() and (paths.filestore / name).is_dir()
        return files and name in self.names()

    def _make_template(self, name: str) -> None:
        say("Making a template database with Odoo's own modules (about a minute) …")
        paths = self.installation.paths
        (paths.templates / name).unlink(missing_ok=True)
        self.drop(name)
        self.install(name, BASE_MODULES, paths.logs / "template.log")
        self.make_bundles(name, paths.logs / "template.bundles.log")
        (paths.templates / name).touch()

    def install(
        self, name: str, modules: Iterable[str], log: Path, options: Sequence[str] = ()
    ) -> None:
        """Install modules into a database that others are copied from.

        :param name: the database.
        :param modules: technical names.
        :param log: what Odoo writes goes there.
        :param options: further ones of Odoo.
        :raise ToolError: when Odoo cannot install them.
        """
        what = ["-d", name, "-i", ",".join(modules), "--stop-after-init", "--no-http"]
        command = odoo_command(self.installation, [*what, *options])
        run(command, log, TEMPLATE_SECONDS, self.installation.environment)
        (self.installation.paths.filestore / name).mkdir(exist_ok=True)

    def make_bundles(self, name: str, log: Path, options: Sequence[str] = ()) -> None:
        """Make what browsers load, once for all databases that are copied from this one.

        :param name: the database.
        :param log: what Odoo writes goes there.
        :param options: further ones of Odoo.
        """
        play = [str(self.installation.python), "-m", "tools.environment.bundles_play", name]
        run([*play, *options], log, TEMPLATE_SECONDS, self.installation.environment, ROOT)

    def create(self, name: str, template: str | None = None) -> None:
        """Make a database and its files from a template.

        :param name: letters, digits and underscores; an older database of this name is dropped.
        :param template: its name; None: the one with Odoo's own modules.
        """
        template = template or self.ensure_template()
        self.drop(name)
        self._query(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        filestore = self.installation.paths.filestore
        shutil.copytree(filestore / template, filestore / name)

    def drop(self, name: str) -> None:
        """Remove a database and its files; connections to it are ended."""
        self._query(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        shutil.rmtree(self.installation.paths.filestore / name, ignore_errors=True)

    def _query(self, statement: str) -> str:
        """Run one statement as Odoo's role and return its rows as text."""
        return self.installation.cluster.query(ROLE, "postgres", statement, COPY_SECONDS)


def template_name(odoo_version: str) -> str:
    """Return the template's name: it changes with Odoo and with the list of modules.

    :param odoo_version: version of Odoo's package.
    """
    key = hashlib.sha256(repr((odoo_version, BASE_MODULES, "bundles")).encode()).hexdigest()
    return f"template_{key[:10]}"
