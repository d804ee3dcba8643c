# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.integrator.exceptions import IntegratorError
from odoo.addons.integrator.operation_types import ExportRequest

from ..api.fulfillment import vocabulary as words
from .fulfillment_rule import BY_ITSELF, CHEAPEST

#: Type of the delivery methods by which Amazon ships.
BY_AMAZON = "amazon_fulfillment"


class DeliveryCarrier(models.Model):
    """Delivery method “Ship by Amazon”: its rate is what Amazon asks for, and an order that has it
    is given to Amazon when it is confirmed."""

    _inherit = "delivery.carrier"

    delivery_type = fields.Selection(
        selection_add=[(BY_AMAZON, "Ship by Amazon")], ondelete={BY_AMAZON: "set default"}
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

    def amazon_fulfillment_rate_shipment(self, order):
        """What Amazon asks for shipping an order; see `delivery.carrier`.

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
            nothing = self.env._("Amazon tells no fee for this order.")
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
        """What Amazon is asked for before an order is confirmed."""
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
        """Amazon has shipped by now: it is no call to anybody; see `delivery.carrier`."""
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


class SaleOrder(models.Model):
    _inherit = "sale.order"

    def action_confirm(self):
        """Override of `sale`: what Amazon ships by itself is given to it."""
        result = super().action_confirm()
        for order in self.filtered(lambda order: order.state == "sale"):
            order._integrator_amazon_begin()
        return result

    def _integrator_amazon_begin(self):
        """Let Amazon ship the order, where its delivery method or a rule says so. What came from a
        site is never sent by itself."""
        self.ensure_one()
        site = self._integrator_amazon_shipper()
        if not site or self.integrator_site_id:
            return
        carrier = self.carrier_id.filtered(lambda one: one.delivery_type == BY_AMAZON)
        chosen = {"speed": carrier.amazon_speed} if carrier else {}
        try:
            self.env["integrator.operation"].sudo()._start(
                "export", site, self.sudo(), **chosen, user_id=self.env.uid
            )
        except UserError as error:
            # the order is confirmed all the same; somebody has to look at it
            self.message_post(
                body=self.env._("Amazon does not ship it yet: %s", error), message_type="comment"
            )

    def _integrator_amazon_shipper(self):
        """The account that is to ship the order as soon as it is confirmed; none: nobody."""
        carrier = self.carrier_id.sudo().filtered(lambda one: one.delivery_type == BY_AMAZON)
        if carrier:
            return carrier.amazon_site_id
        sites = self.env["integrator.site"].sudo().search(
            [
                ("amazon_fulfillment", "=", True),
                ("company_id", "=", self.company_id.id),
                ("site_type", "=", "amazon"),
            ]
        )
        lines = self.order_line.filtered(lambda line: line.product_id.type == "consu")
        rules = self.env["integrator.amazon.fulfillment.rule"]
        for site in sites:
            rule = rules._find(
                site,
                self.team_id.name or "",
                self.partner_shipping_id.country_id.code or "",
                lines.product_id,
            )
            if rule.use == BY_ITSELF:
                return site
        return sites.browse()


class StockPicking(models.Model):
    _inherit = "stock.picking"

    integrator_amazon_can_ship = fields.Boolean(
        compute="_compute_integrator_amazon_can_ship",
        help="An account could ship this delivery from its stock at Amazon.",
    )

    def _compute_integrator_amazon_can_ship(self):
        sites = self.env["integrator.site"].sudo().search([("amazon_fulfillment", "=", True)])
        for picking in self:
            picking.integrator_amazon_can_ship = (
                picking.company_id in sites.company_id
                and picking.picking_type_code == "outgoing"
                and picking.state not in ("done", "cancel")
                and bool(picking.sale_id)
                and not picking.integrator_remote_order_id
            )

    def action_integrator_amazon_ship(self):
        """Button: let Amazon ship the order of the delivery."""
        self.ensure_one()
        return self.sale_id.action_integrator_export()
