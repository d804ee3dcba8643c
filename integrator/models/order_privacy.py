# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..access import check_operator
from ..exceptions import RejectedError

#: Days that personal data is kept after delivery, and at most: sites of this kind allow no more.
PRIVACY_DAYS = MAX_PRIVACY_DAYS = 30

#: Days that it is kept after the order while nothing is delivered, and at most.
OPEN_DAYS, MAX_OPEN_DAYS = 45, 60

#: Days ahead that a dispute may keep it at most.
MAX_DISPUTE_DAYS = 180


class IntegratorSite(models.Model):
    # one file per concern: pylint: disable=consider-merging-classes-inherited
    _inherit = "integrator.site"

    privacy_days = fields.Integer(
        string="Keep personal data",
        default=PRIVACY_DAYS,
        required=True,
        tracking=True,
        help="Days after delivery until names and addresses of buyers are masked, 30 at most. Raw "
        "documents lose theirs so many days after they came. Posted invoices keep what tax law "
        "asks for.",
    )
    privacy_open_days = fields.Integer(
        string="Keep open orders",
        default=OPEN_DAYS,
        required=True,
        tracking=True,
        help="Days after the order until names and addresses of buyers are masked although nothing "
        "was delivered, 60 at most: orders that are held, not paid or not shipped.",
    )

    _privacy_bounds = models.Constraint(
        f"CHECK(privacy_days BETWEEN 1 AND {MAX_PRIVACY_DAYS})",
        "Personal data is kept for 1 to 30 days after delivery. Longer for one order is asked by "
        "“Keep personal data” on the order, with a reason and a last day.",
    )
    _privacy_open_bounds = models.Constraint(
        f"CHECK(privacy_open_days BETWEEN 1 AND {MAX_OPEN_DAYS})",
        "Personal data of orders that are not delivered is kept for 1 to 60 days.",
    )

    @api.ondelete(at_uninstall=False)
    def _unlink_with_files(self):
        """What has files or messages goes before its site: the database alone would take the rows
        and leave those, and nobody would find them again."""
        for name in ("integrator.document", "integrator.submission", "integrator.return"):
            self.env[name].sudo().search([("site_id", "in", self.ids)]).unlink()

    def _privacy_limit(self, is_open=False):
        """The time before which the clock of personal data must have begun for it to go.

        :param bool is_open: of orders that are neither delivered nor cancelled
        :return: naive UTC; without a site, as new sites have it
        """
        days = (self.privacy_days or PRIVACY_DAYS, self.privacy_open_days or OPEN_DAYS)
        return fields.Datetime.now() - timedelta(days=days[is_open])


class IntegratorDocument(models.Model):
    # one file per concern: pylint: disable=consider-merging-classes-inherited
    _inherit = "integrator.document"

    masked_at = fields.Datetime(
        string="Bytes removed on", readonly=True, help="When personal data had to go."
    )

    def _impersonal_kinds(self):
        """Hook: kinds of documents that name no person, and so are kept like other rows.

        :return: tuple of values of `kind`
        """
        return ()

    def _check_kept(self):
        """
        :raise RejectedError: when the bytes had to go
        """
        if self.masked_at:
            raise RejectedError(
                self.env._(
                    "The bytes of %s were removed, because they held personal data whose time was "
                    "over. Fetch the orders again to read them again.",
                    self.remote_id,
                ),
                code="document_masked",
            )

    def _forget_content(self):
        """Remove the bytes; what was not read by now cannot be read any more."""
        kept = self.filtered(lambda document: not document.masked_at)
        kept.write({"content": False, "masked_at": fields.Datetime.now()})
        unread = kept.filtered(lambda document: document.stage != "done")
        unread.write(
            {
                "stage": "done",
                "state": "error",
                "error_code": "document_expired",
                "error_message": self.env._(
                    "It could not be read before its personal data had to go. Fetch the orders of "
                    "that time again: Integration, Operations, Fetch orders."
                ),
            }
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
    dispute_until = fields.Date(
        string="Kept until", readonly=True, help="The last day; then it is masked all the same."
    )

    _unmasked_idx = models.Index("(site_id, id) WHERE masked_at IS NULL")

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


class SaleOrder(models.Model):
    # one file per concern: pylint: disable=consider-merging-classes-inherited
    _inherit = "sale.order"

    integrator_masked_at = fields.Datetime(
        string="Buyer masked on",
        readonly=True,
        copy=False,
        help="When the buyer's personal data had to go.",
    )

    _integrator_unmasked_idx = models.Index(
        "(id) WHERE remote_order_id IS NOT NULL AND integrator_masked_at IS NULL"
    )

    def _hold_erased(self):
        """What is still to be shipped waits: where to is not known here any more."""
        note = self.env._(
            "The buyer's name and address were erased, because they may not be kept any longer. "
            "Look them up on the site, press “Correct the address” on the delivery and enter them, "
            "then press “Ship anyway”."
        )
        ours = self.filtered(lambda order: not order.shipped_by_site)
        for picking in ours.picking_ids._open_deliveries():
            picking._hold("address", note)


class ResPartner(models.Model):
    # one file per concern: pylint: disable=consider-merging-classes-inherited
    _inherit = "res.partner"

    integrator_masked = fields.Selection(
        [("part", "All but what invoices name"), ("whole", "Everything")],
        string="Personal data masked",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="What was masked of a customer who came from a site.",
    )
