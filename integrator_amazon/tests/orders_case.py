# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from .common import AmazonCommon


class OrdersCase(AmazonCommon):
    """Twenty orders of all kinds, imported and acknowledged once for all tests of a class."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.kinds, cls.orders = cls._prepare_once(cls._bring_orders)

    def _bring_orders(self):
        kinds, orders = self.place_orders(count=20), self.import_orders()
        self.run_stages("plan_orders", "send", "send")
        return kinds, orders

    def order(self, kind):
        """The first order of a kind."""
        remote = self.kinds[kind][0]
        return self.orders.filtered(lambda one: one.remote_order_id == remote)


class ShipmentsCase(OrdersCase):
    """Deliveries, and the parcels that Amazon has got of them."""

    def setUp(self):
        super().setUp()
        self.carrier = self.env["delivery.carrier"].create(
            {
                "name": "Parcel service",
                "product_id": self.env.ref("integrator.product_shipping").product_variant_id.id,
                "amazon_carrier_code": "DHL",
            }
        )

    # === DOING === #

    def pack(self, picking, *parcels):
        """Put the pieces of a delivery into packages.

        :param parcels: tuples (pieces of each move by its place, tracking number)
        """
        picking.move_line_ids.unlink()
        for pieces, tracking in parcels:
            package = self.env["stock.package"].create({"integrator_tracking": tracking})
            for move, quantity in zip(picking.move_ids, pieces, strict=False):
                if quantity:
                    line = {
                        **move._prepare_move_line_vals(),
                        "quantity": quantity,
                        "result_package_id": package.id,
                    }
                    self.env["stock.move.line"].create(line)
        picking.move_ids.picked = True
        picking.with_context(skip_sms=True, skip_backorder=True).button_validate()

    def send_updates(self):
        """Plan, send, and read back."""
        self.run_stages("plan_orders", "send", "send")

    def sent_parcels(self, order):
        """Amazon's parcels of an order of one product: number and pieces."""
        return [
            (one["packageReferenceId"], sum(item["quantity"] for item in one["orderItems"]))
            for one in self.amazon.shipments(order.remote_order_id)
        ]

    def status(self, order):
        return self.amazon.order(order.remote_order_id)["fulfillment"]["fulfillmentStatus"]

    def task(self, picking):
        return self.tasks(kind="shipment", picking_id=picking.id)[:1]

    def ship_part(self, order, pieces, tracking):
        """Let some pieces of an order of one line leave; the rest waits in a backorder."""
        picking = order.sale_order_id.picking_ids.filtered(lambda one: one.state == "assigned")
        picking.carrier_tracking_ref = tracking
        picking.move_ids.write({"quantity": pieces, "picked": True})
        picking.with_context(skip_sms=True, skip_backorder=True).button_validate()
        for rest in picking.backorder_ids:
            rest.action_assign()
        return picking
