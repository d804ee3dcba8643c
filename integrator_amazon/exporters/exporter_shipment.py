# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json
from datetime import timedelta

from odoo import fields, models

from odoo.addons.integrator.exceptions import (
    IntegratorError,
    NotConfirmedError,
    RejectedError,
    TransientError,
)
from odoo.addons.integrator.neutral import Checked, Sent

from ..api.builders import BuildError
from ..api.builders.shipment_confirmation import build_shipment_confirmation
from ..api.parsers.document_error import DocumentError
from ..api.parsers.packages import parse_packages

#: How long Amazon may take to show a parcel that it accepted, and seconds between looks.
SHOW_WITHIN = timedelta(minutes=30)
LOOK_SECONDS = 60


class AmazonShipmentExporter(models.AbstractModel):
    """Confirms deliveries by confirmShipment, one call per parcel, and believes only what the order
    shows afterwards.

    Calling again with the same package reference edits the package, so a repeated call after a
    lost answer does no harm.
    """

    _name = "integrator.amazon.exporter.shipment"
    _inherit = ["integrator.amazon.exporter", "integrator.amazon.shipment.parcels"]
    _description = "Amazon exporter: shipment confirmation"
    _priority = "shipments"

    # === BUILD === #

    def _prepare(self, submission):
        task = submission.task_ids
        try:
            bodies = [self._build(task, *one) for one in self._prepare_parcels(task)]
        except BuildError as error:
            return b"", {task: self._refusal(task, str(error), "shipment_incomplete")}
        except IntegratorError as error:
            return b"", {task: error}
        return json.dumps(bodies).encode(), {}

    def _build(self, task, parcel, values):
        return build_shipment_confirmation(
            marketplace_id=task.order_id.marketplace_code,
            package_reference_id=parcel.number,
            **{**values, "shipping_method": values["shipping_method"] or None},
        )

    # === SEND === #

    def _submit(self, submission):
        """Tell of the next parcel. Each is remembered before the next one is told: whatever
        happens in between, no piece is forgotten, and none is told by two parcels."""
        said = submission.refs or {}
        told = said.get("packages", {})
        body, *more = [
            one for one in json.loads(submission._raw()) if self._reference(one) not in told
        ]
        request_ids = [*said.get("request_ids", ()), self._confirm(submission, body)]
        refs = {"request_ids": request_ids, "packages": {**told, **self._package(body)}}
        return Sent(ticket=request_ids[0], refs=refs, more=bool(more))

    def _confirm(self, submission, body):
        """Tell of one parcel.

        :return: Amazon's id of the call
        """
        order = submission.task_ids.order_id
        with self._gateway(submission.site_id, repeatable=False) as gateway:
            path = {"orderId": order.remote_order_id}
            answer = gateway.call("confirmShipment", path=path, body=body)
        detail = body["packageDetail"]
        self._parcels(submission, [self._reference(body)])._note_told(
            detail["trackingNumber"],
            {item["orderItemId"]: item["quantity"] for item in detail["orderItems"]},
        )
        return answer.request_id

    def _parcels(self, submission, references):
        """The parcels of the submission's order by the numbers that Amazon knows."""
        numbers = [int(reference) for reference in references]
        domain = [("order_id", "=", submission.task_ids.order_id.id), ("number", "in", numbers)]
        return self.env["integrator.parcel"].search(domain)

    def _reference(self, body):
        return body["packageDetail"]["packageReferenceId"]

    def _package(self, body):
        """What was said of a parcel: package reference -> tracking number."""
        return {self._reference(body): body["packageDetail"]["trackingNumber"]}

    def _packages(self, submission):
        """What was said of all parcels: package reference -> tracking number."""
        return {
            reference: tracking
            for body in json.loads(submission._raw())
            for reference, tracking in self._package(body).items()
        }

    # === VERIFY === #

    def _check(self, submission):
        """Read the order back; only what it shows is a success."""
        task = submission.task_ids
        shown, told = self._read_back(submission), self._packages(submission)
        missing = [key for key, tracking in told.items() if shown.get(key) != tracking]
        self._parcels(submission, told.keys() - set(missing)).confirmed_at = fields.Datetime.now()
        if not missing:
            return Checked(results={task: None})
        if fields.Datetime.now() < submission.submitted_at + SHOW_WITHIN:
            return Checked(running=True, retry_after=LOOK_SECONDS)
        self._parcels(submission, missing)._forget_told()
        return Checked(results={task: self._not_shown(task)})

    def _read_back(self, submission):
        """Package reference -> tracking number, as Amazon shows them."""
        with self._gateway(submission.site_id) as gateway:
            answer = gateway.call(
                "getOrder",
                path={"orderId": submission.task_ids.order_id.remote_order_id},
                query={"includedData": ["PACKAGES", "FULFILLMENT"]},
            )
        try:
            return parse_packages(answer.raw, answer.charset)
        except DocumentError as error:
            raise TransientError(
                self.env._("Amazon's answer on the order cannot be read: %s", error),
                code="malformed_answer",
            ) from error

    def _not_shown(self, task):
        """The first time it is sent once more, then a person has to look."""
        kind = RejectedError if task.attempts else NotConfirmedError
        return kind(
            self.env._(
                "Amazon took the shipment of %(order)s, but does not show it after %(minutes)s "
                "minutes. Look at the order in Seller Central; press “Try again” to confirm it "
                "again.",
                order=task.order_id.remote_order_id,
                minutes=int(SHOW_WITHIN.total_seconds() // 60),
            ),
            code="accepted_but_not_shown",
        )
