# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import float_compare

from ...access import check_operator
from ...utils import wait_for_rows


class SaleOrder(models.Model):
    _inherit = "sale.order"

    integrator_remote_order_ids = fields.One2many(
        "integrator.remote.order",
        "sale_order_id",
        string="Shipped by channels",
        readonly=True,
        groups="integrator.group_integrator_user",
        help="Orders at channels that ship this order, or parts of it.",
    )
    integrator_can_export = fields.Boolean(
        string="Can be exported",
        compute="_compute_integrator_can_export",
        help="A channel ships what is sold elsewhere.",
    )
    integrator_export_state = fields.Selection(
        [("none", "Not exported"), ("part", "Partly exported"), ("all", "Exported")],
        string="At channels",
        compute="_compute_integrator_export_state",
        groups="integrator.group_integrator_user",
        help="Whether channels ship its lines.",
    )
    integrator_reserved = fields.Monetary(
        string="Paid from deposits",
        readonly=True,
        copy=False,
        help="What is reserved for it of the customer's deposits.",
    )
    integrator_comment = fields.Text(
        string="Comment of the caller",
        readonly=True,
        copy=False,
        help="What was written with the order when it was added over the programming interface.",
    )
    integrator_key = fields.Char(
        string="Key of the caller",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="By it a caller may add the order again without making a second one.",
    )

    _integrator_key_uniq = models.UniqueIndex(
        "(partner_id, integrator_key) WHERE integrator_key IS NOT NULL AND state != 'cancel'",
        "An order with this key exists already.",
    )

    # === COMPUTE METHODS === #

    @api.depends("integrator_remote_order_ids.state", "order_line.integrator_remote_line_ids")
    def _compute_integrator_export_state(self):
        for order in self:
            lines = order.sudo().order_line.filtered(lambda line: line.product_id.type == "consu")
            bound = lines.filtered(lambda line: line._integrator_bound_sudo())
            order.integrator_export_state = (
                "none" if not bound else "all" if bound == lines else "part"
            )

    @api.depends("company_id")
    def _compute_integrator_can_export(self):
        sites_sudo = self.env["integrator.site"].sudo()
        for order in self:
            sites = sites_sudo.search([("company_id", "=", order.company_id.id)])
            order.integrator_can_export = any(site._can("export") for site in sites)

    # === BUSINESS METHODS === #

    def _integrator_other_shippers(self):
        """Override: channels that ship it."""
        remotes = self.integrator_remote_order_ids.filtered(
            lambda remote: (
                remote.state in ("prepared", "open")
                and not remote._is_over()
                and (remote.origin == "bind" or remote.attempted_at)
            )
        )
        found = [
            (remote.site_id, f"{remote.site_id.name} ({remote.remote_ref})") for remote in remotes
        ]
        return super()._integrator_other_shippers() + found

    # === PAYMENT === #

    def _integrator_amount_due(self):
        """The missing part of the amount, in the order's currency."""
        self.ensure_one()
        invoices = self.sudo().invoice_ids.filtered(
            lambda move: move.state == "posted" and move.move_type == "out_invoice"
        )
        by_invoice = sum(invoices.mapped("amount_total")) - sum(invoices.mapped("amount_residual"))
        missing = self.amount_total - max(self.integrator_reserved, by_invoice)
        return max(self.currency_id.round(missing), 0.0)

    def _integrator_reserve(self):
        """Pay the order from the deposits of its customer.

        :raise UserError: when they do not cover it
        """
        self.ensure_one()
        partner = self.partner_id.commercial_partner_id
        wait_for_rows(partner)
        due = self._integrator_amount_due()
        free = self.env["account.payment"]._integrator_balance(partner, self.currency_id)
        if self.currency_id.compare_amounts(free, due) < 0:
            raise UserError(
                self.env._(
                    "The deposits of %(customer)s leave %(free).2f %(currency)s, and %(due).2f are "
                    "due. Register a deposit of the rest first.",
                    customer=partner.name,
                    free=free,
                    currency=self.currency_id.name,
                    due=due,
                )
            )
        self.integrator_reserved += due

    def _integrator_is_paid(self):
        return self.currency_id.is_zero(self._integrator_amount_due())

    # === ACTION METHODS === #

    def action_integrator_export(self):
        """Button: let a site ship the order."""
        return self._integrator_open_wizard("export", self.env._("Export to a channel"))

    def action_integrator_bind(self):
        """Button: bind orders that were made by hand at a site."""
        return self._integrator_open_wizard("bind", self.env._("Bind orders of a channel"))

    def action_integrator_unbind(self):
        """Button: forget that lines are at a site."""
        return self._integrator_open_wizard("unbind", self.env._("Unbind orders of a channel"))

    def _integrator_open_wizard(self, kind, name):
        check_operator(self)
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": name,
            "res_model": "integrator.operate",
            "view_mode": "form",
            "target": "new",
            "context": {"default_kind": kind, "default_order_id": self.id},
        }

    def action_integrator_open_remote_orders(self):
        """Button: the orders at sites that ship it."""
        check_operator(self)
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Shipped by channels"),
            "res_model": "integrator.remote.order",
            "view_mode": "list,form",
            "domain": [("sale_order_id", "=", self.id)],
        }


class SaleOrderLine(models.Model):
    _inherit = "sale.order.line"

    integrator_remote_line_ids = fields.One2many(
        "integrator.remote.order.line",
        "sale_line_id",
        readonly=True,
        groups="integrator.group_integrator_user",
        help="Lines of orders at channels that are for this line.",
    )

    def _integrator_bound_sudo(self):
        """Lines of remote orders that these lines are bound to: what sites still ship, and what
        they have shipped wholly."""
        domain = self.env["integrator.remote.order.line"]._bound_domain()
        domain &= Domain("sale_line_id", "in", self.ids)
        lines_sudo = self.env["integrator.remote.order.line"].sudo().search(domain)
        return lines_sudo.filtered(
            lambda line: line.remote_order_id.state != "done"
            or line.sale_line_id._integrator_exportable_quantity() <= 0 < line.shipped
        )

    def _integrator_sold_quantity(self):
        """Pieces that were sold, in the unit of the product."""
        self.ensure_one()
        return self.product_uom_id._compute_quantity(
            self.product_uom_qty, self.product_id.uom_id, rounding_method="HALF-UP", round=False
        )

    def _integrator_exportable_quantity(self):
        """Pieces that have not left yet, in the unit of the product."""
        self.ensure_one()
        if self.display_type or self.product_id.type != "consu":
            return 0.0
        sent = self.product_uom_id._compute_quantity(
            self._integrator_quantity_sent(), self.product_id.uom_id, round=False
        )
        left = self._integrator_sold_quantity() - sent
        return left if float_compare(left, 0, precision_digits=6) > 0 else 0.0

    def _integrator_is_exportable(self):
        """Return whether a site can still be asked to ship it: not cancelled, delivered or at a
        site."""
        return self._integrator_exportable_quantity() > 0 and not self._integrator_bound_sudo()
