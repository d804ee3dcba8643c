# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import defaultdict

from odoo import fields, models

from ...const import PLANNED
from ...utils import labels_of

#: Context key: pieces that were promised to anybody are not free, whether reserved or not.
UNPROMISED = "integrator_unpromised"


class IntegratorListingStockMixin(models.AbstractModel):
    """Quantity that a listing offers."""

    _name = "integrator.listing.stock.mixin"
    _description = "Stock of listings"

    stock_policy = fields.Selection(
        [
            ("free", "What is free to sell"),
            ("fixed", "A fixed quantity"),
            ("order", "Made to order"),
        ],
        string="Quantity comes from",
        default="free",
        required=True,
        help="Made to order: always available, whatever is in stock.",
    )
    location_ids = fields.Many2many(
        "stock.location",
        string="Locations",
        check_company=True,
        domain=[("usage", "=", "internal")],
        help="Whose pieces count, with what is below them. Empty: the warehouse of the channel.",
    )
    stock_buffer = fields.Integer(
        string="Buffer",
        default=-1,
        help="Pieces that are held back. -1: as many as on the channel.",
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
        string="Handling days",
        default=-1,
        help="Days from the order until the parcel leaves; 0: it leaves the same day. -1: as in "
        "your account, also as entered there for this SKU.",
    )
    stock_explanation = fields.Text(
        string="Why this quantity",
        compute="_compute_stock_explanation",
        compute_sudo=True,
        help="How the quantity comes about that is offered now.",
    )

    _stock_positive = models.Constraint(
        "CHECK(stock_buffer >= -1 AND stock_cap >= 0 AND stock_quantity >= 0 "
        "AND handling_days >= -1)",
        "Quantities and days cannot be negative.",
    )

    # === COMPUTE METHODS === #

    def _compute_stock_explanation(self):
        stock = self._stock()
        for listing in self:
            steps = listing._stock_steps(stock[listing])
            listing.stock_explanation = listing._explain(steps)

    # === BUSINESS METHODS === #

    def _explain(self, steps):
        """Steps of a calculation as text.

        :param list steps: tuples (label, figure)
        """
        return "\n".join(f"{label}: {figure}" for label, figure in steps)

    # === QUANTITIES === #

    def _stock(self):
        """The present quantities of listings, computed together.

        :return: dict listing -> dict `quantity` (None: Odoo does not count the product),
            `restock_date` (ISO text or None), `handling_days` (None: as the account has it) and
            `free` (before the policy)
        """
        found = {}
        for place, listings in self._by_place().items():
            free, receipts = listings._free(place), listings._receipts(place)
            for listing in listings:
                product_id, days = listing.product_id.id, listing.handling_days
                pieces, receipt = free.get(product_id), receipts.get(product_id)
                found[listing] = {
                    "quantity": listing._offered(pieces),
                    "free": pieces,
                    "restock_date": receipt and fields.Date.to_string(receipt),
                    "handling_days": days if days >= 0 else None,
                }
        return found

    def _by_place(self):
        """dict locations whose pieces count -> the listings that offer these. Few have locations of
        their own: where none has, they are not looked at one by one."""
        places = defaultdict(self.browse)
        for site, listings in self._by_site().items():
            usual = site.warehouse_id.view_location_id
            kinds = listings.grouped("location_ids") if listings.location_ids else {usual: listings}
            for own, some in kinds.items():
                places[own or usual] |= some
        return places

    def _free(self, place):
        """Free quantity by product id: pieces on hand that nothing reserves, of products whose
        stock Odoo counts."""
        products = self.filtered(lambda one: one.stock_policy == "free").product_id
        return products._integrator_free_pieces(place)

    def _receipts(self, place):
        """The day of the next receipt of each product that is on its way.

        :return: dict product id -> date
        """
        moves = self.env["stock.move"]._read_group(
            [
                ("product_id", "in", self.product_id.ids),
                ("state", "in", PLANNED),
                ("date", ">=", self._day_start()),
                ("location_id.usage", "in", ("supplier", "production")),
                ("location_dest_id", "child_of", place.ids),
            ],
            ["product_id"],
            ["date:min"],
        )
        return {product.id: self[:1].site_id._local_time(date).date() for product, date in moves}

    def _day_start(self):
        """Return the start of the present day in the time zone of the site's people, as UTC."""
        site = self[:1].site_id
        return site._utc_time(site._local_time(fields.Datetime.now()).date())

    def _offered(self, free):
        """The quantity by the listing's policy.

        :param free: free pieces; None where Odoo does not count them
        """
        if self.stock_policy != "free":
            return self.stock_quantity
        if free is None:
            return None
        quantity = max(free - self._held_back(), 0)
        return min(quantity, self.stock_cap) if self.stock_cap else quantity

    def _held_back(self):
        return self.site_id.stock_buffer if self.stock_buffer < 0 else self.stock_buffer

    def _stock_steps(self, stock):
        """Return the steps of the calculation of a quantity.

        :param dict stock: of `_stock`
        :return: list of tuples (label, figure)
        """
        if self.stock_policy != "free":
            label = labels_of(self, "stock_policy")
            return [(label[self.stock_policy], self.stock_quantity)]
        if stock["free"] is None:
            return [(self.env._("Free to sell"), self.env._("Odoo does not count the pieces"))]
        held = self._held_back()
        steps = [(self.env._("Free to sell"), stock["free"])]
        steps += [(self.env._("Held back"), -held)] if held else []
        steps += [(self.env._("At most"), self.stock_cap)] if self.stock_cap else []
        steps.append((self.env._("Offered"), stock["quantity"]))
        if others := self._same_pieces():
            steps.append((self.env._("The same pieces are also offered as"), ", ".join(others)))
        return steps

    def _same_pieces(self):
        """Other SKUs of the product on the marketplace, which offer the same pieces once more."""
        others = self.search(
            [
                ("product_id", "=", self.product_id.id),
                ("site_id", "=", self.site_id.id),
                ("marketplace_code", "=", self.marketplace_code),
                ("stock_policy", "=", "free"),
                ("state", "!=", "closed"),
                ("id", "!=", self.id),
            ]
        )
        return others.mapped("sku")
