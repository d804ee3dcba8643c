# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dataclasses import replace

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...access import check_operator
from ...const import DECIDING, OURS, SECTIONS
from ...reason import Reason
from ...utils import labels_of, section_hash

#: Times in a row after which somebody else seems to change a section again and again.
MAX_DRIFTS = 3
#: Colours of Odoo's tags.
COLORS = {"refused": 1, "drifted": 2, "sent": 4, "accepted": 4, "verified": 10}


class IntegratorListingSection(models.Model):
    """One part of a listing: what was last sent, and what the site was last seen to show.

    A section is unchanged when what Odoo says now has the fingerprint of what is verified; then
    nothing is sent.
    """

    _name = "integrator.listing.section"
    _inherit = ["integrator.decision.mixin"]
    _description = "Section of a listing"
    _order = "listing_id, id"

    listing_id = fields.Many2one(
        "integrator.listing", required=True, ondelete="cascade", index=True
    )
    name = fields.Selection(SECTIONS, required=True, help="The part of the listing.")
    state = fields.Selection(
        [
            ("none", "Not sent"),
            ("sent", "Sent"),
            ("accepted", "Accepted"),
            ("verified", "Verified"),
            ("refused", "Refused"),
            ("drifted", "Changed on the channel"),
        ],
        default="none",
        required=True,
        readonly=True,
        help="Accepted: taken for processing. Verified: the channel shows it. Changed there: "
        "the channel shows something else by now.",
    )
    reason = Reason(readonly=True, help="Why it was refused, in the channel's words.")
    issues = fields.Json(
        readonly=True, help="Remarks of the channel: list of attribute, severity, code, message."
    )
    # large, and most readers want only the fingerprint
    sent_value = fields.Json(readonly=True, prefetch=False)
    sent_hash = fields.Char(readonly=True)
    sent_at = fields.Datetime(string="Sent on", readonly=True, help="When it was last sent.")
    emptied_at = fields.Datetime(
        string="Emptied on",
        readonly=True,
        index="btree_not_null",
        help="When the channel was informed that nothing is left of what it offered before.",
    )
    verified_value = fields.Json(readonly=True, prefetch=False)
    verified_hash = fields.Char(readonly=True)
    verified_at = fields.Datetime(
        string="Shown on", readonly=True, help="When the channel last showed what was sent."
    )
    noted_hash = fields.Char(
        readonly=True,
        help="Fingerprint of what Odoo had when it was last decided to send it, or not to.",
    )
    resend_count = fields.Integer(
        string="Sent again",
        readonly=True,
        help="How often it was sent again because the channel did not show it.",
    )

    # listing drift
    company_id = fields.Many2one(related="listing_id.company_id")
    site_id = fields.Many2one(related="listing_id.site_id", store=True, index=True)
    shown_value = fields.Json(readonly=True)
    drifted_at = fields.Datetime(
        string="Changed on", readonly=True, help="When the difference was seen first."
    )
    drift_count = fields.Integer(
        string="Times changed on the channel",
        readonly=True,
        help="How often the channel showed something else.",
    )
    ignored_hash = fields.Char(readonly=True)
    odoo_text = fields.Text(
        string="In Odoo", compute="_compute_drift_texts", help="What was sent to the channel."
    )
    shown_text = fields.Text(
        string="The channel shows", compute="_compute_drift_texts", help="What it shows instead."
    )
    change_text = fields.Char(
        string="Difference",
        compute="_compute_change_text",
        compute_sudo=True,
        help="What Odoo has, and what the channel shows.",
    )
    outcome_text = fields.Text(
        string="If it is taken over",
        compute="_compute_outcome_text",
        compute_sudo=True,
        help="What is sent from then on, and until when.",
    )
    under_way = fields.Char(
        string="Under way",
        compute="_compute_under_way",
        compute_sudo=True,
        help="What Odoo has is on its way to the channel already.",
    )
    product_id = fields.Many2one(related="listing_id.product_id")

    color = fields.Integer(compute="_compute_color")
    sent_text = fields.Text(
        string="What was sent", compute="_compute_sent_text", help="The last time, in words."
    )

    _name_uniq = models.UniqueIndex("(listing_id, name)", "A listing has each section once.")

    # === COMPUTE METHODS === #

    @api.depends("name", "state")
    def _compute_display_name(self):
        labels = labels_of(self, "state")
        for section in self:
            section.display_name = f"{section._label()}: {labels.get(section.state)}"

    @api.depends("state")
    def _compute_color(self):
        for section in self:
            section.color = COLORS.get(section.state, 0)

    def _compute_sent_text(self):
        for section in self:
            value = section.sent_value or {}
            section.sent_text = section._drift_text(value, value) if value else False

    @api.depends_context("lang")
    def _compute_drift_texts(self):
        for section in self:
            confirmed, shown = section.verified_value or {}, section.shown_value or {}
            names = [name for name in confirmed if confirmed[name] != shown.get(name)]
            section.odoo_text = section._drift_text(confirmed, names)
            section.shown_text = section._drift_text(shown, names)

    @api.depends_context("lang")
    def _compute_change_text(self):
        for section in self:
            section.change_text = section._decision_line("")

    def _compute_outcome_text(self):
        for section in self:
            section.outcome_text = section._outcome_text()

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

    # === ACTION METHODS === #

    def action_odoo_wins(self):
        """Button: the site is to show what Odoo says."""
        drifted = self._check_drifted_sudo()
        drifted._odoo_wins()
        self.env["integrator.site"]._trigger_stages("send")
        return self.env["integrator.todo"]._notify_done(
            self.env._(
                "What Odoo has is being sent: %s.",
                ", ".join(dict.fromkeys(drifted.listing_id.mapped("sku")))
                or self.env._("nothing new"),
            )
        )

    def action_site_wins(self):
        """Button: Odoo is to say what the site shows. What follows is asked about first.

        :raise UserError: when nothing of it can be taken over
        """
        drifted = self._check_drifted_sudo()
        if drifted and not any(section._can_take_over() for section in drifted):
            raise UserError(
                self.env._(
                    "What the channel shows of %s cannot be taken over: change the product itself, "
                    "or let Odoo win, or ignore it.",
                    ", ".join(dict.fromkeys(drifted.listing_id.mapped("sku"))),
                )
            )
        return self.env["integrator.site.wins"]._open(drifted.with_env(self.env))

    def action_ask_ignore(self):
        """Button: ask what leaving it as it is does."""
        return self._check_drifted_sudo().with_env(self.env)._open_question("ignore")

    def action_open_listing(self):
        """Button: the listing that it is a part of."""
        self.ensure_one()
        return self.listing_id._get_records_action()

    # === BUSINESS METHODS === #

    def _decision_note(self, decision):
        """Override."""
        return self.env._(
            "Both stay as they are, and nobody is asked again until the channel shows yet "
            "something else. You can undo it for half a minute."
        )

    def _decision_line(self, decision):
        """Override."""
        return self.env._(
            "%(name)s, %(part)s: Odoo %(sent)s, %(site)s %(shown)s",
            name=self.product_id.display_name or self.listing_id.sku,
            part=labels_of(self, "name")[self.name],
            sent=self.odoo_text,
            site=self.site_id.name,
            shown=self.shown_text,
        )

    def _decide_as(self, decision):
        """Override: the difference is left as it is."""
        drifted = self._check_drifted_sudo()
        begun = self.env["integrator.undo"]._begin(drifted)
        drifted._ignore()
        return self._offer_undo(drifted, self.env._("Stays as it is: %s."), begun)

    def _take_over(self):
        """Take what the site shows into Odoo, as far as it can be; this can be undone."""
        drifted = self._check_drifted_sudo()
        undo = self.env["integrator.undo"]
        before = drifted.listing_id._records_of_choices()
        begun = undo._begin(drifted, *before)
        taken = drifted - drifted.with_context(**{DECIDING: OURS})._site_wins()
        after = drifted.listing_id._records_of_choices()
        made = [now - then for now, then in zip(after, before, strict=True)]
        made.append(taken._send_taken_over(undo._moment()))
        return self._offer_undo(taken, self.env._("Taken over: %s."), begun, made)

    def _offer_undo(self, sections, message, begun, made=()):
        names = sorted(set(sections.listing_id.mapped("sku")))
        return self.env["integrator.undo"]._offer(message % ", ".join(names), begun, made)

    def _mark_sent(self, value):
        """Note what is being sent.

        :param value: JSON-able value, as the adapter's `_section_values` gives it
        """
        fingerprint = section_hash(value)
        values = {
            "state": "sent",
            "sent_value": value,
            "sent_hash": fingerprint,
            "sent_at": fields.Datetime.now(),
        }
        if self.noted_hash != fingerprint:
            values["noted_hash"] = False
        if self.name == "inventory":
            values |= self._prepare_emptied(value)
        self.write(values)

    def _prepare_emptied(self, value):
        """Values that record since when a listing is sold out; the site does not show it later."""
        figure = self.listing_id.site_id._adapter()._section_figure
        if figure(self.name, value):
            return {"emptied_at": False} if self.emptied_at else {}
        if figure(self.name, self.verified_value or self.sent_value):
            return {"emptied_at": fields.Datetime.now()}
        return {}

    def _mark_verified(self):
        """The site shows what was sent."""
        now = fields.Datetime.now()
        for section in self:
            section.write(
                {
                    "state": "verified",
                    "reason": False,
                    "issues": False,
                    "verified_value": section.sent_value,
                    "verified_hash": section.sent_hash,
                    "verified_at": now,
                    # what was left as it is has come to its end
                    "ignored_hash": False,
                    "resend_count": 0,
                }
            )

    def _mark_refused(self, reason, issues=None):
        """The site refused the value, or accepted it and does not show it.

        :param str reason: for people
        :param list issues: dicts attribute, severity, code, message
        """
        self.write({"state": "refused", "reason": reason, "issues": issues or False})

    def _mark_drifted(self, reason):
        """The site shows something else than what was verified.

        :param str reason: for people
        """
        self.write({"state": "drifted", "reason": reason})

    def _is_shown(self):
        """Return whether the site has shown what was sent last, and the listing is still there."""
        return self.state == "verified" and self.listing_id.state == "live"

    def _has_changes(self, value):
        """Return whether a value differs from what the site was sent.

        :param value: of the adapter's `_section_values`
        """
        if value is None or self._is_up_to_date(section_hash(value)):
            return False
        # nothing takes nothing away; the values are large, so that they are read last
        return bool(value or self.sent_value or self.verified_value)

    def _note(self, value):
        """Record that a value was decided: it is in the queue, or left as it is. The comparison
        with Odoo does not enqueue it a second time.

        :param value: of `_section_values`, or `CLOSING`
        """
        fingerprint = section_hash(value)
        for section in self:
            if section.noted_hash != fingerprint:
                section.noted_hash = fingerprint

    def _is_up_to_date(self, fingerprint):
        """Return whether a value is what the site has, or what is on its way there.

        :param str fingerprint: of `section_hash`
        """
        if self._is_shown():
            return self.verified_hash == fingerprint
        return self.state in ("sent", "accepted") and self.sent_hash == fingerprint

    def _drift_text(self, value, names):
        """The parts of a value that differ; the figure where the section has one."""
        figure = self.site_id._adapter()._section_figure(self.name, value)
        if figure is not None:
            return self.listing_id._figure_shown(self.name, figure)
        return "\n".join(f"{name}: {self._plain(value.get(name))}" for name in names)

    def _plain(self, value):
        """A value as text, without the site's form."""
        if isinstance(value, dict):
            parts = [self._plain(one) for name, one in value.items() if not name.endswith("_id")]
        elif isinstance(value, list):
            parts = [self._plain(one) for one in value]
        else:
            return "" if value is None else str(value)
        return ", ".join(filter(None, parts))

    def _outcome_text(self):
        """The consequences of taking over the site's value, in words."""
        if self.name == "inventory":
            return self.env._(
                "The channel keeps %s until the stock of the product changes in Odoo; from then on "
                "it gets Odoo's quantity again.",
                self.shown_text,
            )
        if not self._can_take_over():
            return self.env._(
                "Cannot be taken over: change the product itself, or let Odoo win, or ignore it."
            )
        if self.name == "price":
            return self.env._(
                "From now on the channel gets %s, whatever the pricelist has, until somebody "
                "presses “Follow Odoo again” on the listing.",
                self.shown_text,
            )
        return self.env._(
            "From now on the listing has what the channel shows, until somebody changes it there."
        )

    # === TEXTS === #

    def _label(self):
        """The name of the part."""
        return labels_of(self, "name").get(self.name, "")

    def _shown_now(self):
        """The value that the site last showed; empty where nothing is known."""
        if self.state == "drifted" or self.ignored_hash:
            return self.shown_value
        return self.verified_value

    # === COMPARISON === #

    def _compare_shown(self, now, shown):
        """Compare what the site shows with what was sent, and with the present value in Odoo.

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
        """The site shows another value: apply the policy of the site.

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
        if self.drift_count < MAX_DRIFTS:
            return self.env._("The channel shows something else than what was sent to it.")
        return self.env._(
            "The channel has shown something else %s times. Somebody else seems to change it: look "
            "for another program, or a repricing rule, that is connected to the same account.",
            self.drift_count,
        )

    # === DRIFT POLICY === #

    def _odoo_wins(self):
        """Send what Odoo says once more."""
        for section in self:
            update = section.listing_id._prepare_update(section.name)
            self.env["integrator.task"]._enqueue(section.site_id, update)

    def _follow_odoo(self):
        """Send Odoo's value of sections that were left as the site shows them."""
        for section in self:
            section.ignored_hash = False
            section._mark_drifted(section._drift_reason())
        self._odoo_wins()

    def _can_take_over(self):
        """Return whether Odoo can say what the site shows."""
        return self.name == "inventory" or bool(self.site_id._adapter()._shown_values(self))

    def _site_wins(self):
        """Take what the site shows into Odoo, where a listing can say it; else it stays drifted.
        Pieces are counted in Odoo: what the site shows of them only stays until they change.

        :return: the sections that could not be taken
        """
        left = self.filtered(lambda section: not section._can_take_over())
        for section in self - left:
            section._log_take_over()
            if section.name == "inventory":
                section._ignore()
                continue
            adapter = section.site_id._adapter()
            section.listing_id._overrule(adapter._shown_values(section))
            section._verify_taken_over(adapter)
        return left

    def _log_take_over(self):
        """Keep on the listing who let the site win, and what follows."""
        parts = labels_of(self, "name")
        self.listing_id.message_post(
            body=self.env._(
                "Taken over from the channel. %(part)s: %(old)s → %(new)s. %(text)s",
                part=parts[self.name],
                old=self.odoo_text,
                new=self.shown_text,
                text=self.outcome_text,
            )
        )

    def _verify_taken_over(self, adapter):
        now = adapter._section_value(self.listing_id, self.name)
        if now and section_hash(now) == section_hash(self.shown_value):
            self._mark_sent(now)
            self._mark_verified()

    def _send_taken_over(self, moment):
        """Queue what was taken over but is said in other words than the site shows it.

        :param moment: when it may leave
        :return: `integrator.task`
        """
        drifted = self.filtered(lambda section: section.state == "drifted")
        tasks = self.env["integrator.task"]
        for section in drifted:
            update = replace(section.listing_id._prepare_update(section.name), update_at=moment)
            tasks |= tasks._enqueue(section.site_id, update, state="waiting")
        if tasks:
            self.env["integrator.site"]._trigger_stages("send", at=moment)
        return tasks

    def _ignore(self):
        """Leave it as it is on both sides, until the site shows yet something else."""
        for section in self:
            section.write({"state": "verified", "reason": False})
            section.ignored_hash = section_hash(section.shown_value)

    # === DECISIONS === #

    def _check_drifted_sudo(self):
        """The sections among these that have drifted and are not answered yet, as superuser.

        :raise AccessError: for everybody but operators
        """
        check_operator(self)
        return self.sudo().filtered(lambda one: one.state == "drifted" and not one.under_way)
