# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from odoo.addons.integrator.secret_box import is_current, lock, unlock


class IntegratorImpexSecret(models.Model):
    """Passwords and keys of locations. No access right names this model: no user reads it over RPC
    or the web client, only the code that connects does. See `integrator.secret_box`."""

    _name = "integrator.impex.secret"
    _description = "Secret of a file location"
    _rec_name = "name"

    location_id = fields.Many2one("integrator.impex.location", required=True, ondelete="cascade")
    name = fields.Char(required=True)
    value = fields.Char(required=True)

    _name_uniq = models.UniqueIndex("(location_id, name)", "A location keeps one secret per name.")

    @api.model
    def _store(self, location, name, value):
        """Keep, replace or (empty value) forget a secret of a location."""
        known = self._find(location, name)
        if not value:
            known.unlink()
        elif known:
            known.value = lock(self.env, value)
        else:
            self.sudo().create(
                {"location_id": location.id, "name": name, "value": lock(self.env, value)}
            )

    @api.model
    def _fetch(self, location, name):
        """The value of a secret, or an empty string.

        :raise ConfigurationError: when it is encrypted and the key is not there
        """
        return unlock(self.env, self._find(location, name).value or "")

    def _find(self, location, name):
        return self.sudo().search([("location_id", "=", location.id), ("name", "=", name)])

    @api.autovacuum
    def _relock(self):
        """Bring secrets under the key that encrypts now: after a key was given or changed."""
        for secret in self.search([("value", "!=", False)]).filtered(
            lambda secret: not is_current(secret.value)
        ):
            secret.value = lock(self.env, unlock(self.env, secret.value))
