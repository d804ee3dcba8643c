# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""`bin/demo [--headless] [--json FILE] [--port N]`: the main job against the local Amazon.

Makes a database with the addons, plays `demo_scenario.py` in it, shows its figures, then serves
the web client until Ctrl-C.
"""

from __future__ import annotations

import argparse
import json
import time
from contextlib import ExitStack
from pathlib import Path

from ..environment.database import Databases
from ..environment.locks import Slot, take
from ..environment.messages import ToolError, say
from ..environment.odoo_process import Installation, ensure_installation, odoo_command
from ..environment.paths import cache_home, prepare
from ..environment.processes import run
from .demo_figures import complaints, table
from .demo_processes import Server, play, start_simulator

ADDONS = "integrator_amazon,integrator_account,integrator_impex"
INSTALL_SECONDS = 300
LOGIN = "admin"
HOME = "/odoo/integration-home"


def main(arguments: list[str]) -> int:
    """Play the demo, then serve it.

    :param arguments: see the module.
    :return: 0 when every figure is as it has to be.
    """
    options = parse(arguments)
    if options.json:
        forget(options.json)
    installation = ensure_installation(prepare(cache_home()))
    with ExitStack() as stack:
        slot = take(installation.paths, "demo", stack)
        Databases(installation).ensure_template()
        started = time.monotonic()
        url = start_simulator(installation, slot, stack)
        database = make_database(installation, slot)
        figures = play(installation, slot, database, url)
        figures["seconds"] = round(time.monotonic() - started, 1)
        wrong = report(figures, options.json)
        if not options.headless:
            serve(Server(installation, slot, database, options.port, stack))
        say(f"The database stays: bin/odoo shell -d {database}")
    return int(bool(wrong))


def parse(arguments: list[str]) -> argparse.Namespace:
    """Return the options of the command line."""
    parser = argparse.ArgumentParser(prog="bin/demo", description="Sell on a local Amazon.")
    parser.add_argument("--headless", action="store_true", help="end after the figures")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there")
    parser.add_argument("--port", type=int, default=8069, help="of the web client, or the next one")
    return parser.parse_args(arguments)


def forget(file: Path) -> None:
    """Remove the figures of an older run.

    :raise ToolError: when the file cannot be written later.
    """
    try:
        file.write_text("")
        file.unlink()
    except OSError as error:
        raise ToolError(f"{file} cannot be written: {error.strerror}.") from error


def make_database(installation: Installation, slot: Slot) -> str:
    """Return the name of a new database with the addons; it stays when the demo ends."""
    name = f"integrator_{slot.name}"
    Databases(installation).create(name)
    say(f"Installing the addons into the database {name} …")
    options = ["-d", name, "-i", ADDONS, "--stop-after-init", "--no-http"]
    run(
        odoo_command(installation, options),
        slot.folder / "install.log",
        INSTALL_SECONDS,
        installation.environment,
    )
    return name


def report(figures: dict[str, object], file: Path | None) -> list[str]:
    """Show the figures, write them to a file if asked for, and return what is wrong with them."""
    print(table(figures), flush=True)
    if file:
        file.write_text(json.dumps(figures, indent=2) + "\n")
    wrong = complaints(figures)
    for sentence in wrong:
        say(sentence)
    return wrong


def serve(server: Server) -> None:
    """Serve the web client until Ctrl-C."""
    server.wait_until_it_answers()
    print(
        f"\nHome: {server.url}{HOME}\nlogin: {LOGIN}   password: {LOGIN}\nCtrl-C ends it.",
        flush=True,
    )
    try:
        server.wait()
    except KeyboardInterrupt:
        say("\nEnding …")
