# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

import os
from random import Random

from odoo.tests import tagged

from ..const import IMPORTABLE
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


class OrderStateCase(SaleCase):
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

    def assert_nothing_is_sent(self):
        """The site knows what it said: only acknowledgements go out."""
        self.run_stages("plan_orders")
        events = self.events("order").mapped("record_operation")
        self.assertEqual(set(events), {"confirmation"})
        self.assertEqual(set(self.tasks().mapped("kind")), {"acknowledgement"})


#: The outcome of an order that we ship: one row per status first seen, one column per next one.
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
class TestOrderStates(OrderStateCase):
    """Every status first seen × every next status × who ships."""

    def assert_outcomes(self, text, by):
        matrix = read_matrix(text)
        names = {(first, later): f"{first} {later}" for first, later, _outcome in matrix}
        self.see(12, {name: first for (first, _later), name in names.items()}, by)
        orders = self.see(13, {name: later for (_first, later), name in names.items()}, by)
        self.assertEqual(len(orders), len(STATUSES) ** 2)
        for first, later, outcome in matrix:
            with self.subTest(first=first, later=later, outcome=outcome, by=by):
                self.assert_outcome(orders[names[first, later]], outcome)
        self.assert_nothing_is_sent()
        return orders

    def test_orders_that_we_ship(self):
        """000-04, 001-17, 001-18, 001-22, 002-56, 002-58: nothing leaves the stock
        before a person has validated a delivery."""
        before = self.product.qty_available
        self.assert_outcomes(OURS, "merchant")
        self.assertEqual(self.product.qty_available, before)

    def test_orders_that_the_site_ships_without_stock(self):
        """000-04, 001-17, 001-18: delivered, and no stock moves."""
        before = self.product.qty_available
        self.assert_outcomes(THEIRS, "site")
        self.assertEqual(self.product.qty_available, before)
        self.assertFalse(self.env["stock.move"].search([("integrator_by_site", "=", True)]))

    def test_orders_that_the_site_ships_from_its_location(self):
        """000-04: each piece leaves the location once."""
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


#: Outcome of a sale order that is not cancelled, by the last status that says something of it.
SOLD = {
    "unshipped": "ready",
    "partially_shipped": "asks",
    "shipped": "asks",
    "unfulfillable": "refused",
}

#: Outcome of an order that was never imported, by its last status.
UNSOLD = {"pending": "waits", "cancelled": "gone", "unknown": "held"}

ENDS = {*SOLD.values(), *UNSOLD.values(), "cancelled", "stuck"}

#: How many orders, and the hours at which they are seen; many more in the long form.
WALKS, HOURS = (90, range(10, 17)) if "FAULT_MATRIX" in os.environ else (40, range(10, 15))


def end_of(walk):
    """The outcome of an order that was seen in these statuses, one after the other."""
    telling = [status for status in walk if status in SOLD]
    if not telling:
        return UNSOLD[walk[-1]]
    sold = walk[next(i for i, status in enumerate(walk) if status in IMPORTABLE) :]
    if "cancelled" in sold:
        return "cancelled"
    return "stuck" if walk[-1] == "unknown" else SOLD[telling[-1]]


@tagged("post_install", "-at_install")
class TestOrderWalks(OrderStateCase):
    """Orders that go through any statuses in any order (000-04, 001-17, 001-18)."""

    def test_only_where_an_order_stands_counts_and_not_how_it_came_there(self):
        """000-04, 000-07, 001-17, 001-18, 002-58: one sale order at most, pieces
        kept for what is open and for nothing else, and nothing sent to the site."""
        chance = Random(19)
        walks = {f"W-{n}": self.walk(chance) for n in range(WALKS)}
        self.assertEqual({end_of(walk) for walk in walks.values()}, ENDS)
        for step, hour in enumerate(HOURS):
            orders = self.see(hour, {name: walk[step] for name, walk in walks.items()})
        self.assertEqual(len(orders), len(walks))
        for name, walk in walks.items():
            with self.subTest(walk=walk):
                self.assert_end(orders[name], walk)
        self.assert_pieces(orders.values())
        self.assert_nothing_is_sent()

    def walk(self, chance):
        """A status for every hour; a third of the orders is never paid."""
        statuses = chance.choice((STATUSES, STATUSES, list(UNSOLD)))
        return [chance.choice(statuses) for _hour in HOURS]

    def assert_end(self, order, walk):
        outcome = end_of(walk)
        same = self.env["sale.order"].search([("integrator_order_ref", "=", order.remote_order_id)])
        self.assertEqual(same, order.sale_order_id)
        if outcome == "cancelled":
            # what came after the cancellation is for a person
            self.assertEqual(same.state, "cancel")
        else:
            self.assert_outcome(order, outcome)

    def assert_pieces(self, orders):
        """Stock is kept for what waits for its payment, its parcel or a person."""
        pending = sum(order.reservation == "reserved" for order in orders)
        sold = sum(order.sale_order_id.state == "sale" for order in orders)
        self.product.invalidate_recordset(["free_qty"])
        waiting = [order.reservation for order in orders if order.state == "pending"]
        self.assertEqual(set(waiting), {"reserved"})
        gone = [order.reservation for order in orders if order.state == "cancelled"]
        self.assertNotIn("reserved", gone)
        kept = self.product.qty_available - self.product.free_qty
        self.assertEqual(kept, 2 * (pending + sold))
