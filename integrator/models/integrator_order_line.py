# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from decimal import Decimal

from odoo import api, fields, models

#: Keys of a neutral order line that are columns of the same name.
PLAIN_KEYS = (
    "remote_line_id",
    "sku",
    "remote_product_id",
    "title",
    "quantity",
    "quantity_shipped",
    "quantity_cancelled",
    "gift_message",
    "promotion_ids",
    "tax_model",
    "tax_scheme",
)

#: Keys whose change a sale order has to follow.
NEWS_KEYS = ("quantity", "quantity_shipped", "quantity_cancelled")


class IntegratorOrderLine(models.Model):
    """One line of a remote order. Its money is kept as the site said it, as decimal strings."""

    _name = "integrator.order.line"
    _description = "Line of a remote order"
    _rec_name = "sku"

    order_id = fields.Many2one(
        "integrator.order", required=True, readonly=True, ondelete="cascade", index=True
    )
    currency_id = fields.Many2one(related="order_id.currency_id")
    remote_line_id = fields.Char(required=True, readonly=True)
    sku = fields.Char(string="SKU", readonly=True, index=True)
    remote_product_id = fields.Char(readonly=True)
    title = fields.Char(readonly=True)
    quantity = fields.Integer(readonly=True)
    quantity_shipped = fields.Integer(readonly=True)
    quantity_cancelled = fields.Integer(readonly=True)
    gift_message = fields.Char(readonly=True)
    promotion_ids = fields.Json(readonly=True)
    tax_model = fields.Char(readonly=True, help="Who collects the tax, in the site's words.")
    tax_scheme = fields.Char(readonly=True)
    charges = fields.Json(readonly=True, help="kind, of, amount (decimal as text)")
    amount_total = fields.Monetary(readonly=True)

    _remote_uniq = models.UniqueIndex("(order_id, remote_line_id)", "This line is known already.")

    @api.model
    def _apply(self, order, values):
        """Make or bring up to date the lines of an order.

        :param list[dict] values: neutral lines, see `docs/architecture.md`
        """
        known = {line.remote_line_id: line for line in order.line_ids}
        for value in values:
            if line := known.get(value["remote_line_id"]):
                line.write(self._prepare_values(order, value))
        self._make([(order, [one for one in values if one["remote_line_id"] not in known])])

    @api.model
    def _make(self, lines_by_order):
        """Lines of orders that are seen for the first time.

        :param lines_by_order: tuples (order, neutral lines)
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
        charges = [{**charge, "amount": str(charge["amount"])} for charge in value["charges"]]
        return {
            **{key: value[key] for key in PLAIN_KEYS},
            "order_id": order.id,
            "charges": charges,
            "amount_total": float(sum(Decimal(charge["amount"]) for charge in charges)),
        }

    def _news_in(self, values):
        """Whether younger versions of the lines say other quantities, or there are more lines.

        :param list[dict] values: neutral lines
        """
        known = {line.remote_line_id: line for line in self}
        return any(
            value["remote_line_id"] not in known
            or any(value[key] != known[value["remote_line_id"]][key] for key in NEWS_KEYS)
            for value in values
        )

    # === WHERE THE PIECES ARE === #

    def _sale_line(self):
        """The sale order line that sells the item; none when there is none."""
        links = self.env["integrator.link"].search(
            [("order_line_id", "in", self.ids), ("kind", "=", "item")]
        )
        return links.sale_line_id

    def _quantity_open(self):
        """Pieces that the buyer is to get in the end, whoever ships them."""
        self.ensure_one()
        return max(self.quantity - self.quantity_cancelled, 0)

    def _quantity_gone(self):
        """Pieces that have left, as the site says it."""
        self.ensure_one()
        # not every source counts pieces
        whole = self._quantity_open() if self.order_id.remote_status == "shipped" else 0
        return max(self.quantity_shipped, whole)

    def _quantity_missing(self):
        """Pieces that have left as the site says it, but not here."""
        self.ensure_one()
        return max(self._quantity_gone() - self._sale_line()._quantity_sent(), 0)

    def _product_key(self):
        """By what the product is looked up: the SKU, or the site's own id where it gives none."""
        self.ensure_one()
        return self.sku or self.remote_product_id or ""

    # === MONEY === #

    def _collection(self):
        """Who collects the tax: a key of `integrator_marketplace.COLLECTIONS`."""
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
