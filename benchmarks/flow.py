# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Orders in bulk: how their cost grows, how many calls they take, and what a second worker brings.

`early` and `late` are seconds of the processor per order when some thousand are there and when many
more are. `one_worker` and `two_workers` import the same number of orders by one and by two
processes on one database; that is on the clock, so nothing else may be at work on the machine.
`order_calls` counts the calls by which a thousand orders are fetched and imported from the local
Amazon, `acknowledge_calls` those that acknowledge them. They belong together.
"""

from __future__ import annotations

import multiprocessing
import time
from typing import Any

from . import catalogue
from . import import_vs_orm as orders

#: Name of a measure -> (what is measured, what it is measured against, the ratio to keep below).
RATIOS = {
    "growth": ("late", "early", 1.10),
    "workers": ("two_workers", "one_worker", 1 / 1.7),
    "calls-orders": ("order_calls", "one", 12.0),
    "calls-acknowledge": ("acknowledge_calls", "one", 6.0),
}
FIGURES = ("early", "late", "one_worker", "two_workers", "order_calls", "acknowledge_calls")
#: Measure -> whether its database has the addons.
MEASURES = dict.fromkeys(FIGURES, True)
CONSTANTS = {"one": 1.0}

PART = 200
#: Orders in between, beside those of the other measures.
MANY = 0
AT_ONCE = 1000
SHARED = 300
#: Runs of the scheduler after which all of them have to be there.
RUNS = 10
COUNTED = 1000
#: Constant -> its value in a trial, and with `--full`.
TRIAL = {"PART": 2, "SHARED": 4, "COUNTED": 4}
FULL = {"PART": 500, "MANY": 8000, "SHARED": 600}


def measure_once(env: Any) -> dict[str, float]:
    """Return the figure of each measure.

    :param env: Odoo environment of the superuser; everything is committed.
    """
    products = orders._products(env)
    orders._measure_ours(env, orders._drafts(products, orders.WARM_UP, 500_000))
    figures = {"early": orders._measure_ours(env, orders._drafts(products, PART, 800_000)) / PART}
    figures |= _count_calls(env)
    figures["one_worker"] = _shared(env, products, 600_000, 1)
    figures["two_workers"] = _shared(env, products, 700_000, 2)
    for first in range(0, MANY, AT_ONCE):
        orders._measure_ours(env, orders._drafts(products, AT_ONCE, 900_000 + first))
        env.invalidate_all()
    figures["late"] = orders._measure_ours(env, orders._drafts(products, PART, 1_000_000)) / PART
    return figures


# === WORKERS === #


def _shared(env: Any, products: Any, first: int, workers: int) -> float:
    """Seconds in which some processes import the same orders together."""
    site = orders._site(env)
    drafts = orders._drafts(products, SHARED, first)
    for number, page in enumerate(orders._pages(drafts)):
        env["integrator.document"]._keep(site, f"shared {first} {number}", page, stage="extract")
    env["integrator.stage.extract"]._run(site)
    env.cr.commit()
    database = env.cr.dbname
    began = time.monotonic()
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=_work, args=(database, site.id)) for _one in range(workers)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(600)
    # what it takes a process to begin is no part of the work
    seconds = time.monotonic() - began - _start_seconds(database)
    env.cr.commit()
    orders._check(orders._imported(env, drafts), drafts)
    return seconds


def _start_seconds(database: str) -> float:
    """Seconds in which a process comes as far as the work."""
    began = time.monotonic()
    process = multiprocessing.get_context("spawn").Process(target=_work, args=(database, 0))
    process.start()
    process.join(600)
    return time.monotonic() - began


def _work(database: str, site_id: int) -> None:
    """A host of its own: import what is there, until nothing is left. As by the scheduler, the next
    run takes what the other host has crossed (both reserve pieces of the same products)."""
    from tools.environment.inside_odoo import environment

    with environment(database) as env:
        site = env["integrator.site"].browse(site_id).exists()
        stage = env["integrator.stage.import"]
        for _run in range(RUNS if site else 0):
            stage._run(site)
            env.cr.commit()
            if not env[stage._queue].search_count(stage._domain(site), limit=1):
                return


# === CALLS === #


def _count_calls(env: Any) -> dict[str, float]:
    """Calls for a thousand orders of the local Amazon: until they are imported, and from there
    until they are acknowledged."""
    from spapi_simulator import Simulator

    with Simulator() as amazon:
        site = _counted_site(env, amazon)
        for draft in orders._drafts(orders._products(env), COUNTED, 400_000):
            amazon.add_order(draft)
        _fetch_all(env, site)
        _run_stages(env, site, "acknowledge", "extract", "import")
        imported = catalogue._calls(amazon)
        for _round in range(2):
            _run_stages(env, site, "plan_orders", "send")
        made = env["integrator.order"].search(
            [("site_id", "=", site.id), ("state", "=", "imported")]
        )
        acknowledged = env["integrator.task"].search_count(
            [("site_id", "=", site.id), ("state", "=", "success")]
        )
        if (len(made), acknowledged) != (COUNTED, COUNTED):
            raise RuntimeError(f"{len(made)} imported, {acknowledged} acknowledged of {COUNTED}")
        site.automatic = False
        return {
            "order_calls": float(imported),
            "acknowledge_calls": float(catalogue._calls(amazon) - imported),
        }


def _counted_site(env: Any, amazon: Any) -> Any:
    amazon.unlimited = True
    catalogue._retire(env, amazon)
    seller = amazon.seller
    like = orders._site(env)
    site = like.copy(
        {
            "name": "Counted",
            "automatic": True,
            "amazon_merchant_id": seller.merchant_id,
            "amazon_marketplace_ids": like.amazon_marketplace_ids.ids,
        }
    )
    site.write(
        {
            "amazon_lwa_client_id": seller.client_id,
            "amazon_lwa_client_secret": seller.client_secret,
            "amazon_refresh_token": seller.refresh_token,
            "amazon_endpoint_url": amazon.url,
            "amazon_lwa_url": f"{amazon.url}/auth/o2/token",
            "order_watermark": "2026-10-30 00:00:00",
            # once a day, however many orders there are
            "daily_order_check": False,
            "daily_returns": False,
        }
    )
    env.cr.commit()
    return site


def _fetch_all(env: Any, site: Any) -> None:
    """Fetch until nothing is left to ask for; a look that began anew would be counted twice."""
    ready = [("site_id", "=", site.id), ("state", "=", "ready")]
    for _round in range(9):
        _run_stages(env, site, "fetch")
        windows = env["integrator.fetch.request"].search(ready)
        if not windows:
            return
        windows.retry_at = False
    raise RuntimeError("The orders were not fetched.")


def _run_stages(env: Any, site: Any, *stages: str) -> None:
    """Run stages with all the quota there is: the buckets' time is no part of the count."""
    for stage in stages:
        catalogue._wait_no_more(env)
        env[f"integrator.stage.{stage}"]._run(site)
        env.cr.commit()
