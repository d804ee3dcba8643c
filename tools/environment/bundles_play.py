# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Runs in Odoo's environment: makes the scripts and styles of the web client once, in a database
that is copied, where Odoo would make them anew in each copy before its first test in a browser."""

from __future__ import annotations

import sys

from tools.environment.inside_odoo import environment


def main(database: str, *options: str) -> None:
    """Make the bundles of a database and keep them in it.

    :param database: its name.
    :param options: of Odoo.
    """
    with environment(database, options) as env:
        env["ir.qweb"]._pregenerate_assets_bundles()


if __name__ == "__main__":
    main(*sys.argv[1:])
