# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Runs in Odoo's environment: makes the scripts and styles of the web client once, in a database
that is copied, where Odoo would make them anew in each copy before its first test in a browser."""

from __future__ import annotations

import sys

from odoo.addons.base.models.ir_qweb import IrQweb

from tools.environment.inside_odoo import environment

#: Odoo's own tests in a browser and its dark screens: nothing of ours opens them.
NEVER_OPENED = {
    "web.assets_unit_tests",
    "web.assets_unit_tests_setup",
    "web.assets_web_dark",
    "web.tests_assets",
}
#: Bundles that a page loads later; they would be made anew in each test that needs them.
LOADED_LATER = {"bus.websocket_worker_assets", "web.assets_backend_lazy", "web.assets_emoji"}
STYLES_LOADED_LATER = {"web.assets_backend_lazy"}


def only_what_is_opened() -> None:
    """Let Odoo make beforehand what our screens load, instead of what it could load."""
    named = IrQweb._get_bundles_to_pregenarate

    def opened(self: IrQweb) -> tuple[set[str], set[str]]:
        scripts, styles = named(self)
        scripts = (scripts - NEVER_OPENED) | LOADED_LATER
        return scripts, (styles - NEVER_OPENED) | STYLES_LOADED_LATER

    IrQweb._get_bundles_to_pregenarate = opened


def main(database: str, *options: str) -> None:
    """Make the bundles of a database and keep them in it.

    :param database: its name.
    :param options: of Odoo.
    """
    only_what_is_opened()
    with environment(database, options) as env:
        env["ir.qweb"]._pregenerate_assets_bundles()


if __name__ == "__main__":
    main(*sys.argv[1:])
