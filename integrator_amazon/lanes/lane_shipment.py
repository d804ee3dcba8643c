# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json
from datetime import timezone

from odoo import models

from odoo.addons.integrator.exceptions import RejectedError

from ..api.builders import BuildError
from ..api.builders.shipment_confirmation import ShippedItem, build_shipment_confirmation


class AmazonShipmentLane(models.AbstractModel):
    """Confirms deliveries by confirmShipment, one call per package (000-28, 001-23).

    Calling again with the same package reference edits the package, so a repeated call after a
    lost answer does no harm.
    """

    _name = "integrator.amazon.lane.shipment"
    _inherit = "integrator.amazon.lane"
    _description = "Amazon lane: shipment confirmation"

    def _prepare(self, batch):
        task = batch.task_ids
        try:
            return json.dumps(self._build(task)).encode(), {}
        except BuildError as error:
            return b"", {
                task: RejectedError(self._explain(task, error), code="shipment_incomplete")
            }

    def _build(self, task):
        picking, order = task.picking_id, task.order_id
        return build_shipment_confirmation(
            marketplace_id=order.marketplace_code,
            # stable for this delivery, and a positive number as Amazon demands (pain 19)
            package_reference_id=picking.id,
            ship_date=picking.date_done.replace(tzinfo=timezone.utc),
            tracking_number=picking.carrier_tracking_ref or "",
            carrier_code=picking.carrier_id.amazon_carrier_code or "Other",
            carrier_name=picking.carrier_id.name or self.env._("Own delivery"),
            shipping_method=picking.carrier_id.amazon_shipping_method or None,
            items=self._shipped_items(picking, order),
        )

    def _shipped_items(self, picking, order):
        """Pieces that really left, per Amazon order item; those that Amazon was told of before,
        by Seller Central for example, are left out unless they went with this very package."""
        known = order.task_ids.filtered(
            lambda task: task.picking_id == picking and task.state == "success"
        )
        open_pieces = {
            line.remote_line_id: line.quantity - (0 if known else line.quantity_shipped)
            for line in order.line_ids
        }
        shipped = {}
        for move in picking.move_ids.filtered(lambda move: move.state == "done"):
            link = move.sale_line_id.integrator_link_ids.filtered(
                lambda link: link.kind == "item" and link.order_line_id.order_id == order
            )
            for item in link.mapped("remote_line_id"):
                shipped[item] = shipped.get(item, 0) + int(move.quantity)
        return tuple(
            ShippedItem(order_item_id=item, quantity=min(quantity, open_pieces[item]))
            for item, quantity in shipped.items()
            if min(quantity, open_pieces[item]) > 0
        )

    def _explain(self, task, error):
        if not task.picking_id.carrier_tracking_ref:
            return self.env._(
                "The delivery %s has no tracking number, and Amazon accepts no shipment without "
                "one. Write it on the delivery; it is sent at once.",
                task.picking_id.name,
            )
        return self.env._("The shipment cannot be told to Amazon: %s", error)

    def _submit(self, batch):
        task = batch.task_ids
        body = json.loads(batch._raw())
        with self._gateway(batch.site_id, repeatable=False) as gateway:
            answer = gateway.call(
                "confirmShipment", path={"orderId": task.order_id.remote_order_id}, body=body
            )
        package = body["packageDetail"]
        self._note_tracking(task, package["trackingNumber"])
        return {
            "ticket": answer.request_id,
            "refs": {
                "request_id": answer.request_id,
                "package": package["packageReferenceId"],
                "tracking": package["trackingNumber"],
            },
            "results": {task: None},
        }

    def _note_tracking(self, task, tracking):
        """Keep on the links what Amazon knows of the parcel."""
        lines = task.picking_id.move_ids.sale_line_id
        lines.integrator_link_ids.filtered(lambda link: link.kind == "item").tracking = tracking
