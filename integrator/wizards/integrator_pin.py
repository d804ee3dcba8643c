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
    part = fields.Selection(
        [("price", "Price"), ("inventory", "Quantity")],
        string="What",
        default="price",
        required=True,
        help="What no longer follows Odoo.",
    )
    price = fields.Monetary(string="New price", help="As buyers see it on the channel.")
    quantity = fields.Integer(string="New quantity", help="Pieces that are offered.")
    note = fields.Text(compute="_compute_note", help="What follows.")

    # === COMPUTE METHODS === #

    @api.depends("part", "price", "quantity")
    def _compute_note(self):
        for pin in self:
            if pin.part == "inventory":
                pin.note = pin._say_quantity()
            else:
                pin.note = pin.price > 0 and pin._say_price()

    # === ACTION METHODS === #

    def action_confirm(self):
        """Button: fix it; it is sent in half a minute, and can be undone until then.

        :return: the action that says so
        :raise AccessError: for everybody but operators of the listing's company
        :raise UserError: for a price of nothing
        """
        check_operator(self)
        self.ensure_one()
        check_operator(self.listing_id)
        if self.part == "price" and self.price <= 0:
            raise UserError(self.env._("Enter the price."))
        if self.part == "price":
            values = {"price_source": "fixed", "price_fixed": self.price}
        else:
            values = {"stock_policy": "fixed", "stock_quantity": self.quantity}
        return self.listing_id._fix(self.part, values, self.note)

    # === BUSINESS METHODS === #

    @api.model
    def _open(self, listing):
        """Ask for the value.

        :return: the action that opens the question
        """
        pin = self.create({"listing_id": listing.id})
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Fix a price or a quantity"),
            "res_model": self._name,
            "res_id": pin.id,
            "view_mode": "form",
            "target": "new",
        }

    def _say_price(self):
        return self.env._(
            "From now on the channel gets %s, whatever the pricelist has, until somebody presses "
            "“Follow Odoo again” on the listing.",
            format_amount(self.env, self.price, self.currency_id),
        )

    def _say_quantity(self):
        return self.env._(
            "From now on the channel gets %s pieces, whatever is in stock, until somebody presses "
            "“Follow Odoo again” on the listing. More may be sold than there is.",
            self.quantity,
        )
