# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class IntegratorSite(models.Model):
    # what this subject adds: pylint: disable=consider-merging-classes-inherited
    _inherit = "integrator.site"

    daily_returns = fields.Boolean(
        string="Returns every day",
        default=True,
        help="Once a day the site is asked what buyers send back, where it tells that.",
    )
