# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import logging

from odoo import api, fields, models

from ...const import FROM_SITE, OURS

_logger = logging.getLogger(__name__)


class OrderIntegration(models.Model):
    """Events on sale orders. Addons add operations by selection_add."""

    _name = "order.integration"
    _inherit = "integrator.event.mixin"
    _description = "Order integration"

    record_operation = fields.Selection(
        [
            ("confirmation", "Confirmed"),
            ("shipped", "Shipped"),
            ("tracking", "Tracking number"),
            ("cancellation", "Cancelled"),
            ("refund", "Refunded"),
            ("invoice", "Invoiced"),
        ],
        string="Operation",
        required=True,
        readonly=True,
    )
    consumption_ids = fields.One2many("integrator.consumption", "order_event_id")

    # === BUSINESS METHODS === #

    @api.model
    def _note(self, order, operation, source=None, site=None, **data):
        """Collect one event on one order; none when the order only follows its site.

        :param order: `sale.order`, one record
        :param str operation: a value of `record_operation`
        :param source: the delivery or credit note that made it, if any
        :param site: the only `integrator.site` it is for; none: every site
        :param data: JSON values for the log
        """
        if reason := self._owned_elsewhere(order, site):
            _logger.error("%r of %r is not noted: %r", operation, order.name, reason)
            return
        if self.env.context.get(FROM_SITE) is OURS:
            return
        source_ref = f"{source._name},{source.id}" if source else None
        site = site or self.env["integrator.site"]
        self._collect(
            [
                {
                    "key": (order.id, operation, source_ref, site.id),
                    "record_model": order._name,
                    "record_id": order.id,
                    "record_name": order.name,
                    "record_operation": operation,
                    "operation_data": {"id": order.id, **data},
                    "operation_timestamp": fields.Datetime.now(),
                    "company_id": order.company_id.id,
                    "source_ref": source_ref,
                    "site_id": site.id or None,
                    "site_name": site.name or None,
                }
            ]
        )

    @api.model
    def _request(self, site, orders):
        """Collect for one site the events that led to the orders' present state.

        :param orders: `sale.order`, any state
        :return: how many orders
        """
        for order in orders:
            for operation, source in order._integrator_history(site):
                self._note(order, operation, source=source, site=site)
        return len(orders)

    @api.model
    def _withdraw(self, source, operation):
        """Withdraw what was not sent yet of an event.

        :param source: the record whose event it was, for example a credit note reset to draft
        :param str operation: a value of `record_operation`
        """
        events_sudo = self.sudo().search(
            [
                ("source_ref", "=", f"{source._name},{source.id}"),
                ("record_operation", "=", operation),
            ]
        )
        events_sudo.task_ids._withdraw()
        events_sudo.filtered(lambda event: event.pending and not event.consumption_ids).unlink()

    def _owned_elsewhere(self, order, site):
        """Return the reason for which nothing may be sent of an order to any of its sites; empty
        when it may, or there is no site."""
        sites = site or order.sudo().integrator_site_id
        if not sites:
            sites = self.env["integrator.site"]._automatic_sites_sudo()
            sites = sites.filtered(lambda one: one.company_id == order.company_id)
        reasons = [one._owner_conflict() for one in sites.sudo()]
        return reasons[0] if reasons and all(reasons) else ""
