# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError

from ..access import check_operator
from ..choices import choices_of
from ..const import CANCEL_REASON, CancelReason


class SaleOrder(models.Model):
    """The hold of an order's deliveries, where its responsible looks."""

    # one file per concern: pylint: disable=consider-merging-classes-inherited
    _inherit = "sale.order"

    integrator_hold = fields.Selection(
        selection=choices_of("stock.picking", "integrator_hold"),
        string="Delivery on hold",
        compute="_compute_integrator_hold",
        compute_sudo=True,
        help="Why a delivery of this order may not leave yet.",
    )
    integrator_hold_note = fields.Text(
        string="Reason of the hold",
        compute="_compute_integrator_hold",
        compute_sudo=True,
        help="What happened, and what to do about it.",
    )

    @api.depends("picking_ids.integrator_hold", "picking_ids.integrator_hold_note")
    def _compute_integrator_hold(self):
        for order in self:
            held = order._held_deliveries()[:1]
            order.integrator_hold = held.integrator_hold
            order.integrator_hold_note = held.integrator_hold_note

    def _action_confirm(self):
        """Override of `sale`: a quotation takes over what was kept for it, and follows what the
        site said meanwhile."""
        orders = self.sudo().integrator_order_ids
        self.env["integrator.pending.reservation"].sudo()._release(orders)
        result = super()._action_confirm()
        self.env["integrator.order.updater"].sudo()._begin(orders)
        return result

    def _action_cancel(self):
        """Override of `sale`: nothing is kept for what is cancelled."""
        orders = self.sudo().integrator_order_ids
        self.env["integrator.pending.reservation"].sudo()._release(orders)
        return super()._action_cancel()

    def _held_deliveries(self):
        return self.picking_ids._open_deliveries().filtered("integrator_hold")

    # === ACTIONS === #

    def action_release_hold(self):
        """Button: ship all the same."""
        check_operator(self)
        self.sudo()._held_deliveries()._lift_hold()

    def action_validate_untold(self):
        """Button: the parcel left without Odoo."""
        check_operator(self)
        held_sudo = self.sudo()._held_deliveries()
        held_sudo.filtered(
            lambda picking: picking.integrator_hold == "shipped_elsewhere"
        )._note_left_untold()

    def action_cancel_for_buyer(self):
        """Button: cancel as the buyer asks; the site is told that it was the buyer's wish.

        :raise UserError: when a parcel has left already
        """
        check_operator(self)
        orders_sudo = self.sudo()
        for order in orders_sudo:
            gone = [line._quantity_gone() for line in order.integrator_order_ids.line_ids]
            if any(gone) or order.order_line._quantity_sent():
                raise UserError(
                    self.env._(
                        "A parcel of %s has left already, so the order cannot be cancelled any "
                        "more. Ship the rest, or cancel its delivery, and expect a return.",
                        order.name,
                    )
                )
        orders_sudo.with_context(**{CANCEL_REASON: CancelReason("BuyerCanceled")})._action_cancel()
