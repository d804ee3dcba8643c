# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools import SQL

from ..neutral import GROUPS

#: Figures of a profit that add up to it, with the cost.
FIGURES = (
    "sales",
    "refunds",
    "tax",
    "commission",
    "fulfilment",
    "storage",
    "advertising",
    "reimbursements",
    "other_fees",
)


class IntegratorProfitReport(models.Model):
    """What is left of sales, read from the rows of settlements as they came in, in the currency of
    the company. Posted or not makes no difference."""

    _name = "integrator.profit.report"
    _description = "Profit by settlements"
    _auto = False
    _rec_name = "sku"
    _order = "date desc, id desc"

    settlement_id = fields.Many2one("integrator.settlement", readonly=True)
    site_id = fields.Many2one("integrator.site", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    date = fields.Datetime(readonly=True)
    marketplace_ref = fields.Char(string="Marketplace", readonly=True)
    order_ref = fields.Char(string="Order on the channel", readonly=True)
    sale_order_id = fields.Many2one("sale.order", readonly=True)
    product_id = fields.Many2one("product.product", readonly=True)
    sku = fields.Char(string="SKU", readonly=True)
    group_id = fields.Many2one("integrator.settlement.group", string="Rows", readonly=True)
    quantity = fields.Integer(string="Pieces sold", readonly=True)
    sales = fields.Monetary(readonly=True)
    refunds = fields.Monetary(readonly=True)
    tax = fields.Monetary(readonly=True, help="Tax of buyers, less what the channel pays itself.")
    commission = fields.Monetary(readonly=True)
    fulfilment = fields.Monetary(readonly=True)
    storage = fields.Monetary(string="Storage and freight", readonly=True)
    advertising = fields.Monetary(string="Advertising and promotions", readonly=True)
    reimbursements = fields.Monetary(readonly=True)
    other_fees = fields.Monetary(string="Other", readonly=True)
    cost = fields.Monetary(string="Cost of goods", readonly=True)
    profit = fields.Monetary(readonly=True, help="Without the tax of buyers.")

    @property
    def _table_query(self):
        return SQL("%s %s %s", self._select(), self._from(), self._where())

    @api.model
    def _select(self):
        figures = [SQL("%s AS %s", self._figure(one), SQL.identifier(one)) for one in FIGURES]
        earned = SQL(" + ").join(self._figure(one) for one in FIGURES if one != "tax")
        return SQL(
            """
            SELECT line.id, line.settlement_id, settlement.site_id, line.company_id,
                   company.currency_id, COALESCE(line.posted_at, settlement.end) AS date,
                   line.marketplace_ref, line.order_ref, line.sale_order_id, line.product_id,
                   line.sku, line.group_id,
                   CASE WHEN rule.counts_quantity AND NOT rule.is_refund
                        THEN line.quantity ELSE 0 END AS quantity,
                   %s, -line.cost AS cost, %s - line.cost AS profit
            """,
            SQL(", ").join(figures),
            earned,
        )

    @api.model
    def _figure(self, figure):
        """The amount of a row where it is part of a figure, in the currency of the company."""
        amount = SQL("line.amount * settlement.rate")
        if figure == "refunds":
            keys = tuple(key for key, one in GROUPS.items() if one[2] == "sales")
            condition = SQL("grp.key IN %s AND rule.is_refund", keys)
        else:
            keys = tuple(key for key, one in GROUPS.items() if one[2] == figure)
            condition = SQL("grp.key IN %s", keys)
            if figure == "sales":
                condition = SQL("%s AND NOT rule.is_refund", condition)
        return SQL("CASE WHEN %s THEN %s ELSE 0 END", condition, amount)

    @api.model
    def _from(self):
        return SQL(
            """
            FROM integrator_settlement_line line
            JOIN integrator_settlement settlement ON settlement.id = line.settlement_id
            JOIN res_company company ON company.id = line.company_id
            JOIN integrator_settlement_rule rule ON rule.id = line.rule_id
            JOIN integrator_settlement_group grp ON grp.id = line.group_id
            """
        )

    @api.model
    def _where(self):
        return SQL("WHERE TRUE")
