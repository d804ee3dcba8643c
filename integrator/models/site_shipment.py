# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class IntegratorSite(models.Model):
    # one file per concern: pylint: disable=consider-merging-classes-inherited
    _inherit = "integrator.site"

    site_stock = fields.Selection(
        [("none", "No stock move"), ("location", "Take from location")],
        string="Orders shipped by the site",
        default="none",
        required=True,
        help="What happens to stock when the site ships from its own warehouse. Either way the "
        "quantity counts as delivered, so the order can be invoiced.",
    )
    site_location_id = fields.Many2one(
        "stock.location",
        string="Site's warehouse",
        check_company=True,
        domain="[('usage', '=', 'internal')]",
        help="The location that stands for the site's warehouse. Lots are not told apart there, "
        "and it may fall below zero.",
    )

    _site_location_given = models.Constraint(
        "CHECK(site_stock != 'location' OR site_location_id IS NOT NULL)",
        "Choose the location that stands for the site's warehouse.",
    )


class StockMove(models.Model):
    # one file per concern: pylint: disable=consider-merging-classes-inherited
    _inherit = "stock.move"

    by_site = fields.Boolean(
        string="Shipped by the site",
        readonly=True,
        help="The site shipped it from its own warehouse.",
    )


class StockMoveLine(models.Model):
    _inherit = "stock.move.line"

    def _exclude_requiring_lot(self):
        """Override of `stock`: the site does not say which lots it takes (pain 28)."""
        return super()._exclude_requiring_lot() or self.move_id.by_site


class SaleOrderLine(models.Model):
    # one file per concern: pylint: disable=consider-merging-classes-inherited
    _inherit = "sale.order.line"

    site_quantity = fields.Float(
        string="Shipped by the site",
        digits="Product Unit",
        readonly=True,
        copy=False,
        help="Pieces that the site shipped without a stock move here; they count as delivered.",
    )

    @api.depends("site_quantity")
    def _compute_qty_delivered(self):
        """Override of `sale`: also when only the pieces without a move have changed."""
        return super()._compute_qty_delivered()

    def _prepare_qty_delivered(self):
        """Override of `sale`: what the site shipped without a move here is delivered too."""
        delivered = super()._prepare_qty_delivered()
        for line in self.filtered("site_quantity"):
            delivered[line] += line.site_quantity
        return delivered
