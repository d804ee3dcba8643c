# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.exceptions import UserError

from ..access import as_operator


class IntegratorSite(models.Model):
    # one file per concern: pylint: disable=consider-merging-classes-inherited
    _inherit = "integrator.site"

    privacy_days = fields.Integer(
        string="Keep personal data",
        default=30,
        help="Days after delivery until names and addresses of buyers are masked. 0: never. "
        "Customers with a posted invoice stay as the invoice names them.",
    )

    _privacy_positive = models.Constraint(
        "CHECK(privacy_days >= 0)", "The days until personal data is masked cannot be negative."
    )


class IntegratorDocument(models.Model):
    # one file per concern: pylint: disable=consider-merging-classes-inherited
    _inherit = "integrator.document"

    masked_at = fields.Datetime(
        string="Bytes removed on", readonly=True, help="When personal data had to go."
    )


class IntegratorOrder(models.Model):
    # one file per concern: pylint: disable=consider-merging-classes-inherited
    _inherit = "integrator.order"

    masked_at = fields.Datetime(
        string="Buyer masked on", readonly=True, help="When personal data had to go."
    )
    dispute_reason = fields.Char(
        string="Kept because",
        readonly=True,
        help="Why the buyer's data is not masked at its time, for example a claim.",
    )

    def _keep_personal_data(self, reason):
        """Leave the buyer's data alone until it is released; who and why go into the log.

        :param str reason: for who has to explain it later
        :raise UserError: without a reason, or when it is masked already
        """
        self = as_operator(self)
        if not self:
            raise UserError(self.env._("Choose at least one order."))
        if not (reason or "").strip():
            raise UserError(self.env._("Give the reason: somebody may have to explain it."))
        if self.filtered("masked_at"):
            raise UserError(self.env._("The buyer's data is masked already."))
        self.dispute_reason = reason.strip()
        for order in self.filtered("sale_order_id"):
            order.sale_order_id.message_post(
                body=self.env._("Personal data is kept: %s", self.dispute_reason)
            )

    def action_release_personal_data(self):
        """Button: the dispute is over; the data is masked at its time."""
        as_operator(self).dispute_reason = False
