# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from random import Random

from odoo.tests import tagged

from ..const import IMPORTABLE
from .state_case import STATUSES, StateCase

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

HOURS = range(10, 17)


def end_of(walk):
    """What becomes of an order that was seen in these statuses, one after the other."""
    telling = [status for status in walk if status in SOLD]
    if not telling:
        return UNSOLD[walk[-1]]
    sold = walk[next(i for i, status in enumerate(walk) if status in IMPORTABLE) :]
    if "cancelled" in sold:
        return "cancelled"
    return "stuck" if walk[-1] == "unknown" else SOLD[telling[-1]]


@tagged("post_install", "-at_install")
class TestOrderWalks(StateCase):
    """Orders that go through any statuses in any order (000-04, 001-17, 001-18)."""

    def test_only_where_an_order_stands_counts_and_not_how_it_came_there(self):
        """000-04, 000-07, 001-17, 001-18, 002-58: one sale order at most, pieces
        kept for what is open and for nothing else, and nothing told to the site."""
        chance = Random(19)
        walks = {f"W-{n}": self.walk(chance) for n in range(90)}
        self.assertEqual({end_of(walk) for walk in walks.values()}, ENDS)
        for step, hour in enumerate(HOURS):
            orders = self.see(hour, {name: walk[step] for name, walk in walks.items()})
        self.assertEqual(len(orders), len(walks))
        for name, walk in walks.items():
            with self.subTest(walk=walk):
                self.assert_end(orders[name], walk)
        self.assert_pieces(orders.values())
        self.assert_nothing_is_told()

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
