# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from odoo.addons.integrator.exceptions import IntegratorError
from odoo.addons.integrator.operation_types import ExportRequest

from ..api.fulfillment import vocabulary as words
from ..planners.fulfillment_draft import CHEAPEST

#: Type of the delivery methods by which Amazon ships: their rate is what Amazon asks for, and an
#: order that has one is given to Amazon when it is confirmed.
BY_AMAZON = "amazon_fulfillment"


class DeliveryCarrier(models.Model):
    _inherit = "delivery.carrier"

    amazon_carrier_code = fields.Char(
        string="Amazon carrier code",
        help="Amazon's code of this carrier, written exactly as Amazon does, for example DHL, UPS, "
        "FedEx, DPD or Hermes; all of them are under Configuration, Amazon carriers. Empty: the "
        "carrier is sent by its name.",
    )
    amazon_shipping_method = fields.Char(
        string="Amazon shipping method", help="The service as the buyer should read it."
    )

    delivery_type = fields.Selection(
        selection_add=[(BY_AMAZON, "Ship by Amazon")],
        ondelete={BY_AMAZON: lambda carriers: carriers._amazon_retire()},
    )
    amazon_site_id = fields.Many2one(
        "integrator.site",
        string="Amazon account",
        domain=[("site_type", "=", "amazon"), ("amazon_fulfillment", "=", True)],
        ondelete="restrict",
        help="From whose stock at Amazon it is shipped.",
    )
    amazon_speed = fields.Selection(
        [
            (CHEAPEST, "The cheapest that arrives in time"),
            (words.STANDARD, "Standard"),
            (words.EXPEDITED, "Expedited"),
            (words.PRIORITY, "Priority"),
        ],
        string="Speed",
        default=words.STANDARD,
        help="What is asked for, and paid to Amazon.",
    )

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

    # === SHIP BY AMAZON === #

    def _amazon_retire(self):
        """The addon is uninstalled: what would be left is a method that ships for nothing, by
        nobody."""
        self.write({"delivery_type": "fixed", "amazon_site_id": False, "active": False})

    def amazon_fulfillment_rate_shipment(self, order):
        """Return the price that Amazon asks for shipping an order; see `delivery.carrier`.

        :param order: `sale.order`
        """
        site = self.sudo().amazon_site_id
        request = self._amazon_request(order.sudo(), site)
        if not request.lines:
            return self._amazon_no_rate(self.env._("Nothing of this order is to be shipped."))
        try:
            offer = site._adapter()._find_offer(site, request)
        except IntegratorError as error:
            return self._amazon_no_rate(error.message)
        if offer is None or not offer.fulfillable or not offer.total:
            reasons = site._adapter()._reason_texts(offer) if offer else ()
            nothing = self.env._("Amazon gives no fee for this order.")
            return self._amazon_no_rate("\n".join(reasons) or nothing)
        price = self._amazon_price(offer.total, order)
        return {"success": True, "price": price, "error_message": False, "warning_message": False}

    def _amazon_no_rate(self, why):
        return {"success": False, "price": 0.0, "error_message": why, "warning_message": False}

    def _amazon_price(self, money, order):
        """An amount of Amazon's in the currency of an order."""
        currency = self.env["res.currency"].search([("name", "=", money.currency)])
        date = order.date_order or fields.Datetime.now()
        return (currency or order.currency_id)._convert(
            float(money.amount), order.currency_id, order.company_id, date
        )

    def _amazon_request(self, order, site):
        """The request for offers before an order is confirmed."""
        exports = self.env["integrator.operation.export"]
        lines = order.order_line.filtered(
            lambda line: line._integrator_exportable_quantity() > 0 and not line.is_delivery
        )
        return ExportRequest(
            order_ref=order.name,
            ordered_at=order.date_order or fields.Datetime.now(),
            address=exports._build_address(order.partner_shipping_id),
            lines=tuple(exports._build_line(site, line) for line in lines),
            currency=order.currency_id.name,
            speed=self.amazon_speed,
            channel=order.team_id.name or "",
            arrive_by=order.commitment_date or None,
        )

    def amazon_fulfillment_send_shipping(self, pickings):
        """Amazon has shipped by now: it is not a call to anybody; see `delivery.carrier`."""
        return [
            {
                "exact_price": picking.sudo().integrator_remote_order_id.fee,
                "tracking_number": picking.carrier_tracking_ref,
            }
            for picking in pickings
        ]

    def amazon_fulfillment_get_tracking_link(self, picking):
        """The page of the first parcel that may be given to a customer."""
        parcels = picking.sudo().integrator_remote_order_id.parcel_ids
        return next((parcel.url for parcel in parcels if parcel.url), False)

    def amazon_fulfillment_cancel_shipment(self, pickings):
        """Cancelling is asked of Amazon, which may say that it is too late; so it is done with the
        order at Amazon and not by the way."""
        raise UserError(
            self.env._("Open the order at Amazon from the delivery, and cancel it there.")
        )
