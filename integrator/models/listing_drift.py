# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

from ..access import check_operator
from ..const import SECTIONS
from ..section_value import section_hash
from .listing_news import TOLD_FIELDS

#: Times in a row after which somebody else seems to change a section again and again.
OFTEN = 3


class IntegratorListingSection(models.Model):
    """A section of which the site shows something else than what was told (leap 13)."""

    # one file per concern: pylint: disable=consider-merging-classes-inherited
    _inherit = "integrator.listing.section"

    company_id = fields.Many2one(related="listing_id.company_id")
    site_id = fields.Many2one(related="listing_id.site_id", store=True, index=True)
    shown_value = fields.Json(readonly=True)
    drifted_at = fields.Datetime(
        string="Drifted on", readonly=True, help="When the difference was seen first."
    )
    drift_count = fields.Integer(
        string="Times drifted", readonly=True, help="How often the site showed something else."
    )
    ignored_hash = fields.Char(readonly=True)
    told_text = fields.Text(
        string="Odoo says", compute="_compute_drift_texts", help="What the site was told."
    )
    shown_text = fields.Text(
        string="The site shows", compute="_compute_drift_texts", help="What it shows instead."
    )
    taken_text = fields.Text(
        string="If the site wins",
        compute="_compute_taken_text",
        compute_sudo=True,
        help="What is sent from then on, and until when.",
    )
    under_way = fields.Char(
        compute="_compute_under_way",
        compute_sudo=True,
        help="What Odoo says is on its way to the site already.",
    )
    product_id = fields.Many2one(related="listing_id.product_id")

    def _compute_drift_texts(self):
        for section in self:
            told, shown = section.verified_value or {}, section.shown_value or {}
            names = [name for name in told if told[name] != shown.get(name)]
            section.told_text = section._drift_text(told, names)
            section.shown_text = section._drift_text(shown, names)

    def _drift_text(self, value, names):
        """The parts of a value that differ; the figure where the section has one."""
        figure = self.site_id._adapter()._section_figure(self.name, value)
        if figure is not None:
            return self.listing_id._figure_text(self.name, figure)
        return "\n".join(f"{name}: {value.get(name)}" for name in names)

    def _compute_taken_text(self):
        for section in self:
            section.taken_text = section._say_taken()

    def _say_taken(self):
        """What follows when Odoo takes over what the site shows, in words."""
        if self.name == "inventory":
            return self.env._(
                "The site keeps %s until the stock of the product changes in Odoo; from then on "
                "it gets Odoo's quantity again.",
                self.shown_text,
            )
        if not self._can_take():
            return self.env._(
                "Cannot be taken over: change the product itself, or let Odoo win, or ignore it."
            )
        if self.name == "price":
            return self.env._(
                "From now on the site gets %s, whatever the pricelist says, until somebody presses "
                "“Follow Odoo again” on the listing.",
                self.shown_text,
            )
        return self.env._(
            "From now on the listing says what the site shows, until somebody changes it there."
        )

    def _compute_under_way(self):
        tasks = self.env["integrator.task"].search(
            [
                ("listing_id", "in", self.listing_id.ids),
                ("state", "in", ("waiting", "ready", "submitted", "pending")),
            ]
        )
        found = {(task.listing_id, task.kind): task for task in tasks}
        for section in self:
            task = found.get((section.listing_id, section.name))
            held, sent = self.env._("Waits for approval"), self.env._("Is being sent")
            section.under_way = task and (held if task.approval_id else sent)

    # === LOOKING === #

    def _look(self, now, shown):
        """Compare what the site shows with what it was told, and with what Odoo says by now.

        :param now: of `_section_values`; None: nothing is said
        :param shown: as the adapter's source gave it
        """
        self.ensure_one()
        if self.state not in ("verified", "drifted") or self.verified_value is False:
            return
        read = self.site_id._adapter()._section_shown
        for value in (self.verified_value, now):
            if value is not None and read(self.listing_id, self.name, value, shown) == value:
                if section_hash(value) != self.sent_hash:
                    self._mark_sent(value)
                self._mark_verified()
                return
        self._drift(read(self.listing_id, self.name, self.verified_value, shown))

    def _drift(self, shown, reason=""):
        """The site shows something else: do what the site's policy says.

        :param shown: in the form of `_section_values`
        """
        if self.ignored_hash == section_hash(shown) or (
            self.state == "drifted" and self.shown_value == shown
        ):
            return
        self.write(
            {
                "shown_value": shown,
                "drifted_at": fields.Datetime.now(),
                "drift_count": self.drift_count + 1,
            }
        )
        self._mark_drifted(reason or self._drift_reason())
        policy = self.site_id.drift_ids.filtered(lambda row: row.name == self.name).policy
        if policy:
            winners = {"odoo": self._odoo_wins, "site": self._site_wins, "ignore": self._ignore}
            winners[policy]()

    def _drift_reason(self):
        if self.drift_count < OFTEN:
            return self.env._("The site shows something else than what it was told.")
        return self.env._(
            "The site has shown something else %s times. Somebody else seems to change it: look "
            "for another program, or a repricing rule, that is connected to the same account.",
            self.drift_count,
        )

    # === WHO WINS === #

    def _odoo_wins(self):
        """Send what Odoo says once more."""
        for section in self:
            task = section.listing_id._prepare_task(section.name)
            self.env["integrator.task"]._enqueue(section.site_id, task)

    def _can_take(self):
        """Whether Odoo can say what the site shows."""
        return self.name == "inventory" or bool(self.site_id._adapter()._shown_values(self))

    def _site_wins(self):
        """Take what the site shows into Odoo, where a listing can say it; else it stays drifted.
        Pieces are counted in Odoo: what the site shows of them only stays until they change.

        :return: the sections that could not be taken
        """
        left = self.filtered(lambda section: not section._can_take())
        for section in self - left:
            section._log_taken()
            if section.name == "inventory":
                section._ignore()
                continue
            adapter = section.site_id._adapter()
            section.listing_id._overrule(adapter._shown_values(section))
            section._settle_taken(adapter)
        return left

    def _log_taken(self):
        """Keep on the listing who let the site win, and what follows."""
        parts = dict(self._fields["name"]._description_selection(self.env))
        self.listing_id.message_post(
            body=self.env._(
                "The site wins. %(part)s: %(old)s → %(new)s. %(text)s",
                part=parts[self.name],
                old=self.told_text,
                new=self.shown_text,
                text=self.taken_text,
            )
        )

    def _settle_taken(self, adapter):
        now = adapter._section_value(self.listing_id, self.name)
        if now and section_hash(now) == section_hash(self.shown_value):
            self._mark_sent(now)
            self._mark_verified()

    def _ignore(self):
        """Leave it as it is on both sides, until the site shows yet something else."""
        for section in self:
            section.write({"state": "verified", "reason": False})
            section.ignored_hash = section_hash(section.shown_value)

    # === ACTIONS === #

    def _check_drifted(self):
        """These sections, as the system, as far as they have drifted and nobody has answered yet.

        :raise AccessError: for everybody but operators
        """
        check_operator(self)
        return self.sudo().filtered(lambda one: one.state == "drifted" and not one.under_way)

    def action_odoo_wins(self):
        """Button: the site is to show what Odoo says."""
        drifted = self._check_drifted()
        drifted._odoo_wins()
        self.env["integrator.site"]._wake("send")
        return self.env["integrator.site"]._notify(
            self.env._(
                "What Odoo says is on its way to the site: %s.",
                ", ".join(drifted.listing_id.mapped("sku")) or self.env._("nothing new"),
            )
        )

    def action_site_wins(self):
        """Button: Odoo is to say what the site shows. What follows is asked about first.

        :raise UserError: when nothing of it can be taken over
        """
        drifted = self._check_drifted()
        if drifted and not any(section._can_take() for section in drifted):
            raise UserError(
                self.env._(
                    "What the site shows of %s cannot be taken over: change the product itself, "
                    "or let Odoo win, or ignore it.",
                    ", ".join(drifted.listing_id.mapped("sku")),
                )
            )
        return self.env["integrator.site.wins"]._open(drifted.with_env(self.env))

    def action_ignore_drift(self):
        """Button: it may stay different."""
        self._check_drifted()._ignore()


