# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models

from ...secret_box import MARK, is_current, keys, lock, unlock

#: What the name of a secret ends with that waits to take the place of another, or that was in it.
WAITING, PREVIOUS = ".new", ".old"
#: How long a new secret waits for somebody to finish what he began.
WAITS_FOR = timedelta(hours=1)


class IntegratorSecret(models.Model):
    """Credentials of sites. No access right names this model: no user, not even an administrator,
    reads it over RPC or the web client; only the code that calls the remote does. Where
    the installation has a key, values are encrypted: see `secret_box`."""

    _name = "integrator.secret"
    _description = "Secret of a channel"
    _rec_name = "name"

    site_id = fields.Many2one(
        "integrator.site", string="Channel", required=True, ondelete="cascade"
    )
    name = fields.Char(required=True)
    value = fields.Char(required=True)

    _name_uniq = models.UniqueIndex("(site_id, name)", "A channel keeps one secret per name.")

    # === BUSINESS METHODS === #

    @api.model
    def _store(self, site, name, value):
        """Keep, replace or (empty value) forget one secret of a site. Whoever enters a secret
        begins its time anew, and ends the pauses that waited for it."""
        known = self._find(site, name)
        if not value:
            known.unlink()
        elif known:
            known.value = lock(self.env, value)
        else:
            known.create({"site_id": site.id, "name": name, "value": lock(self.env, value)})
        self.env["integrator.credential"].sudo()._note(site.sudo(), name, value)
        site.sudo().circuit_ids.filtered("lasting")._end_pause()

    @api.model
    def _fetch(self, site, name):
        """The secret's value, or an empty string.

        :raise ConfigurationError: when it is encrypted and the key is not there
        """
        return unlock(self.env, self._find(site, name).value or "")

    @api.model
    def _has(self, site, name):
        """Whether there is such a secret, readable or not."""
        return bool(self._find(site, name))

    @api.model
    def _forget(self, sites, names):
        """Forget secrets of sites for good: also what waits to take their place, and what was in
        it before and could be used again.

        :param names: names of the secrets
        """
        for site in sites:
            for name in names:
                for kept in (name, name + WAITING, name + PREVIOUS):
                    self._store(site, kept, "")

    @api.model
    def _has_plain(self, site):
        """Whether secrets of a site are kept as they are, and will be: the server has no key."""
        if keys():
            return False
        found = self.sudo().search([("site_id", "=", site.id)])
        return any(not secret.value.startswith(MARK) for secret in found)

    def _find(self, site, name):
        return self.sudo().search([("site_id", "=", site.id), ("name", "=", name)])

    # === CLEAN-UP === #

    @api.autovacuum
    def _relock(self):
        """Bring secrets under the key that encrypts now: after a key was given or changed."""
        for secret in self.search([("value", "!=", False)]).filtered(
            lambda secret: not is_current(secret.value)
        ):
            secret.value = lock(self.env, unlock(self.env, secret.value))

    @api.autovacuum
    def _gc_waiting(self):
        """Forget new secrets with which nobody went on: the fetch request was closed."""
        before = fields.Datetime.now() - WAITS_FOR
        self.search([("name", "=like", f"%{WAITING}"), ("write_date", "<", before)]).unlink()
