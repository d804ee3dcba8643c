# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from .state_case import STATUSES, StateCase

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
class TestOrderStates(StateCase):
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
        self.assert_nothing_is_told()
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
