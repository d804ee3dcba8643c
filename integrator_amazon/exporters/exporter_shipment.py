# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json
from datetime import timedelta, timezone

from odoo import fields, models

from odoo.addons.integrator.exceptions import (
    IntegratorError,
    NotConfirmedError,
    NothingToSendError,
    RejectedError,
    TransientError,
)
from odoo.addons.integrator.neutral import Checked, Prepared, Sent

from ..api.builders import BuildError
from ..api.builders.order_fulfillment import (
    FEED_TYPE,
    OrderFulfillment,
    build_order_fulfillment,
    read_order_fulfillment,
)
from ..api.builders.shipment_confirmation import (
    OTHER_CARRIER,
    ShippedItem,
    build_shipment_confirmation,
)
from ..api.parsers.orders import parse_packages
from ..api.values import DocumentError

#: Added to the number of a parcel. Seller Central and other programs number the packages of an
#: order, too, most likely from 1, and sending a number again edits its package.
FIRST_REFERENCE = 1000


class AmazonShipmentParcels(models.AbstractModel):
    """The parcels of a delivery in the form that both ways of telling them need, checked before
    anything leaves: what Amazon would refuse is refused here, with the field named."""

    _name = "integrator.amazon.shipment.parcels"
    _description = "Amazon: parcels of a delivery"

    def _prepare_parcels(self, task, by_feed=False):
        """The messages about the parcels of a delivery that Amazon does not know as they are.

        :param task: `integrator.task` of kind `shipment`
        :param bool by_feed: whether it goes by a file, which takes fewer carriers
        :return: list of tuples (`integrator.parcel`, dict with `items` (tuple of `ShippedItem`),
            `ship_date` (aware), `carrier_code`, `carrier_name`, `shipping_method`,
            `tracking_number`)
        :raise RejectedError: for what Amazon would refuse
        :raise NothingToSendError: when Amazon knows all of it
        """
        parcels = self.env["integrator.parcel"]._of(task.picking_id, task.order_id)
        due = parcels._prepare_due()
        if not due:
            raise self._known(task) if parcels._contents() else self._nothing_inside(task, parcels)
        if task.order_id.remote_status == "cancelled":
            raise self._nothing_inside(task, parcels)
        travel = self._prepare_travel(task, by_feed)
        messages = []
        for parcel, values in due.items():
            tracking = values["tracking"]
            self._check_tracking(parcel, travel["carrier_code"], tracking)
            items = tuple(ShippedItem(*item) for item in values["content"].items())
            messages.append((parcel, {**travel, "items": items, "tracking_number": tracking}))
        return messages

    def _prepare_travel(self, task, by_feed):
        """Return the details of transport that all parcels of the delivery share."""
        # what the buyer reads does not follow the language of who decides here
        carrier = task.picking_id.carrier_id.with_context(lang="en_US")
        code = carrier.amazon_carrier_code or OTHER_CARRIER
        known = self.env["integrator.amazon.carrier"]._check_code(code)
        return {
            "ship_date": self._ship_date(task),
            "carrier_code": OTHER_CARRIER if by_feed and not known.by_feed else code,
            "carrier_name": carrier.name or carrier.env._("Own delivery"),
            "shipping_method": carrier.amazon_shipping_method or "",
        }

    def _ship_date(self, task):
        """Return the time at which the delivery left, as an aware time; never before the order or
        in the future."""
        left, placed = task.picking_id.date_done, task.order_id.ordered_at
        if placed and left < placed:
            raise self._refusal(
                task,
                self.env._(
                    "its effective date %(left)s is before the order was placed, %(placed)s. "
                    "Correct the effective date",
                    left=left,
                    placed=placed,
                ),
                "shipment_before_order",
            )
        return min(left, fields.Datetime.now()).replace(tzinfo=timezone.utc)

    # === CONTENT === #

    def _known(self, task):
        return NothingToSendError(
            self.env._("Amazon knows all parcels of %s already.", task.picking_id.name)
        )

    def _nothing_inside(self, task, parcels):
        """Nothing is left to send of a delivery: everything in it is known, as when a parcel that
        came back leaves once more; only parts of kits that others complete; all of it was
        cancelled, which the sale order shows; or nothing of the order is in it, or more than Amazon
        still orders, which a person has to look at."""
        if task.order_id.remote_status == "cancelled":
            return NothingToSendError(
                self.env._(
                    "Amazon has cancelled %(order)s, so %(delivery)s is not confirmed. Try to "
                    "stop the parcel, or expect a return.",
                    order=task.order_id.remote_order_id,
                    delivery=task.picking_id.name,
                )
            )
        if surplus := parcels._surplus():
            return self._not_ordered(task, surplus)
        left = self.env["integrator.parcel"]._pieces_left(task.order_id)
        if not any(pieces > 0 for pieces in left.values()):
            return NothingToSendError(
                self.env._(
                    "Amazon knows already that all pieces of %s have left; of a parcel that leaves "
                    "once more nothing is sent.",
                    task.order_id.remote_order_id,
                )
            )
        is_again = bool(task.picking_id.move_ids.origin_returned_move_id)
        if is_again or any(parcel._quantities() for parcel in parcels):
            return self._known(task)
        to_come = task.order_id.sale_order_id.picking_ids._integrator_open_deliveries()
        if to_come and parcels._kit_parts():
            return NothingToSendError(
                self.env._(
                    "The parts in %s do not complete a kit; it is sent with the delivery that "
                    "does.",
                    task.picking_id.name,
                )
            )
        return self._refusal(
            task,
            self.env._("nothing of this order is in it that Amazon does not know already"),
            "shipment_empty",
        )

    def _not_ordered(self, task, surplus):
        """Pieces have left that Amazon does not order any more.

        :param dict surplus: order line -> pieces
        """
        return self._refusal(
            task,
            self.env._(
                "Amazon does not order %(pieces)s of it any more. Try to stop the parcel, or "
                "expect a return",
                pieces=", ".join(f"{pieces:g} × {line.sku}" for line, pieces in surplus.items()),
            ),
            "shipment_cancelled",
        )

    # === CHECKS === #

    def _check_tracking(self, parcel, carrier_code, tracking):
        carriers = self.env["integrator.amazon.carrier"]
        fits, example = carriers._fits(carrier_code, tracking) if tracking else (True, "")
        if not fits:
            raise RejectedError(
                self.env._(
                    "“%(number)s” on %(delivery)s is not a tracking number of %(carrier)s; it "
                    "looks like %(example)s. Correct the number or the carrier on the delivery; it "
                    "is sent at once.",
                    number=tracking,
                    delivery=parcel.picking_id.name,
                    carrier=carrier_code,
                    example=example,
                ),
                code="tracking_malformed",
            )

    def _refusal(self, task, reason, code):
        return RejectedError(
            self.env._(
                "The delivery %(delivery)s cannot be sent to Amazon: %(reason)s.",
                delivery=task.picking_id.name,
                reason=reason,
            ),
            code=code,
        )


