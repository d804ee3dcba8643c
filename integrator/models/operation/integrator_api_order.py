# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dataclasses import asdict, dataclass
from decimal import Decimal

from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

from ...access import check_operator
from ...order_xml import OrderXmlError, parse_order

#: Reasons for which a line cannot be ordered.
UNAVAILABLE = "product_unavailable"
NO_CONFIGURATION = "no_configuration"
NO_SELLER = "no_seller"
FIELD = "field"


@dataclass(frozen=True)
class Refusal:
    """Reason for which a line cannot be ordered, with what the customer may do about it."""

    line: int
    reason: str
    field: str
    text: str
    advice: str
    choices: tuple[str, ...]


class LineRefusedError(Exception):
    """A line cannot be ordered.

    :param Refusal refusal:
    """

    def __init__(self, refusal):
        super().__init__(refusal.text)
        self.refusal = refusal


class IntegratorApiOrder(models.AbstractModel):
    """Orders over the programming interface: whose they are, adding, paying, cancelling."""

    _name = "integrator.api.order"
    _description = "Programming interface: orders"

    # === CALLER === #

    @api.model
    def _is_operator(self):
        return self.env.user.has_group("integrator.group_integrator_user")

    @api.model
    def _check_caller(self):
        """Let operators and customers pass.

        :raise AccessError: for the public, and for colleagues who are no operators
        """
        if self._is_operator():
            return
        if self.env.user._is_public() or not self.env.user.share:
            raise AccessError(self.env._("Log in with the key of a customer or an operator."))

    @api.model
    def _find_site_sudo(self, site_id):
        """A site that an operator may work with.

        :raise AccessError: for everybody else
        """
        site = self.env["integrator.site"].browse(site_id)
        check_operator(site)
        if not site.exists():
            raise UserError(self.env._("There is no channel %s.", site_id))
        return site.sudo().with_company(site.sudo().company_id)

    @api.model
    def _find_order_sudo(self, order_id, operator=False):
        """A sale order that the caller may work with: an operator those of his companies, a
        customer his own.

        :param bool operator: whether customers are refused
        :raise AccessError: for any other order, with the same message whether it exists or not
        """
        self._check_caller()
        order_sudo = self.env["sale.order"].sudo().browse(order_id).exists()
        if self._is_operator():
            allowed = order_sudo.company_id in self.env.companies
        elif operator:
            check_operator(self.env["integrator.site"])
            allowed = False
        else:
            own = self.env.user.partner_id.commercial_partner_id
            allowed = order_sudo.partner_id.commercial_partner_id == own
        if not order_sudo or not allowed:
            raise AccessError(self.env._("You have no order %s.", order_id))
        return order_sudo.with_company(order_sudo.company_id)

    # === CATALOGUE === #

    @api.model
    def delivery_modes(self):
        """The delivery modes that an order may name.

        :return: list of dicts `id`, `name`
        """
        self._check_caller()
        carriers_sudo = (
            self.env["delivery.carrier"]
            .sudo()
            .search([("company_id", "in", (False, self.env.company.id))])
        )
        return [{"id": carrier.id, "name": carrier.name} for carrier in carriers_sudo]

    @api.model
    def customer_profiles(self, customer_id=None):
        """The addresses to which a customer may have an order sent.

        :param int customer_id: for operators only; None: the caller himself
        :return: list of dicts `id`, `name`, `address`, `is_default`
        """
        customer_sudo = self._find_customer_sudo(customer_id)
        return [
            {
                "id": profile.id,
                "name": profile.display_name,
                "address": profile._display_address(without_company=True),
                "is_default": profile == customer_sudo,
            }
            for profile in self._find_profiles(customer_sudo)
        ]

    @api.model
    def _find_customer_sudo(self, customer_id):
        """The customer in whose name something is done.

        :raise AccessError: when somebody else than an operator names another one
        """
        self._check_caller()
        own_sudo = self.env.user.partner_id.commercial_partner_id.sudo()
        if not customer_id or customer_id == own_sudo.id:
            return own_sudo
        check_operator(self.env["integrator.site"])
        customer = self.env["res.partner"].browse(customer_id).exists()
        customer.check_access("read")
        if not customer:
            raise UserError(self.env._("There is no customer %s.", customer_id))
        return customer.commercial_partner_id.sudo()

    @api.model
    def _find_profiles(self, customer):
        return customer | customer.child_ids.filtered(lambda one: one.type != "private")

    # === ORDER ENTRY === #

    @api.model
    def add_order(self, order_xml, key=None, customer_id=None, test_only=False):
        """Make exactly one order of an XML text, see `static/xsd/orders.xsd`. Everything is tested
        first; what cannot be ordered is left out, or the order refused, as the company has set.

        :param str key: the caller's own name of the order: the same key again makes no second one
        :param int customer_id: for operators only; None: the caller himself
        :param bool test_only: only say what would happen
        :return: dict, see `docs/api.md`
        :raise UserError: with the path of each mistake, when it is not as the schema says
        """
        customer_sudo = self._find_customer_sudo(customer_id)
        try:
            wanted = parse_order(order_xml)
        except OrderXmlError as error:
            raise UserError("\n".join(error.problems)) from error
        orders_sudo = self.env["sale.order"].sudo()
        if key and (known := self._find_by_key(orders_sudo, customer_sudo, key)):
            return {**self._prepare_order(known), "left_out": [], "repeated": True}
        carrier, profile = self._check_general(wanted, customer_sudo)
        lines, refusals = self._check_lines(wanted)
        left_out = [asdict(refusal) for refusal in refusals]
        if test_only:
            return {"accepted": len(lines), "left_out": left_out, "repeated": False}
        if refusals and (not lines or self._refuses_gaps()):
            raise UserError("\n".join(f"{one.field}: {one.text} {one.advice}" for one in refusals))
        order = orders_sudo.create(
            {
                **self._prepare_order_values(wanted, customer_sudo, profile, key),
                "order_line": [Command.create(values) for values in lines],
            }
        )
        self._set_carrier(order, carrier)
        order.action_confirm()
        return {**self._prepare_order(order), "left_out": left_out, "repeated": False}

    @api.model
    def _find_by_key(self, orders, customer, key):
        domain = [("integrator_key", "=", key), ("state", "!=", "cancel")]
        return orders.search([*domain, ("partner_id", "=", customer.id)], limit=1)

    @api.model
    def _refuses_gaps(self):
        """Return whether the company's sites rather have no order than one with gaps."""
        domain = [("company_id", "=", self.env.company.id), ("order_gaps", "=", "refuse")]
        return bool(self.env["integrator.site"].sudo().search_count(domain, limit=1))

    @api.model
    def _prepare_order_values(self, wanted, customer, profile, key):
        return {
            "partner_id": customer.id,
            "partner_shipping_id": profile.id,
            "company_id": self.env.company.id,
            "client_order_ref": wanted.reference or False,
            "integrator_comment": wanted.comment or False,
            "integrator_key": key or False,
            "user_id": False,
        }

    @api.model
    def _set_carrier(self, order, carrier):
        """The delivery mode with its price, where it can be reckoned."""
        rate = carrier.rate_shipment(order)
        if rate["success"]:
            order.set_delivery_line(carrier, rate["price"])
        else:
            order.carrier_id = carrier

    # === CHECKS === #

    @api.model
    def _check_general(self, wanted, customer):
        """Test what is said of the whole order.

        :return: tuple (`delivery.carrier`, `res.partner`)
        :raise UserError: with the path of each mistake
        """
        problems = []
        carriers_sudo = self.env["delivery.carrier"].sudo()
        companies = [("company_id", "in", (False, self.env.company.id))]
        carrier = carriers_sudo.search([("id", "=", wanted.delivery_mode), *companies])
        if not carrier:
            problems.append(
                self.env._(
                    "/Order/DeliveryMode: there is no delivery mode %s. Take one out of "
                    "delivery_modes.",
                    wanted.delivery_mode,
                )
            )
        profile = customer
        if wanted.profile:
            profile = self._find_profiles(customer).filtered(lambda one: one.id == wanted.profile)
        if not profile:
            problems.append(
                self.env._(
                    "/Order/CustomerProfile: the customer has no profile %s. Take one out of "
                    "customer_profiles.",
                    wanted.profile,
                )
            )
        if problems:
            raise UserError("\n".join(problems))
        return carrier, profile

    @api.model
    def _check_lines(self, wanted):
        """Test every line.

        :return: tuple (list of values of sale order lines, list of `Refusal`)
        """
        lines, refusals = [], []
        for line in wanted.lines:
            try:
                product = self._find_variant(line)
                self._check_seller(line, product)
                self._check_quantity(line, product)
            except LineRefusedError as error:
                refusals.append(error.refusal)
            else:
                lines.append({"product_id": product.id, "product_uom_qty": float(line.quantity)})
        return lines, refusals

    def _refuse(self, line, reason, element, text, advice, *choices):
        path = f"/Order/Lines/Line[{line.number}]/{element}"
        raise LineRefusedError(Refusal(line.number, reason, path, text, advice, choices))

    @api.model
    def _find_variant(self, line):
        """The product that a line names.

        :raise LineRefusedError: where there is none that can be sold
        """
        products_sudo = self.env["product.product"].sudo().with_context(active_test=False)
        company = Domain("company_id", "in", (False, self.env.company.id))
        by_name = Domain("default_code", "=", line.product) | Domain("barcode", "=", line.product)
        found = products_sudo.search(by_name & company)
        if not found and line.product.isdecimal():
            found = products_sudo.search(
                Domain("product_tmpl_id", "=", int(line.product)) & company
            )
        sold = found.filtered(lambda one: one.active and one.sale_ok)
        if not sold:
            text = self.env._("“%s” is not sold, or not any more.", line.product)
            advice = self.env._("Remove it, or take the same from another seller.")
            self._refuse(line, UNAVAILABLE, "Product", text, advice, "remove", "other_seller")
        variants = sold.product_tmpl_id.product_variant_ids if line.configuration else sold
        if line.configuration:
            sold = variants.filtered(lambda one: self._is_configuration(one, line.configuration))
        if len(sold) != 1:
            text = self.env._(
                "“%s” is not a configuration of this product.", line.configuration or ""
            )
            advice = self.env._("Choose another configuration, or another seller.")
            choices = ("other_configuration", "other_seller")
            self._refuse(line, NO_CONFIGURATION, "Configuration", text, advice, *choices)
        return sold.with_context(active_test=True)

    def _is_configuration(self, product, text):
        values = product.product_template_attribute_value_ids
        return text in (product.default_code, product.barcode, str(product.id)) or (
            values and text == ", ".join(values.mapped("name"))
        )

    @api.model
    def _check_seller(self, line, product):
        """A seller is a site by its name or id that offers the product."""
        if not line.seller:
            return
        site = self._find_sellers_sudo(line.seller, self.env.company)[:1]
        if not site or not (
            site._export_listings(product) or site._offered_products(Domain("id", "=", product.id))
        ):
            text = self.env._("“%s” is not a seller of this product.", line.seller)
            advice = self.env._("Take it from another seller.")
            self._refuse(line, NO_SELLER, "Seller", text, advice, "other_seller")

    @api.model
    def _find_sellers_sudo(self, text, companies):
        """Sites by what a caller writes: their name, or their id.

        :return: `integrator.site`, with the rights of the system
        """
        wanted = Domain("name", "=", text)
        if text.isdecimal():
            wanted |= Domain("id", "=", int(text))
        company = Domain("company_id", "in", companies.ids)
        return self.env["integrator.site"].sudo().search(company & wanted)

    @api.model
    def _check_quantity(self, line, product):
        """Checks of a field that the schema cannot do."""
        unit, piece = product.uom_id, self.env.ref("uom.product_uom_unit").sudo()
        pieces = line.quantity
        if unit._has_common_reference(piece):
            converted = unit._compute_quantity(float(line.quantity), piece, round=False)
            pieces = Decimal(str(converted))
        if unit._has_common_reference(piece) and pieces != int(pieces):
            text = self.env._("%s is not a whole number of pieces.", line.quantity)
            self._refuse(line, FIELD, "Quantity", text, self.env._("Check the data."), "correct")
        price = Decimal(str(product.lst_price))
        if line.price is not None and line.price < price:
            text = self.env._(
                "The price is %(price).2f, not %(given).2f.", price=price, given=line.price
            )
            self._refuse(line, FIELD, "Price", text, self.env._("Check the data."), "correct")

    # === CANCELLATION AND PAYMENT === #

    @api.model
    def cancel_order(self, order_id):
        """Cancel an order; nothing of it stays reserved, and its key may be used again.

        :return: dict as of `add_order`
        """
        order_sudo = self._find_order_sudo(order_id)
        if order_sudo.order_line._integrator_bound_sudo():
            raise UserError(
                self.env._(
                    "%s is at a channel already. Have it cancelled there and unbound first.",
                    order_sudo.name,
                )
            )
        if any(picking.state == "done" for picking in order_sudo.picking_ids):
            raise UserError(self.env._("%s has left already.", order_sudo.name))
        order_sudo._action_cancel()
        order_sudo.integrator_reserved = 0
        return self._prepare_order(order_sudo)

    @api.model
    def deposit(self, customer_id, amount, direction="inbound", comment=None, date=None):
        """Register money that a customer has deposited, or got back. For administrators of the
        integration.

        :param float amount: above 0, in the company's currency
        :param str direction: `inbound` or `outbound`
        :param str date: ISO; None: today
        :return: dict `payment_id`, `customer_id`, `amount`, `balance`, `currency`
        """
        if not self.env.user.has_group("integrator.group_integrator_manager"):
            raise AccessError(
                self.env._("Only administrators of the integration register deposits.")
            )
        if direction not in ("inbound", "outbound") or not amount > 0:
            raise UserError(
                self.env._("Give an amount above 0 and a direction, inbound or outbound.")
            )
        customer_sudo = self._find_customer_sudo(customer_id)
        payments_sudo = self.env["account.payment"].sudo()
        payment = payments_sudo.create(
            {
                "payment_type": direction,
                "partner_type": "customer",
                "partner_id": customer_sudo.id,
                "amount": amount,
                "memo": comment or False,
                "date": date or fields.Date.context_today(self),
                "company_id": self.env.company.id,
                "currency_id": self.env.company.currency_id.id,
                "integrator_deposit": True,
            }
        )
        payment.action_post()
        currency = payment.currency_id
        return {
            "payment_id": payment.id,
            "customer_id": customer_sudo.id,
            "amount": payment.amount,
            "balance": payments_sudo._integrator_balance(customer_sudo, currency),
            "currency": currency.name,
        }

    @api.model
    def pay_order(self, order_id):
        """Pay an order from what its customer has deposited.

        :return: dict as of `add_order`
        """
        order_sudo = self._find_order_sudo(order_id)
        if order_sudo.state != "sale":
            raise UserError(self.env._("%s is not confirmed, or cancelled.", order_sudo.name))
        order_sudo._integrator_reserve()
        return self._prepare_order(order_sudo)

    @api.model
    def _prepare_order(self, order):
        """An order as callers get it.

        :param order: `sale.order`, with the rights of the system
        :return: dict, JSON-able
        """
        stages = {"draft": "received", "sent": "received", "cancel": "cancelled"}
        stage = stages.get(order.state, "in_odoo")
        if stage == "in_odoo" and order.order_line._integrator_bound_sudo():
            stage = "at_site"
        return {
            "order_id": order.id,
            "order": order.name,
            "key": order.integrator_key or None,
            "reference": order.client_order_ref or None,
            "comment": order.integrator_comment or None,
            "stage": stage,
            "customer_id": order.partner_id.commercial_partner_id.id,
            "amount_total": order.amount_total,
            "amount_due": order._integrator_amount_due(),
            "currency": order.currency_id.name,
            "is_paid": order._integrator_is_paid(),
            "lines": [
                {
                    "line_id": line.id,
                    "product_id": line.product_id.id,
                    "sku": line.product_id.default_code or None,
                    "quantity": line.product_uom_qty,
                }
                for line in order.order_line
                if not line.display_type and not line.is_delivery
            ],
        }
