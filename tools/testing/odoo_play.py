# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""`python -m tools.testing.odoo_play ADDONS DATABASE FOLDER TAGS`: the tests of one part.

Makes the database and then becomes Odoo. A process of its own, so that other steps go on while a
database that tests copy is made.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from ..environment.database import Databases
from ..environment.messages import ToolError, say
from ..environment.odoo_process import Installation, ensure_installation
from ..environment.paths import ROOT, cache_home, prepare
from ..environment.ports import free_port
from .addon_template import AddonTemplate


def command(installation: Installation, database: str, folder: Path, tags: str) -> list[str]:
    """Return the command that runs tests in a database.

    :param folder: for pictures of what a browser showed when a test failed.
    :param tags: Odoo's test tags.
    """
    return [
        *(str(installation.python), "-m", "tools.testing.odoo_tests"),
        *("-d", database),
        *("--addons-path", installation.test_addons_path),
        *("--test-tags", tags),
        *("--http-port", str(free_port())),
        *("--log-handler", "odoo.tests.stats:DEBUG"),
        *("--screenshots", str(folder / "screenshots")),
        "--stop-after-init",
    ]


def main(addons: tuple[str, ...], database: str, folder: Path, tags: str) -> None:
    """Make the database, and run the tests in it instead of this program.

    :param addons: what it has.
    :param database: its name.
    :param folder: see `command`.
    :param tags: Odoo's test tags.
    """
    installation = ensure_installation(prepare(cache_home()))
    Databases(installation).create(database, AddonTemplate(installation, addons).ensure())
    program = command(installation, database, folder, tags)
    os.chdir(ROOT)
    os.execve(program[0], program, installation.environment)


if __name__ == "__main__":
    try:
        main(tuple(sys.argv[1].split(",")), sys.argv[2], Path(sys.argv[3]), sys.argv[4])
    except ToolError as error:
        say(str(error))
        sys.exit(2)