#: Time that Amazon may take to show a parcel that it accepted, and seconds between looks.
SHOW_WITHIN = timedelta(minutes=30)
READ_SECONDS = 60


class AmazonShipmentExporter(models.AbstractModel):
    """Confirms deliveries by confirmShipment, one call per parcel, and counts as confirmed only
    what the order shows afterwards.

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
            refusal = self._refusal(task, str(error), "shipment_incomplete")
            return Prepared(left_out={task: refusal})
        except IntegratorError as error:
            return Prepared(left_out={task: error})
        return Prepared(content=json.dumps(bodies).encode())

    def _build(self, task, parcel, values):
        return build_shipment_confirmation(
            marketplace_id=task.order_id.marketplace_code,
            package_reference_id=FIRST_REFERENCE + parcel.number,
            **{**values, "shipping_method": values["shipping_method"] or None},
        )

    # === SEND === #

    def _submit(self, submission):
        """Send the next parcel. Each is recorded before the next one is sent, so that after a
        failure no piece is missing and none is in two parcels."""
        refs_before = submission.refs or {}
        sent = refs_before.get("packages", {})
        body, *more = [
            one for one in json.loads(submission._raw()) if self._reference(one) not in sent
        ]
        request_ids = [*refs_before.get("request_ids", ()), self._confirm(submission, body)]
        refs = {"request_ids": request_ids, "packages": {**sent, **self._package(body)}}
        return Sent(ticket=request_ids[0], refs=refs, more=bool(more))

    def _confirm(self, submission, body):
        """Send one parcel.

        :return: Amazon's id of the call
        """
        order = submission.task_ids.order_id
        with self._gateway(submission.site_id, repeatable=False) as gateway:
            path = {"orderId": order.remote_order_id}
            answer = gateway.call("confirmShipment", path=path, body=body)
        detail = body["packageDetail"]
        self._parcels(submission, [self._reference(body)])._note_sent_content(
            detail["trackingNumber"],
            {item["orderItemId"]: item["quantity"] for item in detail["orderItems"]},
        )
        return answer.request_id

    def _parcels(self, submission, references):
        """The parcels of the submission's order by the references that Amazon knows."""
        numbers = [int(reference) - FIRST_REFERENCE for reference in references]
        domain = [("order_id", "=", submission.task_ids.order_id.id), ("number", "in", numbers)]
        return self.env["integrator.parcel"].search(domain)

    def _reference(self, body):
        return body["packageDetail"]["packageReferenceId"]

    def _package(self, body):
        """The package that was sent for a parcel: package reference -> tracking number."""
        return {self._reference(body): body["packageDetail"]["trackingNumber"]}

    def _packages(self, submission):
        """The packages that were sent for all parcels: package reference -> tracking number."""
        return {
            reference: tracking
            for body in json.loads(submission._raw())
            for reference, tracking in self._package(body).items()
        }

    # === VERIFY === #

    def _check(self, submission):
        """Read the order back; only what it shows is a success."""
        task = submission.task_ids
        shown, sent = self._read_back(submission), self._packages(submission)
        missing = [key for key, tracking in sent.items() if shown.get(key) != tracking]
        self._parcels(submission, sent.keys() - set(missing)).confirmed_at = fields.Datetime.now()
        if not missing:
            return Checked(results={task: None})
        if fields.Datetime.now() < submission.submitted_at + SHOW_WITHIN:
            return Checked(running=True, retry_after=READ_SECONDS)
        self._parcels(submission, missing)._note_unsent()
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


