# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from odoo.addons.integrator.exceptions import TransientError


class BrokenSource(models.AbstractModel):
    _name = "integrator.order.feed.broken"
    _inherit = ["integrator.order.feed.source"]
    _description = "Feed: broken"

    def _read(self, feed):
        raise TransientError("The carrier does not answer.", code="carrier_silent")
