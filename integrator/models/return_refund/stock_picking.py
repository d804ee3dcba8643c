# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class StockPicking(models.Model):
    # deliveries know no returns: pylint: disable=consider-merging-classes-inherited
    _inherit = "stock.picking"

    # the other side of `integrator.return.picking_ids`: with it, Odoo finds the returns of a
    # transfer whose state changes in the cache, without it by a query for each move
    integrator_return_ids = fields.Many2many(
        "integrator.return",
        string="Returns on the channel",
        readonly=True,
        copy=False,
        groups="integrator.group_integrator_user",
        help="The returns that this receipt was made from.",
    )