class AmazonFulfillmentExporter(models.AbstractModel):
    """Many deliveries at once by POST_ORDER_FULFILLMENT_DATA, and those without a tracking number,
    which confirmShipment does not take."""

    _name = "integrator.amazon.exporter.fulfillment"
    _inherit = ["integrator.amazon.exporter.order.feed", "integrator.amazon.shipment.parcels"]
    _description = "Amazon exporter: fulfilment feed"
    _priority = "shipments"
    _patience = timedelta(minutes=5)

    _feed_type = FEED_TYPE
    _build = staticmethod(build_order_fulfillment)

    # === BUILD === #

    def _prepare_messages(self, task):
        """The messages of one delivery, tried alone: what cannot be said is its own fault."""
        messages = [
            OrderFulfillment(
                message_id=parcel.id,
                amazon_order_id=task.order_id.remote_order_id,
                fulfillment_id=FIRST_REFERENCE + parcel.number,
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

    # === ANSWERS === #

    def _prepare_answer(self, submission, feed_id, **refs):
        """The file is at Amazon: its parcels count as sent."""
        packages = read_order_fulfillment(submission._raw())
        for parcel in self._parcels(submission):
            parcel._note_sent_content(*packages[parcel.id])
        return super()._prepare_answer(submission, feed_id, **refs)

    def _without_report(self, submission, feed):
        """Sending a parcel again edits it, so it can be repeated."""
        self._parcels(submission)._note_unsent()
        return super()._without_report(submission, feed)

    def _parcels(self, submission):
        """The parcels that are in a file; they are the numbers of its messages."""
        return self.env["integrator.parcel"].browse(self._sent_ids(submission._raw())).exists()

    def _refusals(self, submission, report):
        refused = super()._refusals(submission, report)
        sent = (submission.refs or {}).get("messages")
        parcels = self._parcels(submission)
        done = parcels.filtered(lambda parcel: not report.failed(parcel.id, sent))
        done.confirmed_at = fields.Datetime.now()
        (parcels - done)._note_unsent()
        return refused
