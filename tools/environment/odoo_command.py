# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""`bin/odoo …`: the installed Odoo with our addons path and the private cluster."""

from __future__ import annotations

import os

from .odoo_process import ensure_installation, odoo_command
from .paths import cache_home, prepare


def main(arguments: list[str]) -> int:
    """Become Odoo: terminal, signals and exit code are its own from here on.

    :param arguments: Odoo's own, passed on untouched.
    """
    installation = ensure_installation(prepare(cache_home()))
    command = odoo_command(installation, arguments)
    os.execve(command[0], command, installation.environment)
