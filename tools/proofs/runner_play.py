# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""`python -m tools.proofs.runner_play DATABASE URL STEP FILE`: a step of the job runner's proof.

Runs inside Odoo.
Started by `tools/proofs/runner_proof.py` in Odoo's environment; what the step gives goes to the
file.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

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
        """What became of the orders.

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


STEPS = {"prepare": RunnerDemo.prepare, "compare": RunnerDemo.compare}


def main(database: str, url: str, step: str, file: Path) -> None:
    """Do one step.

    :param database: its name.
    :param url: of the local Amazon.
    :param step: one of `STEPS`.
    :param file: it is there only when the step came to its end.
    """
    with environment(database) as env:
        answer = STEPS[step](RunnerDemo(env, url, lambda _line: None))
    file.write_text(json.dumps(answer))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3], Path(sys.argv[4]))
