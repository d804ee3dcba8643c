# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from .sale_case import SaleCase

#: Statuses in the order of the columns below.
STATUSES = (
    "pending",
    "unshipped",
    "partially_shipped",
    "shipped",
    "cancelled",
    "unfulfillable",
    "unknown",
)

#: Outcome -> state of the remote order, of the sale order, of its delivery, hold of the delivery.
OUTCOMES = {
    "waits": ("pending", False, False, False),
    "gone": ("cancelled", False, False, False),
    "held": ("error", False, False, False),
    "ready": ("imported", "sale", "assigned", False),
    "asks": ("imported", "sale", "assigned", "shipped_elsewhere"),
    "refused": ("imported", "sale", "assigned", "unfulfillable"),
    "cancelled": ("imported", "cancel", "cancel", False),
    "sold": ("imported", "sale", False, False),
    "late": ("imported", "sale", False, False),
}

#: Pieces of two that the site shows as shipped.
SHIPPED = {"partially_shipped": 1, "shipped": 2}


class StateCase(SaleCase):
    """Many orders at once, each in a status of its own."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["stock.quant"]._update_available_quantity(cls.product, cls.stock, 1000)
        cls._forget_events()

    def version(self, name, status, hour, by):
        """An order as the site shows it at an hour."""
        updated_at = f"2026-11-01T{hour}:00:00"
        order = self.remote.order(name, status=status, updated_at=updated_at, fulfilled_by=by)
        order["lines"][0]["quantity_shipped"] = SHIPPED.get(status, 0)
        return order

    def see(self, hour, statuses, by="merchant"):
        """The remote shows orders at an hour of the day.

        :param dict statuses: remote order id -> status
        :return: dict remote order id -> `integrator.order`
        """
        self.remote.pages.clear()
        self.import_orders(
            *(self.version(name, status, hour, by) for name, status in statuses.items())
        )
        orders = self.env["integrator.order"].search([("site_id", "=", self.site.id)])
        return {order.remote_order_id: order for order in orders}

    def assert_outcome(self, order, outcome):
        name, _dash, delivered = outcome.partition("-")
        if name == "stuck":
            self.assertEqual((order.state, order.has_changes), ("imported", True))
            self.assertEqual(order.error_code, "unknown_status")
            return
        sale_order = order.sale_order_id
        picking = sale_order.picking_ids
        expected = OUTCOMES[name]
        if order.fulfilled_by == "site":
            expected = (*expected[:2], False, False)
        found = (order.state, sale_order.state, picking.state, picking.integrator_hold)
        self.assertEqual(found, expected, order.error_message)
        self.assertFalse(order.has_changes)
        if delivered:
            self.assertEqual(sale_order.order_line[:1].qty_delivered, int(delivered))
        asked = name in ("asks", "refused", "late")
        self.assertEqual(bool(sale_order.activity_ids), asked)

    def assert_nothing_is_told(self):
        """The site knows what it said: only acknowledgements go out."""
        self.run_stages("plan_orders")
        events = self.events("order").mapped("record_operation")
        self.assertEqual(set(events), {"confirmation"})
        self.assertEqual(set(self.tasks().mapped("kind")), {"acknowledgement"})
