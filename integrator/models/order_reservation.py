# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

#: Days that an order which nobody pays keeps its stock.
RESERVE_DAYS = 7


class IntegratorSite(models.Model):
    # one file per concern: pylint: disable=consider-merging-classes-inherited
    _inherit = "integrator.site"

    reserve_pending = fields.Boolean(
        string="Reserve stock before payment",
        default=True,
        help="Orders that await payment reserve their pieces, so that nobody else is promised "
        "them. They become sale orders once they are paid.",
    )
    reserve_days = fields.Integer(
        string="Keep unpaid reservations",
        default=RESERVE_DAYS,
        help="Days after which the pieces of an order that is still not paid are free again.",
    )
    pending_location_id = fields.Many2one(
        "stock.location",
        string="Reserved for",
        check_company=True,
        readonly=True,
        copy=False,
        help="Where the reservations of unpaid orders point to; nothing is ever moved there.",
    )

    _reserve_positive = models.Constraint(
        "CHECK(reserve_days > 0)", "Unpaid reservations are kept for at least a day."
    )

    def _pending_location(self):
        """The company's location that reservations of unpaid orders point to; made when there is
        none."""
        self.ensure_one()
        if not self.pending_location_id:
            same = [("company_id", "=", self.company_id.id), ("pending_location_id", "!=", False)]
            known = self.with_context(active_test=False).search(same, limit=1)
            self.pending_location_id = known.pending_location_id or self.env[
                "stock.location"
            ].create(
                {
                    "name": self.env._("Awaiting payment"),
                    "usage": "transit",
                    "company_id": self.company_id.id,
                }
            )
        return self.pending_location_id


class IntegratorOrder(models.Model):
    # one file per concern: pylint: disable=consider-merging-classes-inherited
    _inherit = "integrator.order"

    reservation = fields.Selection(
        [
            ("reserved", "Reserved"),
            ("released", "Released"),
            ("expired", "Released: not paid in time"),
        ],
        readonly=True,
        help="The stock that was kept for the order before it was paid.",
    )
    reservation_due = fields.Boolean(
        default=True, readonly=True, help="The reservation has to be looked at again."
    )
    reserved_until = fields.Datetime(
        readonly=True, help="When the pieces are free again unless the order is paid."
    )

    def _wants_reservation(self):
        """Whether the order's pieces are to be kept for it (001-17)."""
        self.ensure_one()
        return (
            self.state == "pending"
            and self.fulfilled_by == "merchant"
            and self.site_id.reserve_pending
        )

    def _is_unpaid_too_long(self):
        self.ensure_one()
        end = self.reserved_until
        return self.state == "pending" and bool(end) and end <= fields.Datetime.now()


class IntegratorOrderLine(models.Model):
    # one file per concern: pylint: disable=consider-merging-classes-inherited
    _inherit = "integrator.order.line"

    reservation_move_ids = fields.One2many(
        "stock.move",
        "integrator_line_id",
        readonly=True,
        groups="stock.group_stock_user",
        help="Reservations before payment.",
    )


class StockMove(models.Model):
    # one file per concern: pylint: disable=consider-merging-classes-inherited
    _inherit = "stock.move"

    integrator_line_id = fields.Many2one(
        "integrator.order.line",
        string="Unpaid order line",
        readonly=True,
        ondelete="set null",
        index="btree_not_null",
        help="The move only reserves its pieces until the order is paid.",
    )
