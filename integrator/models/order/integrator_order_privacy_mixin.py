# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields, models
from odoo.exceptions import AccessError, UserError

from ...access import check_operator

#: Days ahead that a dispute may keep it at most.
MAX_DISPUTE_DAYS = 180


class IntegratorOrderPrivacyMixin(models.AbstractModel):
    _name = "integrator.order.privacy.mixin"
    _description = "Personal data of orders"

    masked_at = fields.Datetime(
        string="Buyer masked on", readonly=True, help="When personal data had to go."
    )
    dispute_reason = fields.Char(
        string="Kept because",
        readonly=True,
        help="Why the buyer's data is not masked at its time, for example a claim.",
    )
    dispute_until = fields.Date(
        string="Kept until", readonly=True, help="The last day; then it is masked all the same."
    )

    _unmasked_idx = models.Index("(site_id, id) WHERE masked_at IS NULL")

    # === ACTION METHODS === #

    def action_release_personal_data(self):
        """Button: the dispute is over; the data is masked at its time."""
        self._check_keeper()
        self.sudo().write({"dispute_reason": False, "dispute_until": False})

    def action_erase_personal_data(self):
        """Button: mask the buyer now, because he, or the site, asks for it."""
        self._check_keeper()
        orders_sudo = self.sudo().filtered(lambda order: not order.masked_at)
        for some in orders_sudo.grouped("site_id").values():
            some.env["integrator.masking"]._erase_now(some)

    # === BUSINESS METHODS === #

    def _is_in_dispute(self):
        self.ensure_one()
        return bool(self.dispute_until) and self.dispute_until >= fields.Date.today()

    def _keep_personal_data(self, reason, until):
        """Leave the buyer's data alone for some time; who and why go into the log.

        :param str reason: for who has to explain it later
        :param date until: the last day, 180 days ahead at most
        :raise UserError: without a reason or a day that fits, or when it is masked already
        :raise AccessError: for who is no administrator of the integration
        """
        self._check_keeper()
        if not self:
            raise UserError(self.env._("Choose at least one order."))
        if not (reason or "").strip():
            raise UserError(self.env._("Give the reason: somebody may have to explain it."))
        today = fields.Date.today()
        if not until or not today <= until <= today + timedelta(days=MAX_DISPUTE_DAYS):
            raise UserError(
                self.env._(
                    "Give the last day, at most %s days ahead. A dispute that lasts longer can be "
                    "prolonged then.",
                    MAX_DISPUTE_DAYS,
                )
            )
        if self.filtered("masked_at"):
            raise UserError(self.env._("The buyer's data is masked already."))
        orders_sudo = self.sudo()
        orders_sudo.write({"dispute_reason": reason.strip(), "dispute_until": until})
        for order in orders_sudo.filtered("sale_order_id"):
            order.sale_order_id.message_post(
                body=self.env._(
                    "Personal data is kept until %(day)s: %(reason)s",
                    day=until,
                    reason=reason.strip(),
                )
            )

    def _check_keeper(self):
        """As `check_operator`, for who answers for personal data.

        :raise AccessError: for who is no administrator of the integration
        """
        check_operator(self)
        own = self.sudo(False).env
        if not (own.su or own.user.has_group("integrator.group_integrator_manager")):
            raise AccessError(
                self.env._(
                    "Only members of the group “Integration: Administrator” decide how long "
                    "personal data is kept. Ask one of them."
                )
            )
