# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from ...const import REMOTE_STATUSES


class IntegratorRemoteStatus(models.Model):
    """Maps a site's own status of an order. The site's addon maps the usual ones; a row here has
    priority. An unknown status gets a row without a mapping, and is reported until it is filled
    in."""

    _name = "integrator.remote.status"
    _inherit = ["integrator.site.mixin", "integrator.rights.mixin"]
    _description = "Status of a channel"
    _order = "site_id, name"
    _key_fields = frozenset({"site_id"})

    site_id = fields.Many2one(readonly=False)
    name = fields.Char(string="Channel's word", required=True, help="As the channel writes it.")
    status = fields.Selection(
        [one for one in REMOTE_STATUSES if one[0] != "unknown"],
        string="It means",
        help="Empty: not known; orders with this word are reported.",
    )

    _name_uniq = models.UniqueIndex("(site_id, name)", "This word is in the list already.")

    @api.model
    def _translate(self, site, state):
        """The status of an order in the house's words.

        :param RemoteOrderState state: as the adapter understands it
        :return: a value of `const.REMOTE_STATUSES`
        """
        row = self.search([("site_id", "=", site.id), ("name", "=", state.original_status)])
        if row.status:
            return row.status
        if state.status in self._fields["status"].get_values(self.env):
            return state.status
        if not row and state.original_status:
            self.create({"site_id": site.id, "name": state.original_status})
        return "unknown"
