# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""`python -m tools.testing.odoo_tests OPTIONS`: Odoo, as it is, in a process set up for tests.

Two habits of Python and of freezegun cost a tenth of a test run, and change nothing that a test
could see.
"""

from __future__ import annotations

import gc
from types import ModuleType

import freezegun.api

from odoo.cli import main

#: Python looks for garbage in circles after 700 new objects; Odoo's registry, which never goes,
#: is looked through again and again.
OBJECTS, YOUNG, OLD = 50_000, 20, 50


def seldom_collect() -> None:
    """Look for garbage less often: the process lives for some minutes only."""
    gc.set_threshold(OBJECTS, YOUNG, OLD)


def quickly_freeze() -> None:
    """Let freezegun know a module that it has seen by the number of its names.

    It sorts through the names of all modules of Odoo each time the clock is stopped or goes on;
    modules do not change between two tests.
    """

    def names_of(module: ModuleType) -> str:
        return f"{id(module)}-{len(getattr(module, '__dict__', ()))}"

    freezegun.api._get_module_attributes_hash = names_of


if __name__ == "__main__":
    seldom_collect()
    quickly_freeze()
    main()
