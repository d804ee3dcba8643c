# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from odoo.addons.integrator.exceptions import RejectedError

from ..api.builders import BuildError
from ..api.builders.order_acknowledgement import (
    FEED_TYPE,
    AcknowledgedItem,
    OrderAcknowledgement,
    build_order_acknowledgement,
)

#: Status code by task kind; a failure cancels the whole order.
STATUS = {"acknowledgement": "Success", "cancellation": "Failure"}


class AmazonAcknowledgementExporter(models.AbstractModel):
    """Acknowledges imported orders with our own numbers, or cancels whole orders."""

    _name = "integrator.amazon.exporter.acknowledgement"
    _inherit = "integrator.amazon.exporter.order.feed"
    _description = "Amazon exporter: order acknowledgement"

    _feed_type = FEED_TYPE
    _build = staticmethod(build_order_acknowledgement)

    def _prepare_messages(self, task):
        if self._has_left(task):
            raise self._refusal(task)
        message = self._prepare_message(task)
        try:
            # alone: what cannot be said is this order's fault, not that of the file
            build_order_acknowledgement(task.site_id.amazon_merchant_id, [message])
        except BuildError as error:
            raise RejectedError(
                self.env._(
                    "Amazon cannot be notified of the order %(order)s: %(error)s.",
                    order=task.target_name,
                    error=error,
                ),
                code="acknowledgement_incomplete",
            ) from error
        return [message]

    def _has_left(self, task):
        """Return whether a cancellation comes too late: it would refund what has left as well."""
        lines = task.order_id.line_ids
        sent = task.order_id.sale_order_id.order_line._integrator_quantity_sent()
        return task.kind == "cancellation" and bool(sent or sum(lines.mapped("quantity_shipped")))

    def _refusal(self, task):
        return RejectedError(
            self.env._(
                "A parcel of %s has left, and Amazon would refund that too. Refund the rest in "
                "Seller Central, or with a credit note.",
                task.order_id.remote_order_id,
            ),
            code="cancelled_after_shipment",
        )

    def _prepare_message(self, task):
        order = task.order_id
        status = STATUS[task.kind]
        reason = None
        if status == "Failure":
            reason = self._given_reason(task) or order.site_id.amazon_cancel_reason
        own_ids = order.site_id.amazon_send_own_ids and not reason
        return OrderAcknowledgement(
            message_id=task.id,
            amazon_order_id=order.remote_order_id,
            merchant_order_id=order.sale_order_id.name if own_ids else None,
            status_code=status,
            items=tuple(
                AcknowledgedItem(
                    amazon_order_item_code=line.remote_line_id,
                    merchant_order_item_id=self._own_line_id(line) if own_ids else None,
                    cancel_reason=reason,
                )
                for line in order.line_ids
            ),
        )

    def _given_reason(self, task):
        """The reason of a cancellation in Odoo, where it names one, for example that the buyer
        asked for it."""
        event = self.env["order.integration"].search(
            [
                ("consumption_ids.task_ids", "in", task.ids),
                ("record_operation", "=", "cancellation"),
            ],
            order="id desc",
            limit=1,
        )
        return (event.operation_data or {}).get("reason")

    def _own_line_id(self, line):
        """The id of the sale line that sells the item."""
        sale_line = line._sale_line()[:1]
        return str(sale_line.id) if sale_line else None
