# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

from ...const import SECTIONS


class IntegratorDriftPolicy(models.Model):
    """The default reaction to a difference between the value shown by a site and the sent one."""

    _name = "integrator.drift.policy"
    _inherit = ["integrator.site.mixin", "integrator.rights.mixin"]
    _description = "Policy of drift"
    _key_fields = frozenset({"site_id"})

    site_id = fields.Many2one(readonly=False)
    name = fields.Selection(SECTIONS, string="Section", required=True, help="Part of the listing.")
    policy = fields.Selection(
        [("odoo", "Odoo wins"), ("site", "The channel wins"), ("ignore", "Ignore")],
        required=True,
        help="Odoo wins: sent again. The channel wins: taken into Odoo where a listing can have "
        "it; a quantity only stays until the stock changes in Odoo. Sections without a row wait "
        "for your decision.",
    )

    _name_uniq = models.UniqueIndex("(site_id, name)", "A section has one policy.")
