# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from decimal import Decimal

from odoo import api, fields, models
from odoo.tools import float_repr

from ...importers.line_money import open_charges
from ...neutral import OrderLine
from ..site.integrator_marketplace import COLLECTIONS

#: Fields of a neutral order line that are columns of the same name.
TEXT_FIELDS = (
    "remote_line_id",
    "sku",
    "remote_product_id",
    "title",
    "gift_message",
    "tax_model",
    "tax_scheme",
)
PLAIN_FIELDS = (
    *TEXT_FIELDS,
    *("quantity", "quantity_shipped", "quantity_cancelled", "tax_known"),
)
#: Keys whose change a sale order has to follow, beside the money.
CHANGE_FIELDS = ("quantity", "quantity_shipped", "quantity_cancelled", "sku")


def _by_kind(charges):
    """Amounts by kind of charge, independent of their order and notation.

    :param list[dict] charges: kind, of, amount (decimal as text)
    :return: dict tuple (kind, of) -> Decimal, without what is nothing
    """
    sums = {}
    for charge in charges or ():
        key = (charge["kind"], charge["of"])
        sums[key] = sums.get(key, Decimal(0)) + Decimal(charge["amount"])
    return {key: amount for key, amount in sums.items() if amount}


class IntegratorOrderLine(models.Model):
    """One line of a remote order. Its money is kept as the site said it, as decimal strings."""

    _name = "integrator.order.line"
    _inherit = "integrator.export.mixin"
    _description = "Line of a remote order"
    _rec_name = "sku"

    order_id = fields.Many2one(
        "integrator.order", required=True, readonly=True, ondelete="cascade", index=True
    )
    remote_line_id = fields.Char(required=True, readonly=True)
    sku = fields.Char(string="SKU", readonly=True, index=True)
    remote_product_id = fields.Char(string="Product ID of the channel", readonly=True)
    title = fields.Char(readonly=True)
    quantity = fields.Integer(readonly=True)
    quantity_shipped = fields.Integer(string="Shipped", readonly=True)
    quantity_cancelled = fields.Integer(string="Cancelled", readonly=True)
    gift_message = fields.Char(string="Gift message", readonly=True)
    promotion_ids = fields.Json(readonly=True)
    tax_model = fields.Char(readonly=True, help="Who collects the tax, in the channel's words.")
    tax_scheme = fields.Char(readonly=True)
    tax_known = fields.Boolean(
        default=True,
        readonly=True,
        help="Off: prices hold a tax that the channel does not name.",
    )
    charges = fields.Json(readonly=True, help="kind, of, amount (decimal as text)")
    amount_total = fields.Monetary(string="Total", readonly=True)

    # order tax
    site_id = fields.Many2one(related="order_id.site_id", store=True)
    channel_name = fields.Char(related="order_id.channel_name", store=True)
    ordered_at = fields.Datetime(related="order_id.ordered_at", store=True)
    currency_id = fields.Many2one(related="order_id.currency_id", store=True)
    tax_collection = fields.Selection(
        COLLECTIONS,
        string="Tax collected by",
        compute="_compute_tax_collection",
        store=True,
        help="Who collects the tax on the line and pays it to the state.",
    )
    amount_tax = fields.Monetary(
        string="Tax",
        compute="_compute_amount_tax",
        store=True,
        help="All tax on the line, as the channel shows it.",
    )

    link_ids = fields.One2many(
        "integrator.link",
        "order_line_id",
        string="Links",
        readonly=True,
        help="The lines of the sales order that it became, one for each kind of charge.",
    )

    # order reservation
    reservation_move_ids = fields.One2many(
        "stock.move",
        "integrator_line_id",
        readonly=True,
        groups="stock.group_stock_user",
        help="Reservations before payment.",
    )

    _remote_uniq = models.UniqueIndex("(order_id, remote_line_id)", "This line is known already.")

    # === COMPUTE METHODS === #

    @api.depends("tax_model", "tax_scheme")
    def _compute_tax_collection(self):
        for line in self:
            line.tax_collection = line._collection()

    @api.depends("charges")
    def _compute_amount_tax(self):
        for line in self:
            line.amount_tax = float(line._amounts().get("tax", Decimal(0)))

    # === BUSINESS METHODS === #

    @api.model
    def _apply(self, order, values):
        """Make or bring up to date the lines of an order.

        :param tuple[neutral.OrderLine] values: its lines
        """
        known = {line.remote_line_id: line for line in order.line_ids}
        for value in values:
            if line := known.get(value.remote_line_id):
                line.write(self._prepare_values(order, value))
        self._make([(order, [one for one in values if one.remote_line_id not in known])])

    @api.model
    def _make(self, lines_by_order):
        """Lines of orders that are seen for the first time.

        :param lines_by_order: tuples (order, list of `neutral.OrderLine`)
        """
        self.create(
            [
                self._prepare_values(order, value)
                for order, values in lines_by_order
                for value in values
            ]
        )

    @api.model
    def _prepare_values(self, order, value):
        """The columns of a line.

        :param neutral.OrderLine value: a version of it
        """
        return {
            **{name: getattr(value, name) for name in PLAIN_FIELDS},
            "order_id": order.id,
            "promotion_ids": list(value.promotion_ids),
            "charges": [
                {"kind": charge.kind, "of": charge.of, "amount": str(charge.amount)}
                for charge in value.charges
            ],
            "amount_total": float(sum(charge.amount for charge in value.charges)),
        }

    def _prepare_removed(self):
        """The `neutral.OrderLine` of a line that the site shows no more: nothing is left of it."""
        self.ensure_one()
        return OrderLine(
            **{name: self[name] or "" for name in TEXT_FIELDS},
            promotion_ids=tuple(self.promotion_ids or ()),
            tax_known=self.tax_known,
            quantity=0,
            quantity_shipped=self.quantity_shipped,
            quantity_cancelled=0,
        )

    def _has_changes(self, values):
        """Return whether younger versions of the lines have other quantities or other money, or
        more lines.

        :param tuple[neutral.OrderLine] values: its lines
        """
        known = {line.remote_line_id: line for line in self}
        return any(
            value.remote_line_id not in known
            or known[value.remote_line_id]._is_changed(self._prepare_values(self.order_id, value))
            for value in values
        )

    def _is_changed(self, values):
        """Return whether columns differ in something that the sale order follows.

        :param dict values: columns of a younger version
        """
        if any((values[key] or False) != (self[key] or False) for key in CHANGE_FIELDS):
            return True
        return _by_kind(values["charges"]) != _by_kind(self.charges)

    # === QUANTITIES === #

    def _sale_line(self):
        """The sale order line that sells the item; none when there is none."""
        return self.link_ids.filtered(lambda link: link.kind == "item").sale_line_id

    def _quantity_open(self):
        """Pieces that the buyer receives in total, from any warehouse."""
        self.ensure_one()
        return max(self.quantity - self.quantity_cancelled, 0)

    def _open_charges(self):
        """The money of the pieces that the buyer is to get.

        :return: list of dicts as `charges`
        """
        self.ensure_one()
        if not self.quantity:
            return self.charges or []
        return open_charges(self.charges, self.quantity, self._quantity_open(), self._coin())

    def _coin(self):
        """The smallest amount of the order's currency, with as many decimals as it has: amounts
        are quantized by it."""
        currency = self.currency_id or self.order_id.company_id.currency_id
        return Decimal(float_repr(currency.rounding, 6)).normalize()

    def _quantity_shipped_remotely(self):
        """Pieces that have left, as the site says it."""
        self.ensure_one()
        # order reports give no shipped quantity
        whole = self._quantity_open() if self.order_id.remote_status == "shipped" else 0
        return max(self.quantity_shipped, whole)

    def _quantity_missing(self):
        """Pieces that have left as the site says it, but not here."""
        self.ensure_one()
        return max(
            self._quantity_shipped_remotely() - self._sale_line()._integrator_quantity_sent(), 0
        )

    def _quantity_twice(self):
        """Pieces that have left as the site says it, and that are still to leave here."""
        self.ensure_one()
        sale_line = self._sale_line()
        to_leave = sale_line._integrator_pieces() - sale_line._integrator_quantity_sent()
        return max(min(self._quantity_missing(), to_leave), 0)

    def _product_key(self):
        """By what the product is looked up: the SKU, or the site's own id where it gives none."""
        self.ensure_one()
        return self.sku or self.remote_product_id or ""

    # === MONEY === #

    def _collection(self):
        """The collector of the tax: a key of `integrator_marketplace.COLLECTIONS`."""
        self.ensure_one()
        scheme = (self.tax_scheme or "").lower()
        if scheme in ("ioss", "uoss"):
            return scheme
        return "marketplace" if self.tax_model else "seller"

    def _amounts(self):
        """Money per kind, exact.

        :return: dict kind -> Decimal
        """
        self.ensure_one()
        amounts = {}
        for charge in self.charges or ():
            kind = charge["kind"]
            amounts[kind] = amounts.get(kind, Decimal(0)) + Decimal(charge["amount"])
        return amounts
