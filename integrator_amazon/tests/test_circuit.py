# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from odoo.tests import tagged

from ..models.amazon_adapter import TOKENS
from .common import GERMANY, AmazonCommon

FRANCE = "A13V1IB3VIYZZH"


@tagged("post_install", "-at_install")
class TestCircuit(AmazonCommon):
    """Calls to Amazon respect the circuits, which other workers see at once. Their shared records
    have to be committed, so they are removed by hand afterwards."""

    def setUp(self):
        super().setUp()
        TOKENS.clear()
        with self.worker() as env:
            values = {"name": "Shared", "circuit_failures": 3, "daily_order_check": False}
            site = self._make_site_in(env, **values)
            self.shared_id = site.id
        self.addCleanup(self.remove)

    def _make_site_in(self, env, **values):
        [kept] = self.site.copy_data({"automatic": False, "pricelist_id": False, **values})
        kept = {name: value for name, value in kept.items() if not name.endswith("_ids")}
        kept |= self._account()
        kept["amazon_marketplace_ids"] = self.germany.ids
        for name in ("warehouse_id", "team_id", "user_id"):
            kept.pop(name, None)
        return env["integrator.site"].create(kept)

    def remove(self):
        with self.worker() as env:
            env["integrator.site"].browse(self.shared_id).unlink()
            env["integrator.amazon.quota"].search([]).unlink()

    def ask(self, operation="searchOrders", place=GERMANY):
        """One call of a worker.

        :return: None or the code of the error
        """
        with self.worker() as env:
            site = env["integrator.site"].browse(self.shared_id)
            query = {"lastUpdatedAfter": "2026-11-01T00:00:00Z", "marketplaceIds": [place]}
            stage = env["integrator.stage.fetch"]
            with stage._isolated(site) as outcome:
                self._call(site, operation, query)
            return outcome.error and outcome.error.code

    def _call(self, site, operation, query):
        with site._adapter()._gateway(site) as gateway:
            gateway.call(operation, query=query)

    def states(self):
        with self.worker() as env:
            site = env["integrator.site"].browse(self.shared_id)
            return {one.operation: one.state for one in site.circuit_ids}

    def test_failing_calls_stop_until_the_trial_call_works(self):
        """000-17: what failed three times is not asked for a fourth time."""
        self.amazon.fault("searchOrders", "server_error", times=3)
        self.assertEqual(len({self.ask() for _time in range(3)}), 1)
        calls = len(self.amazon.calls("searchOrders"))
        self.assertEqual(self.ask(), "resting")
        self.assertEqual(len(self.amazon.calls("searchOrders")), calls)
        self.assertEqual(self.states(), {"searchOrders": "open"})
        with self.worker() as env:
            env["integrator.site"].browse(self.shared_id).circuit_ids.action_try_now()
        self.assertIsNone(self.ask())
        self.assertEqual(self.states(), {"searchOrders": "closed"})

    def test_a_marketplace_that_is_refused_stops_no_other(self):
        """403 for one of them, which rests at once, also when it is tried again."""
        text = "The seller does not participate in this marketplace."
        self.amazon.fault("searchOrders", "forbidden", details=text)
        self.assertNotIn(self.ask(place=FRANCE), (None, "resting"))
        self.assertEqual(self.ask(place=FRANCE), "resting")
        self.amazon.clear_faults()
        self.assertIsNone(self.ask())
        self.assertEqual(self.ask(place=FRANCE), "resting")

    def test_a_fresh_token_that_is_refused_once_stops_nothing(self):
        """000-17: the login has just given it; only what fails again and again rests."""
        self.amazon.fault("searchOrders", "forbidden", times=2)
        self.assertEqual(self.ask(), "spapi_403_token_refused")
        self.assertIsNone(self.ask())
        self.assertEqual(self.states(), {"searchOrders": "closed"})

    def test_being_throttled_or_refused_says_nothing_against_an_operation(self):
        self.amazon.fault("searchOrders", "throttle", times=4)
        self.assertNotIn("resting", [self.ask() for _time in range(4)])
        self.assertEqual(self.states(), {})

    def test_a_login_that_is_refused_rests_at_once(self):
        """Every further call would be refused, too."""
        self.amazon.fault("lwaToken", "forbidden")
        self.assertNotIn(self.ask(), (None, "resting"))
        self.assertEqual(self.ask(), "resting")
