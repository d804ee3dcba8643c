# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class IntegratorSiteMixin(models.AbstractModel):
    """What belongs to one channel: it is seen by the channel's company, and goes with it."""

    _name = "integrator.site.mixin"
    _description = "Belongs to a channel"
    _check_company_auto = True

    #: Whether rows have files or messages, which the database alone would leave behind: they are
    #: removed before their site.
    _goes_before_site = False

    site_id = fields.Many2one(
        "integrator.site",
        string="Channel",
        required=True,
        readonly=True,
        ondelete="cascade",
        index=True,
    )
    company_id = fields.Many2one(related="site_id.company_id", store=True, index=True)
