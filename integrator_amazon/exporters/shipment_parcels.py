# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timezone

from odoo import fields, models

from odoo.addons.integrator.exceptions import NothingToTellError, RejectedError

from ..api.builders.shipment_confirmation import OTHER_CARRIER, ShippedItem


class AmazonShipmentParcels(models.AbstractModel):
    """The parcels of a delivery in the form that both ways of telling them need, checked before
    anything leaves: what Amazon would refuse is refused here, with the field named."""

    _name = "integrator.amazon.shipment.parcels"
    _description = "Amazon: parcels of a delivery"

    def _prepare_parcels(self, task, by_feed=False):
        """What Amazon is told of each parcel of a delivery that it does not know as it is.

        :param task: `integrator.task` of kind `shipment`
        :param bool by_feed: whether it goes by a file, which takes fewer carriers
        :return: list of tuples (`integrator.parcel`, dict with `items` (tuple of `ShippedItem`),
            `ship_date` (aware), `carrier_code`, `carrier_name`, `shipping_method`,
            `tracking_number`)
        :raise RejectedError: for what Amazon would refuse
        :raise NothingToTellError: when Amazon knows all of it
        """
        parcels = self.env["integrator.parcel"]._of(task.picking_id, task.order_id)
        contents = self._contents(task, parcels)
        if not contents:
            raise self._nothing_inside(task)
        travel = self._prepare_travel(task, by_feed)
        told = []
        for parcel, content in contents.items():
            tracking = parcel._tracking_number()
            if self._is_known(parcel, tracking, content):
                continue
            self._check_tracking(parcel, travel["carrier_code"], tracking)
            items = tuple(ShippedItem(code, pieces) for code, pieces in content.items())
            told.append((parcel, {**travel, "items": items, "tracking_number": tracking}))
        if not told:
            raise NothingToTellError(
                self.env._("Amazon knows all parcels of %s already.", task.picking_id.name)
            )
        return told

    def _is_known(self, parcel, tracking, content):
        """Whether Amazon was told of a parcel just so; telling it again would cost a call."""
        return bool(
            parcel.sent_at and (parcel.tracking or "") == tracking and parcel.content == content
        )

    def _prepare_travel(self, task, by_feed):
        """How all parcels of the delivery travel."""
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
        """When the delivery left, as an aware time; never before the order or in the future."""
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

    def _contents(self, task, parcels):
        """Pieces that really left, per parcel and order item, without those that Amazon knows by
        other parcels: by those of other deliveries, or by Seller Central.

        :return: dict parcel -> dict remote line id -> pieces, without empty parcels
        """
        left = self._pieces_left(task, parcels)
        contents = {}
        for parcel in parcels:
            content = {}
            for line, pieces in parcel._quantities().items():
                taken = min(pieces, left[line])
                if taken > 0:
                    left[line] -= taken
                    content[line.remote_line_id] = taken
            if content:
                contents[parcel] = content
        return contents

    def _pieces_left(self, task, parcels):
        """Pieces of each line that Amazon can be told of with a delivery.

        :return: dict order line -> pieces
        """
        known = self.env["integrator.parcel"].search([("order_id", "=", task.order_id.id)])
        ours, others = known._pieces_told(), (known - parcels)._pieces_told()
        left = {}
        for line in task.order_id.line_ids:
            key = line.remote_line_id
            elsewhere = max(line.quantity_shipped - ours.get(key, 0), 0)
            left[line] = line._quantity_open() - others.get(key, 0) - elsewhere
        return left

    def _nothing_inside(self, task):
        """Nothing is left to tell of a delivery: everything is known, as when a parcel that came
        back leaves once more; or nothing of the order is in it, which a person has to look at."""
        left = self._pieces_left(task, self.env["integrator.parcel"])
        if not any(pieces > 0 for pieces in left.values()):
            return NothingToTellError(
                self.env._(
                    "Amazon knows already that all pieces of %s have left; of a parcel that leaves "
                    "once more it is told nothing.",
                    task.order_id.remote_order_id,
                )
            )
        return self._refusal(
            task,
            self.env._("nothing of this order is in it that Amazon does not know already"),
            "shipment_empty",
        )

    # === CHECKS === #

    def _check_tracking(self, parcel, carrier_code, tracking):
        carriers = self.env["integrator.amazon.carrier"]
        fits, example = carriers._fits(carrier_code, tracking) if tracking else (True, "")
        if not fits:
            raise RejectedError(
                self.env._(
                    "“%(number)s” on %(delivery)s is no tracking number of %(carrier)s; it looks "
                    "like %(example)s. Correct the number or the carrier on the delivery; it is "
                    "sent at once.",
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
                "The delivery %(delivery)s cannot be told to Amazon: %(reason)s.",
                delivery=task.picking_id.name,
                reason=reason,
            ),
            code=code,
        )
