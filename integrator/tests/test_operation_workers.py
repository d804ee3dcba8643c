# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from functools import partial

from odoo import SUPERUSER_ID, api
from odoo.service.model import retrying
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.test_integrator.models.integrator_adapter_dummy import DummyAdapter
from odoo.addons.test_integrator.warehouse import Fulfilment

from ..operation_types import FEE, Choice
from .operation_case import OperationCase


@tagged("post_install", "-at_install")
class TestOperationWorkers(OperationCase):
    """Workers and people use one operation at the same time, each with a connection of its own.
    Their shared records have to be committed, so they are removed by hand afterwards."""

    def setUp(self):
        super().setUp()
        with self.worker() as env:
            site = env["integrator.site"].create({"name": "Shared", "site_type": "dummy"})
            partner = env["res.partner"].create({"name": "Shared"})
            order = env["sale.order"].create({"partner_id": partner.id})
            self.ids = {"site": site.id, "order": order.id, "partner": partner.id}
            self.addCleanup(self.remove)
            for number in range(3):
                env["integrator.remote.order"].create(
                    {
                        "site_id": site.id,
                        "sale_order_id": order.id,
                        "remote_ref": f"R-{number}",
                        "origin": "bind",
                        "state": "open",
                    }
                )
            operation, _joined = env["integrator.operation"]._start("synchronise", site)
            self.operation_id = operation.id
        self.warehouse = DummyAdapter.warehouses[self.ids["site"]] = Fulfilment()
        for number in range(3):
            self.warehouse.make(f"R-{number}")

    def remove(self):
        with self.worker() as env:
            env["integrator.site"].browse(self.ids["site"]).unlink()
            env["sale.order"].browse(self.ids["order"]).unlink()
            env["res.partner"].browse(self.ids["partner"]).unlink()

    def shared(self, env):
        return env["integrator.operation"].browse(self.operation_id)

    def operate(self):
        """A worker runs the stage for the site until nothing is left."""
        with self.worker() as env:
            site = env["integrator.site"].browse(self.ids["site"])
            env["integrator.stage.operate"]._run(site)

    def request(self, method, *args):
        """Run a person's request: repeated when it conflicts with another transaction.

        :return: its answer
        """
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            return retrying(lambda: getattr(self.shared(env), method)(*args), env)

    def state(self):
        with self.worker() as env:
            return self.shared(env).state

    def ask(self):
        """Let the operation wait for an answer.

        :return: the names of its actions
        """
        with self.worker() as env:
            operation = self.shared(env)
            operation.state = "running"
            choices = [Choice("accept", "Take it"), Choice("again", "Check again")]
            step = operation._add_question(FEE, "It costs 9.00.", choices)
            operation._suspend()
            return [f"{step.id}:{choice.action}" for choice in choices]

    def late_request(self, first, method, *args):
        """A request whose snapshot is older than what somebody else has committed since.

        :param first: function that does the latter
        :return: its answer
        """
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            self.assertEqual(self.shared(env).state, "waiting", "the snapshot begins here")
            first()
            return retrying(lambda: getattr(self.shared(env), method)(*args), env)

    # === TWO WORKERS === #

    def test_while_one_works_the_other_finds_nothing(self):
        """002-31: in the middle of a call the second one passes by; each order is read once."""
        seen = []

        def other():
            self.operate()
            seen.append(self.warehouse.count("read"))

        self.warehouse.meanwhile["read"] = other
        self.operate()
        self.assertEqual((seen, self.state()), ([1], "done"))
        self.assertEqual([call[1] for call in self.warehouse.calls], ["R-0", "R-1", "R-2"])

    # === TWO ANSWERS === #

    @mute_logger("odoo.service.model", "odoo.sql_db")
    def test_of_two_answers_at_once_the_first_one_counts(self):
        """002-89: the second person, whose request began before the first answer, gets a
        message."""
        accept, again = self.ask()
        first = partial(self.request, "_do_action", accept)
        self.assertFalse(self.late_request(first, "_do_action", again))
        with self.worker() as env:
            operation = self.shared(env)
            self.assertEqual(operation._answers().mapped("answer"), ["accept"])
            self.assertEqual(operation.state, "queued")
            self.assertFalse(operation.activity_ids)

    @mute_logger("odoo.service.model")
    def test_the_same_answer_twice_at_once_is_one(self):
        """002-89: a button that is pressed twice; what is done again is no error in the log."""
        accept, _again = self.ask()
        first = partial(self.request, "_do_action", accept, True)
        with self.assertNoLogs("odoo.sql_db", "ERROR"):
            self.assertFalse(self.late_request(first, "_do_action", accept, True))
        with self.worker() as env:
            site = [("site_id", "=", self.ids["site"])]
            self.assertEqual(env["integrator.operation.rule"].search_count(site), 1)

    # === CANCEL === #

    @mute_logger("odoo.service.model", "odoo.sql_db")
    def test_cancelled_in_the_middle_of_a_call(self):
        """002-31: a person never waits for a worker; the call ends, the next one is not made."""
        self.warehouse.meanwhile["read"] = lambda: self.assertTrue(self.request("_cancel"))
        self.operate()
        self.assertEqual(self.state(), "cancelled")
        self.assertEqual([call[1] for call in self.warehouse.calls], ["R-0"])
        with self.worker() as env:
            texts = self.shared(env).step_ids.mapped("text")
            self.assertEqual(sum("Cancelled by" in text for text in texts), 1)
            self.assertFalse(self.shared(env)._cancel(), "it is over")

    @mute_logger("odoo.service.model", "odoo.sql_db")
    def test_cancelled_while_the_worker_asks(self):
        """002-31: it waits for nobody then."""
        self.warehouse.meanwhile["read"] = lambda: self.request("_cancel")
        worker = type(self.env["integrator.operation.synchronise"])
        read = worker._read

        def read_and_ask(records, operation, order):
            read(records, operation, order)
            operation._add_question(FEE, "It costs 9.00.", [Choice("accept", "Take it")])

        self.patch(worker, "_read", read_and_ask)
        self.operate()
        self.assertEqual(self.state(), "waiting")
        self.operate()
        with self.worker() as env:
            self.assertEqual(self.shared(env).state, "cancelled")
            self.assertFalse(self.shared(env).activity_ids)

    @mute_logger("odoo.service.model", "odoo.sql_db")
    def test_a_worker_that_claimed_it_before_sees_the_cancel(self):
        """002-31: its snapshot is older than the cancel; the row is not taken."""
        with self.worker() as env:
            site = env["integrator.site"].browse(self.ids["site"])
            self.assertTrue(site.name, "the snapshot of the worker begins here")
            self.assertTrue(self.request("_cancel"))
            stage = env["integrator.stage.operate"]
            _found, claimed = stage._claim(site, stage._domain(site))
            self.assertFalse(claimed)