class IntegratorListing(models.Model):
    """A listing that says what its site showed, instead of what Odoo would say."""

    # one file per concern: pylint: disable=consider-merging-classes-inherited
    _inherit = "integrator.listing"

    overruled_values = fields.Json(readonly=True)
    is_overruled = fields.Boolean(
        string="The site won",
        compute="_compute_is_overruled",
        store=True,
        help="Something of it was taken over from the site, and does not follow Odoo since.",
    )

    @api.depends("overruled_values")
    def _compute_is_overruled(self):
        for listing in self:
            listing.is_overruled = bool(listing.overruled_values)

    def write(self, vals):
        if "overruled_values" not in vals and (chosen := vals.keys() & TOLD_FIELDS):
            # what a person chooses is no longer the site's word
            for listing in self.sudo().filtered("is_overruled"):
                before = listing.overruled_values.items()
                kept = {name: value for name, value in before if name not in chosen}
                listing.overruled_values = kept or False
        return super().write(vals)

    def _overrule(self, values):
        """Say what the site shows, and remember what was said before.

        :param dict values: of the adapter's `_shown_values`
        """
        self.ensure_one()
        before = {name: self[name] for name in values if name in TOLD_FIELDS}
        before |= self.overruled_values or {}
        self.write({**values, "overruled_values": before or False})

    def action_follow_odoo(self):
        """Button: say again what Odoo says; what the site had won is sent anew."""
        check_operator(self)
        listings = self.sudo().filtered("is_overruled")
        for listing in listings:
            listing.write({**listing.overruled_values, "overruled_values": False})
            listing.message_post(body=self.env._("It follows Odoo again."))
        self.env["integrator.site"]._wake("plan_products")
        return self.env["integrator.site"]._notify(
            self.env._(
                "%s listings follow Odoo again. What changes by that is sent.", len(listings)
            )
        )

    def _figure_text(self, name, figure):
        """A figure for people.

        :param str name: of the section; a price has a currency
        :param Decimal figure: of the adapter's `_section_figures`
        """
        if name != "price":
            return f"{figure:f}"
        amount = self._money(float(figure))
        return f"{amount} {self.currency_id.name}"


