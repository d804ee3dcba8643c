# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json
from datetime import timedelta

from odoo import fields, models
from odoo.fields import Domain

from ...access import check_operator

TO_ANSWER = [("state", "=", "to_map")]
OPEN = [("state", "=", "open")]
#: What is opened is what was counted: no filter besides, and nothing new is made there.
ONLY_THESE = {"context": {"create": False}}
ON_HOLD = [("integrator_hold", "!=", False), ("state", "not in", ("done", "cancel"))]
#: How a record leads to its site, where it has no field of its own for it.
WAYS = {"stock.picking": "sale_id.integrator_site_id"}
#: What is counted on a site's card: field -> (model, domain, action that opens the records).
FIGURES = {
    "home_held": ("integrator.order", [("state", "=", "error")], "integrator_order_action"),
    "home_holds": ("stock.picking", ON_HOLD, "delivery_hold_action"),
    "home_errors": ("integrator.task", [("state", "=", "error")], "integrator_task_action"),
    "home_missing": (
        "integrator.order.check",
        [("state", "=", "missing")],
        "integrator_order_check_action",
    ),
    "home_mappings": (
        "integrator.mapping",
        TO_ANSWER,
        "integrator_mapping_action",
    ),
    "home_taxes": ("integrator.tax.rule", TO_ANSWER, "integrator_tax_rule_action"),
    "home_imports": (
        "integrator.listing.import",
        [("state", "=", "to_match")],
        "integrator_listing_import_action",
    ),
    "home_approvals": (
        "integrator.approval",
        OPEN,
        "integrator_approval_action",
    ),
    "home_listings": (
        "integrator.listing",
        [("section_state", "in", ("refused", "drifted"))],
        "integrator_listing_action",
    ),
    "home_alerts": ("integrator.alert", OPEN, "integrator_alert_action"),
}
#: Days that the graph goes back.
DAYS = 30


def _figure(label, text):
    return fields.Integer(string=label, compute="_compute_home", help=text)


class IntegratorSiteDashboardMixin(models.AbstractModel):
    """The card of a site on the first screen: is it running, is anything stuck, is anything lost,
    what has to be done now. Each figure opens what it counts."""

    _name = "integrator.site.dashboard.mixin"
    _description = "Figures of a channel on Home"

    home_held = _figure("Orders held", "Orders that did not become a sale order yet.")
    home_holds = _figure("Deliveries on hold", "They wait for an answer of yours.")
    home_errors = _figure("Changes refused", "What the channel did not take.")
    home_missing = _figure("Days with missing orders", "By the channel's own order checks.")
    home_mappings = _figure("Unknown SKUs", "Which products they are, you decide.")
    home_taxes = _figure("Unknown taxes", "Which taxes of Odoo they are, you decide.")
    home_imports = _figure("Listings to match", "Offers on the channel without a product.")
    home_approvals = _figure("To approve", "Held back by the limits.")
    home_listings = _figure("Listings with problems", "Refused, or changed by somebody else.")
    home_alerts = _figure("Alerts", "What the group was informed of and is not mended.")
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

    # site home graph
    home_graph = fields.Text(
        string="Orders per day", compute="_compute_home_graph", help="Orders of the last 30 days."
    )
    home_orders = fields.Integer(
        string="Orders in 30 days",
        compute="_compute_home_graph",
        help="That came from the channel.",
    )
    home_tasks = fields.Integer(
        string="Sent in 30 days",
        compute="_compute_home_graph",
        help="What was sent to the channel.",
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
        counts = {name: self._count_figure(name) for name in FIGURES}
        for site in self:
            for name in FIGURES:
                site[name] = counts[name].get(site._origin.id, 0)
            site.home_state, site.home_message = site._home_words()

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

    def _compute_home_runs(self):
        runs = self.sudo()._next_runs()
        for site in self:
            site.home_runs = runs if site.automatic else ""
            site.home_quota = "\n".join(site._adapter()._quota_lines(site)) if site._origin else ""

    # === ACTION METHODS === #

    def action_open_figure(self):
        """Link on the card: the records that a figure counts; the context names it as `figure`."""
        check_operator(self)
        self.ensure_one()
        name = self.env.context.get("figure")
        if name not in FIGURES:
            return False
        action = self.env["ir.actions.act_window"]._for_xml_id(f"integrator.{FIGURES[name][2]}")
        return {**action, "domain": list(self._figure_domain(name)), **ONLY_THESE}

    # === BUSINESS METHODS === #

    def _figure_domain(self, name):
        model, domain, _action = FIGURES[name]
        return Domain(WAYS.get(model, "site_id"), "in", self._origin.ids) & Domain(domain)

    def _count_figure(self, name):
        """How many there are, by the id of the site."""
        model = self.env[FIGURES[name][0]].sudo()
        if model._name in WAYS:
            return {site.id: model.search_count(site._figure_domain(name)) for site in self._origin}
        groups = model._read_group(self._figure_domain(name), ["site_id"], ["__count"])
        return {site.id: count for site, count in groups}

    def _home_words(self):
        """How the site stands, and what has to be done now.

        :return: tuple (value of `home_state`, text)
        """
        if not self.automatic:
            step = next((step for step in self._setup_steps() if not step["done"]), None)
            return "setup", step["text"] if step else self.env._("Switch automatic mode on.")
        for problem in (self._stopped_text(), self.heartbeat_message, self.circuit_message):
            if problem:
                return "stopped", problem
        for name, text in self._home_tasks().items():
            if self[name]:
                return "attention", text
        return "ok", self.env._("Nothing waits for you.")

    def _stopped_text(self):
        if not self.stopped:
            return ""
        return self.env._("A person has stopped what leaves Odoo. Resume it on the channel's form.")

    def _home_tasks(self):
        """What to do about each figure, the most urgent first."""
        return {
            "home_missing": self.env._(
                "Orders of the channel are not in Odoo: open the day and fetch what is missing."
            ),
            "home_held": self.env._("Orders are held: open them, each names its next step."),
            "home_holds": self.env._("Deliveries wait for an answer: open them, each says why."),
            "home_mappings": self.env._("Choose the products of the unknown SKUs."),
            "home_taxes": self.env._("Choose your taxes for the unknown ones."),
            "late_count": self.env._("Deliveries are due today or late: ship them."),
            "home_errors": self.env._(
                "The channel refused something: read why, mend it and retry."
            ),
            "home_approvals": self.env._("Unusual changes wait for your approval."),
            "home_listings": self.env._("Listings have problems: open them to see which part."),
            "home_imports": self.env._("Offers on the channel have no product yet: match them."),
            "home_alerts": self.env._("Read the alerts."),
        }

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

    def _plain_secrets_text(self):
        """That secrets are kept without encryption, and what to do; empty where they are not."""
        if not self.env["integrator.secret"]._has_plain(self._origin):
            return ""
        return self.env._(
            "They are kept without encryption, in the database and in every backup of it: this "
            "server has no key. Ask whoever runs it to put “integrator_secret_key” into its "
            "configuration; within a day they are encrypted by themselves."
        )
