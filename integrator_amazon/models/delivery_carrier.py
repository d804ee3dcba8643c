# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class DeliveryCarrier(models.Model):
    _inherit = "delivery.carrier"

    amazon_carrier_code = fields.Char(
        help="Amazon's code of this carrier, written exactly as Amazon does, for example DHL, UPS, "
        "FedEx, DPD or Hermes. Empty: the carrier is told by its name."
    )
    amazon_shipping_method = fields.Char(help="The service as the buyer should read it.")
