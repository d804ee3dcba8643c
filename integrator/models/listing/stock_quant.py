# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class StockQuant(models.Model):
    """Every way in which pieces come, go, are reserved or set free ends here: deliveries,
    adjustments, reservations by hand, lines of moves that are deleted."""

    _inherit = "stock.quant"

    # === BUSINESS METHODS === #

    @api.model
    def _update_available_quantity(self, product_id, location_id, *args, **kwargs):
        result = super()._update_available_quantity(product_id, location_id, *args, **kwargs)
        if location_id.usage == "internal":
            self.env["product.integration"]._note_quantity(product_id)
        return result
