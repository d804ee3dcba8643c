# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from ...const import OWNER_CONFLICT

#: Hours after which a lasting conflict of owners is mailed again.
CONFLICT_HOURS = 24


class IntegratorDigestEntry(models.Model):
    """An error that people have been mailed about, so that they are not mailed again."""

    _name = "integrator.digest.entry"
    _inherit = "integrator.site.mixin"
    _description = "Error sent by mail"
    _order = "id desc"
    _rec_name = "code"

    res_model = fields.Char(string="Model", required=True, readonly=True)
    res_id = fields.Many2oneReference(model_field="res_model", required=True, readonly=True)
    code = fields.Char(string="Cause", required=True, readonly=True)
    mailed_at = fields.Datetime(
        string="Mailed on", required=True, readonly=True, default=lambda self: fields.Datetime.now()
    )

    _error_uniq = models.UniqueIndex(
        "(site_id, res_model, res_id, code)", "This error has been sent already."
    )

    # === BUSINESS METHODS === #

    def _key(self):
        return self.res_model, self.res_id, self.code

    def _is_stale(self):
        """Return whether the mail about it is a day old, so that it is repeated."""
        limit = fields.Datetime.now() - timedelta(hours=CONFLICT_HOURS)
        return self.code == OWNER_CONFLICT and self.mailed_at <= limit


class IntegratorDigest(models.AbstractModel):
    """The error mail of a site: one line per record with its reason, a link and
    what to do next; one mail per interval, and none when nothing is new."""

    _name = "integrator.digest"
    _description = "Error mail"

    # === BUSINESS METHODS === #

    @api.model
    def _cron_digest(self):
        """Entry of the scheduled action."""
        now = fields.Datetime.now()
        for site in self.env["integrator.site"].search([("digest_minutes", ">", 0)]):
            due = site.digest_at and site.digest_at + timedelta(minutes=site.digest_minutes)
            if not due or due <= now:
                self._send_entries(site)
            if not self.env["ir.cron"]._commit_progress(1):
                break

    @api.model
    def _send_entries(self, site):
        """Mail the new errors of a site, and delete the entries of those that are resolved."""
        site = site.with_context(lang=site._responsible().lang)
        lines = {(one["record"]._name, one["record"].id, one["code"]): one
                 for one in self.with_env(site.env)._lines(site)}  # fmt: skip
        entries = self.env["integrator.digest.entry"].search([("site_id", "=", site.id)])
        entries.filtered(lambda entry: entry._key() not in lines or entry._is_stale()).unlink()
        known = {entry._key() for entry in entries.exists()}
        fresh = {key: line for key, line in lines.items() if key not in known}
        if not fresh:
            return
        site._mail_lines(site.env._("Integration errors on %s", site.name), list(fresh.values()))
        entries.create(
            [
                {"site_id": site.id, "res_model": model, "res_id": res_id, "code": code}
                for model, res_id, code in fresh
            ]
        )
        site.digest_at = fields.Datetime.now()

    # === ERRORS === #

    def _sources(self):
        """The models whose errors are in the mail.

        :return: list of models that inherit `integrator.digest.mixin`, in the order of the mail
        """
        names = self.env.registry.descendants(["integrator.digest.mixin"], "_inherit")
        found = [self.env[name] for name in names if not self.env[name]._abstract]
        return sorted(found, key=lambda model: (model._digest_sequence, model._name))

    def _lines(self, site):
        """A line for each record of a site that has an error now.

        :return: list of dicts: record, code, name, reason, step, url
        """
        found = [
            self._prepare_line(
                record,
                record.error_code,
                record.error_message,
                model._digest_step(),
                record._digest_about(),
            )
            for model in self._sources()
            for record in model.search(
                Domain("site_id", "=", site.id) & Domain(model._digest_domain()), order="id"
            )
        ]
        if reason := site._owner_conflict():
            step = self.env._("Until then nothing is sent or fetched.")
            found.append(self._prepare_line(site, OWNER_CONFLICT, reason, step))
        return found

    def _prepare_line(self, record, code, reason, step, about=None):
        about = about or record
        return {
            "record": record,
            "code": code or "unknown",
            "name": about.display_name,
            "reason": reason or self.env._("It failed without a reason; the server log may know."),
            "step": step,
            "url": f"{record.get_base_url()}/odoo/{about._name}/{about.id}",
        }