class IntegratorDriftPolicy(models.Model):
    """Who wins, by itself, when a site shows something else than what it was told."""

    _name = "integrator.drift.policy"
    _inherit = "integrator.rights.mixin"
    _description = "Policy of drift"
    _key_fields = frozenset({"site_id"})

    site_id = fields.Many2one("integrator.site", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="site_id.company_id", store=True)
    name = fields.Selection(SECTIONS, string="Section", required=True, help="Part of the listing.")
    policy = fields.Selection(
        [("odoo", "Odoo wins"), ("site", "The site wins"), ("ignore", "Ignore")],
        required=True,
        help="Odoo wins: sent again. The site wins: taken into Odoo where a listing can say it; a "
        "quantity only stays until the stock changes in Odoo. Sections without a row wait for "
        "your decision.",
    )

    _name_uniq = models.UniqueIndex("(site_id, name)", "A section has one policy.")


class IntegratorSite(models.Model):
    # one file per concern: pylint: disable=consider-merging-classes-inherited
    _inherit = "integrator.site"

    daily_drift_check = fields.Boolean(
        string="Look for drift every night",
        default=True,
        help="Once a day the site is asked what it shows, and that is compared with what it was "
        "told; issues that came later are seen, too.",
    )
    drift_check_limit = fields.Integer(
        string="Listings per night",
        help="At most so many are looked at in one night: those that sell most, and those that "
        "were not looked at for longest. 0: all.",
    )
    drift_ids = fields.One2many(
        "integrator.drift.policy",
        "site_id",
        string="Who wins",
        help="What is done by itself when the site shows something else.",
    )

    def action_import_listings(self):
        """Button: ask the site for all its listings; what is unknown waits to be matched."""
        check_operator(self)
        now = fields.Datetime.now()
        for site in self.sudo():
            source = site._adapter()._listings_source(site)
            site.env["integrator.fetch.request"]._request(site, [(now, False)], source=source)
        self._wake("fetch")
        return self._notify(
            self.env._("The listings are fetched in the background; see “Listings to match”.")
        )
