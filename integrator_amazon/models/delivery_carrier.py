# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError


class DeliveryCarrier(models.Model):
    _inherit = "delivery.carrier"

    amazon_carrier_code = fields.Char(
        help="Amazon's code of this carrier, written exactly as Amazon does, for example DHL, UPS, "
        "FedEx, DPD or Hermes; all of them are under Configuration, Amazon carriers. Empty: the "
        "carrier is told by its name."
    )
    amazon_shipping_method = fields.Char(help="The service as the buyer should read it.")

    @api.constrains("amazon_carrier_code")
    def _check_amazon_carrier_code(self):
        """Amazon takes its own codes only, letter by letter."""
        known = (
            self.env["integrator.amazon.carrier"]
            .sudo()
            .search([("code", "!=", False)])
            .mapped("code")
        )
        for carrier in self.filtered("amazon_carrier_code"):
            code = carrier.amazon_carrier_code
            if code in known:
                continue
            alike = [one for one in known if one.lower() == code.strip().lower()]
            raise ValidationError(
                self.env._(
                    "Amazon knows no carrier “%(code)s”. %(hint)s All codes are under Integration, "
                    "Configuration, Amazon carriers; one that is missing can be added there.",
                    code=code,
                    hint=self.env._("It writes “%s”.", alike[0]) if alike else "",
                )
            )
