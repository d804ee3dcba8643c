# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from ...utils import choices_of


class IntegratorRefundReason(models.Model):
    """Reason for which money goes back to a buyer, in our words and in the site's."""

    _name = "integrator.refund.reason"
    _inherit = "integrator.rights.mixin"
    _description = "Refund reason"
    _order = "site_type, sequence, id"

    name = fields.Char(required=True, translate=True, help="What people choose on a credit note.")
    sequence = fields.Integer(default=10, help="The first one is taken when nobody chooses.")
    active = fields.Boolean(default=True, help="Off: it is offered no more.")
    site_type = fields.Selection(
        string="Type of channel",
        selection=choices_of("integrator.site", "site_type"),
        required=True,
        help="Kind of channel whose word it is.",
    )
    code = fields.Char(
        string="Word of the channel", required=True, help="What is sent to the channel."
    )
    for_returns = fields.Boolean(
        string="For returns",
        help="Taken by itself when the credit note was proposed for a return of the buyer.",
    )

    _code_uniq = models.UniqueIndex("(site_type, code, name)", "This reason is there already.")

    # === COMPUTE METHODS === #

    @api.model
    def _default_for(self, site_type, is_return=False):
        """The default reason.

        :param str site_type: of the site that the order came from
        :param bool is_return: whether the buyer sends goods back
        """
        reasons = self.search([("site_type", "=", site_type)])
        return reasons.filtered("for_returns")[:1] if is_return else reasons[:1]
