# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class IntegratorImpexSecret(models.Model):
    """Passwords and keys of locations."""

    _name = "integrator.impex.secret"
    _inherit = "integrator.secret.mixin"
    _description = "Secret of a file location"

    location_id = fields.Many2one("integrator.impex.location", required=True, ondelete="cascade")

    _name_uniq = models.UniqueIndex("(location_id, name)", "A location keeps one secret per name.")

    @api.model
    def _store(self, location, name, value):
        """Keep, replace or (empty value) forget a secret of a location."""
        self._find_sudo(location, name)._put(value, location_id=location.id, name=name)

    @api.model
    def _fetch(self, location, name):
        """The value of a secret, or an empty string.

        :raise ConfigurationError: when it is encrypted and the key is not there
        """
        return self._find_sudo(location, name)._secret()

    def _find_sudo(self, location, name):
        return self.sudo().search([("location_id", "=", location.id), ("name", "=", name)])
