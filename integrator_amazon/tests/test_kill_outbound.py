# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta
from unittest.mock import patch

import httpx

from odoo.tests import freeze_time, tagged

from odoo.addons.integrator.tests.stage_case import Kill

from .orders_case import OrdersCase

#: Rounds in which everything comes to its end, and the time between two.
ROUNDS = 4
PAUSE = timedelta(minutes=31)


@tagged("post_install", "-at_install")
class TestKillOutbound(OrdersCase):
    """A worker that is killed right after a remote call, before it has written anything, loses
    nothing and sends nothing twice."""

    def setUp(self):
        super().setUp()
        kinds = ("single", "tax", "several_lines")
        self.refunded, self.parcel, self.cancelled = map(self.order, kinds)
        self.touched = self.refunded | self.parcel | self.cancelled

    # === DOING === #

    def act(self):
        """A shipment with its refund, a shipment, a cancellation: all of it at once."""
        for number, order in enumerate((self.refunded, self.parcel)):
            self.deliver(order.sale_order_id, tracking=f"00340434161090001{number}")
        self.refunded.sale_order_id._create_invoices().action_post()
        invoice = self.refunded.sale_order_id.invoice_ids
        invoice._reverse_moves([{"invoice_date": invoice.invoice_date}]).action_post()
        self.cancelled.sale_order_id._action_cancel()

    def send_updates(self, dies_after=None):
        """Tell Amazon, while the worker dies after one of its calls.

        :param dies_after: number of the call; None: never
        :return: how many calls there were
        """
        calls, self.deaths = [], 0
        send = httpx.Client.send

        def send_and_die(client, request, **options):
            answer = send(client, request, **options)
            calls.append(request.url.path)
            if len(calls) == dies_after:
                raise Kill
            return answer

        clock = self.env.cr.now()
        with patch.object(httpx.Client, "send", send_and_die):
            for _round in range(ROUNDS):
                with freeze_time(clock):
                    for stage in ("plan_orders", "send", "send", "send"):
                        self.run_or_die(stage)
                self.env.invalidate_all()
                clock += PAUSE
                if self.is_quiet():
                    break
        return len(calls)

    def run_or_die(self, stage):
        try:
            self.run_stages(stage)
        except Kill:
            # the scheduler starts another worker, which begins anew
            self.deaths += 1
            self.env.invalidate_all()

    def end_state(self):
        """The final state on both sides."""
        amazon = self.amazon
        numbers = [one.remote_order_id for one in self.touched]
        statuses = [amazon.order(one)["fulfillment"]["fulfillmentStatus"] for one in numbers]
        failures = [
            [row for row in amazon.acknowledgements(one) if row["status"] == "Failure"]
            for one in numbers
        ]
        return {
            "statuses": statuses,
            "packages": [len(amazon.shipments(one)) for one in numbers],
            "refunds": [len(amazon.refunds(one)) for one in numbers],
            "cancellations": [len(rows) for rows in failures],
            "tasks": sorted(
                (task.kind, task.state)
                for task in self.tasks()
                if task.kind != "acknowledgement" and task.state != "obsolete"
            ),
        }

    def isolated(self, dies_after=None):
        """One way through, that leaves nothing behind in Odoo and begins anew at Amazon."""
        with self.env.cr.savepoint() as savepoint:
            self.act()
            calls = self.send_updates(dies_after)
            state = self.end_state()
            savepoint.rollback()
        self.env.invalidate_all()
        return state, calls

    def test_a_kill_after_any_call_changes_nothing_in_the_end(self):
        """004-24, 004-20, 000-28, 001-25, 001-22."""
        undisturbed, calls = self.isolated()
        self.assertEqual(undisturbed["packages"], [1, 1, 0])
        self.assertEqual(undisturbed["refunds"], [1, 0, 0])
        self.assertEqual(undisturbed["cancellations"], [0, 0, 1])
        self.assertGreater(calls, 8)
        deaths = 0
        for number in range(1, calls + 1):
            self.amazon.restore(self.kept)
            with self.subTest(dies_after=number):
                self.assertEqual(self.isolated(number)[0], undisturbed)
                deaths += self.deaths
        # the first way through may have had to log in
        self.assertGreaterEqual(deaths, calls - 1)
