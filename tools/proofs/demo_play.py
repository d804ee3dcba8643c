# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""`python -m tools.proofs.demo_play DATABASE URL STEP FILE`: a step that a proof runs inside Odoo.

`idle_proof` and `runner_proof` start it in Odoo's environment; what the step returns is written to
the file as JSON.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tools.demo.demo_scenario import MARKETPLACE, OUTBOUND, Demo
from tools.environment.inside_odoo import environment

ORDERS = 24


class RunnerDemo(Demo):
    """The demo's merchant, whose orders come in by jobs instead of scheduled actions."""

    def prepare(self):
        """Products are listed; then the site goes to the queue, and orders are placed.

        :return: how many sale orders have to come of them
        """
        self.add_site(self.remote.url)
        self.add_catalogue()
        self.run_until_quiet(OUTBOUND)
        self.site.use_job_queue = True
        self.remote.demo(count=ORDERS, marketplace_id=MARKETPLACE)
        return self.expected()

    def compare(self):
        """Return the figures of the orders.

        :return: dict of figures
        """
        self.site = self.site.search([("use_job_queue", "=", True)])
        orders = self.env["integrator.order"].search([("state", "=", "imported")])
        sales = self.env["sale.order"].search([("integrator_site_id", "=", self.site.id)])
        return {
            "orders": len(orders),
            "sale_orders": len(sales),
            "amount_difference": str(self.amount_difference(orders)),
        }


class IdleDemo(Demo):
    """A merchant who has set up his account and sells nothing."""

    def prepare(self):
        """A site with the settings of a new one; what was due when Odoo was installed is done.

        :return: how many sites there are
        """
        self.add_site(self.remote.url)
        self.site.product_domain = "[('default_code', '=', 'NOTHING')]"
        self.env.cr.execute(
            "UPDATE ir_cron SET nextcall = now() AT TIME ZONE 'UTC' + interval '1 day'"
            " WHERE interval_type NOT IN ('minutes')"
        )
        return len(self.site)

    def calls(self):
        """Return how often the quota of order lists was used.

        :return: number
        """
        return len(self.remote.calls("searchOrders"))


#: Step -> who does it, and how.
STEPS: dict[str, tuple[type[Demo], Callable[[Any], Any]]] = {
    "prepare_idle": (IdleDemo, IdleDemo.prepare),
    "count_calls": (IdleDemo, IdleDemo.calls),
    "prepare_jobs": (RunnerDemo, RunnerDemo.prepare),
    "compare_jobs": (RunnerDemo, RunnerDemo.compare),
}


def main(database: str, url: str, step: str, file: Path) -> None:
    """Do one step.

    :param database: its name.
    :param url: of the local Amazon.
    :param step: one of `STEPS`.
    :param file: it is there only when the step came to its end.
    """
    with environment(database) as env:
        demo, method = STEPS[step]
        answer = method(demo(env, url, lambda _line: None))
    file.write_text(json.dumps(answer))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3], Path(sys.argv[4]))
