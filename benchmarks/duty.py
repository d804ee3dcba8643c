# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Measure the share of time that Odoo's scheduler gives to a stage with work, and to each of its
sites.

Two sites have many orders to import, and one thread of Odoo's own scheduler does everything: it
sleeps until it is woken, and gives all other scheduled actions their turn. `worked` are the seconds
in which the stage was at work, of `elapsed` ones; `half` are the orders that are there when half of
all are, `smaller` those of them that the site with fewer has. They belong together.
"""

from __future__ import annotations

import threading
import time
from typing import Any

from . import import_vs_orm as orders

#: Name of a measure -> (what is measured, what it is measured against, the ratio to keep below):
#: nine tenths of the time, and four tenths of what is done.
RATIOS = {
    "duty": ("elapsed", "worked", 1 / 0.9),
    "duty-share": ("half", "smaller", 1 / 0.4),
}
#: Measure -> whether its database has the addons.
MEASURES = dict.fromkeys(("elapsed", "worked", "half", "smaller"), True)
CONSTANTS: dict[str, float] = {}

#: Orders of each site; they are imported in pieces of 100, and half of all has to be whole pieces.
ORDERS = 200
#: Constant -> its value in a trial, and with `--full`.
TRIAL = {"ORDERS": 4}
FULL = {"ORDERS": 1000}
LIMIT_SECONDS = 1000
LOOK_SECONDS = 0.1
IMPORTED = """
    SELECT site_id, count(*) FROM integrator_order
    WHERE state = 'imported' AND site_id IN %s GROUP BY site_id
"""


def measure_once(env: Any) -> dict[str, float]:
    """Return the figure of each measure.

    :param env: Odoo environment of the superuser; everything is committed.
    """
    sites = _sites(env)
    _warm_up(env, sites[:1])
    for number, site in enumerate(sites):
        _wait_for_import(env, site, ORDERS, 2_000_000 + number * 100_000)
    # what is due now and then, and was since the installation, is no part of the minutes measured
    env.cr.execute(
        "UPDATE ir_cron SET nextcall = now() AT TIME ZONE 'UTC' + interval '1 day'"
        " WHERE interval_type != 'minutes' OR interval_number > 1"
    )
    env["ir.cron.trigger"].search([]).unlink()
    env.cr.commit()
    clock = _Clock(env)
    _start_scheduler()
    # the thread listens by now
    time.sleep(1)
    env["integrator.site"]._trigger_stages("import")
    env.cr.commit()
    began = time.monotonic()
    half: dict[int, int] = {}
    while sum(_imported(env, sites).values()) < 2 * ORDERS:
        time.sleep(LOOK_SECONDS)
        done = _imported(env, sites)
        if not half and sum(done.values()) >= ORDERS:
            half = done
        if time.monotonic() > began + LIMIT_SECONDS:
            raise RuntimeError(f"{done} of {ORDERS} orders each were imported in time")
    return {
        "elapsed": time.monotonic() - (clock.first or began),
        "worked": clock.seconds(),
        "half": float(sum(half.values())),
        "smaller": float(min(half.values())) if len(half) == len(sites) else 1e-9,
    }


def _sites(env: Any) -> Any:
    """Two sites that nothing is sent to: what waits is worked on, nothing else."""
    first = orders._site(env)
    # an account is in one site
    account = {"amazon_merchant_id": "A1DUTY"}
    account["amazon_marketplace_ids"] = first.amazon_marketplace_ids.ids
    second = first.copy({"name": "Second of the benchmark", **account})
    sites = first + second
    sites.automatic = False
    env.cr.commit()
    return sites


def _warm_up(env: Any, site: Any) -> None:
    _wait_for_import(env, site, orders.WARM_UP, 1_900_000)
    env["integrator.stage.import"]._run(site)
    env["integrator.order"].search([("site_id", "=", site.id)]).site_id = orders._site(env).copy(
        {"name": "Warmed up", "active": False, "amazon_merchant_id": "A1WARM"}
    )
    env.cr.commit()


def _wait_for_import(env: Any, site: Any, count: int, first: int) -> None:
    """Orders of a site that are read and not imported yet."""
    drafts = orders._drafts(orders._products(env), count, first)
    for number, page in enumerate(orders._pages(drafts)):
        env["integrator.document"]._keep(site, f"duty {first} {number}", page, stage="extract")
    env["integrator.stage.extract"]._run(site)
    env.cr.commit()


def _imported(env: Any, sites: Any) -> dict[int, int]:
    env.cr.rollback()
    env.cr.execute(IMPORTED, [tuple(sites.ids)])
    return dict(env.cr.fetchall())


class _Clock:
    """Measures the time that the scheduler spends on the stage."""

    def __init__(self, env: Any) -> None:
        self.first: float | None = None
        self._runs: list[list[float]] = []
        stage = env.registry["integrator.stage.import"]
        work = stage._cron_run

        def timed(records: Any) -> Any:
            began = time.monotonic()
            self.first = self.first or began
            run = [began]
            self._runs.append(run)
            try:
                return work(records)
            finally:
                run.append(time.monotonic())

        stage._cron_run = timed

    def seconds(self) -> float:
        """Return them, those of the run that is going on among them."""
        now = time.monotonic()
        return sum((run[1] if len(run) > 1 else now) - run[0] for run in self._runs)


def _start_scheduler() -> None:
    """One thread of Odoo's scheduler; it ends with this process."""
    from odoo.service.server import ThreadedServer

    server = ThreadedServer(None)
    threading.Thread(target=server.cron_thread, args=(0,), daemon=True).start()
