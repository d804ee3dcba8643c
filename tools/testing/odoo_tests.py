# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""`python -m tools.testing.odoo_tests OPTIONS`: Odoo, as it is, in a process set up for tests.

It replaces slow parts of Python, freezegun and Odoo's test cases that take a fifth of a test run,
without an effect that a test could see.
"""

from __future__ import annotations

import gc
from types import ModuleType

import freezegun.api

from odoo.cli import main
from odoo.orm.registry import Registry
from odoo.tests import common
from odoo.tests.common import TransactionCase
from odoo.tools.lru import LRU

from ..environment.bundles_play import only_what_is_opened
from ..environment.system_packages import browser

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


def keep_caches() -> None:
    """Begin each test with the caches of its class: what rights, settings and names come to is
    known from setting the class up, and true again once a test is rolled back.

    Odoo forgets them all after each test.
    """
    set_up = TransactionCase.setUp

    def with_caches(test: TransactionCase) -> None:
        # the cleanup that is added first runs last, after Odoo's own
        registry = test.registry
        test.addCleanup(_restore, registry, registry.registry_sequence, _caches(registry))
        set_up(test)

    TransactionCase.setUp = with_caches


def _caches(registry: Registry) -> list[tuple[LRU, dict]]:
    return [(cache, cache.snapshot) for cache in registry._Registry__caches.values()]


def _restore(registry: Registry, sequence: int, caches: list[tuple[LRU, dict]]) -> None:
    if registry.registry_invalidated or registry.registry_sequence != sequence:
        return  # the test has changed what there is to be known
    for cache, known in caches:
        for key, value in known.items():
            cache[key] = value


def use_our_browser() -> None:
    """Let Odoo's tests take the browser that is installed for them; it knows other names only."""
    if path := browser():
        common._find_executable = lambda: path


if __name__ == "__main__":
    seldom_collect()
    quickly_freeze()
    keep_caches()
    use_our_browser()
    only_what_is_opened()
    main()
