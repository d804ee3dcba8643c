# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""How many of our Python files somebody reads who follows one order in, or one price out and back.

`order_files` counts the files of the addons in which a function ran while an order was fetched from
the local Amazon, imported and acknowledged; `order_changes` how often the running file changed. The
same of a price that changes, is sent and shown. Everything has happened once before, so that what
is made at the first time does not count.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

from . import catalogue, flow
from . import import_vs_orm as orders

#: Name of a measure -> (what is measured, what it is measured against, the ratio to keep below).
RATIOS = {
    "trace-order": ("order_files", "one", 55.0),
    "trace-price": ("price_files", "one", 55.0),
}
FIGURES = ("order_files", "order_changes", "price_files", "price_changes")
#: Measure -> whether its database has the addons.
MEASURES = dict.fromkeys(FIGURES, True)
CONSTANTS = {"one": 1.0}

_logger = logging.getLogger(__name__)

ROOT = Path(__file__).resolve().parents[1]


class Trace:
    """The files that were run, in order, without repetition of one that goes on."""

    def __init__(self) -> None:
        self.steps: list[str] = []

    def note(self, frame: FrameType, event: str, _argument: object) -> None:
        """Take down the file of a call; see `sys.setprofile`."""
        file = frame.f_code.co_filename
        if event == "call" and file.startswith(f"{ROOT}/integrator"):
            name = file.removeprefix(f"{ROOT}/")
            if self.steps[-1:] != [name]:
                self.steps.append(name)

    def figures(self, name: str) -> dict[str, float]:
        """Return the counts; the files go to the log."""
        files = sorted(set(self.steps))
        _logger.info("%d files of %r: %r", len(files), name, files)
        return {f"{name}_files": float(len(files)), f"{name}_changes": float(len(self.steps))}


@contextmanager
def traced() -> Iterator[Trace]:
    """Take down what this thread runs."""
    trace = Trace()
    sys.setprofile(trace.note)
    try:
        yield trace
    finally:
        sys.setprofile(None)


def measure_once(env: Any) -> dict[str, float]:
    """Return the figure of each measure.

    :param env: Odoo environment of the superuser; everything is committed.
    """
    from spapi_simulator import Simulator

    with Simulator() as amazon:
        figures = _order(env, amazon)
    with Simulator() as amazon:
        amazon.unlimited = True
        return {**figures, **_price(env, amazon)}


def _order(env: Any, amazon: Any) -> dict[str, float]:
    site = flow._counted_site(env, amazon)
    first, second = orders._drafts(orders._products(env), 2, 300_000)
    for draft in (first, second):
        amazon.add_order(draft)
        with traced() as trace:
            flow._fetch_all(env, site)
            flow._run_stages(env, site, "acknowledge", "extract", "import", "plan_orders", "send")
            flow._run_stages(env, site, "send")
        site.order_watermark = "2026-10-30 00:00:00"
    told = [("site_id", "=", site.id), ("state", "=", "success")]
    if env["integrator.task"].search_count(told) != 2:
        raise RuntimeError("The orders were not imported and acknowledged.")
    # the price is told by another site of the same account
    site.active = False
    env.cr.commit()
    return trace.figures("order")


def _price(env: Any, amazon: Any) -> dict[str, float]:
    site, products = catalogue._prepare(env, amazon, 1)
    env["product.integration"]._request(site, products)
    catalogue._run(env, site)
    rules = env["product.pricelist.item"].search([("pricelist_id", "=", site.pricelist_id.id)])
    for percent in (15, 20):
        with traced() as trace:
            rules.percent_price = percent
            catalogue._run(env, site)
    [offer] = amazon.listing("CATALOGUE-0")["attributes"]["purchasable_offer"]
    if offer["our_price"][0]["schedule"][0]["value_with_tax"] != 8:
        raise RuntimeError("The price was not sent.")
    return trace.figures("price")
