# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""A pass over unchanged listings, against Odoo alone computing what is compared.

`everything` compares all parts of many live listings with what was sent, as every night, and
`offer` their stock and prices, as every hour; each with its transactions and from cold caches.
`odoo` is what Odoo alone needs for price, free quantity and name of the same products, all at once.
`calls` counts the calls to Amazon meanwhile. They belong together; seconds are the processor's.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from . import catalogue
from .processor import Processor

#: Name of a measure -> (what is measured, what it is measured against, the ratio to keep below).
RATIOS = {
    "reconcile": ("everything", "odoo", 1.5),
    "reconcile-offer": ("offer", "odoo", 1.5),
    # none: there is no half a call
    "calls-reconcile": ("calls", "one", 0.5),
}
#: Measure -> whether its database has the addons.
MEASURES = dict.fromkeys(("everything", "offer", "odoo", "calls"), True)
CONSTANTS = {"one": 1.0}

LISTINGS = 3_000
ROUNDS = 3
#: Constant -> its value in a trial, and with `--full`.
TRIAL = {"LISTINGS": 4, "ROUNDS": 1}
FULL = {"LISTINGS": 10_000}


def measure_once(env: Any) -> dict[str, float]:
    """Return the figure of each measure: the quickest of some rounds in turns. What else the
    machine does makes a round slower, never quicker.

    :param env: Odoo environment of the superuser; everything is committed.
    """
    # `tools/proofs/bench.py` reads this module by a Python that need not have what the local Amazon
    # needs
    from spapi_simulator import Simulator

    with Simulator() as amazon:
        site, products = catalogue._prepare(env, amazon, "RECONCILE", LISTINGS)
        _list(env, site, products)
        works: dict[str, Callable[[], None]] = {
            "odoo": lambda: _compute(site, products),
            "everything": lambda: _compare(env, site, "all"),
            "offer": lambda: _compare(env, site, "offer"),
        }
        seconds: dict[str, list[float]] = {name: [] for name in works}
        for _round in range(ROUNDS):
            for name, work in works.items():
                env.invalidate_all()
                processor = Processor(env)
                work()
                seconds[name].append(processor.seconds())
        figures = {name: min(some) for name, some in seconds.items()}
        return {**figures, "calls": float(len(amazon.calls()))}


def _list(env: Any, site: Any, products: Any) -> None:
    """The products are in stock, and Amazon shows Odoo's values."""
    stock = site.warehouse_id.lot_stock_id
    env["stock.quant"].create(
        [
            {"product_id": product.id, "location_id": stock.id, "quantity": 5 + product.id % 50}
            for product in products
        ]
    )
    listings = site._adapter()._listings(site, products)
    listings.state = "live"
    for start in range(0, len(listings), 500):
        part = listings[start : start + 500]
        for name in site._adapter()._section_names(site):
            sections, values = part._sections(name), part._section_values((name,))
            for listing, section in sections.items():
                section._mark_sent(values[listing][name])
                section._mark_verified()
        env.cr.commit()
    site.reconcile_nightly, site.reconcile_minutes = False, 0
    env.cr.commit()


def _compute(site: Any, products: Any) -> None:
    """Odoo alone: price, quantity and name."""
    site.pricelist_id._get_products_price(products, 1.0)
    here = products.with_context(location=site.warehouse_id.view_location_id.ids)
    here.mapped("free_qty")
    products.mapped("display_name")


def _compare(env: Any, site: Any, scope: str) -> None:
    """One pass by its stage, with its commits."""
    # another pass that waits would be this one: whichever begins spares the other
    waiting = [("site_id", "=", site.id), ("state", "!=", "done")]
    env["integrator.reconcile"].search(waiting).unlink()
    values = {"site_id": site.id, "scope": scope, "cause": "person"}
    current = env["integrator.reconcile"].create(values)
    env.cr.commit()
    while current.state != "done":
        env["integrator.stage.reconcile"]._run(site)
    if (current.compared, current.found) != (LISTINGS, 0):
        raise RuntimeError(f"{current.compared} compared, {current.found} differ")
