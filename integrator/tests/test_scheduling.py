# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import time
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged
from odoo.tools import config

from odoo.addons.test_integrator.models.integrator_adapter_dummy import DummyAdapter

from ..exceptions import ThrottledError
from ..stages import stage as stage_module
from .common import IntegratorCommon
from .sale_case import SaleCase
from .stage_case import Kill


class ShortTime:
    """A clock on which a run's time is over after it is read once."""

    def __init__(self):
        self.looks = 0

    def monotonic(self):
        self.looks += 1
        return time.monotonic() + (3600 if self.looks > 1 else 0)


class SchedulingCase(IntegratorCommon):
    """Stages as Odoo's scheduler calls them, with next to no time."""

    def documents(self, site, count, kind="changes", stage="acknowledge"):
        return self.env["integrator.document"].create(
            [
                {
                    "site_id": site.id,
                    "remote_id": f"{kind}/{number}",
                    "kind": kind,
                    "stage": stage,
                    "content": "W10=",  # an empty list
                }
                for number in range(count)
            ]
        )

    def hurry(self, stage):
        """One call of the scheduler, in which there is time for one round of work.

        :return: the progress that was reported to it
        """
        cron = self.env.ref(f"integrator.ir_cron_{stage}")
        with patch.object(stage_module, "time", ShortTime()), self.enter_registry_test_mode():
            cron.method_direct_trigger()
        progress = self.env["ir.cron.progress"].search([("cron_id", "=", cron.id)], order="id")
        # the second call of the same job finds that time is over
        return progress[-2:]

    def is_called_again(self, stage):
        """Return whether the scheduler comes again at once."""
        cron = self.env.ref(f"integrator.ir_cron_{stage}")
        now = fields.Datetime.now()
        domain = [("cron_id", "=", cron.id), ("call_at", "<=", now)]
        return bool(self.env["ir.cron.trigger"].search_count(domain))


