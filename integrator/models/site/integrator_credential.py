# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from markupsafe import escape

from odoo import api, fields, models
from odoo.exceptions import UserError

from ...access import check_administrator
from ...reason import Reason
from .integrator_secret import PREVIOUS

#: Code of a warning -> days left at which people are given it, once.
WARNINGS = {"expired": -1, "expires_1": 1, "expires_7": 7, "expires_14": 14, "expires_30": 30}
#: Days that a secret stays at hand after another has taken its place.
OVERLAP_DAYS = 7


class IntegratorCredential(models.Model):
    """Validity of a secret: since when and until when it can be used. The row exists as long as the
    secret, which is not in it."""

    _name = "integrator.credential"
    _inherit = ["integrator.digest.mixin", "integrator.rights.mixin"]
    _description = "Validity of a credential"
    _order = "expires_on, id"
    _rec_name = "label"
    _digest_sequence = 60

    site_id = fields.Many2one(
        "integrator.site",
        string="Channel",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
        help="The account that it opens.",
    )
    name = fields.Char(required=True, readonly=True, help="Technical name of the secret.")
    label = fields.Char(compute="_compute_label", help="What it is, in the words of the form.")
    entered_on = fields.Date(string="Entered on", readonly=True, help="When it was last entered.")
    expires_on = fields.Date(
        string="Expires on",
        help="The last day on which it is good. Filled in when it is entered, by the channel's "
        "rule for its kind; correct it when you know better. Empty: it does not expire.",
    )
    days_left = fields.Integer(
        string="Days left", compute="_compute_days_left", help="Days until it expires."
    )
    old_until = fields.Date(
        string="Previous one until",
        readonly=True,
        help="Until then the previous secret is kept, and you can go back to it.",
    )
    error_code = fields.Char(
        string="Cause", readonly=True, help="The warning that people were last given."
    )
    error_message = Reason(
        string="Warning", readonly=True, help="The warning given when it was about to expire."
    )

    _name_uniq = models.UniqueIndex("(site_id, name)", "A channel has one secret per name.")

    # === COMPUTE METHODS === #

    @api.depends("name", "site_id")
    def _compute_label(self):
        for credential in self:
            field = credential.site_id._fields.get(credential.name or "")
            texts = field._description_string(self.env) if field else credential.name
            credential.label = texts

    @api.depends("expires_on")
    def _compute_days_left(self):
        today = fields.Date.context_today(self)
        for credential in self:
            end = credential.expires_on
            credential.days_left = (end - today).days if end else 0

    # === CRUD METHODS === #

    def write(self, vals):
        """Another expiry date begins the warnings anew."""
        result = super().write(vals)
        if "expires_on" in vals:
            warned_sudo = self.sudo().filtered("error_code")
            for credential in warned_sudo:
                credential._stop_warning()
            warned_sudo.write({"error_code": False, "error_message": False})
        return result

    # === ACTION METHODS === #

    def action_use_previous(self):
        """Button: go back to the secret that was replaced some days ago."""
        check_administrator(self)
        self.ensure_one()
        credential_sudo = self.sudo()
        secrets = credential_sudo.env["integrator.secret"]
        previous = secrets._fetch(credential_sudo.site_id, self.name + PREVIOUS)
        if not previous:
            raise UserError(self.env._("There is no previous secret any more. Enter a new one."))
        credential_sudo._replace(previous)

    # === LIFE OF THE SECRET === #

    @api.model
    def _note(self, site, name, value):
        """A secret was entered, replaced or forgotten."""
        days = site._adapter()._credential_days(site)
        if name not in days:
            return
        known = self.search([("site_id", "=", site.id), ("name", "=", name)])
        if not value:
            known.unlink()
            return
        today = fields.Date.context_today(self)
        lasts = days[name] and timedelta(days=days[name])
        values = {"entered_on": today, "expires_on": lasts and today + lasts}
        if known:
            known.write(values)
        else:
            self.create({"site_id": site.id, "name": name, **values})

    # === WARNINGS === #

    @api.model
    def _warn(self, site):
        """Warn of each credential that expires soon, once at each step."""
        for credential in self.search([("site_id", "=", site.id), ("expires_on", "!=", False)]):
            left = (credential.expires_on - fields.Date.context_today(self)).days
            code = next((code for code, days in WARNINGS.items() if left <= days), None)
            if code and credential.error_code != code:
                credential._raise_warning(code, left)

    def _raise_warning(self, code, left):
        text = self._expiry_text(left)
        self.write({"error_code": code, "error_message": text})
        self._stop_warning()
        self.site_id.activity_schedule(
            "mail.mail_activity_data_warning",
            summary=self._summary(),
            note=escape(text),
            user_id=self.site_id._responsible().id,
        )

    def _stop_warning(self):
        self.site_id._close_question(self.site_id, self._summary())

    def _summary(self):
        return self.env._("Renew: %s", self.label)

    def _expiry_text(self, left):
        values = {"label": self.label, "site": self.site_id.name}
        values["day"] = fields.Date.to_string(self.expires_on)
        if left < 0:
            return self.env._(
                "“%(label)s” of %(site)s expired on %(day)s. Make a new one at the channel and "
                "enter it: Configuration, Channels, Credentials, “Renew…”.",
                **values,
            )
        return self.env._(
            "“%(label)s” of %(site)s expires on %(day)s (in %(left)s days). Make a new one at the "
            "channel and enter it: Configuration, Channels, Credentials, “Renew…”. Nothing stops "
            "meanwhile.",
            left=left,
            **values,
        )

    def _digest_step(self):
        return self.env._("Renew it.")

    # === PREVIOUS SECRET === #

    def _replace(self, value):
        """Put a new secret in the place of the old one, which stays at hand for a while.

        :param str value: the new one
        """
        secrets = self.env["integrator.secret"]
        secrets._store(self.site_id, self.name + PREVIOUS, secrets._fetch(self.site_id, self.name))
        secrets._store(self.site_id, self.name, value)
        self.old_until = fields.Date.context_today(self) + timedelta(days=OVERLAP_DAYS)

    # === CLEAN-UP === #

    @api.autovacuum
    def _gc_previous(self):
        """Delete replaced secrets after their time."""
        for credential in self.search([("old_until", "<", fields.Date.today())]):
            self.env["integrator.secret"]._store(credential.site_id, credential.name + PREVIOUS, "")
            credential.old_until = False
