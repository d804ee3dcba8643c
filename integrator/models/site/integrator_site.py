# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

from markupsafe import escape

from odoo import api, fields, models, tools
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL, html2plaintext

from odoo.addons.base.models.ir_model import MODULE_UNINSTALL_FLAG

from ...access import check_operator, read_domain
from ...const import CAPABILITIES, MAX_ATTEMPTS, RETENTION_DAYS, STAGES
from ...exceptions import IntegratorError
from ...neutral import ContractError
from ...reason import Reason
from ...utils import parse_domain

#: Days that the first look at a new site reaches back; more by the wizard "Fetch orders".
FIRST_LOOK_DAYS = 2

#: Type of the activities that ask a person, unless a subject has its own.
WARNING = "mail.mail_activity_data_warning"


class IntegratorSite(models.Model):
    """One account on one remote site."""

    _name = "integrator.site"
    _inherit = [
        "integrator.cached.mixin",
        "integrator.rights.mixin",
        "integrator.secret.fields.mixin",
        "mail.thread",
        "mail.activity.mixin",
        "integrator.site.dashboard.mixin",
    ]
    _description = "Integration channel"
    _order = "sequence, name"
    _check_company_auto = True
    _cached_fields = {"active", "automatic"}
    _key_fields = frozenset({"company_id", "site_type"})

    name = fields.Char(required=True, tracking=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True, tracking=True)
    site_type = fields.Selection(
        selection=[], string="Kind of channel", required=True, tracking=True
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    # automatic mode
    automatic = fields.Boolean(
        string="Enable automatic integration",
        copy=False,
        tracking=True,
        help="Off: nothing leaves or enters by itself. Manual synchronisation still works.",
    )
    interval_seconds = fields.Integer(
        string="Integration interval",
        default=60,
        help="Seconds between two looks at the channel. Odoo's scheduler ticks once a minute; a "
        "shorter interval is honoured by asking it to wake up in between. A channel that may not "
        "be asked so often is asked as often as it allows.",
    )
    tracking_delay = fields.Integer(
        string="Tracking delay",
        default=300,
        help="Seconds that a shipped delivery waits for its tracking number. Writing the number "
        "ends the wait at once.",
    )
    retention_days = fields.Integer(
        string="Retention days",
        default=RETENTION_DAYS,
        help="Days after which finished rows are removed.",
    )
    # how orders become sale orders
    warehouse_id = fields.Many2one(
        "stock.warehouse",
        compute="_compute_warehouse_id",
        store=True,
        precompute=True,
        readonly=False,
        check_company=True,
        help="Ships the orders of this channel, and its stock is offered there.",
    )
    stock_since = fields.Datetime(
        string="Stock counts since",
        copy=False,
        default=lambda self: fields.Datetime.now(),
        help="What had left before this time makes no delivery when its order is imported: the "
        "stock that was counted since knows of it. Empty: everything makes one.",
    )
    team_id = fields.Many2one(
        "crm.team",
        string="Sales team",
        check_company=True,
        help="Sales team of the sale orders that come from this channel.",
    )
    order_watermark = fields.Datetime(
        string="Orders complete until",
        copy=False,
        help="The remote's own time up to which every order change has been fetched.",
    )
    order_overlap = fields.Integer(
        string="Order overlap",
        default=600,
        help="Seconds that each look reaches back before the time above.",
    )
    daily_order_check = fields.Boolean(
        string="Daily order check",
        default=True,
        help="Once a day the channel's own list of all orders is compared with what Odoo has; what "
        "is missing is fetched.",
    )
    daily_returns = fields.Boolean(
        string="Returns every day",
        default=True,
        help="Once a day what buyers send back is fetched, where the channel gives it.",
    )
    # how products are offered
    product_domain = fields.Char(
        string="Products to offer",
        default="[('sale_ok', '=', True), ('type', '=', 'consu')]",
        help="Products that match and have an internal reference (SKU) are offered here.",
    )
    stock_buffer = fields.Integer(
        string="Stock buffer", help="Pieces held back from the quantity that is offered."
    )
    pricelist_id = fields.Many2one(
        "product.pricelist",
        check_company=True,
        help="Prices that are sent; empty: the sales price of the product.",
    )
    # connection
    capabilities = fields.Json(
        compute="_compute_capabilities",
        help="What can be done on the channel. Forms hide settings and buttons of the rest.",
    )
    connection_state = fields.Selection(
        [("unknown", "Not tested"), ("ok", "Connected"), ("failed", "Failed")],
        string="Connection",
        default="unknown",
        readonly=True,
        copy=False,
    )
    connection_message = Reason(readonly=True, copy=False)
    connection_at = fields.Datetime(string="Tested on", readonly=True, copy=False)

    # delivery hold
    user_id = fields.Many2one(
        "res.users",
        string="Responsible",
        domain="[('share', '=', False)]",
        default=lambda self: self.env.user.active and self.env.user,
        help="Is asked when an order needs a decision: cancellations, holds, time-outs. Empty: "
        "the salesperson of the order.",
    )

    # integrator credential
    credential_ids = fields.One2many(
        "integrator.credential", "site_id", help="Until when the secrets of the account are good."
    )

    # integrator owner rule
    owner_conflict = fields.Text(
        compute="_compute_owner_conflict",
        help="Another module that speaks to the same account; nothing is synchronised meanwhile.",
    )

    _name_uniq = models.UniqueIndex("(company_id, name)", "Another channel has this name.")
    _interval_positive = models.Constraint(
        "CHECK(interval_seconds > 0 AND tracking_delay >= 0 AND retention_days > 0)",
        "Interval and retention have to be positive.",
    )

    # === COMPUTE METHODS === #

    @api.depends("site_type")
    def _compute_capabilities(self):
        """Compute the capabilities of saved channels; adapters are asked about nothing else."""
        for site in self:
            saved_sudo = site._origin.sudo()
            adapter = saved_sudo._adapter() if saved_sudo.site_type else None
            names = adapter._capabilities(saved_sudo) if adapter is not None else ()
            site.capabilities = sorted(names)

    @api.depends("company_id")
    def _compute_warehouse_id(self):
        """The first warehouse of the company, until another one of it is chosen."""
        warehouses = self.env["stock.warehouse"]
        for site in self:
            if site.warehouse_id.company_id != site.company_id:
                own = [("company_id", "=", site.company_id.id)]
                site.warehouse_id = warehouses.search(own, limit=1)

    def _compute_owner_conflict(self):
        for site in self:
            site.owner_conflict = site._owner_conflict()

    # === CONSTRAINT METHODS === #

    @api.constrains("warehouse_id", "company_id")
    def _check_warehouse(self):
        for site in self.filtered(lambda site: not site.warehouse_id):
            raise ValidationError(
                self.env._(
                    "Choose the warehouse that ships the orders of %(site)s. Where %(company)s has "
                    "none yet, make one under Inventory, Configuration, Warehouses.",
                    site=site.name,
                    company=site.company_id.name,
                )
            )

    @api.constrains("product_domain")
    def _check_product_domain(self):
        products = self.env["product.product"].sudo(False)
        for site in self:
            try:
                read_domain(products, site.product_domain)
                products.search_count(site._product_domain(), limit=1)
            except Exception as error:
                raise ValidationError(
                    self.env._("“Products to offer” cannot be read: %s", error)
                ) from error

    @api.constrains("automatic")
    def _check_owner(self):
        """An account has one owner."""
        for site in self.filtered("automatic"):
            if reason := site._owner_conflict():
                raise ValidationError(reason)

    # === CRUD METHODS === #

    def copy_data(self, default=None):
        """Override of `integrator`: a channel's name is its own."""
        copies = super().copy_data(default)
        if "name" not in (default or {}):
            for site, values in zip(self, copies, strict=True):
                values["name"] = self.env._("%s (copy)", site.name)
        return copies

    @api.ondelete(at_uninstall=False)
    def _unlink_except_sold(self):
        sold = (
            self.env["sale.order"].sudo().search([("integrator_site_id", "in", self.ids)], limit=1)
        )
        if sold:
            raise UserError(
                self.env._(
                    "%s has sale orders, which would be imported a second time if it were made "
                    "again. Archive it instead.",
                    sold.integrator_site_id.name,
                )
            )

    def unlink(self):
        """Override of `base`: what belongs to the channels goes with them."""
        self.check_access("unlink")
        if self.env.context.get(MODULE_UNINSTALL_FLAG):
            self._release_for_uninstall()
        self._cut_references()
        return super().unlink()

    def _release_for_uninstall(self):
        """Hook before channels go because the addon of their kind is uninstalled.

        What would keep them from going (a foreign key that restricts) lets them go here: Odoo
        would leave them behind without a word, and no stage could work on what is left.
        """

    def _cut_references(self):
        """Clear what the rows of the channels say of each other, all at once.

        The database clears one reference after the other while it deletes, and refuses a row that
        still names something that is gone already.
        """
        self.env.flush_all()
        for model in self.env.values():
            site = model._fields.get("site_id")
            if not model._auto or model._abstract or not (site and site.store and site.column_type):
                continue
            names = [
                field.name
                for field in model._fields.values()
                if field.type == "many2one"
                and field.store
                and field.ondelete == "set null"
                and (field is site or "site_id" in self.env[field.comodel_name]._fields)
            ]
            if names and site.comodel_name == self._name:
                cleared = SQL(", ").join(SQL("%s = NULL", SQL.identifier(name)) for name in names)
                table = SQL.identifier(model._table)
                rows = SQL("UPDATE %s SET %s WHERE site_id = ANY(%s)", table, cleared, self.ids)
                self.env.cr.execute(rows)
        self.env.invalidate_all()

    def _forget_secrets(self, address, vals):
        """Override: what was found out with them counts no more."""
        losing = super()._forget_secrets(address, vals)
        losing.sudo().connection_state = "unknown"  # a result, which nobody writes
        return losing

    # === ACTION METHODS === #

    def action_test_connection(self):
        """Button: test the parameters, and show what works or what to correct."""
        check_operator(self)
        self.ensure_one()
        site_sudo = self.sudo()
        try:
            state, message = "ok", site_sudo._adapter()._test_connection(site_sudo)
        except IntegratorError as error:
            # only the person who has pressed the button retries it
            state, message = "failed", error.last_message
        site_sudo.write(
            {
                "connection_state": state,
                "connection_message": message,
                "connection_at": fields.Datetime.now(),
            }
        )
        return self._notify(message, kind="success" if state == "ok" else "danger")

    def action_run_now(self):
        """Button: wake every stage; what is waiting is worked on in the background."""
        if not self.automatic:
            raise UserError(
                self.env._(
                    "Automatic integration is off for this channel, so there is nothing to wake. "
                    "Use “Synchronise…” to send or fetch what you choose."
                )
            )
        self._trigger_stages()
        return self._notify(self._text_of_run())

    # === BUSINESS METHODS === #

    def _text_of_run(self):
        """Hook: the message after “Run now”."""
        return self.env._("What waits is worked on in the background, within a minute.")

    def _adapter(self):
        """The abstract model by which everything at the remote is done; the only entry for it."""
        self.ensure_one()
        name = f"integrator.adapter.{self.site_type}"
        if name not in self.env:
            raise UserError(
                self.env._(
                    "The kind of channel “%(kind)s” needs the model %(model)s, which no installed "
                    "addon brings.",
                    kind=self.site_type,
                    model=name,
                )
            )
        return self.env[name]

    def _can(self, capability):
        """Return whether something can be done on this channel.

        :param str capability: one of `const.CAPABILITIES`
        :raise ContractError: where the adapter names something else: nobody would ever ask for it
        """
        able = self._adapter()._capabilities(self)
        if unknown := sorted({capability, *able} - CAPABILITIES):
            raise ContractError(
                f"{self._adapter()._name}._capabilities: {', '.join(unknown)} is none of "
                f"{', '.join(sorted(CAPABILITIES))}"
            )
        return capability in able

    @api.model
    def _automatic_sites_sudo(self):
        return self.sudo().browse(self._automatic_site_ids())

    @api.model
    @tools.ormcache()
    def _automatic_site_ids(self):
        return tuple(self.sudo().search([("automatic", "=", True)]).ids)

    @api.model
    def _is_silent(self):
        """Return whether events are left unrecorded: by setting, while no site is automatic."""
        parameters = self.env["ir.config_parameter"].sudo()
        return bool(parameters.get_param("integrator.silent")) and not self._automatic_site_ids()

    @api.model
    def _max_attempts(self):
        """Attempts after which a failing record waits for a person."""
        parameters = self.env["ir.config_parameter"].sudo()
        return int(parameters.get_param("integrator.max_attempts", MAX_ATTEMPTS))

    def _product_domain(self):
        """Domain of the products that this site offers; each has a SKU."""
        self.ensure_one()
        return (
            parse_domain(self.product_domain)
            & fields.Domain("default_code", "!=", False)
            & fields.Domain("company_id", "in", (False, self.company_id.id))
        )

    def _offered_products(self, domain=fields.Domain.TRUE):
        """The products that this site offers, as its company sees them.

        :param domain: further condition
        """
        products_sudo = self.env["product.product"].sudo()
        own = products_sudo.with_context(allowed_company_ids=self.company_id.ids)
        return own.search(self._product_domain() & domain).with_env(self.env)

    def _time_zone(self):
        """The time zone for the days of this site: that of its responsible user, else the
        company's."""
        return self.user_id.tz or self.company_id.partner_id.tz or "UTC"

    def _local_time(self, moment):
        """A moment in the time zone of this site.

        :param datetime moment: UTC, without a zone, as Odoo keeps it
        :return: datetime with its zone
        """
        return moment.replace(tzinfo=timezone.utc).astimezone(ZoneInfo(self._time_zone()))

    def _utc_time(self, day, at=time.min):
        """A time of a day in the time zone of this site.

        :param date day: where the site is
        :param time at: none: when the day begins
        :return: datetime, UTC without a zone
        """
        local = datetime.combine(day, at, tzinfo=ZoneInfo(self._time_zone()))
        return local.astimezone(timezone.utc).replace(tzinfo=None)

    def _next_fetch_start(self):
        """The start of the next automatic fetch: before the last watermark, since orders may become
        visible late; two days ago for a new site."""
        self.ensure_one()
        now = fields.Datetime.now()
        if not self.order_watermark:
            return now - timedelta(days=FIRST_LOOK_DAYS)
        return self.order_watermark - timedelta(seconds=self.order_overlap)

    @api.model
    def _retention_date(self):
        """The time before which finished rows may go: the longest retention of all sites."""
        days = self.sudo().search([("active", "in", (True, False))]).mapped("retention_days")
        return fields.Datetime.now() - timedelta(days=max(days, default=RETENTION_DAYS))

    # === WAKING AND NOTIFICATIONS === #

    @api.model
    def _trigger_stages(self, *stages, at=None):
        """Ask the scheduler to run stages soon, or at a later time.

        :param stages: last parts of the crons' XML ids (`fetch`, `plan` …); none: all
        :param at: UTC time; the scheduler counts minutes, so one wake-up in a minute is enough
        """
        for stage in stages or self._stages():
            cron = self._stage_cron(stage).sudo()
            if not (at and self._is_awake(cron, at)):
                cron._trigger(at=at)

    @api.model
    def _stages(self):
        """Names of all stages; an addon with a stage of its own adds its name here, and names its
        scheduled action in `_stage_cron`: it is woken and watched with the others then."""
        return STAGES

    @api.model
    def _stage_cron(self, stage):
        """The scheduled action of a stage; an addon with a stage of its own names its action."""
        return self.env.ref(f"integrator.ir_cron_{stage}")

    @api.model
    def _is_awake(self, cron, at):
        """Return whether a scheduled action has been asked already to come in the minute of a
        time."""
        minute = at.replace(second=0, microsecond=0)
        domain = fields.Domain("cron_id", "=", cron.id)
        domain &= fields.Domain("call_at", ">", fields.Datetime.now())
        domain &= fields.Domain("call_at", ">=", minute)
        domain &= fields.Domain("call_at", "<", minute + timedelta(minutes=1))
        return bool(self.env["ir.cron.trigger"].sudo().search_count(domain, limit=1))

    @api.model
    def _notify(self, message, kind="info"):
        """A client action that shows a short message and refreshes the screen."""
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": kind,
                "message": message,
                "sticky": kind == "danger",
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    # === RESPONSIBLE PERSON === #

    def _note_offers_changed(self):
        """Hook: a setting changed on which every offer of these channels depends."""

    def _responsible(self, order=None):
        """The user who decides about orders of this site.

        :param order: `sale.order`, whose salesperson is the second choice
        :return: an active user
        """
        users = self.user_id | (order.user_id if order else self.env["res.users"])
        return (users.filtered("active") or self.env.ref("base.user_admin"))[:1]

    def _schedule_question(
        self, record, summary, note, activity_type=WARNING, order=None, user=None, again=False
    ):
        """Ask the responsible about a record. A question that is open is updated; one that a person
        has marked as done is asked again when its note differs.

        :param record: a record with activities, usually a `sale.order`
        :param str note: what is asked, with the figures that it depends on
        :param order: `sale.order` that it is about, where the record does not have it
        :param user: who is asked; by default the responsible of the order or of the site
        :param bool again: ask also what was marked as done with the same note, because it has
            happened once more
        """
        known = self._questions(record, summary, activity_type)
        if is_open := known.filtered("active"):
            is_open.note = escape(note)
            return
        done = known.sorted("id")[-1:]
        if done and not again and html2plaintext(done.note) == html2plaintext(escape(note)):
            return
        if order is None and not user:
            order = record if record._name == "sale.order" else record.sale_id
        user = user or self._responsible(order)
        record.activity_schedule(activity_type, summary=summary, note=escape(note), user_id=user.id)

    def _close_question(self, record, summary, activity_type=WARNING):
        """Mark a question as done because its cause is over. It is asked again when the cause comes
        back, also where a person had marked it as done."""
        known = self._questions(record, summary, activity_type)
        known.filtered("active").action_feedback()
        # the log of the record keeps that it was done
        known.unlink()

    @api.model
    def _questions(self, record, summary, activity_type):
        """Return the activities of a question on a record, also those that are done."""
        same = [("summary", "=", summary)]
        record = record.with_context(active_test=False)
        return record.activity_search([activity_type], additional_domain=same)

    def _owner_conflict(self):
        """Return the reason for which this site must not be synchronised now; empty when nothing is
        against it."""
        self.ensure_one()
        return self.env["integrator.owner.rule"]._conflict(self)
