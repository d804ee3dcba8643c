# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

#: States of a receipt that is on its way.
ON_ITS_WAY = ("waiting", "confirmed", "partially_available", "assigned")


class IntegratorListing(models.Model):
    """How many pieces a listing offers (001-04 … 001-06; pain 8)."""

    # one file per concern: pylint: disable=consider-merging-classes-inherited
    _inherit = "integrator.listing"

    stock_policy = fields.Selection(
        [
            ("free", "What is free to sell"),
            ("fixed", "A fixed quantity"),
            ("order", "Made to order"),
        ],
        default="free",
        required=True,
        help="Made to order: always available, whatever is in stock.",
    )
    location_ids = fields.Many2many(
        "stock.location",
        string="Locations",
        check_company=True,
        domain=[("usage", "=", "internal")],
        help="Whose pieces count, with what is below them. Empty: the warehouse of the site.",
    )
    stock_buffer = fields.Integer(
        string="Buffer",
        default=-1,
        help="Pieces that are held back. -1: as many as the site says.",
    )
    stock_cap = fields.Integer(
        string="At most", help="Never more than so many are offered. 0: no limit."
    )
    stock_quantity = fields.Integer(
        string="Fixed quantity",
        default=1,
        help="That is offered by the policies “fixed” and “made to order”.",
    )
    handling_days = fields.Integer(
        help="Days from the order until the parcel leaves. 0: the default of your account.",
    )

    _stock_positive = models.Constraint(
        "CHECK(stock_buffer >= -1 AND stock_cap >= 0 AND stock_quantity >= 0 "
        "AND handling_days >= 0)",
        "Quantities and days cannot be negative.",
    )

    stock_explanation = fields.Text(
        string="Why this quantity",
        compute="_compute_stock_explanation",
        compute_sudo=True,
        help="How the quantity comes about that is offered now.",
    )

    def _compute_stock_explanation(self):
        stock = self._stock()
        for listing in self:
            steps = listing._stock_steps(stock[listing])
            listing.stock_explanation = listing._explain(steps)

    def _explain(self, steps):
        """Steps of a calculation as text.

        :param list steps: tuples (label, figure)
        """
        return "\n".join(f"{label}: {figure}" for label, figure in steps)

    # === THE QUANTITY === #

    def _stock(self):
        """What listings offer now, computed together.

        :return: dict listing -> dict `quantity`, `restock_date` (ISO text or None),
            `handling_days` and `free` (before the policy)
        """
        found = {}
        for place, listings in self.grouped(self._stock_place).items():
            free, receipts = listings._free(place), listings._receipts(place)
            for listing in listings:
                product = listing.product_id
                pieces = free.get(product.id, 0)
                receipt = receipts.get(product.id)
                found[listing] = {
                    "quantity": listing._offered(pieces),
                    "free": pieces,
                    "restock_date": receipt and fields.Date.to_string(receipt),
                    "handling_days": listing.handling_days,
                }
        return found

    @staticmethod
    def _stock_place(listing):
        """The locations whose pieces count."""
        return listing.location_ids or listing.site_id.warehouse_id.view_location_id

    def _free(self, place):
        """Free pieces of the products, by their id."""
        products = self.filtered(lambda one: one.stock_policy == "free").product_id
        here = products.with_context(location=place.ids, compute_child=True)
        return {product.id: int(product.free_qty) for product in here}

    def _receipts(self, place):
        """The day of the next receipt of each product that is on its way (001-05).

        :return: dict product id -> date
        """
        moves = self.env["stock.move"]._read_group(
            [
                ("product_id", "in", self.product_id.ids),
                ("state", "in", ON_ITS_WAY),
                ("date", ">=", fields.Date.context_today(self)),
                ("location_id.usage", "in", ("supplier", "production")),
                ("location_dest_id", "child_of", place.ids),
            ],
            ["product_id"],
            ["date:min"],
        )
        return {product.id: date.date() for product, date in moves}

    def _offered(self, free):
        """The quantity by the listing's policy."""
        if self.stock_policy != "free":
            return self.stock_quantity
        quantity = max(free - self._held_back(), 0)
        return min(quantity, self.stock_cap) if self.stock_cap else quantity

    def _held_back(self):
        return self.site_id.stock_buffer if self.stock_buffer < 0 else self.stock_buffer

    def _stock_steps(self, stock):
        """How a quantity came about.

        :param dict stock: of `_stock`
        :return: list of tuples (label, figure)
        """
        if self.stock_policy != "free":
            label = dict(self._fields["stock_policy"]._description_selection(self.env))
            return [(label[self.stock_policy], self.stock_quantity)]
        held = self._held_back()
        steps = [(self.env._("Free to sell"), stock["free"])]
        steps += [(self.env._("Held back"), -held)] if held else []
        steps += [(self.env._("At most"), self.stock_cap)] if self.stock_cap else []
        return [*steps, (self.env._("Offered"), stock["quantity"])]
