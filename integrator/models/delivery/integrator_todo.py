# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from ..monitoring.integrator_todo import TodoCure, TodoEntry


class IntegratorTodo(models.Model):
    """Parcels: those that may leave, those that may not, and those without a number."""

    # a subject registers what is to do: pylint: disable=consider-merging-classes-inherited
    _inherit = "integrator.todo"

    # === BUSINESS METHODS === #

    @api.model
    def _todo_entries(self):
        """Override: deliveries on hold, to ship, and shipped without a tracking number."""
        shared = {
            "model": "stock.picking",
            "site": "integrator_site_id",
            "due": "integrator_ship_by",
            "case": "integrator.stock_picking_view_case",
            "name": "integrator_order_ref",
        }
        pickings = self.env["stock.picking"]
        return [
            *super()._todo_entries(),
            self._todo_holds(shared),
            TodoEntry(
                kind="ship",
                label=self.env._("To ship"),
                domain=pickings._integrator_to_ship_domain(),
                title=(self.env._("1 parcel to ship"), self.env._("%s parcels to ship")),
                step=self.env._("Enter the tracking number and validate"),
                action="integrator.integrator_to_ship_action",
                base="0",
                since="scheduled_date",
                in_list=True,
                **shared,
            ),
            TodoEntry(
                kind="tracking",
                label=self.env._("Tracking number missing"),
                domain=pickings._integrator_untracked_domain(),
                title=(
                    self.env._("1 parcel has left without a tracking number"),
                    self.env._("%s parcels have left without a tracking number"),
                ),
                step=self.env._("Enter the tracking number"),
                action="integrator.integrator_untracked_action",
                since="date_done",
                in_list=True,
                **shared,
            ),
        ]

    def _todo_holds(self, shared):
        return TodoEntry(
            kind="hold",
            label=self.env._("Delivery on hold"),
            domain=self.env["stock.picking"]._integrator_held_domain(),
            title=(self.env._("1 delivery on hold"), self.env._("%s deliveries on hold")),
            step=self._todo_hold_steps(),
            cures=self._todo_hold_cures(),
            action="integrator.delivery_hold_action",
            base="2",
            cause="integrator_hold",
            reason="integrator_hold",
            since="integrator_hold_since",
            **shared,
        )

    @api.model
    def _case_form(self, entry, record):
        """Override: an address is corrected beside the list."""
        if entry.kind == "hold" and record.integrator_hold == "address" and record.partner_id:
            address = self.env["integrator.address"]._prepare_dialog(record)
            return address, "integrator.integrator_address_view_case"
        return super()._case_form(entry, record)

    def _todo_hold_cures(self):
        return {
            "buyer_cancel": (
                TodoCure(
                    "action_integrator_cancel_for_buyer",
                    self.env._("Cancel as the buyer asks"),
                    self.env._(
                        "These orders and their deliveries are cancelled, and the channel is "
                        "notified at once. This cannot be undone."
                    ),
                    is_final=True,
                ),
            ),
            "shipped_elsewhere": (
                TodoCure(
                    "action_integrator_validate_shipped_elsewhere",
                    self.env._("Has left: do not confirm it"),
                    self.env._(
                        "The pieces that the channel shows as shipped leave the stock here, and "
                        "nothing is sent to the channel. This cannot be undone."
                    ),
                    is_final=True,
                ),
            ),
        }

    def _todo_hold_steps(self):
        return {
            "address": self.env._("Correct the address"),
            "buyer_cancel": self.env._("Cancel as the buyer asks, or ship anyway"),
            "shipped_elsewhere": self.env._("Confirm that it has left"),
            "": self.env._("Decide whether it may leave"),
        }
