# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models

from .listing_stock import ON_ITS_WAY

#: How far back the daily look reaches; more than a day, so that a late run misses nothing.
LOOK_BACK = timedelta(hours=49)


class IntegratorListing(models.Model):
    """What changes by itself, because time goes on."""

    # one file per concern: pylint: disable=consider-merging-classes-inherited
    _inherit = "integrator.listing"

    @api.model
    def _cron_look_at_dates(self):
        """Once a day: sales that have begun or ended, receipts that have not come (001-05,
        001-09)."""
        since = fields.Datetime.now() - LOOK_BACK
        self.env["product.pricelist.item"]._note_dates(since)
        self.env["stock.move"]._note_late_receipts(since)


class StockMove(models.Model):
    # one file per concern: pylint: disable=consider-merging-classes-inherited
    _inherit = "stock.move"

    def write(self, vals):
        result = super().write(vals)
        if "date" in vals:
            self.filtered(lambda move: move.state in ON_ITS_WAY)._note_receipts()
        return result

    def _note_receipts(self):
        """Collect that the next receipt of products may be on another day (001-05)."""
        receipts = self.filtered(lambda move: move.location_dest_id.usage == "internal")
        self.env["product.integration"]._note_quantity(receipts.product_id)

    @api.model
    def _note_late_receipts(self, since):
        """Collect receipts whose day went by without them: a site takes no past day.

        :param datetime since: of the last look
        """
        now = fields.Datetime.now()
        domain = [("state", "in", ON_ITS_WAY), ("date", ">=", since), ("date", "<=", now)]
        self.search(domain)._note_receipts()
