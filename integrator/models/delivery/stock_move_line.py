# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class StockMoveLine(models.Model):
    _inherit = "stock.move.line"

    # === BUSINESS METHODS === #

    def _exclude_requiring_lot(self):
        """Override of `stock`: the site does not say which lots it takes."""
        return super()._exclude_requiring_lot() or self.move_id.integrator_by_site
