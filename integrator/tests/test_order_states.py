# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

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

#: What becomes of an order that we ship: one row per status first seen, one column per next one.
OURS = """
pending            waits    ready  asks     asks     gone       refused  held
unshipped          ready    ready  asks     asks     cancelled  refused  stuck
partially_shipped  asks     ready  asks     asks     cancelled  refused  stuck
shipped            asks     ready  asks     asks     cancelled  refused  stuck
cancelled          waits    ready  asks     asks     gone       refused  held
unfulfillable      refused  ready  asks     asks     cancelled  refused  stuck
unknown            waits    ready  asks     asks     gone       refused  held
"""

#: The same of an order that the site ships; the number is the pieces that are delivered.
THEIRS = """
pending            waits    sold-0  sold-1  sold-2  gone       refused-0  held
unshipped          sold-0   sold-0  sold-1  sold-2  cancelled  refused-0  stuck
partially_shipped  sold-1   sold-1  sold-1  sold-2  late-1     refused-1  stuck
shipped            sold-2   sold-2  sold-2  sold-2  late-2     refused-2  stuck
cancelled          waits    sold-0  sold-1  sold-2  gone       refused-0  held
unfulfillable      refused-0  sold-0  sold-1  sold-2  cancelled  refused-0  stuck
unknown            waits    sold-0  sold-1  sold-2  gone       refused-0  held
"""

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


def read_matrix(text):
    """
    :return: list of tuples (status first seen, next status, outcome)
    """
    rows = [line.split() for line in text.strip().splitlines()]
    return [
        (first, later, outcome)
        for first, *outcomes in rows
        for later, outcome in zip(STATUSES, outcomes, strict=True)
    ]


@tagged("post_install", "-at_install")
class TestOrderStates(SaleCase):
    """Every status first seen × every next status × who ships."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["stock.quant"]._update_available_quantity(cls.product, cls.stock, 1000)
        cls._forget_events()

    def name(self, first, later):
        return f"{first} {later}"

    def version(self, first, later, status, hour, by):
        """An order as the site shows it at an hour."""
        order = self.remote.order(
            self.name(first, later),
            status=status,
            updated_at=f"2026-11-01T{hour}:00:00",
            fulfilled_by=by,
        )
        order["lines"][0]["quantity_shipped"] = SHIPPED.get(status, 0)
        return order

    def see_all(self, matrix, by):
        """All orders of a matrix in their first status, then all in the next one."""
        for hour, column in ((12, 0), (13, 1)):
            self.remote.pages.clear()
            self.import_orders(
                *(
                    self.version(row[0], row[1], status=row[column], hour=hour, by=by)
                    for row in matrix
                )
            )
        orders = self.env["integrator.order"].search([("site_id", "=", self.site.id)])
        return {order.remote_order_id: order for order in orders}

    def assert_outcomes(self, text, by):
        matrix = read_matrix(text)
        orders = self.see_all(matrix, by)
        self.assertEqual(len(orders), len(STATUSES) ** 2)
        for first, later, outcome in matrix:
            with self.subTest(first=first, later=later, outcome=outcome, by=by):
                self.assert_outcome(orders[self.name(first, later)], outcome)
        self.assert_nothing_is_told()
        return orders

    def assert_outcome(self, order, outcome):
        name, _dash, delivered = outcome.partition("-")
        if name == "stuck":
            self.assertEqual((order.state, order.has_news), ("imported", True))
            self.assertEqual(order.error_code, "unknown_status")
            return
        sale_order = order.sale_order_id
        picking = sale_order.picking_ids
        expected = OUTCOMES[name]
        if order.fulfilled_by == "site":
            expected = (*expected[:2], False, False)
        found = (order.state, sale_order.state, picking.state, picking.integrator_hold)
        self.assertEqual(found, expected, order.error_message)
        self.assertFalse(order.has_news)
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

    def test_orders_that_we_ship(self):
        """000-04, 001-17, 001-18, 001-22, 002-56, 002-58; pains 7, 17: nothing leaves the stock
        before a person has validated a delivery."""
        before = self.product.qty_available
        self.assert_outcomes(OURS, "merchant")
        self.assertEqual(self.product.qty_available, before)

    def test_orders_that_the_site_ships_without_stock(self):
        """000-04, 001-17, 001-18; pains 6, 28: delivered, and no stock moves."""
        before = self.product.qty_available
        self.assert_outcomes(THEIRS, "site")
        self.assertEqual(self.product.qty_available, before)
        self.assertFalse(self.env["stock.move"].search([("by_site", "=", True)]))

    def test_orders_that_the_site_ships_from_its_location(self):
        """000-04; pains 6, 28: each piece leaves the location once."""
        place = self.env["stock.location"].create(
            {"name": "At the site", "location_id": self.site.warehouse_id.view_location_id.id}
        )
        self.site.write({"site_stock": "location", "site_location_id": place.id})
        orders = self.assert_outcomes(THEIRS, "site")
        lines = self.env["integrator.order"].union(*orders.values()).sale_order_id.order_line
        moves = lines.move_ids
        self.assertEqual(moves.location_id, place)
        self.assertEqual(set(moves.mapped("state")), {"done"})
        self.assertEqual(sum(moves.mapped("quantity")), sum(lines.mapped("qty_delivered")))
        here = self.product.with_context(location=place.id).qty_available
        self.assertEqual(-here, sum(moves.mapped("quantity")))
