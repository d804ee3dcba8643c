# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from psycopg2.errors import ReadOnlySqlTransaction

from odoo import api, fields, models

#: Days that the log is kept.
LOG_DAYS = 365
#: Ids of one entry that are kept; more are counted.
MAX_IDS = 10_000


class IntegratorAccessLog(models.Model):
    """Log of the people who took personal data of buyers out of Odoo as a whole: raw documents and
    exports. It keeps numbers of records and names of fields, no personal data."""

    _name = "integrator.access.log"
    _inherit = "integrator.retention.mixin"
    _description = "Access to personal data"
    _order = "id desc"
    _rec_name = "at"

    at = fields.Datetime(
        string="When", required=True, readonly=True, default=lambda self: fields.Datetime.now()
    )
    user_id = fields.Many2one("res.users", readonly=True, ondelete="set null", index=True)
    login = fields.Char(readonly=True, help="Login of the user, also when the user is deleted.")
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    kind = fields.Selection(
        [
            ("read", "Raw document opened"),
            ("replay", "Raw document read again"),
            ("export", "Exported"),
        ],
        required=True,
        readonly=True,
        help="How the data was taken out.",
    )
    res_model = fields.Char(string="Model", required=True, readonly=True)
    res_ids = fields.Json(string="Ids", readonly=True, help="Ids of the records; 10,000 at most.")
    res_count = fields.Integer(string="Records", readonly=True)
    res_text = fields.Char(
        string="Which", compute="_compute_res_text", help="Ids of the records, the first ones."
    )
    field_names = fields.Char(string="Fields", readonly=True, help="What was exported of them.")

    # === COMPUTE METHODS === #

    @api.depends("res_ids")
    def _compute_res_text(self):
        for entry in self:
            entry.res_text = ", ".join(map(str, (entry.res_ids or ())[:20]))

    # === BUSINESS METHODS === #

    @api.model
    def _note(self, kind, records, field_names=()):
        """Note that the present user takes personal data out; the system itself is no user.

        :param str kind: a value of `kind`
        :param records: what is taken out; with the rights of the user
        :param field_names: fields of an export
        """
        if not records or records.env.su:
            return
        if self.env.cr.readonly:
            # Odoo answers the request again, with a cursor that may write
            raise ReadOnlySqlTransaction("access to personal data is noted")
        user = self.env.user
        self.sudo().create(
            {
                "user_id": user.id,
                "login": user.login,
                "company_id": self.env.company.id,
                "kind": kind,
                "res_model": records._name,
                "res_ids": records.ids[:MAX_IDS],
                "res_count": len(records),
                "field_names": ", ".join(field_names),
            }
        )

    # === CLEAN-UP === #

    @api.model
    def _retention_domain(self):
        """Entries go after a year."""
        limit = fields.Datetime.now() - timedelta(days=LOG_DAYS)
        return [("at", "<", limit)]


class IntegratorExportMixin(models.AbstractModel):
    """Records whose exports may name buyers of sites."""

    _name = "integrator.export.mixin"
    _description = "Records whose exports are noted"

    # === BUSINESS METHODS === #

    def _integrator_of_buyers(self):
        """The records among these that hold data of buyers of sites."""
        return self

    def export_data(self, fields_to_export):
        """Override of `base`: note who exports which buyers."""
        buyers = self._integrator_of_buyers()
        self.env["integrator.access.log"]._note("export", buyers, fields_to_export)
        return super().export_data(fields_to_export)
