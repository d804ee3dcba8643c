# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from ..const import CANCEL_REASON, CancelReason
from .integrator_status_map import ACTIONS

#: Which event a sale order's new state makes.
STATE_OPERATIONS = {"sale": "confirmation", "cancel": "cancellation"}


class SaleOrder(models.Model):
    _name = "sale.order"
    _inherit = ["sale.order", "integrator.readonly.mixin"]

    integrator_order_ids = fields.One2many(
        "integrator.order",
        "sale_order_id",
        readonly=True,
        groups="integrator.group_integrator_user",
    )
    integrator_site_id = fields.Many2one("integrator.site", readonly=True, copy=False, index=True)
    remote_order_id = fields.Char(
        string="Remote order", readonly=True, copy=False, index="btree_not_null"
    )
    shipped_by_site = fields.Boolean(readonly=True, copy=False)
    remote_ship_by = fields.Datetime(
        string="Ship by",
        readonly=True,
        copy=False,
        help="The site's deadline for the parcel; it is the deadline of the delivery.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        orders = super().create(vals_list)
        orders._note_states({order.id: "draft" for order in orders})
        return orders

    def write(self, vals):
        before = {order.id: order.state for order in self} if "state" in vals else {}
        result = super().write(vals)
        self._note_states(before)
        return result

    def _note_states(self, before):
        """Collect the events of a change of state, after the change and in its transaction
        (004-19).

        :param dict before: order id -> state before the change
        """
        reason = self.env.context.get(CANCEL_REASON)
        data = {"reason": str(reason)} if isinstance(reason, CancelReason) else {}
        for order in self.filtered("id"):
            operation = STATE_OPERATIONS.get(order.state)
            if operation and before.get(order.id, order.state) != order.state:
                self.env["order.integration"]._note(order, operation, **data)

    def _prepare_confirmation_values(self):
        """Override of `sale`: an order of a site was placed when the site says so."""
        values = super()._prepare_confirmation_values()
        if all(self.mapped("remote_order_id")):
            values.pop("date_order", None)
        return values

    def _integration_history(self, site):
        """The events that describe where this order stands now.

        :param site: `integrator.site` that is to be told; its status map counts, too
        :return: list of tuples (operation, source record or None)
        """
        self.ensure_one()
        state = STATE_OPERATIONS.get(self.state)
        meant = self.env["integrator.status.map"]._is_meant
        found = [
            *([(state, None)] if state else []),
            *(("shipped", picking) for picking in self._left_deliveries()),
            *(("refund", move) for move in self._posted_refunds()),
            *(
                (operation, source)
                for action, operation in ACTIONS.items()
                if meant(site, action, self)
                for source in self._integration_sources(action)
            ),
        ]
        return list(dict.fromkeys(found))

    def action_view_integration(self):
        """Button: everything that was told about this order."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "integrator.order_integration_action"
        )
        return {**action, "domain": [("record_id", "=", self.id)], "context": {}}
