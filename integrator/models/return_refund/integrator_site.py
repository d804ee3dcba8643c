# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class IntegratorSite(models.Model):
    # what this subject adds: pylint: disable=consider-merging-classes-inherited
    _inherit = "integrator.site"

    daily_returns = fields.Boolean(
        string="Returns every day",
        default=True,
        help="Once a day what buyers send back is fetched, where the channel gives it.",
    )
