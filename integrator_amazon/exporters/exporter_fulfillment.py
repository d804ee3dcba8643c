# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

from odoo.addons.integrator.exceptions import IntegratorError
from odoo.addons.integrator.neutral import Prepared

from ..api.builders import BuildError
from ..api.builders.order_fulfillment import (
    FEED_TYPE,
    OrderFulfillment,
    build_order_fulfillment,
    read_order_fulfillment,
)
from ..api.parsers.processing_report_xml import parse_processing_report


class AmazonFulfillmentExporter(models.AbstractModel):
    """Many deliveries at once by POST_ORDER_FULFILLMENT_DATA, and those without a tracking number,
    which confirmShipment does not take."""

    _name = "integrator.amazon.exporter.fulfillment"
    _inherit = ["integrator.amazon.exporter.feed", "integrator.amazon.shipment.parcels"]
    _description = "Amazon exporter: fulfilment feed"
    _priority = "shipments"

    _size = 1000
    _feed_type = FEED_TYPE
    _content_type = "text/xml; charset=UTF-8"

    # === BUILD === #

    def _prepare(self, submission):
        messages, refused = [], {}
        for task in submission.task_ids:
            try:
                messages += self._prepare_messages(task)
            except IntegratorError as error:
                refused[task] = error
        merchant_id = submission.site_id.amazon_merchant_id
        content = build_order_fulfillment(merchant_id, messages) if messages else b""
        return Prepared(content=content, left_out=refused)

    def _prepare_messages(self, task):
        """The messages of one delivery, tried alone: what cannot be said is its own fault."""
        messages = [
            OrderFulfillment(
                message_id=parcel.id,
                amazon_order_id=task.order_id.remote_order_id,
                fulfillment_id=parcel.number,
                **values,
            )
            for parcel, values in self._prepare_parcels(task, by_feed=True)
        ]
        try:
            build_order_fulfillment(task.site_id.amazon_merchant_id, messages)
        except BuildError as error:
            raise self._refusal(task, str(error), "shipment_incomplete") from error
        return messages

    def _message_ids(self, task):
        """A task has a message per parcel."""
        return self.env["integrator.parcel"]._of(task.picking_id, task.order_id).ids

    # === WHAT AMAZON KNOWS === #

    def _prepare_answer(self, submission, feed_id, **refs):
        """The file is at Amazon: its parcels count as told."""
        told = read_order_fulfillment(submission._raw())
        for parcel in self._parcels(submission):
            parcel._note_told(*told[parcel.id])
        return super()._prepare_answer(submission, feed_id, **refs)

    def _without_report(self, submission, feed):
        """Told again, a parcel is edited, so nothing speaks against it."""
        self._parcels(submission)._forget_told()
        return super()._without_report(submission, feed)

    def _parcels(self, submission):
        """The parcels that are in a file; they are the numbers of its messages."""
        return self.env["integrator.parcel"].browse(self._sent_ids(submission._raw())).exists()

    def _parse_report(self, content):
        return parse_processing_report(content)

    def _refusals(self, submission, report):
        refused = super()._refusals(submission, report)
        sent = (submission.refs or {}).get("messages")
        parcels = self._parcels(submission)
        done = parcels.filtered(lambda parcel: not report.failed(parcel.id, sent))
        done.confirmed_at = fields.Datetime.now()
        (parcels - done)._forget_told()
        return refused
