# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""`bin/refresh`: regenerate the files that are made from the source and from an installed database.

The pages of docs/ on models, settings, requirements and errors, the templates of translations, and
the translations, in which new texts get an empty line. Afterwards `git diff` shows what changed.
"""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

from ..environment.database import Databases
from ..environment.locks import Slot, take
from ..environment.messages import say
from ..environment.odoo_process import Installation, ensure_installation, odoo_command
from ..environment.paths import ROOT, cache_home, prepare
from ..environment.processes import run
from . import errors_page, neutral_page, readme_pages, requirements_page

#: Addons that a database needs to show every field of ours.
MODULES = "integrator_amazon,integrator_account,integrator_impex,sale_mrp,stock_dropshipping"
TRANSLATED = (
    *("integrator", "integrator_amazon", "integrator_account", "integrator_amazon_account"),
    "integrator_impex",
)
SECONDS = 600


def main(arguments: list[str]) -> int:
    """Write everything that is made.

    :param arguments: none.
    :return: 0.
    """
    requirements_page.main()
    errors_page.main()
    neutral_page.main()
    readme_pages.main()
    with ExitStack() as stack:
        installation = ensure_installation(prepare(cache_home()))
        slot = take(installation.paths, "refresh", stack)
        databases = Databases(installation)
        stack.callback(databases.drop, slot.name)
        databases.create(slot.name)
        say("Installing the addons …")
        _odoo(installation, slot, ["-d", slot.name, "-i", MODULES, "--stop-after-init"])
        _odoo(installation, slot, ["i18n", "export", "-d", slot.name, *TRANSLATED])
        play = ["-m", "tools.docs.refresh_play", slot.name]
        command: list[str | Path] = [installation.python, *play]
        run(command, slot.folder / "pages.log", SECONDS, installation.environment, ROOT)
    say("Done; `git diff` shows what changed.")
    return 0


def _odoo(installation: Installation, slot: Slot, arguments: list[str]) -> None:
    command = odoo_command(installation, arguments)
    run(command, slot.folder / "odoo.log", SECONDS, installation.environment)
