# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import os

from odoo.tests import tagged

from .common import IntegratorCommon
from .stage_case import Kill

INBOUND = ("fetch", "acknowledge", "extract", "import")

#: More commit points than any run has.
MOST = 200

#: Each point before and after its commit; in short every sixth before, the one after it after.
STEP = 1 if "FAULT_MATRIX" in os.environ else 6
PLACES = ((1, False), (min(STEP, 2), True))


@tagged("post_install", "-at_install")
class TestKillInbound(IntegratorCommon):
    """A worker that is killed at any commit point loses and doubles nothing (000-07, 000-08,
    000-12, 000-21)."""

    maxDiff = None

    def setUp(self):
        super().setUp()
        self.site.daily_order_check = False
        remote = self.remote
        remote.orders = {"R-4": remote.order("R-4"), "R-5": remote.order("R-5")}
        self.put_orders(remote.order("R-1"), remote.order("R-2", sku="UNKNOWN"))
        self.put_orders(remote.order("R-3"), remote.mention("R-4"), remote.mention("R-5"))

    def come_in(self):
        """Everything inbound until it is quiet."""
        for minutes in (0, 2, 4):
            with self.later(minutes=minutes):
                self.run_stages(*INBOUND)
            if self.is_quiet():
                break

    def end_state(self):
        """The final state, without ids."""
        orders = self.env["integrator.order"].search([("site_id", "=", self.site.id)])
        sales = self.env["sale.order"].search([("integrator_site_id", "=", self.site.id)])
        fetch_requests = self.env["integrator.fetch.request"].search([("source", "=", "order")])
        return {
            "orders": sorted((order.remote_order_id, order.state) for order in orders),
            "sales": sorted(
                (sale.integrator_order_ref, sale.state, sale.amount_total, len(sale.picking_ids))
                for sale in sales
            ),
            "lines": sorted(sales.order_line.integrator_link_ids.mapped("remote_line_id")),
            "reserved": sum(sales.picking_ids.move_ids.mapped("quantity")),
            "events": len(self.events("order")),
            "asked": sorted(
                (fetch_request.remote_ref, fetch_request.state) for fetch_request in fetch_requests
            ),
        }

    def isolated(self, point=MOST, after=False):
        """A run that leaves nothing behind.

        :param int point: which commit the worker dies at
        :param bool after: whether it dies after that commit, or before
        :return: tuple (end state, whether it died)
        """
        with self.env.cr.savepoint() as savepoint:
            died = self.die_at(point, after)
            self.come_in()
            self.env.invalidate_all()
            state = self.end_state()
            savepoint.rollback()
        self.env.invalidate_all()
        return state, died

    def die_at(self, point, after):
        """Go inbound; the worker dies at a commit, or comes to the end."""
        try:
            with self.dying_at(point, after):
                self.run_stages(*INBOUND, *INBOUND)
        except Kill:
            return True
        return False

    def test_a_kill_at_any_commit_point_changes_nothing_in_the_end(self):
        """000-07, 000-08, 000-12, 000-21."""
        undisturbed, died = self.isolated()
        self.assertFalse(died)
        self.assertEqual([one[0] for one in undisturbed["sales"]], ["R-1", "R-3", "R-4", "R-5"])
        for first, after in PLACES:
            point, died = first - STEP, True
            while died:
                point += STEP
                with self.subTest(point=point, after=after):
                    state, died = self.isolated(point, after)
                    self.assertEqual(state, undisturbed)
            self.assertGreater(point, 20)
