# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.tools import SQL

from ..neutral import GROUPS
from .integrator_fee_estimate import FEE_FIGURES

#: Days in which an order without a settlement is one that still comes: no site pays later.
ESTIMATE_DAYS = 90

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
    """Profit of sales, read from the rows of settlements as they came in, in the currency of the
    company. Posted or not makes no difference. For orders without a settlement it has the expected
    figures: the sale as Odoo has it, less the fees that the site has estimated."""

    _name = "integrator.profit.report"
    _description = "Profit by settlements"
    _auto = False
    _rec_name = "sku"
    _order = "date desc, id desc"

    kind = fields.Selection(
        [("settled", "Settled"), ("estimate", "Estimate")],
        string="Known by",
        readonly=True,
        help="Settled: the channel has paid or taken it. Estimate: no settlement has the order "
        "yet.",
    )
    settlement_id = fields.Many2one("integrator.settlement", readonly=True)
    site_id = fields.Many2one("integrator.site", string="Channel", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    date = fields.Datetime(readonly=True)
    marketplace_ref = fields.Char(string="Marketplace", readonly=True)
    order_ref = fields.Char(string="Order on the channel", readonly=True)
    sale_order_id = fields.Many2one("sale.order", string="Sales order", readonly=True)
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
        settled = SQL("%s %s %s", self._select(), self._from(), self._where())
        return SQL(" UNION ALL ").join([settled, self._returned(), self._estimates()])

    @api.model
    def _select(self):
        figures = [SQL("%s AS %s", self._figure(one), SQL.identifier(one)) for one in FIGURES]
        earned = SQL(" + ").join(self._figure(one) for one in FIGURES if one != "tax")
        return SQL(
            """
            SELECT line.id, 'settled' AS kind, line.settlement_id, settlement.site_id,
                   line.company_id, company.currency_id,
                   COALESCE(line.posted_at, settlement.end) AS date,
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
        amount, inside = SQL("line.amount"), SQL("COALESCE(line.tax_inside, 0)")
        parts = []
        if figure == "tax":
            parts.append((self._is_figure("sales"), inside))
        if figure in ("sales", "refunds"):
            refund = SQL("rule.is_refund" if figure == "refunds" else "NOT rule.is_refund")
            parts.append(
                (SQL("%s AND %s", self._is_figure("sales"), refund), SQL("%s - %s", amount, inside))
            )
        else:
            parts.append((self._is_figure(figure), amount))
        cases = SQL(" ").join(SQL("WHEN %s THEN %s", *part) for part in parts)
        return SQL("CASE %s ELSE 0 END * settlement.rate", cases)

    @staticmethod
    def _is_figure(figure):
        return SQL("grp.key IN %s", tuple(key for key, one in GROUPS.items() if one[2] == figure))

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

    @api.model
    def _returned(self):
        """The cost of pieces that came back into stock, at what the settled row took for them:
        columns as in `_select`, ids negative and odd. A refund without goods brings none back."""
        credit = SQL("sold.cost / sold.pieces * LEAST(move.quantity, sold.pieces)")
        return SQL(
            """
            SELECT -(2 * move.id + 1), 'settled', sold.settlement_id, settlement.site_id,
                   sold.company_id, company.currency_id, move.date, sold.marketplace_ref,
                   sold.order_ref, sold.sale_order_id, sold.product_id, sold.sku, NULL::int, 0,
                   %s, %s, %s
              FROM (
                   SELECT one.sale_order_id, one.product_id, one.company_id,
                          min(one.settlement_id) AS settlement_id,
                          min(one.marketplace_ref) AS marketplace_ref,
                          min(one.order_ref) AS order_ref, min(one.sku) AS sku,
                          sum(one.quantity) AS pieces, sum(one.cost)::numeric AS cost
                     FROM integrator_settlement_line one
                    WHERE one.cost != 0 AND one.quantity != 0 AND one.sale_order_id IS NOT NULL
                    GROUP BY one.sale_order_id, one.product_id, one.company_id
                   ) sold
              JOIN integrator_settlement settlement ON settlement.id = sold.settlement_id
              JOIN res_company company ON company.id = sold.company_id
              JOIN sale_order_line line ON line.order_id = sold.sale_order_id
                                       AND line.product_id = sold.product_id
              JOIN stock_move move ON move.sale_line_id = line.id AND move.state = 'done'
                                  AND move.product_id = line.product_id
              JOIN stock_location origin ON origin.id = move.location_id
                                        AND origin.usage = 'customer'
              JOIN stock_location target ON target.id = move.location_dest_id
                                        AND target.usage = 'internal'
            """,
            SQL(", ").join([SQL("0.0")] * len(FIGURES)),
            credit,
            credit,
        )

    @api.model
    def _estimates(self):
        """The lines of orders that no settlement has yet, and that the site has estimated: columns
        as in `_select`, ids negative and even. The fees are those of a piece, on the line of the
        item."""
        figures = dict.fromkeys(FIGURES, SQL("0.0"))
        rate = SQL("COALESCE(NULLIF(sale.currency_rate, 0), 1)")
        figures["sales"] = SQL("line.price_subtotal / %s", rate)
        for name in FEE_FIGURES:
            fee = SQL("estimate.%s", SQL.identifier(name))
            figures[name] = SQL("-%s * part.pieces / %s", fee, rate)
        cost = SQL(
            "COALESCE((product.standard_price ->> sale.company_id::text)::numeric"
            " * part.pieces * line.product_uom_qty / NULLIF(remote.quantity, 0), 0)"
        )
        return SQL(
            """
            SELECT -2 * link.id, 'estimate', NULL::int, link.site_id, sale.company_id,
                   company.currency_id, sale.date_order, remote.channel_name,
                   link.remote_order_id, sale.id, line.product_id, remote.sku, NULL::int,
                   part.pieces, %(figures)s, -%(cost)s, %(earned)s - %(cost)s
            %(lines)s
            """,
            figures=SQL(", ").join(figures.values()),
            earned=SQL(" + ").join(amount for name, amount in figures.items() if name != "tax"),
            cost=cost,
            lines=self._expected_lines(),
        )

    @api.model
    def _expected_lines(self):
        """Return the query of estimates: lines of sale orders with what the site has estimated."""
        return SQL(
            """
              FROM integrator_link link
              JOIN sale_order_line line ON line.id = link.sale_line_id
              JOIN sale_order sale ON sale.id = line.order_id
              JOIN res_company company ON company.id = sale.company_id
              JOIN integrator_order_line remote ON remote.id = link.order_line_id
         LEFT JOIN product_product product ON product.id = line.product_id
        CROSS JOIN LATERAL (
                   SELECT CASE WHEN link.kind = 'item'
                               THEN remote.quantity - COALESCE(remote.quantity_cancelled, 0)
                               ELSE 0 END AS pieces
                   ) part
        CROSS JOIN LATERAL (
                   SELECT one.*
                     FROM integrator_fee_estimate one
                     JOIN integrator_listing listing ON listing.id = one.listing_id
                    WHERE listing.site_id = link.site_id AND listing.sku = remote.sku
                      AND one.is_known AND one.currency_id = sale.currency_id
                    ORDER BY one.id
                    LIMIT 1
                   ) estimate
             WHERE sale.state = 'sale'
               AND sale.date_order > now() AT TIME ZONE 'UTC' - %s * interval '1 day'
               AND NOT EXISTS (
                   SELECT FROM integrator_settlement_line settled
                    WHERE settled.sale_order_id = sale.id
                   )
            """,
            ESTIMATE_DAYS,
        )