@tagged("post_install", "-at_install")
class TestScheduling(SchedulingCase):
    """Sites and kinds of work take turns, and the scheduler gets the number that is left
    (004-26)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other = cls._make_site("Second", sequence=99)

    def setUp(self):
        super().setUp()
        self.site.automatic = self.other.automatic = False

    def left(self, site):
        domain = [("site_id", "=", site.id), ("stage", "=", "acknowledge")]
        return self.env["integrator.document"].search_count(domain)

    def test_a_site_with_a_backlog_never_starves_another(self):
        """The one that was served longest ago comes first, also at the next run."""
        self.documents(self.site, 65)
        self.documents(self.other, 25)
        seen = []
        for _run in range(6):
            self.hurry("acknowledge")
            seen.append((self.left(self.site), self.left(self.other)))
        self.assertEqual(seen, [(45, 25), (45, 5), (25, 5), (25, 0), (5, 0), (0, 0)])

    def test_sites_take_turns_within_a_run(self):
        """A piece of work each: the second site does not wait until the first has nothing left."""
        self.documents(self.site, 65)
        self.documents(self.other, 25)
        DummyAdapter.remotes[self.other.id].faults.append(("acknowledge", Kill()))
        try:
            self.run_stages("acknowledge")
        except Kill:
            self.assertEqual((self.left(self.site), self.left(self.other)), (45, 25))
        else:
            self.fail("the second site was never served")

    def test_the_scheduler_gets_what_is_left_and_runs_again(self):
        """The rest is counted; a call without time does nothing."""
        self.documents(self.site, 45)
        first, second = self.hurry("acknowledge")
        self.assertEqual((first.done, first.remaining), (20, 25))
        self.assertEqual((second.done, second.remaining), (0, 1))
        self.assertTrue(self.is_called_again("acknowledge"))

    def test_the_scheduler_gets_zero_when_nothing_is_left(self):
        """Then it comes at the next minute."""
        self.documents(self.site, 5)
        self.env["ir.cron.trigger"].search([]).unlink()
        cron = self.env.ref("integrator.ir_cron_acknowledge")
        with self.enter_registry_test_mode():
            cron.method_direct_trigger()
        progress = self.env["ir.cron.progress"].search([("cron_id", "=", cron.id)], limit=1)
        self.assertEqual((progress.done, progress.remaining), (5, 0))
        self.assertFalse(self.is_called_again("acknowledge"))

    def test_a_stage_takes_a_part_of_a_worker_s_time(self):
        """All scheduled actions of a database together have the limit of a worker."""
        stage = self.env["integrator.stage.send"]
        for limit, seconds in ((120, 8), (-1, 8), (60, 4), (900, 10), (0, 10)):
            with patch.dict(config.options, {"limit_time_real_cron": limit}):
                self.assertEqual(stage._turn_seconds(), seconds, limit)

    def test_orders_are_read_before_looks_at_the_catalogue(self):
        """However many of those came before; and they do not wait for ever either."""
        looks = self.documents(self.site, 3, kind="listings", stage="extract")
        orders = self.documents(self.site, 8, stage="extract")
        self.hurry("extract")
        self.assertEqual([len(self.done(one)) for one in (orders, looks)], [1, 1])
        self.run_stages("extract")
        self.assertEqual([len(self.done(one)) for one in (orders, looks)], [8, 3])

    def done(self, documents):
        return documents.filtered(lambda document: document.stage == "done")

    def test_pages_are_asked_for_in_turns(self):
        """A page of orders does not wait for all pages of a catalogue."""
        self.site.automatic = True
        self.remote.offers = {"orders", "source:listings"}
        now = fields.Datetime.now()
        self.env["integrator.fetch.request"]._open(self.site, "listings", date_from=now)
        self.remote.pages = [b"[1]", b"[2]", b"[3]"]
        self.hurry("fetch")
        documents = self.env["integrator.document"].search([("site_id", "=", self.site.id)])
        self.assertEqual(documents.mapped("kind"), ["changes"])
        fetch_requests = self.env["integrator.fetch.request"].search(
            [("site_id", "=", self.site.id)]
        )
        self.assertEqual(fetch_requests.mapped("next_token"), ["token-1", "report-1"])


@tagged("post_install", "-at_install")
class TestSendScheduling(SaleCase, SchedulingCase):
    """Submissions are built in pieces, orders first (004-26)."""

    def make_tasks(self, count, **values):
        values = {"site_id": self.site.id, "kind": "product", **values}
        return self.env["integrator.task"].create(
            [{**values, "target_ref": f"one,{number}"} for number in range(count)]
        )

    def test_waiting_tasks_are_built_in_committed_pieces(self):
        """A worker that has no time for everything does a part, then the next one."""
        tasks = self.make_tasks(450)
        for built in (200, 400, 450):
            self.hurry("send")
            self.assertEqual(len(tasks.filtered("submission_id")), built)
        self.run_stages("send", "send")
        self.assertEqual(set(tasks.mapped("state")), {"success"})
        rows = self.remote.received_rows()
        self.assertEqual((len(rows), len(set(rows))), (450, 450))

    def test_a_kill_while_building_loses_and_doubles_nothing(self):
        """004-24: what was built before is there, the rest is built again."""
        tasks = self.make_tasks(450)
        self.hurry("send")
        self.kill("send", "prepare")
        self.assertEqual(len(tasks.filtered("submission_id")), 200)
        self.run_stages("send", "send")
        self.assertEqual(set(tasks.mapped("state")), {"success"})
        self.assertEqual(len(self.remote.received_rows()), 450)

    def test_a_submission_is_no_larger_than_a_worker_can_build(self):
        """By the time after which Odoo ends it."""
        tasks = self.make_tasks(70)
        with patch.dict(config.options, {"limit_time_real_cron": 0.3}):
            self.run_stages("send")
        self.assertEqual([len(content) for _ticket, content in self.remote.received], [30, 30, 10])
        self.assertEqual(set(tasks.mapped("state")), {"submitted"})

    def test_orders_leave_before_the_catalogue(self):
        """However many changes of products came before."""
        self.make_tasks(5)
        self.make_order()
        self.run_stages("plan_orders", "send")
        self.assertEqual(self.remote.received_rows()[0][0], "acknowledgement")
        self.assertEqual(len(self.remote.received_rows()), 6)

    def test_stock_and_prices_are_built_before_older_content(self):
        """Also where more waits than is looked at."""
        content = self.make_tasks(3)
        stock = self.make_tasks(2, kind="inventory")
        stage = self.env["integrator.stage.send"]
        [group] = stage._groups(self.site, catalogue=True)
        self.assertEqual(stage._get_tasks(self.site, group, 3), content[0] + stock)

    def test_marketplaces_do_not_wait_for_each_other(self):
        """Updates of listings are looked at by marketplace."""
        listings = self.env["integrator.listing"]
        for code in ("M1", "M2"):
            values = {"site_id": self.site.id, "marketplace_code": code, "sku": "SKU-1"}
            listings |= listings.create({**values, "product_id": self.product.id})
        for listing in listings:
            self.make_tasks(2, listing_id=listing.id, kind="price" if listing.id % 2 else "image")
        stage = self.env["integrator.stage.send"]
        groups = stage._groups(self.site, catalogue=True)
        found = [stage._get_tasks(self.site, group, 9).listing_id for group in groups]
        self.assertCountEqual(found, list(listings))

    def test_a_moment_s_throttling_does_not_cost_a_minute(self):
        """Calls of which a site takes some in a second go on as fast as it takes them."""
        self.make_tasks(3)
        self.remote.batch_size = 1
        error = ThrottledError("Too many calls.", code="throttled", retry_after=0.2)
        self.remote.faults.append(("submit", error))
        with self.enter_registry_test_mode():
            self.env.ref("integrator.ir_cron_send").method_direct_trigger()
        self.assertEqual(len(self.remote.received_rows()), 3)

    def test_an_answered_submission_holds_no_lane(self):
        """An accepted submission that is not shown yet is read beside the next one."""
        self.remote.in_flight = self.remote.batch_size = 1
        first, second, third = self.make_tasks(3)
        self.run_stages("send")
        self.remote.accepted.add(first.ticket)
        self.run_stages("send", "send")
        self.assertEqual(
            (first.state, second.state, third.state), ("pending", "submitted", "ready")
        )
        self.assertFalse(self.env["integrator.submission"]._is_stuck(self.site, "all"))
