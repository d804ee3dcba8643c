# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import models
from odoo.exceptions import UserError

from ..planners.fulfillment_offers import BY_ITSELF
from .delivery_carrier import BY_AMAZON


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def action_confirm(self):
        """Override of `sale`: what Amazon ships by itself is given to it."""
        result = super().action_confirm()
        for order in self.filtered(lambda order: order.state == "sale"):
            order._integrator_amazon_begin()
        return result

    def _integrator_amazon_begin(self):
        """Let Amazon ship the order, where its delivery method or a rule says so. What came from a
        site is never sent by itself."""
        self.ensure_one()
        if self.integrator_site_id:
            return
        site = self._integrator_amazon_shipper_sudo()
        if not site:
            return
        carrier = self.carrier_id.filtered(lambda one: one.delivery_type == BY_AMAZON)
        chosen = {"speed": carrier.amazon_speed} if carrier else {}
        try:
            self.env["integrator.operation"].sudo()._start(
                "export", site, self.sudo(), **chosen, user_id=self.env.uid
            )
        except UserError as error:
            # the order is confirmed all the same; somebody has to look at it
            self.message_post(
                body=self.env._("Amazon does not ship it yet: %s", error), message_type="comment"
            )

    def _integrator_amazon_shipper_sudo(self):
        """The account that is to ship the order as soon as it is confirmed; none: nobody."""
        carrier = self.carrier_id.sudo().filtered(lambda one: one.delivery_type == BY_AMAZON)
        if carrier:
            return carrier.amazon_site_id
        sites = (
            self.env["integrator.site"]
            .sudo()
            .search(
                [
                    ("amazon_fulfillment", "=", True),
                    ("company_id", "=", self.company_id.id),
                    ("site_type", "=", "amazon"),
                ]
            )
        )
        lines = self.order_line.filtered(lambda line: line.product_id.type == "consu")
        rules = self.env["integrator.amazon.fulfillment.rule"]
        for site in sites:
            rule_sudo = rules._find_sudo(
                site,
                self.team_id.name or "",
                self.partner_shipping_id.country_id.code or "",
                lines.product_id,
            )
            if rule_sudo.use == BY_ITSELF:
                return site
        return sites.browse()


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    def _integrator_amazon_units_to_cancel(self, order):
        """Units that Odoo no longer sells and Amazon still waits for.

        :param order: `integrator.order`
        :return: dict `integrator.order.line` -> whole number of units above zero
        """
        found = {}
        left = self.env["integrator.refund.line"]._left(order)
        for line in order.line_ids.filtered(lambda one: one._sale_line() == self):
            # what was sent counts, until the order shows it
            waits_for = min(line._quantity_open(), left.get(line.remote_line_id, line.quantity))
            units = waits_for - self._integrator_amazon_units_left(line)
            if units > 0:
                found[line] = units
        return found

    def _integrator_amazon_units_left(self, line):
        """Units that Amazon is still to wait for, or that have left.

        :param line: `integrator.order.line`
        """
        return max(int(self.product_uom_qty), line.quantity_shipped)
