# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class IntegratorSecret(models.Model):
    """Credentials of sites. No access right names this model: no user, not even an administrator,
    reads it over RPC or the web client (001-81); only the code that calls the remote does."""

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
        known = self.sudo().search([("site_id", "=", site.id), ("name", "=", name)])
        if not value:
            known.unlink()
        elif known:
            known.value = value
        else:
            known.create({"site_id": site.id, "name": name, "value": value})

    @api.model
    def _fetch(self, site, name):
        """The secret's value, or an empty string."""
        return self.sudo().search([("site_id", "=", site.id), ("name", "=", name)]).value or ""
