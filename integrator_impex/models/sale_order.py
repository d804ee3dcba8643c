# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from odoo.addons.integrator.access import check_operator
from odoo.addons.integrator.utils import try_lock

#: New state of an order -> flag that it sets.
STATE_FLAGS = {"sale": "confirmed", "cancel": "cancelled"}

#: States of exports, the one that a person should know of first.
WORST_FIRST = ("error", "held", "sending", "waiting", "done")


class SaleOrder(models.Model):
    _inherit = "sale.order"

    integrator_eligibility_ids = fields.One2many(
        "integrator.order.eligibility",
        "order_id",
        string="Export flags",
        readonly=True,
        groups="integrator.group_integrator_user",
    )
    integrator_export_ids = fields.One2many(
        "integrator.order.export",
        "order_id",
        string="Exports",
        readonly=True,
        groups="integrator.group_integrator_user",
    )
    integrator_flag_ids = fields.Many2many(
        "integrator.order.flag",
        string="To export after",
        compute="_compute_integrator_flag_ids",
        search="_search_integrator_flag_ids",
        groups="integrator.group_integrator_user",
        help="Flags that are not exported yet.",
    )
    integrator_exporter_state = fields.Selection(
        [
            ("error", "Needs you"),
            ("held", "To approve"),
            ("sending", "Being sent"),
            ("waiting", "Waiting"),
            ("done", "Exported"),
        ],
        string="Export",
        compute="_compute_integrator_exporter_state",
        groups="integrator.group_integrator_user",
    )
    integrator_export_blocked = fields.Boolean(
        string="Exports are held",
        readonly=True,
        copy=False,
        help="Nothing of this order is exported until somebody lets it go on.",
    )

    @api.depends("integrator_eligibility_ids.state")
    def _compute_integrator_flag_ids(self):
        for order in self:
            pending = order.integrator_eligibility_ids.filtered(
                lambda row: row.state in ("open", "kept", "taken")
            )
            order.integrator_flag_ids = pending.flag_id

    def _search_integrator_flag_ids(self, operator, value):
        if operator not in ("in", "any"):
            return NotImplemented
        rows = Domain("state", "in", ("open", "kept", "taken"))
        return Domain(
            "integrator_eligibility_ids", "any", rows & Domain("flag_id", operator, value)
        )

    @api.depends("integrator_export_ids.state")
    def _compute_integrator_exporter_state(self):
        for order in self:
            states = set(order.integrator_export_ids.mapped("state"))
            order.integrator_exporter_state = next(
                (state for state in WORST_FIRST if state in states), False
            )

    # === FLAGS === #

    @api.model_create_multi
    def create(self, vals_list):
        orders = super().create(vals_list)
        orders._integrator_flag_states(dict.fromkeys(orders.ids, "draft"))
        return orders

    def write(self, vals):
        before = {order.id: order.state for order in self} if "state" in vals else {}
        result = super().write(vals)
        self._integrator_flag_states(before)
        return result

    def _integrator_flag_states(self, before):
        """Set the flags of a change of state, in its transaction.

        :param dict before: order id -> state before
        """
        changed = self.filtered(lambda order: before.get(order.id, order.state) != order.state)
        for state, orders in changed.filtered("id").grouped("state").items():
            if code := STATE_FLAGS.get(state):
                orders._integrator_set_flag(code)
                orders._integrator_after_state_change(code)

    def _integrator_after_state_change(self, code):
        """Hook: orders were confirmed or cancelled.

        :param str code: of the flag
        """
        if code == "cancelled":
            self._integrator_drop_exports()
        else:
            self.env["integrator.order.update"].sudo()._retry_for(self)

    def _integrator_set_flag(self, code, picking=None):
        """Set a flag, so that the order is exported by those who wait for it. A flag that is set
        and not looked at yet is not set a second time.

        :param str code: of an `integrator.order.flag`
        :param picking: `stock.picking` that it is about, if any
        :return: the new `integrator.order.eligibility`, empty when there was nothing to set
        """
        rows_sudo = self.env["integrator.order.eligibility"].sudo()
        flag_sudo = self.env["integrator.order.flag"]._get_sudo(code)
        exporting = self.env["integrator.order.exporter"]._exporting_sudo(self.company_id)
        orders = self.filtered(lambda order: flag_sudo and order.company_id in exporting)
        values = {"flag_id": flag_sudo.id, "picking_id": picking.id if picking else False}
        domain = [(name, "=", value) for name, value in values.items()]
        domain += [("order_id", "in", orders.ids), ("state", "=", "open")]
        is_set = rows_sudo.search(domain).order_id
        made_sudo = rows_sudo.create([{**values, "order_id": one.id} for one in orders - is_set])
        if made_sudo:
            self.env["integrator.site"].sudo()._trigger_stages("export_orders")
        return made_sudo.with_env(self.env)

    def _integrator_drop_exports(self):
        """Withdraw the exports of a cancelled order that have not left; those that are leaving, or
        may have left, are followed by the cancellation as usual."""
        rows_sudo = self.env["integrator.order.export"].sudo()
        domain = [("order_id", "in", self.ids), ("state", "in", ("waiting", "held"))]
        waiting = rows_sudo.search([*domain, ("attempts", "=", 0)])
        waiting = waiting.filtered(lambda export: export.flag_id.code in ("confirmed", "paid"))
        for export in try_lock(waiting):
            export._close_question()
            export.state = "obsolete"

    def _integrator_other_shippers(self):
        """Override: systems that the order was exported to, as long as something has not left."""
        found = super()._integrator_other_shippers()
        if not self.picking_ids._integrator_open_deliveries():
            return found
        exports = self.integrator_export_ids.filtered(
            lambda export: (
                export.attempted_at
                and not export.picking_id
                and export.state not in ("refused", "obsolete")
                and export.flag_id.code != "cancelled"
            )
        )
        return found + [(export.site_id, export.exporter_id.name) for export in exports]

    # === ACTIONS === #

    def action_integrator_hold_exports(self):
        """Button: nothing of the order is exported until somebody lets it go on."""
        check_operator(self)
        orders_sudo = self.sudo()
        orders_sudo.integrator_export_blocked = True
        for order in orders_sudo:
            order.message_post(body=self.env._("%s holds the exports.", self.env.user.name))

    def action_integrator_release_exports(self):
        """Button: let the exports go on; who and when stands in the log of the order."""
        check_operator(self)
        orders_sudo = self.sudo()
        if not all(orders_sudo.mapped("integrator_export_blocked")):
            raise UserError(self.env._("Somebody has let the exports go on already."))
        orders_sudo.integrator_export_blocked = False
        for order in orders_sudo:
            order.message_post(body=self.env._("%s lets the exports go on.", self.env.user.name))
        self.env["integrator.site"]._trigger_stages("export_orders")

    def action_integrator_view_exports(self):
        """Button: the exports of the order."""
        check_operator(self)
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "integrator_impex.order_export_action"
        )
        return {**action, "domain": [("order_id", "=", self.id)], "context": {}}

    # === PAYMENT === #

    def _integrator_flag_if_paid(self):
        """Set the flag of those that are paid: by transactions, or by invoices of the whole."""
        for order in self.sudo().filtered(lambda order: order.state == "sale"):
            if order._integrator_is_wholly_paid() and not order._integrator_had_flag("paid"):
                order._integrator_set_flag("paid")

    def _integrator_is_wholly_paid(self):
        """Return whether the buyer has paid: by transactions, or by invoices of the whole.
        Deposits, out of which orders are paid before channels ship them, count elsewhere."""
        self.ensure_one()
        if self.currency_id.compare_amounts(self.amount_paid, self.amount_total) >= 0:
            return self.amount_total > 0
        posted = self.invoice_ids.filtered(lambda move: move.state == "posted")
        paid = posted.filtered(lambda move: move.payment_state in ("paid", "in_payment"))
        return bool(paid) and paid == posted and self.invoice_status == "invoiced"

    def _integrator_had_flag(self, code):
        domain = [("order_id", "=", self.id), ("flag_id.code", "=", code)]
        return bool(self.env["integrator.order.eligibility"].sudo().search_count(domain, limit=1))


class PaymentTransaction(models.Model):
    _inherit = "payment.transaction"

    def _post_process(self):
        """Override of `payment`: an order that is paid by now may be exported."""
        result = super()._post_process()
        done = self.filtered(lambda transaction: transaction.state == "done")
        done.sudo().sale_order_ids._integrator_flag_if_paid()
        return result


class AccountMove(models.Model):
    _inherit = "account.move"

    def _invoice_paid_hook(self):
        """Override of `account`: an order whose invoices are paid by now may be exported."""
        result = super()._invoice_paid_hook()
        self.sudo().line_ids.sale_line_ids.order_id._integrator_flag_if_paid()
        return result
