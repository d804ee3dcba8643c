# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from ...access import check_operator


class IntegratorDeliveryDeskMixin(models.AbstractModel):
    """Actions on parcels in the lists of *To do*."""

    _name = "integrator.delivery.desk.mixin"
    _description = "Parcels on screens"

    # === ACTION METHODS === #

    def action_integrator_validate(self):
        """Button: validate these parcels, and notify what happens next.

        :return: the notification, or the wizard that Odoo opens before
        :raise AccessError: for everybody but operators
        """
        check_operator(self)
        result = self.button_validate()
        gone = self.filtered(lambda picking: picking.state == "done")
        if result is not True or not gone:
            return result
        missing = gone.filtered(
            lambda picking: picking._integrator_needs_tracking()
            and not picking.carrier_tracking_ref
        )
        sent = gone - missing
        lines = []
        if sent:
            names = ", ".join(sent.mapped("name"))
            lines.append(self.env._("Left, and the channel is notified within minutes: %s.", names))
        if missing:
            names = ", ".join(missing.mapped("name"))
            lines.append(
                self.env._(
                    "Left without a tracking number: %s. The channel is notified as soon as you "
                    "enter it; To do lists them.",
                    names,
                )
            )
        return self.env["integrator.todo"]._notify_done(" ".join(lines))

    def action_integrator_enter_tracking(self):
        """Button: the tracking number of a parcel that has left, where a card has no room to enter
        it."""
        check_operator(self)
        return self._get_records_action(
            name=self.env._("Tracking number"),
            views=[(self.env.ref("integrator.stock_picking_view_case").id, "form")],
            target="new",
        )

    def action_integrator_validate_shipped_elsewhere(self):
        """Button: the pieces that the site shows as shipped have left; validate them without
        sending anything to the site. What is still to be shipped becomes a delivery of its own."""
        check_operator(self)
        self.sudo()._integrator_release_shipped_elsewhere()
        names = ", ".join(self.mapped("name"))
        return self.env["integrator.todo"]._notify_done(
            self.env._("Noted as left; nothing is sent to the channel: %s.", names)
        )
