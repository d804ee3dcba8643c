# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

#: Amazon's CancelReason of an acknowledgement -> how people say it.
REASONS = [
    ("NoInventory", "Out of stock"),
    ("BuyerCanceled", "The buyer asked for it"),
    ("CustomerExchange", "Exchange"),
    ("GeneralAdjustment", "Other"),
    ("PricingError", "Wrong price"),
    ("ShippingAddressUndeliverable", "Nobody delivers to the address"),
    ("CarrierCoverageFailure", "No carrier goes there"),
    ("CannotVerifyInformation", "Data cannot be verified"),
    ("RejectOrder", "The order is rejected"),
    ("WeatherDelay", "Weather"),
]

#: CancelReason -> AdjustmentReason, where single units are cancelled.
UNIT_REASONS = {
    "NoInventory": "NoInventory",
    "BuyerCanceled": "CustomerCancel",
    "CustomerExchange": "Exchange",
    "PricingError": "PriceError",
    "ShippingAddressUndeliverable": "Undeliverable",
    "CarrierCoverageFailure": "CarrierCoverageFailure",
}


class IntegratorSite(models.Model):
    # one file per concern: pylint: disable=consider-merging-classes-inherited
    _inherit = "integrator.site"

    amazon_cancel_reason = fields.Selection(
        REASONS,
        string="Reason of cancellations",
        default="NoInventory",
        required=True,
        help="What Amazon is told when an order is cancelled here and nothing else says why. It "
        "counts in your account's health.",
    )

    def _amazon_unit_reason(self):
        """Amazon's reason when single units of an order are cancelled."""
        self.ensure_one()
        return UNIT_REASONS.get(self.amazon_cancel_reason, "GeneralAdjustment")
