# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from odoo.addons.integrator.exceptions import IntegratorError, RejectedError

from ..api.builders import BuildError
from ..api.builders.order_fulfillment import FEED_TYPE, OrderFulfillment, build_order_fulfillment
from ..api.parsers.processing_report_xml import parse_processing_report


class AmazonFulfillmentLane(models.AbstractModel):
    """Many deliveries at once by POST_ORDER_FULFILLMENT_DATA, and those without a tracking number,
    which confirmShipment does not take (000-28)."""

    _name = "integrator.amazon.lane.fulfillment"
    _inherit = ["integrator.amazon.lane.feed", "integrator.amazon.shipment.parcels"]
    _description = "Amazon lane: fulfilment feed"
    _priority = "shipments"

    _size = 1000
    _feed_type = FEED_TYPE
    _content_type = "text/xml; charset=UTF-8"

    # === BUILD === #

    def _prepare(self, batch):
        messages, refused = [], {}
        for task in batch.task_ids:
            try:
                messages += self._prepare_messages(task, len(messages))
            except IntegratorError as error:
                refused[task] = error
        merchant_id = batch.site_id.amazon_merchant_id
        batch.refs = {"messages": {message.message_id: task.id for task, message in messages}}
        content = [message for _task, message in messages]
        return build_order_fulfillment(merchant_id, content) if content else b"", refused

    def _prepare_messages(self, task, last_id):
        """The messages of one delivery, tried alone: what cannot be said is its own fault."""
        parcels = self._prepare_parcels(task)
        messages = [
            OrderFulfillment(
                message_id=number,
                amazon_order_id=task.order_id.remote_order_id,
                fulfillment_id=parcel.number,
                **values,
            )
            for number, (parcel, values) in enumerate(parcels, last_id + 1)
        ]
        try:
            build_order_fulfillment(task.site_id.amazon_merchant_id, messages)
        except BuildError as error:
            raise self._refusal(task, str(error), "shipment_incomplete") from error
        return [(task, message) for message in messages]

    def _submit(self, batch):
        answer = super()._submit(batch)
        for task in batch.task_ids:
            parcels = self.env["integrator.parcel"]._of(task.picking_id, task.order_id)
            self._note_told([(parcel, parcel._tracking_number()) for parcel in parcels])
        answer["refs"]["messages"] = (batch.refs or {}).get("messages", {})
        return answer

    # === FOLLOW === #

    def _parse_report(self, content):
        return parse_processing_report(content)

    def _refusals(self, batch, report):
        """Errors of the report by task; a task has a message per parcel."""
        refused = {}
        owners = (batch.refs or {}).get("messages", {})
        for task in batch.task_ids:
            own = [int(number) for number, owner in owners.items() if owner == task.id]
            issues = [*report.file_issues]
            issues += [issue for number in own for issue in report.results.get(number, ())]
            errors = [issue for issue in issues if issue.severity == "ERROR"]
            if errors:
                refused[task] = RejectedError(
                    self.env._("Amazon: %s", "; ".join(issue.message for issue in errors)),
                    code=f"amazon_{errors[0].code or 'refused'}",
                )
        return refused
