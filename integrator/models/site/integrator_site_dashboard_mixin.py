# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import format_date, format_time

from ...access import check_operator

#: What needs a person, besides the everyday work that goes on by itself in time.
NEEDED = Domain("urgency", "!=", "0")


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
        string="Next runs", compute="_compute_home_runs", help="Of the scheduled actions."
    )
    home_quota = fields.Text(
        string="Quota left", compute="_compute_home_runs", help="What the site still takes now."
    )

    # site setup
    previewed_at = fields.Datetime(
        string="Last preview", readonly=True, copy=False, help="When somebody last had a dry run."
    )
    setup_done = fields.Integer(
        string="Steps done (%)", compute="_compute_setup_done", help="Of the first hour."
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
            site.home_state, site.home_message = site._home_words(found)

    def _compute_home_line(self):
        for site in self:
            site.home_line = site._running_text() if site.automatic else False

    def _compute_home_runs(self):
        runs = self.sudo()._next_runs()
        for site in self:
            site.home_runs = runs if site.automatic else ""
            site.home_quota = "\n".join(site._adapter()._quota_lines(site)) if site._origin else ""

    def _compute_setup_done(self):
        for site in self:
            steps = site._setup_steps()
            site.setup_done = 100 * sum(step["done"] for step in steps) // len(steps)

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

    def action_open_setup(self):
        """Button: the steps of the first hour."""
        self.ensure_one()
        return self.env["integrator.setup"]._open(self)

    # === BUSINESS METHODS === #

    def _home_words(self, todo):
        """How the site stands, and what has to be done now.

        :param todo: `integrator.todo` of the site
        :return: tuple (value of `home_state`, text)
        """
        if not self.automatic:
            return "setup", self._next_step_text()
        for problem in (self._stopped_text(), self.heartbeat_message, self.circuit_message):
            if problem:
                return "stopped", problem
        if todo:
            # by the most urgent, with what to do about it
            return "attention", f"{todo[0].title}: {todo[0].step}"
        return "ok", self.env._("Nothing waits for you.")

    def _next_step_text(self):
        step = next((step for step in self._setup_steps() if not step["done"]), None)
        if not step:
            return self.env._("Switch automatic mode on.")
        return self.env._("Next: %(step)s. %(text)s", step=step["name"], text=step["text"])

    def _running_text(self):
        """Since when the site is synchronised, when it last was, and when it is next."""
        site_sudo = self.sudo()
        runs = self.env["integrator.run"].sudo()
        last = runs.search([("site_id", "=", self.id), ("stage", "=", "fetch")], limit=1)
        cron = self._stage_cron("fetch").sudo()
        since = site_sudo.automatic_since or site_sudo.create_date
        parts = [self.env._("Since %s", format_date(self.env, self._here(since).date()))]
        if last:
            parts.append(self.env._("last orders %s", self._clock(last.started_at)))
        if cron.active:
            parts.append(
                self.env._("next %s", self._clock(max(cron.nextcall, fields.Datetime.now())))
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
        return self.env._("A person has stopped what leaves Odoo. Resume it on the site's form.")

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

    def _setup_steps(self):
        """The steps of the first hour, in their order.

        :return: list of dicts: `key`, `name`, `done`, `text` (what to do, or what is there)
        """
        makers = (
            self._step_account,
            self._step_connection,
            self._step_marketplaces,
            self._step_listings,
            self._step_match,
            self._step_preview,
            self._step_automatic,
        )
        return [make() for make in makers]

    def _prepare_step(self, key, name, done, text):
        return {"key": key, "name": name, "done": bool(done), "text": text}

    def _step_account(self):
        missing = self._adapter()._setup_missing(self)
        there = self.env._("The account's keys are there.")
        text = missing or " ".join(filter(None, (there, self._plain_secrets_text())))
        return self._prepare_step("account", self.env._("Link the account"), not missing, text)

    def _step_connection(self):
        text = self.connection_message or self.env._("Press “Test connection”.")
        done = self.connection_state == "ok"
        return self._prepare_step("connection", self.env._("Test the connection"), done, text)

    def _step_marketplaces(self):
        places = self.env["integrator.marketplace"].sudo()
        found = places.search([("site_id", "=", self._origin.id)])
        names = ", ".join(found.mapped("name"))
        text = names or self.env._("Choose on the site's form where you sell.")
        return self._prepare_step("marketplaces", self.env._("Choose marketplaces"), found, text)

    def _step_listings(self):
        fetch_requests = self.env["integrator.fetch.request"].sudo()
        looked = fetch_requests.search_count(
            [
                ("site_id", "=", self._origin.id),
                ("source", "in", ("listings", "listing_report")),
                ("state", "=", "done"),
            ],
            limit=1,
        )
        text = self.env._("What is offered already is taken over, nothing is changed there.")
        return self._prepare_step("listings", self.env._("Import your listings"), looked, text)

    def _step_match(self):
        imports = self.env["integrator.listing.import"].sudo()
        waiting = imports.search_count(
            [("site_id", "=", self._origin.id), ("state", "=", "to_match")]
        )
        done = self._step_listings()["done"] and not waiting
        text = self.env._("%s listings have no product yet.", waiting)
        if done:
            text = self.env._("Every listing has its product.")
        return self._prepare_step("match", self.env._("Match products"), done, text)

    def _step_preview(self):
        text = self.env._(
            "Choose a few listings and “Preview…”: you see what would be sent, and nothing is."
        )
        return self._prepare_step("preview", self.env._("Dry run"), self.previewed_at, text)

    def _step_automatic(self):
        text = self.env._("From then on orders come in and changes go out by themselves.")
        name = self.env._("Switch automatic mode on")
        return self._prepare_step("automatic", name, self.automatic, text)

    def _plain_secrets_text(self):
        """That secrets are kept without encryption, and what to do; empty where they are not."""
        if not self.env["integrator.secret"]._has_plain(self._origin):
            return ""
        return self.env._(
            "They are kept without encryption, in the database and in every backup of it: this "
            "server has no key. Ask whoever runs it to put “integrator_secret_key” into its "
            "configuration; within a day they are encrypted by themselves."
        )
