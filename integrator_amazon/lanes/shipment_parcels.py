# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timezone

from odoo import fields, models

from odoo.addons.integrator.exceptions import RejectedError

from ..api.builders.shipment_confirmation import OTHER_CARRIER, ShippedItem


class AmazonShipmentParcels(models.AbstractModel):
    """The parcels of a delivery in the form that both ways of telling them need, checked before
    anything leaves: what Amazon would refuse is refused here, with the field named (pain 19)."""

    _name = "integrator.amazon.shipment.parcels"
    _description = "Amazon: parcels of a delivery"

    def _prepare_parcels(self, task):
        """What Amazon is told of each parcel of a delivery.

        :param task: `integrator.task` of kind `shipment`
        :return: list of tuples (`integrator.parcel`, dict with `items` (tuple of `ShippedItem`),
            `ship_date` (aware), `carrier_code`, `carrier_name`, `shipping_method`,
            `tracking_number`)
        :raise RejectedError: for what Amazon would refuse
        """
        parcels = self.env["integrator.parcel"]._of(task.picking_id, task.order_id)
        contents = self._contents(task, parcels)
        travel = self._prepare_travel(task)
        told = []
        for parcel, items in contents.items():
            tracking = parcel._tracking_number()
            self._check_tracking(parcel, travel["carrier_code"], tracking)
            told.append((parcel, {**travel, "items": items, "tracking_number": tracking}))
        if not told:
            raise self._refusal(
                task,
                self.env._("nothing of this order is in it that Amazon does not know already"),
                "shipment_empty",
            )
        return told

    def _prepare_travel(self, task):
        """How all parcels of the delivery travel."""
        # what the buyer reads does not follow the language of who decides here
        carrier = task.picking_id.carrier_id.with_context(lang="en_US")
        return {
            "ship_date": self._ship_date(task),
            "carrier_code": carrier.amazon_carrier_code or OTHER_CARRIER,
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
        """Pieces that really left, per parcel and order item. Those that Amazon was told of
        before, by Seller Central for example, are left out, unless they went with this delivery.

        :return: dict parcel -> tuple of `ShippedItem`, without empty parcels
        """
        told_before = bool(parcels.filtered("told_at"))
        left = {
            line: line.quantity - (0 if told_before else line.quantity_shipped)
            for line in task.order_id.line_ids
        }
        contents = {}
        for parcel in parcels:
            items = []
            for line, pieces in parcel._quantities().items():
                taken = min(pieces, left[line])
                left[line] -= max(taken, 0)
                if taken > 0:
                    items.append(ShippedItem(line.remote_line_id, taken))
            if items:
                contents[parcel] = tuple(items)
        return contents

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

    def _note_told(self, told):
        """Keep on parcels and links what Amazon was told.

        :param list told: tuples (parcel, tracking number)
        """
        for parcel, tracking in told:
            parcel.write({"tracking": tracking, "told_at": fields.Datetime.now()})
            links = parcel.picking_id.move_ids.sale_line_id.integrator_link_ids
            links.filtered(lambda link: link.kind == "item").tracking = tracking
