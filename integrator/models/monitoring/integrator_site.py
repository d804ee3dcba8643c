# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from dateutil.relativedelta import relativedelta

from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError

from ...utils import choices_of, labels_of

#: Days that personal data is kept after delivery, and at most: sites of this kind allow no more.
PRIVACY_DAYS = MAX_PRIVACY_DAYS = 30
#: Days that it is kept after the order while nothing is delivered, and at most.
OPEN_DAYS, MAX_OPEN_DAYS = 45, 60
#: Lines of one mail; more make more mails, which are numbered.
LINES_PER_MAIL = 50


class IntegratorSite(models.Model):
    # alarms and the card of a channel: pylint: disable=consider-merging-classes-inherited
    _inherit = "integrator.site"

    circuit_ids = fields.One2many(
        "integrator.circuit",
        "site_id",
        readonly=True,
        help="Operations that have failed, and how they stand now.",
    )
    circuit_failures = fields.Integer(
        string="Failures before a pause",
        default=5,
        help="So many failures in a row, and an operation is left alone for a while instead of "
        "being tried for each record.",
    )
    circuit_pause = fields.Integer(
        string="First pause",
        default=60,
        help="Seconds. Each further pause is twice as long, an hour at most; then one call is "
        "tried, and all go on when it works.",
    )
    circuit_state = fields.Selection(
        choices_of("integrator.circuit", "state"),
        string="Calls",
        compute="_compute_circuit_state",
        help="Whether everything that the channel is asked works now.",
    )
    circuit_message = fields.Text(
        compute="_compute_circuit_state", help="What rests now, until when, and why."
    )

    # site heartbeat
    heartbeat_minutes = fields.Integer(
        string="Alarm after",
        default=15,
        help="Minutes without a run of a stage, although automatic integration is on, after which "
        "an alarm is raised.",
    )
    automatic_since = fields.Datetime(
        string="Automatic since",
        readonly=True,
        copy=False,
        help="When automatic integration was last switched on.",
        compute="_compute_automatic_since",
        store=True,
    )
    heartbeat_message = fields.Text(
        compute="_compute_heartbeat_message",
        help="What has not run for too long, found when the screen is opened: it is true even "
        "where nothing runs in the background any more.",
    )

    # order privacy
    privacy_days = fields.Integer(
        string="Keep personal data",
        default=PRIVACY_DAYS,
        required=True,
        tracking=True,
        help="Days after delivery until names and addresses of buyers are masked, 30 at most. Raw "
        "documents lose theirs so many days after they came. Posted invoices keep what tax law "
        "asks for.",
    )
    privacy_open_days = fields.Integer(
        string="Keep open orders",
        default=OPEN_DAYS,
        required=True,
        tracking=True,
        help="Days after the order until names and addresses of buyers are masked although nothing "
        "was delivered, 60 at most: orders that are held, not paid or not shipped.",
    )

    # integrator digest
    digest_emails = fields.Char(
        string="Errors are mailed to",
        help="Mail addresses, separated by commas. Empty: every member of the integration group.",
    )
    digest_minutes = fields.Integer(
        string="Mail at most every",
        default=60,
        help="Minutes between two error mails; 0: no error mails. What was sent once is not sent "
        "again, and nothing is sent when nothing is new.",
    )
    digest_at = fields.Datetime(
        string="Last error mail", readonly=True, copy=False, help="When the last one was made."
    )

    _circuit_positive = models.Constraint(
        "CHECK(circuit_failures > 0 AND circuit_pause > 0)",
        "Failures before a pause, and the pause, have to be positive.",
    )
    _heartbeat_positive = models.Constraint(
        "CHECK(heartbeat_minutes > 0)", "The minutes until the alarm have to be positive."
    )
    _privacy_bounds = models.Constraint(
        f"CHECK(privacy_days BETWEEN 1 AND {MAX_PRIVACY_DAYS})",
        "Personal data is kept for 1 to 30 days after delivery. Longer for one order is asked by "
        "“Keep personal data” on the order, with a reason and a last day.",
    )
    _privacy_open_bounds = models.Constraint(
        f"CHECK(privacy_open_days BETWEEN 1 AND {MAX_OPEN_DAYS})",
        "Personal data of orders that are not delivered is kept for 1 to 60 days.",
    )
    _digest_positive = models.Constraint(
        "CHECK(digest_minutes >= 0)", "The interval of error mails cannot be negative."
    )

    # === COMPUTE METHODS === #

    @api.depends("automatic")
    def _compute_automatic_since(self):
        for site in self:
            site.automatic_since = fields.Datetime.now() if site.automatic else site.automatic_since

    @api.depends("circuit_ids.state", "circuit_ids.next_try_at")
    def _compute_circuit_state(self):
        for site in self:
            resting = site.circuit_ids.filtered(lambda circuit: circuit.state != "closed")
            states = set(resting.mapped("state"))
            site.circuit_state = "open" if "open" in states else min(states, default="closed")
            site.circuit_message = "\n".join(site._circuit_line(circuit) for circuit in resting)

    def _compute_heartbeat_message(self):
        for site in self:
            # operators read no other company's runs, and a new site has none
            site.heartbeat_message = site.sudo()._heartbeat_text(site.sudo()._find_silent())

    # === CONSTRAINT METHODS === #

    @api.constrains("digest_emails")
    def _check_digest_emails(self):
        for site in self.filtered("digest_emails"):
            parts = [part for part in site.digest_emails.replace(";", ",").split(",") if part]
            if len(tools.email_normalize_all(site.digest_emails)) != len(parts):
                raise ValidationError(
                    self.env._(
                        "“%s” is not a valid list of email addresses. Separate them by commas.",
                        site.digest_emails,
                    )
                )

    # === CRUD METHODS === #

    @api.ondelete(at_uninstall=False)
    def _unlink_with_files(self):
        """Delete records with files or messages by the ORM: the cascade of the database would leave
        those behind."""
        for name in self.env.registry.descendants(["integrator.site.mixin"], "_inherit"):
            if self.env[name]._goes_before_site:
                self.env[name].sudo().search([("site_id", "in", self.ids)]).unlink()

    # === ACTION METHODS === #

    def action_test_connection(self):
        """Button: a connection that works ends the pauses; see the base method."""
        answer = super().action_test_connection()
        if self.connection_state == "ok":
            self.sudo().circuit_ids._end_pause()
        return answer

    # === BUSINESS METHODS === #

    def _circuit_line(self, circuit):
        next_try = fields.Datetime.context_timestamp(self, circuit.next_try_at)
        return self.env._(
            "“%(operation)s” rests until %(time)s: %(reason)s",
            operation=circuit._label(),
            time=next_try.strftime("%H:%M"),
            reason=circuit.error_message,
        )

    def _find_silent(self):
        """Scheduled actions that should have run for this site and have not, because they are
        switched off or stuck.

        :return: dict name for people -> when they last ran, naive UTC
        """
        if not (self.automatic and self._origin):
            return {}
        runs = self.env["integrator.run"]
        own = [("site_id", "=", self._origin.id)]
        starts = dict(runs._read_group(own, ["stage"], ["started_at:max"]))
        names = labels_of(runs, "stage")
        silent = {}
        for name in self._stages():
            stage = self.env[f"integrator.stage.{name}"]
            if stage._serves(self._origin):
                silent[names[name]] = self._stage_silent_since(stage, starts.get(name))
        for action in self._watched_actions():
            silent[action.name] = self._action_silent_since(action)
        return {name: since for name, since in silent.items() if since}

    def _watched_actions(self):
        """Scheduled actions that are no stage and have to run for this site; a hook for addons
        with some of their own.

        :return: `ir.cron`, some may be archived
        """
        names = ["mask", "health", "issues", "drift_check", "deadlines"]
        names += ["digest"] if self.digest_minutes else []
        actions = self.env["ir.cron"]
        return actions.union(*(self.env.ref(f"integrator.ir_cron_{name}") for name in names))

    def _stage_silent_since(self, stage, started_at):
        """Return the time of the last run of a stage for this site; None where it is not missed.

        :param stage: `integrator.stage`
        :param started_at: of its last run for this site, naive UTC, or None
        """
        action = self._stage_cron(stage._stage)
        if not (action.active and stage._leaves_runs(self._origin)):
            return self._action_silent_since(action)
        since = self._expected_since()
        last = max(started_at or since, since)
        due = last + relativedelta(**{action.interval_type: action.interval_number})
        if stage._paced:
            due = max(due, last + timedelta(seconds=self.interval_seconds))
        return last if due < self._alarm_time() else None

    def _action_silent_since(self, action):
        """Return the time of the last run of a scheduled action; None where it is not missed. It is
        missed when it is switched off or overdue in the scheduler's own record."""
        since = self._expected_since()
        is_late = max(action.nextcall, since) < self._alarm_time()
        return max(action.lastcall or since, since) if is_late or not action.active else None

    def _expected_since(self):
        return self.automatic_since or self.create_date

    def _alarm_time(self):
        """The time before which due work counts as missed."""
        return fields.Datetime.now() - timedelta(minutes=self.heartbeat_minutes)

    def _heartbeat_text(self, silent):
        if not silent:
            return False
        since = fields.Datetime.context_timestamp(self, max(silent.values()))
        return self.env._(
            "Nothing of this has run since %(time)s, although automatic integration is on: "
            "%(stages)s. Ask your administrator to look at Settings, Technical, Scheduled Actions: "
            "those that begin with “Integration” have to be active, and Odoo has to run with "
            "workers for scheduled actions.",
            time=since.strftime("%Y-%m-%d %H:%M"),
            stages=", ".join(silent),
        )

    def _privacy_limit(self, is_open=False):
        """The time before which the clock of personal data must have begun for it to go.

        :param bool is_open: of orders that are neither delivered nor cancelled
        :return: naive UTC; without a site, as new sites have it
        """
        days = (self.privacy_days or PRIVACY_DAYS, self.privacy_open_days or OPEN_DAYS)
        return fields.Datetime.now() - timedelta(days=days[is_open])

    def _members_sudo(self):
        """The members of the integration group who work for the site's company."""
        group = self.env.ref("integrator.group_integrator_user")
        return group.sudo().all_user_ids.filtered(
            lambda user: not user.share and self.company_id in user.company_ids
        )

    def _mail_lines(self, subject, lines):
        """Mail lines to the recipients of errors, in numbered mails when there are many.

        :param list[dict] lines: name, reason, step, url
        """
        parts = [
            lines[start : start + LINES_PER_MAIL] for start in range(0, len(lines), LINES_PER_MAIL)
        ]
        self.env["mail.mail"].sudo().create(
            [
                self._prepare_mail(subject, part, number, len(parts))
                for number, part in enumerate(parts, 1)
            ]
        )  # fmt: skip

    def _prepare_mail(self, subject, lines, number, count):
        if count > 1:
            subject = self.env._(
                "%(subject)s (%(number)s of %(count)s)",
                subject=subject,
                number=number,
                count=count,
            )
        emails = tools.email_normalize_all(self.digest_emails or "")
        to = (
            {"email_to": ",".join(emails)}
            if emails
            else {"recipient_ids": [(6, 0, self._members_sudo().partner_id.ids)]}
        )
        body = self.env["ir.qweb"]._render(
            "integrator.digest_mail", {"title": subject, "lines": lines}
        )
        return {"subject": subject, "body_html": body, "auto_delete": True, **to}
