# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json
from datetime import timedelta

from odoo import fields, models

#: Days that the graph goes back.
DAYS = 30


class IntegratorSite(models.Model):
    """What comes next, and what was: next runs, quota left, the orders of the last month."""

    # one file per concern: pylint: disable=consider-merging-classes-inherited
    _inherit = "integrator.site"

    home_graph = fields.Text(
        string="Orders per day", compute="_compute_home_graph", help="Of the last 30 days."
    )
    home_orders = fields.Integer(
        string="Orders in 30 days", compute="_compute_home_graph", help="That came from the site."
    )
    home_tasks = fields.Integer(
        string="Told in 30 days", compute="_compute_home_graph", help="What the site was told."
    )
    home_runs = fields.Text(
        string="Next runs", compute="_compute_home_runs", help="Of the scheduled actions."
    )
    home_quota = fields.Text(
        string="Quota left", compute="_compute_home_runs", help="What the site still takes now."
    )

    def _compute_home_graph(self):
        start = fields.Date.today() - timedelta(days=DAYS - 1)
        days = [start + timedelta(days=number) for number in range(DAYS)]
        orders = self._per_day("integrator.order", "create_date", start, [])
        tasks = self._per_day(
            "integrator.task", "state_timestamp", start, [("state", "=", "success")]
        )
        for site in self:
            own = orders.get(site._origin.id, {})
            values = [
                {"label": day.strftime("%d.%m."), "value": own.get(day, 0), "type": "past"}
                for day in days
            ]
            key = self.env._("Orders")
            site.home_graph = json.dumps([{"values": values, "title": "", "key": key}])
            site.home_orders = sum(own.values())
            site.home_tasks = sum(tasks.get(site._origin.id, {}).values())

    def _per_day(self, model, field, start, domain):
        """Number of records per site and day.

        :return: dict id of the site -> dict day -> number
        """
        domain = [("site_id", "in", self._origin.ids), (field, ">=", start), *domain]
        groups = (
            self.env[model].sudo()._read_group(domain, ["site_id", f"{field}:day"], ["__count"])
        )
        found = {}
        for site, day, count in groups:
            found.setdefault(site.id, {})[fields.Date.to_date(day)] = count
        return found

    def _compute_home_runs(self):
        runs = self.sudo()._next_runs()
        for site in self:
            site.home_runs = runs if site.automatic else ""
            site.home_quota = "\n".join(site._adapter()._quota_lines(site)) if site._origin else ""

    def _next_runs(self):
        """When the scheduled actions of the stages run next, in the user's time."""
        crons = [self.env.ref(f"integrator.ir_cron_{name}") for name in ("fetch", "import", "send")]
        lines = []
        for cron in crons:
            at = fields.Datetime.context_timestamp(self, cron.nextcall)
            when = at.strftime("%H:%M") if cron.active else self.env._("switched off")
            work = cron.name.partition(": ")[2]
            lines.append(f"{work[:1].upper()}{work[1:]}: {when}")
        return "\n".join(lines)
