# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from odoo.addons.integrator_impex.files.orders.updates import read_update


class CarrierSource(models.AbstractModel):
    """A feed that another addon registers."""

    _name = "integrator.order.feed.carrier"
    _inherit = ["integrator.order.feed.source"]
    _description = "Feed: carrier"

    updates = []
    put_away = []

    def _read(self, feed):
        for number, update in enumerate(self.updates):
            yield f"carrier/{number}", read_update(update)

    def _put_away(self, feed):
        self.put_away.append(feed.id)
