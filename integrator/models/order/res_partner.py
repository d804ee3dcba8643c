# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).


from odoo import fields, models


class ResPartner(models.Model):
    _name = "res.partner"
    _inherit = ["res.partner", "integrator.export.mixin"]

    integrator_site_id = fields.Many2one(
        "integrator.site", string="Channel", readonly=True, copy=False
    )
    integrator_buyer_key = fields.Char(
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="Distinguishes the buyers of one channel without keeping what is not needed.",
    )

    # order privacy
    integrator_masked = fields.Selection(
        [("part", "All but what invoices name"), ("whole", "Everything")],
        string="Personal data masked",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="What was masked of a customer who came from a channel.",
    )

    # === BUSINESS METHODS === #

    def _get_complete_name(self):
        """Override of `base`: a buyer's own address is not named after the buyer once more."""
        if self.integrator_site_id and self.name and self.name == self.parent_id.name:
            return self.name.strip()
        return super()._get_complete_name()

    def _integrator_of_buyers(self):
        return self.filtered(
            lambda one: one.integrator_buyer_key or one.integrator_masked == "part"
        )
