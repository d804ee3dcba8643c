# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class DeliveryCarrier(models.Model):
    _inherit = "delivery.carrier"

    integrator_no_tracking = fields.Boolean(
        string="No tracking number",
        help="This service gives no tracking numbers: shipments are confirmed to channels without "
        "waiting for one.",
    )
