# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.exceptions import UserError

from ..access import check_operator
from ..reason import Reason

#: Fields of the address that a person may correct.
ADDRESS_FIELDS = ("name", "street", "street2", "zip", "city", "state_id", "country_id", "phone")


class IntegratorAddress(models.TransientModel):
    """The address of a delivery that is on hold because of it: corrected and released in one step,
    also by operators who may not change contacts."""

    _name = "integrator.address"
    _description = "Correct the address of a delivery"

    picking_id = fields.Many2one(
        "stock.picking", required=True, readonly=True, ondelete="cascade", help="What waits for it."
    )
    note = Reason(
        related="picking_id.integrator_hold_note",
        related_sudo=False,
        help="What is missing, and what to do.",
    )
    remote_order_id = fields.Char(related="picking_id.integrator_order_ref", related_sudo=False)
    items = fields.Text(related="picking_id.integrator_items", related_sudo=False)
    name = fields.Char(required=True, help="Who gets the parcel.")
    street = fields.Char(help="Street and number.")
    street2 = fields.Char(string="Street, second line")
    zip = fields.Char(string="Postal code")
    city = fields.Char()
    state_id = fields.Many2one("res.country.state", domain="[('country_id', '=?', country_id)]")
    country_id = fields.Many2one("res.country")
    phone = fields.Char(help="For the carrier.")

    # === ACTION METHODS === #

    def action_save(self):
        """Button: keep the address and let the deliveries of the order leave.

        :raise UserError: while a parcel cannot be sent there, and when it waits for nothing
        """
        check_operator(self.picking_id)
        self.ensure_one()
        self._check_address()
        picking_sudo = self.picking_id.sudo()
        values = {name: self[name] for name in ADDRESS_FIELDS}
        picking_sudo.partner_id.write(self._convert_to_write(values))
        picking_sudo._integrator_release_address()
        return self.picking_id._integrator_notify_released()

    def action_release(self):
        """Button: the address is right as it was; the delivery may leave."""
        return self.picking_id.action_integrator_release_hold()

    # === BUSINESS METHODS === #

    def _open(self, picking):
        """Ask for the address of a delivery.

        :return: the action that opens the dialog
        """
        return self._prepare_dialog(picking)._get_records_action(
            name=self.env._("Delivery address"), target="new"
        )

    def _prepare_dialog(self, picking):
        """The address of a delivery as it is now, to be corrected.

        :return: `integrator.address`
        """
        partner_sudo = picking.sudo().partner_id
        values = {name: partner_sudo[name] for name in ADDRESS_FIELDS}
        return self.create({"picking_id": picking.id, **self._convert_to_write(values)})

    def _check_address(self):
        if self.picking_id.integrator_hold != "address":
            raise UserError(self.env._("This delivery does not wait for an address any more."))
        address = {"street": self.street, "city": self.city, "country": self.country_id.code}
        if not self.env["integrator.order"]._is_place(address):
            raise UserError(
                self.env._("A parcel needs a street, a city and a country: enter what is missing.")
            )
