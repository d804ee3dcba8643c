# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from odoo.addons.integrator.exceptions import RejectedError
from odoo.addons.integrator.neutral import Prepared

from ..api.builders import BuildError
from ..api.builders.order_acknowledgement import (
    AcknowledgedItem,
    OrderAcknowledgement,
    build_order_acknowledgement,
)
from ..api.parsers.feed_report import parse_xml_report

#: Status code by task kind; a failure cancels the whole order.
STATUS = {"acknowledgement": "Success", "cancellation": "Failure"}


class AmazonAcknowledgementExporter(models.AbstractModel):
    """Acknowledges imported orders with our own numbers, or cancels whole orders."""

    _name = "integrator.amazon.exporter.acknowledgement"
    _inherit = "integrator.amazon.exporter.feed"
    _description = "Amazon exporter: order acknowledgement"

    _size = 1000
    _feed_type = "POST_ORDER_ACKNOWLEDGEMENT_DATA"
    _content_type = "text/xml; charset=UTF-8"

    def _prepare(self, submission):
        merchant_id = submission.site_id.amazon_merchant_id
        messages, refused = [], {}
        for task in submission.task_ids:
            if self._has_left(task):
                refused[task] = self._refuse(task)
                continue
            message = self._prepare_message(task)
            try:
                # alone: what cannot be said is this order's fault, not that of the file
                build_order_acknowledgement(merchant_id, [message])
            except BuildError as error:
                refused[task] = self._incomplete(task, error)
            else:
                messages.append(message)
        content = build_order_acknowledgement(merchant_id, messages) if messages else b""
        return Prepared(content=content, left_out=refused)

    def _incomplete(self, task, error):
        return RejectedError(
            self.env._(
                "Amazon cannot be notified of the order %(order)s: %(error)s.",
                order=task.target_name,
                error=error,
            ),
            code="acknowledgement_incomplete",
        )

    def _has_left(self, task):
        """Return whether a cancellation comes too late: it would refund what has left as well."""
        lines = task.order_id.line_ids
        sent = task.order_id.sale_order_id.order_line._integrator_quantity_sent()
        return task.kind == "cancellation" and bool(sent or sum(lines.mapped("quantity_shipped")))

    def _refuse(self, task):
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
        link = self.env["integrator.link"].search(
            [("order_line_id", "=", line.id), ("kind", "=", "item")], limit=1
        )
        return str(link.sale_line_id.id) if link else None

    def _parse_report(self, content):
        return parse_xml_report(content)
