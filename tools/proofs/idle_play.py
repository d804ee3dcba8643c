# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""`python -m tools.proofs.idle_play DATABASE URL STEP FILE`: a step of the proof that nothing
idles.

Runs inside Odoo. Started by `tools/proofs/idle_proof.py` in Odoo's environment; what the step gives
goes to the file.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from tools.demo.demo_scenario import Demo
from tools.environment.inside_odoo import environment


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
        """How often the quota of order lists was used.

        :return: number
        """
        return len(self.remote.calls("searchOrders"))


STEPS = {"prepare": IdleDemo.prepare, "calls": IdleDemo.calls}


def main(database: str, url: str, step: str, file: Path) -> None:
    """Do one step.

    :param database: its name.
    :param url: of the local Amazon.
    :param step: one of `STEPS`.
    :param file: it is there only when the step came to its end.
    """
    with environment(database) as env:
        answer = STEPS[step](IdleDemo(env, url, lambda _line: None))
    file.write_text(json.dumps(answer))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3], Path(sys.argv[4]))
