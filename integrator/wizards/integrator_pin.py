# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_amount

from ..access import check_operator


class IntegratorPin(models.TransientModel):
    """Fixes the price or the quantity of a listing, and says what follows before it does."""

    _name = "integrator.pin"
    _description = "Fix a price or a quantity"

    listing_id = fields.Many2one(
        "integrator.listing", required=True, readonly=True, help="What is offered."
    )
    currency_id = fields.Many2one(related="listing_id.currency_id")
    channel = fields.Selection(related="listing_id.channel")
    part = fields.Selection(
        [("price", "Price"), ("inventory", "Quantity")],
        string="What",
        default="price",
        required=True,
        help="What no longer follows Odoo.",
    )
    before = fields.Char(
        string="Now", compute="_compute_before", help="What the channel shows, or is to show."
    )
    price = fields.Monetary(string="New price", help="As buyers see it on the channel.")
    quantity = fields.Integer(string="New quantity", help="Pieces that are offered.")
    note = fields.Text(compute="_compute_note", help="What follows.")

    # === COMPUTE METHODS === #

    @api.depends("part", "listing_id")
    def _compute_before(self):
        for pin in self:
            listing = pin.listing_id
            if pin.part == "inventory":
                pin.before = listing.stock_site or listing.stock_next
            else:
                pin.before = listing.price_site or listing.price_next

    @api.depends("part", "price", "quantity")
    def _compute_note(self):
        for pin in self:
            if pin.part == "inventory":
                pin.note = pin._change_text(str(pin.quantity), pin._quantity_text())
            elif pin.price > 0:
                price = format_amount(pin.env, pin.price, pin.currency_id)
                pin.note = pin._change_text(price, pin._price_text(price))
            else:
                pin.note = False

    # === ACTION METHODS === #

    def action_confirm(self):
        """Button: fix it; it is sent in half a minute, and can be undone until then.

        :return: the action that says so
        :raise AccessError: for everybody but operators of the listing's company
        :raise UserError: for what cannot be offered
        """
        check_operator(self)
        self.ensure_one()
        check_operator(self.listing_id)
        self._check_offered()
        if self.part == "price":
            values = {"price_source": "fixed", "price_fixed": self.price}
        else:
            values = {"stock_policy": "fixed", "stock_quantity": self.quantity}
        return self.listing_id._fix(self.part, values, self.note)

    # === BUSINESS METHODS === #

    @api.model
    def _open(self, listing):
        """Ask for the value; a list asks for one of both, by `default_part`.

        Nothing is saved before it is answered: a new record has the cursor in its value.

        :return: the action that opens the question
        """
        values = {
            "part": self.env.context.get("default_part", "price"),
            **listing._prepare_pin(),
            "listing_id": listing.id,
        }
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Fix a price or a quantity"),
            "res_model": self._name,
            "view_mode": "form",
            "target": "new",
            "context": {f"default_{name}": value for name, value in values.items()},
        }

    def _check_offered(self):
        """
        :raise UserError: where the listing does not take such a value
        """
        listing = self.listing_id
        if listing.state == "closed" or listing.is_parent:
            raise UserError(self.env._("Nothing is sent of %s: it is not offered.", listing.sku))
        if self.part == "price" and self.price <= 0:
            raise UserError(self.env._("Enter the price."))
        if self.part == "price" and listing._bounded(self.price) != self.price:
            bound = format_amount(self.env, listing._bounded(self.price), self.currency_id)
            raise UserError(
                self.env._(
                    "The limit of this listing is %s. Enter another price, or have the limit "
                    "changed.",
                    bound,
                )
            )
        if self.part == "inventory" and self.channel != "merchant":
            raise UserError(self.env._("The channel ships %s out of its own stock.", listing.sku))
        if self.part == "inventory" and self.quantity < 0:
            raise UserError(self.env._("Enter how many pieces are offered; 0: none."))

    def _change_text(self, after, sentence):
        """The old and the new value, and what follows."""
        if not self.before or self.before == after:
            return sentence
        return f"{self.before} → {after}\n{sentence}"

    def _price_text(self, price):
        return self.env._(
            "From now on the channel gets %s, whatever the pricelist has, until somebody presses "
            "“Follow Odoo again” on the listing.",
            price,
        )

    def _quantity_text(self):
        return self.env._(
            "From now on the channel gets %s pieces, whatever is in stock, until somebody presses "
            "“Follow Odoo again” on the listing. More may be sold than there is.",
            self.quantity,
        )
