# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class IntegratorSite(models.Model):
    _inherit = "integrator.site"

    site_type = fields.Selection(selection_add=[("files", "Files")], ondelete={"files": "cascade"})
    files_in_location_id = fields.Many2one(
        "integrator.impex.location",
        string="Orders come from",
        check_company=True,
        ondelete="restrict",
        help="Empty: no orders come from this site.",
    )
    files_in_mask = fields.Char(
        string="Files of orders",
        default="orders*",
        help="* and ? stand for what may differ. A name that ends in .xml is read as XML, any "
        "other as CSV.",
    )
    files_out_location_id = fields.Many2one(
        "integrator.impex.location",
        string="Updates go to",
        check_company=True,
        ondelete="restrict",
        help="Stock, prices and what becomes of orders. Empty: nothing is told to this site.",
    )
    files_out_format = fields.Selection(
        [("csv", "CSV"), ("xml", "XML")], string="Format of updates", default="csv", required=True
    )
