# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import format_date, format_time

from ...access import check_operator

#: Causes that need a person now, beyond everyday work.
NEEDED = Domain("urgency", "!=", "0") & Domain("snoozed_until", "=", False)


class IntegratorSiteDashboardMixin(models.AbstractModel):
    """The card of a site on the first screen: whether it is running, and what has to be done."""

    _name = "integrator.site.dashboard.mixin"
    _description = "Card of a site on Home"

    home_todo = fields.Integer(
        string="To do", compute="_compute_home", help="What needs a person, by cause."
    )
    home_state = fields.Selection(
        [
            ("setup", "Not set up"),
            ("stopped", "Stopped"),
            ("attention", "Needs you"),
            ("ok", "Running"),
        ],
        string="Stands",
        compute="_compute_home",
        help="Running: nothing is stuck and nothing waits for a person.",
    )
    home_message = fields.Text(
        string="What to do now", compute="_compute_home", help="The most urgent thing."
    )
    home_secrets = fields.Text(
        string="Keys of the account",
        compute="_compute_home_secrets",
        groups="integrator.group_integrator_manager",
        help="Shown while they are kept without encryption.",
    )

    home_line = fields.Char(
        string="Runs", compute="_compute_home_line", help="Since when, and when it looks again."
    )
    home_runs = fields.Text(
        string="Next runs",
        compute="_compute_home_runs",
        help="When the scheduled actions run next.",
    )
    home_quota = fields.Text(
        string="Quota left", compute="_compute_home_runs", help="What the channel still takes now."
    )

    # === COMPUTE METHODS === #

    def _compute_home_secrets(self):
        for site in self:
            text = site._plain_secrets_text()
            site.home_secrets = text and self.env._("The account's keys: %s", text)

    def _compute_home(self):
        todo = self.env["integrator.todo"]
        rows = todo.search(NEEDED & Domain("site_id", "in", self._origin.ids)).grouped("site_id")
        for site in self:
            found = rows.get(site._origin, todo)
            site.home_todo = len(found)
            site.home_state, site.home_message = site._home_status(found)

    def _compute_home_line(self):
        for site in self:
            site.home_line = site._running_text() if site.automatic else False

    def _compute_home_runs(self):
        runs = self.sudo()._next_runs()
        for site in self:
            site.home_runs = runs if site.automatic else ""
            site.home_quota = "\n".join(site._adapter()._quota_lines(site)) if site._origin else ""

    # === ACTION METHODS === #

    def action_open_todo(self):
        """Link on the card: what needs a person about this site; a single thing opens at once."""
        check_operator(self)
        self.ensure_one()
        todo = self.env["integrator.todo"].search(NEEDED & Domain("site_id", "=", self.id))
        if len(todo) == 1:
            return todo.action_open()
        action = self.env["ir.actions.act_window"]._for_xml_id("integrator.integrator_todo_action")
        domain = NEEDED & Domain("site_id", "=", self.id)
        return {**action, "domain": list(domain), "context": {"create": False}}

    # === BUSINESS METHODS === #

    def _home_status(self, todo):
        """Return the state of the site, and what has to be done now.

        :param todo: `integrator.todo` of the site
        :return: tuple (value of `home_state`, text)
        """
        if not self.automatic:
            return "setup", self.env._("Switch automatic mode on.")
        for problem in (self._stopped_text(), self.heartbeat_message, self.circuit_message):
            if problem:
                return "stopped", problem
        if todo:
            # by the most urgent, with what to do about it
            return "attention", f"{todo[0].title}: {todo[0].step}"
        return "ok", self.env._("Nothing waits for you.")

    def _running_text(self):
        """Since when the site is synchronised, when it last was, and when it is next."""
        site_sudo = self.sudo()
        runs_sudo = self.env["integrator.run"].sudo()
        last = runs_sudo.search([("site_id", "=", self.id), ("stage", "=", "fetch")], limit=1)
        cron_sudo = self._stage_cron("fetch").sudo()
        since = site_sudo.automatic_since or site_sudo.create_date
        parts = [self.env._("Since %s", format_date(self.env, self._here(since).date()))]
        if last:
            parts.append(self.env._("last orders %s", self._clock(last.started_at)))
        if cron_sudo.active:
            parts.append(
                self.env._("next %s", self._clock(max(cron_sudo.nextcall, fields.Datetime.now())))
            )
        return " · ".join(parts)

    def _here(self, moment):
        return fields.Datetime.context_timestamp(self, moment)

    def _clock(self, moment):
        """The time of a moment, for who looks; with the day where it is another."""
        here = self._here(moment)
        clock = format_time(self.env, here.time(), time_format="short")
        if here.date() == self._here(fields.Datetime.now()).date():
            return clock
        return f"{format_date(self.env, here.date())} {clock}"

    def _stopped_text(self):
        if not self.stopped:
            return ""
        return self.env._("A person has stopped what leaves Odoo. Resume it on the channel's form.")

    def _next_runs(self):
        """Return the next runs of the scheduled actions of the stages, in the user's time."""
        crons = [self.env.ref(f"integrator.ir_cron_{name}") for name in ("fetch", "import", "send")]
        lines = []
        for cron in crons:
            at = fields.Datetime.context_timestamp(self, cron.nextcall)
            when = at.strftime("%H:%M") if cron.active else self.env._("switched off")
            work = cron.name.partition(": ")[2]
            lines.append(f"{work[:1].upper()}{work[1:]}: {when}")
        return "\n".join(lines)

    def _plain_secrets_text(self):
        """Return the warning that secrets are kept without encryption, with what to do; empty where
        they are not."""
        if not self.env["integrator.secret"]._has_plain(self._origin):
            return ""
        return self.env._(
            "They are kept without encryption, in the database and in every backup of it: this "
            "server has no key. Ask whoever runs it to put “integrator_secret_key” into its "
            "configuration; within a day they are encrypted by themselves."
        )
