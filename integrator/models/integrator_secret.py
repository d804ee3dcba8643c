# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from ..secret_box import is_current, lock, unlock


class IntegratorSecret(models.Model):
    """Credentials of sites. No access right names this model: no user, not even an administrator,
    reads it over RPC or the web client (001-81); only the code that calls the remote does. Where
    the installation has a key, values are encrypted: see `secret_box`."""

    _name = "integrator.secret"
    _description = "Secret of a site"
    _rec_name = "name"

    site_id = fields.Many2one("integrator.site", required=True, ondelete="cascade")
    name = fields.Char(required=True)
    value = fields.Char(required=True)

    _name_uniq = models.UniqueIndex("(site_id, name)", "A site keeps one secret per name.")

    @api.model
    def _store(self, site, name, value):
        """Keep, replace or (empty value) forget one secret of a site."""
        known = self._find(site, name)
        if not value:
            known.unlink()
        elif known:
            known.value = lock(self.env, value)
        else:
            known.create({"site_id": site.id, "name": name, "value": lock(self.env, value)})

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

    def _find(self, site, name):
        return self.sudo().search([("site_id", "=", site.id), ("name", "=", name)])

    @api.autovacuum
    def _relock(self):
        """Bring secrets under the key that encrypts now: after a key was given or changed."""
        for secret in self.search([("value", "!=", False)]).filtered(
            lambda secret: not is_current(secret.value)
        ):
            secret.value = lock(self.env, unlock(self.env, secret.value))
