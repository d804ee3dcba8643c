# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""`bin/screenshots [--all FOLDER] [--language CODE]`: pictures of the demo's screens.

Plays the demo and takes the pictures of README and docs into docs/images. With `--all` it takes
every screen instead, 1400 and 390 pixels wide, into another folder, to be looked at by a person.
"""

from __future__ import annotations

import argparse
import shutil
from contextlib import ExitStack
from pathlib import Path

from ..demo.demo import make_database
from ..demo.demo_processes import Server, play, start_simulator
from ..environment.database import Databases
from ..environment.locks import take
from ..environment.messages import say
from ..environment.odoo_process import ensure_installation
from ..environment.paths import ROOT, cache_home, prepare
from ..environment.processes import run
from ..environment.system_packages import BROWSER_PACKAGE, browser, require

PORT = 8090
SECONDS = 900
IMAGES = ROOT / "docs" / "images"
#: Addon -> picture of the documentation, and its name on the addon's page among the apps.
APP_PAGES = {
    "integrator": ("to_do.png", "to_do.png"),
    "integrator_account": ("settlement.png", "settlement.png"),
    "integrator_amazon": ("listing.png", "listing.png"),
    "integrator_amazon_account": ("settlements.png", "settlements.png"),
    "integrator_impex": ("import_refused.png", "import.png"),
    "integrator_queue_job": ("site.png", "site.png"),
}


def main(arguments: list[str]) -> int:
    """Take the pictures.

    :param arguments: see the module.
    :return: 0.
    """
    options = parse(arguments)
    paths = prepare(cache_home())
    require(paths, "A browser", [BROWSER_PACKAGE], browser)
    installation = ensure_installation(paths)
    with ExitStack() as stack:
        slot = take(paths, "screenshots", stack)
        Databases(installation).ensure_template()
        url = start_simulator(installation, slot, stack)
        database = make_database(installation, slot)
        stack.callback(Databases(installation).drop, database)
        play(installation, slot, database, url)
        server = Server(installation, slot, database, PORT, stack)
        server.wait_until_it_answers()
        folder = options.all or IMAGES
        which = "all" if options.all else "docs"
        command = [
            installation.python,
            "-m",
            "tools.docs.screenshots_play",
            server.url,
            which,
            folder,
        ]
        run(
            [*command, options.language],
            slot.folder / "play.log",
            SECONDS,
            installation.environment,
            ROOT,
        )
    if not options.all:
        copy_to_apps(IMAGES, ROOT)
    say(f"The pictures are in {folder}.")
    return 0


def copy_to_apps(images: Path, root: Path) -> None:
    """Give each addon's page its picture: the page is read without the documentation beside it."""
    for addon, (picture, name) in APP_PAGES.items():
        shutil.copyfile(images / picture, root / addon / "static" / "description" / name)


def parse(arguments: list[str]) -> argparse.Namespace:
    """Return the options of the command line."""
    parser = argparse.ArgumentParser(prog="bin/screenshots", description="Pictures of the demo.")
    parser.add_argument("--all", type=Path, metavar="FOLDER", help="every screen, two widths")
    parser.add_argument("--language", default="en_US", help="for example de_DE")
    return parser.parse_args(arguments)
