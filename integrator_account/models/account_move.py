# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from markupsafe import Markup

from odoo import api, fields, models

from ..access import check_accountant


class AccountMove(models.Model):
    _inherit = "account.move"

    integrator_settlement_id = fields.Many2one(
        "integrator.settlement",
        string="Settlement",
        readonly=True,
        copy=False,
        ondelete="restrict",
        index="btree_not_null",
    )
    integrator_refund_item_id = fields.Many2one(
        "account.move.line",
        string="Refund of the channel",
        readonly=True,
        copy=False,
        ondelete="set null",
        index="btree_not_null",
        help="The refund in a settlement for which this credit note was made.",
    )

    _integrator_refund_item_uniq = models.UniqueIndex(
        "(integrator_refund_item_id)"
        " WHERE integrator_refund_item_id IS NOT NULL AND state != 'cancel'",
        "This refund has a credit note already.",
    )

    def _post(self, soft=True):
        """Override of `account`: invoices and credit notes that come after the money close by
        themselves."""
        posted = super()._post(soft=soft)
        sales = posted.filtered(lambda move: move.move_type in ("out_invoice", "out_refund"))
        if sales:
            matcher_sudo = self.env["integrator.settlement.matcher"].sudo()
            matcher_sudo._match_if_possible(matcher_sudo._match_documents, sales.sudo())
        return posted

    @api.model
    def _integrator_unpaid_domain(self):
        """Invoices for orders of sites that no settlement has paid in time."""
        companies = self.env.companies.ids
        sites_sudo = self.env["integrator.site"].sudo().search([("company_id", "in", companies)])
        today = fields.Date.context_today(self)
        late = fields.Domain.FALSE
        for site in sites_sudo:
            limit = today - timedelta(days=site.settlement_days)
            path = "line_ids.sale_line_ids.order_id.integrator_site_id"
            late |= fields.Domain(path, "=", site.id) & fields.Domain("invoice_date", "<=", limit)
        unpaid = fields.Domain("payment_state", "in", ("not_paid", "partial"))
        unpaid &= fields.Domain("move_type", "=", "out_invoice")
        return unpaid & fields.Domain("state", "=", "posted") & late

    @api.model
    def action_integrator_unpaid(self):
        """Menu: invoices whose money has not come."""
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Invoices without money"),
            "res_model": "account.move",
            "views": [
                (self.env.ref("integrator_account.account_move_unpaid_view_list").id, "list"),
                (self.env.ref("account.view_account_move_kanban").id, "kanban"),
                (False, "form"),
            ],
            "domain": list(self._integrator_unpaid_domain()),
            # customer and dates are columns of invoices only
            "context": {"create": False, "default_move_type": "out_invoice"},
            "help": Markup("<p class='o_view_nocontent_smiling_face'>%s</p>")
            % self.env._("Every invoice was paid in time"),
        }


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    integrator_settlement_key = fields.Char(
        readonly=True, copy=False, help="Rows of a settlement with the same key are in this item."
    )
    integrator_order_ref = fields.Char(
        string="Order on the channel", readonly=True, copy=False, index="btree_not_null"
    )
    integrator_is_refund = fields.Boolean(string="Refund on the channel", readonly=True, copy=False)
    integrator_settlement_id = fields.Many2one(
        related="move_id.integrator_settlement_id", string="Settlement"
    )

    def action_integrator_credit_note(self):
        """Button: make the credit notes of refunds that the site has paid, each once, and open
        them."""
        check_accountant(self)
        maker_sudo = self.env["integrator.settlement.matcher"].sudo()
        notes = self.env["account.move"]
        for item in self:
            notes |= maker_sudo._credit_note_of(item.sudo()).sudo(False)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Credit notes"),
            "res_model": "account.move",
            "views": [(False, "list"), (False, "form")],
            "domain": [("id", "in", notes.ids)],
        }
