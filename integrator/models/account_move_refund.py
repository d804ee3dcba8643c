# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from decimal import Decimal

from odoo import api, fields, models

from ..exceptions import RejectedError

ZERO = Decimal(0)


class AccountMove(models.Model):
    """What a credit note gives back to the buyer on the site (001-25)."""

    # one file per concern: pylint: disable=consider-merging-classes-inherited
    _inherit = "account.move"

    integrator_refund_reason_id = fields.Many2one(
        "integrator.refund.reason",
        string="Reason for the site",
        copy=False,
        domain="[('site_type', '=', integrator_refund_site_type)]",
        help="Why the money goes back, as the site is told. Empty: the first reason of the list.",
    )
    integrator_refund_site_type = fields.Char(
        compute="_compute_integrator_refund", help="Kind of the site that the order came from."
    )
    integrator_refund_note = fields.Char(
        string="On the site",
        compute="_compute_integrator_refund",
        help="What happens on the site when this credit note is posted.",
    )
    integrator_refund_line_ids = fields.One2many(
        "integrator.refund.line",
        "move_id",
        string="Refunds on the site",
        readonly=True,
        groups="integrator.group_integrator_user",
        help="What the site was told to give back, item by item, and what became of it.",
    )

    @api.depends("move_type", "line_ids.sale_line_ids")
    def _compute_integrator_refund(self):
        for move in self:
            orders = move._integrator_refund_orders()
            move.integrator_refund_site_type = orders.sudo().integrator_site_id[:1].site_type
            move.integrator_refund_note = " ".join(move._refund_outlook(orders))

    def _integrator_refund_orders(self):
        """Sale orders of sites that a credit note is about; none for any other entry."""
        notes = self.filtered(lambda move: move.move_type == "out_refund")
        return notes._integrator_sale_orders().filtered("integrator_site_id")

    def _refund_outlook(self, orders):
        """One sentence per site: whether posting tells it, before the user tries (004-17)."""
        for order in orders:
            remote, site = order.sudo().integrator_order_ids[:1], order.integrator_site_id.sudo()
            refusal = site._adapter()._refund_refusal(site, remote) if remote else ""
            yield refusal or self.env._(
                "Posting this credit note refunds the buyer on %s.", site.name
            )

    def _refund_reason(self, site):
        """The reason that the site is told: the chosen one, else the first of the list.

        :param site: `integrator.site`
        :raise RejectedError: when there is none
        """
        chosen = self.integrator_refund_reason_id
        reason = chosen or self.env["integrator.refund.reason"]._default_for(site.site_type)
        if not reason:
            raise RejectedError(
                self.env._(
                    "There is no refund reason for %s. Add one under Configuration, Refund "
                    "reasons.",
                    site.name,
                ),
                code="refund_without_reason",
            )
        return reason

    # === PARTS === #

    def _refund_parts(self, order):
        """What the credit note gives back of a remote order, by line and by what it was paid for.

        :param order: `integrator.order`
        :return: dict (order line, kind) -> tuple (net, tax), decimals to the coin
        :raise RejectedError: for an order without lines
        """
        self.ensure_one()
        if not order.line_ids:
            raise RejectedError(
                self.env._("%s has no lines that money could go back for.", order.display_name),
                code="refund_without_lines",
            )
        found = {}
        for line in self.invoice_line_ids.filtered(lambda line: line.display_type == "product"):
            key = self._refund_key(line, order)
            net, tax = found.get(key, (ZERO, ZERO))
            line_net, line_tax = self._exact(line)
            found[key] = net + line_net, tax + line_tax
        return {key: amounts for key, amounts in found.items() if any(amounts)}

    def _refund_key(self, line, order):
        """Which line of the site's order an invoice line gives back for, and what of it; what
        belongs to none is goodwill on the first."""
        links = line.sale_line_ids.integrator_link_ids
        link = links.filtered(lambda link: link.order_line_id.order_id == order)[:1]
        if link:
            return link.order_line_id, link.kind
        return order.line_ids[0], "other" if line.sale_line_ids else "goodwill"

    def _exact(self, line):
        """Net amount and tax of an invoice line as decimals of its currency."""
        places = self.currency_id.decimal_places
        net = Decimal(f"{line.price_subtotal:.{places}f}")
        return net, Decimal(f"{line.price_total:.{places}f}") - net
