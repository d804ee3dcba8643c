# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json
from contextlib import suppress
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged
from odoo.tools import config, mute_logger

from odoo.addons.integrator.stages import stage as stage_module
from odoo.addons.integrator.tests.stage_case import Kill
from odoo.addons.integrator.tests.test_scheduling import ShortTime
from odoo.addons.test_integrator_impex.models.integrator_order_feed_carrier import CarrierSource

from ..files.orders.updates import read_update
from .order_case import OrderCase


@tagged("post_install", "-at_install")
class TestOrderUpdates(OrderCase):
    """Updates find their orders and move deliveries on."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.feed = cls.make_feed("Push")

    def setUp(self):
        super().setUp()
        self.addCleanup(CarrierSource.updates.clear)
        self.addCleanup(CarrierSource.put_away.clear)

    @classmethod
    def make_feed(cls, name, **values):
        feeds = cls.env["integrator.order.feed"].with_user(cls.manager)
        return feeds.create({"name": name, "site_id": cls.site.id, **values})

    def receive(self, feed=None, **update):
        """An update that a feed has brought, worked on by the stage."""
        updates = self.env["integrator.order.update"]
        key = f"m/{updates.search_count([])}"
        found = updates._receive((feed or self.feed).sudo(), key, read_update(update))
        self.update()
        self.env.invalidate_all()
        return found

    def two_deliveries(self):
        """An order in two deliveries: one piece of the first product left as a backorder."""
        order = self.make_order()
        self.receive(order=order.name, shipped=True, lines=[{"sku": "SKU-1", "delivered": 1}])
        self.env.invalidate_all()
        return order

    # === REGISTRY === #

    @mute_logger("odoo.addons.integrator.stages.stage")
    def test_another_addon_registers_a_feed(self):
        """003-22, 003-23, 003-25: a carrier's, drained once, put away; a feed that fails ends alone
        and is reported."""
        order = self.make_order()
        self.make_feed("Broken")
        carrier = self.make_feed("Carrier")
        CarrierSource.updates.append({"order": order.name, "shipped": True, "tracking": "T-1"})
        self.update()
        self.update()
        self.env.invalidate_all()
        self.assertEqual(order.picking_ids.state, "done")
        self.assertEqual(carrier.update_ids.mapped("state"), ["applied"])
        self.assertIn(carrier.id, CarrierSource.put_away)
        self.assertTrue(self.alerts(stage="update_orders", code="carrier_silent"))

    def test_feeds_use_up_the_time_of_a_run(self):
        """003-22, 004-26: many slow servers do not pass the worker's limit; the next run begins
        with the one that had to wait."""
        self.feed.unlink()
        first, second = self.make_feed("Carrier"), self.make_feed("Carrier")
        cron = self.env.ref("integrator_impex.ir_cron_update_orders")
        for expected in ([first.id], [first.id, second.id]):
            self.env["integrator.run"].search([]).unlink()
            with patch.object(stage_module, "time", ShortTime()), self.enter_registry_test_mode():
                cron.method_direct_trigger()
            self.env.invalidate_all()
            self.assertEqual(CarrierSource.put_away, expected)
        progress = self.env["ir.cron.progress"].search([("cron_id", "=", cron.id)])
        self.assertIn(1, progress.mapped("remaining"))

    def test_files_of_a_location_are_a_feed(self):
        """003-02, 003-22, 003-25: CSV and JSON; what cannot be read is listed and stops nothing; a
        file that comes again has no second effect."""
        feed = self.make_feed("Files", kind="file", location_id=self.inbox.id, file_mask="news*")
        first, second = self.make_order(), self.make_order()
        table = f"order,shipped,tracking\n{first.name},1,T-1\n"
        self.put("news-1.csv", table)
        self.put("news-2.json", json.dumps([{"order": second.name, "shipped": True}]))
        self.put("news-3.csv", "nothing,here\n1,2\n")
        self.put("orders.csv", "order\n1\n")
        self.update()
        self.env.invalidate_all()
        self.assertEqual((first.delivery_status, second.delivery_status), ("full", "full"))
        self.assertEqual(first.picking_ids.carrier_tracking_ref, "T-1")
        self.assertEqual(self.files(self.inbox), ["orders.csv"])
        refused = feed.update_ids.filtered(lambda one: one.state == "refused")
        self.assertIn("news-3.csv", refused.error_message)
        self.put("news-4.csv", table)
        self.update()
        self.env.invalidate_all()
        self.assertEqual(len(feed.update_ids), 3, "the same content is the same message")

    @mute_logger("odoo.addons.integrator.stages.stage")
    def test_a_file_that_a_dead_worker_had_claimed_is_put_away(self):
        """003-22: a worker dies when he has taken a file whose updates are kept."""
        root = Path(self.enterContext(TemporaryDirectory()))
        self.enterContext(patch.dict(config.options, {"integrator_impex_root": str(root)}))
        (root / "files").mkdir()
        location = self.inbox.create({"name": "Folder", "kind": "folder", "folder": "files"})
        feed = self.make_feed("Files", kind="file", location_id=location.id)
        (root / "files" / "a.csv").write_text(f"order,status\n{self.make_order().name},seen\n")
        self.update()
        dying = patch.object(type(location), "_archive_file", side_effect=Kill)
        # `assertRaises` would undo what was committed
        with self.later(minutes=1), dying, suppress(Kill):
            self.update()
        self.assertTrue((root / "files" / "processing").is_dir(), "nobody died")
        with self.later(minutes=2):
            self.update()
        (lies,) = [path for path in root.rglob("*") if path.is_file()]
        self.assertEqual((lies.relative_to(root).parts[1], len(feed.update_ids)), ("archive", 1))

    # === MATCHING === #

    def test_an_order_is_found_by_each_of_its_names(self):
        """003-25: number, customer's reference, delivery, tracking number."""
        for name in ("order", "reference", "delivery", "tracking"):
            with self.subTest(name):
                order = self.make_order(client_order_ref=f"PO-{name}")
                order.picking_ids.carrier_tracking_ref = f"T-{name}"
                names = {"order": order.name, "reference": order.client_order_ref}
                names |= {"delivery": order.picking_ids.name, "tracking": f"T-{name}"}
                key = "order" if name == "reference" else name
                update = self.receive(**{key: names[name], "shipped": True})
                self.assertEqual((update.state, update.order_id), ("applied", order))
                self.assertEqual(order.picking_ids.state, "done")

    def test_lines_are_found_by_reference_or_sku(self):
        """003-25: of two lines with one SKU that with the same quantity; each is used once."""
        order = self.make_order(
            order_line=[
                (0, 0, {"product_id": self.product.id, "product_uom_qty": 2}),
                (0, 0, {"product_id": self.product.id, "product_uom_qty": 5}),
                (0, 0, {"product_id": self.other.id, "product_uom_qty": 3}),
            ]
        )
        lines = [
            {"sku": "SKU-1", "ordered": 5, "delivered": 4},
            {"sku": "SKU-1", "ordered": 5, "delivered": 1},
            {"line": order.order_line[2].id, "delivered": 3},
            {"sku": "GONE", "delivered": 1},
        ]
        update = self.receive(order=order.name, lines=lines)
        moves = order.picking_ids.filtered(lambda one: one.state == "done").move_ids
        done = {move.sale_line_id: move.quantity for move in moves}
        self.assertEqual([done[line] for line in order.order_line], [1, 4, 3])
        self.assertEqual(update.warning, "No open line fits “GONE”.")
        self.assertEqual(order.activity_ids.summary, "Update of an order")

    # === MOVING ON === #

    def test_a_partial_update_is_only_noted(self):
        """003-07, 003-26: days, words and one of two lines; the delivery stays open."""
        order = self.make_order()
        first, second = order.picking_ids.move_ids
        lines = [
            {"sku": "SKU-1", "delivered": 2, "invoice": "R-1", "status": "packed"},
            {
                "sku": "SKU-2",
                "expected_until": "2026-12-24",
                "confirmed": "2026-12-23",
                "guaranteed": True,
            },
        ]
        self.receive(order=order.name, lines=lines)
        self.assertNotEqual(order.picking_ids.state, "done")
        self.assertEqual(
            (first.integrator_reported_qty, first.integrator_report), (2, "packed, R-1")
        )
        self.assertEqual(second.integrator_expected_on, date(2026, 12, 23))
        self.assertTrue(second.integrator_is_guaranteed)
        self.assertFalse(second.integrator_is_reported)
        self.receive(order=order.name, lines=[{"sku": "SKU-2", "rejected": True}])
        self.assertEqual(order.picking_ids.state, "done")
        self.assertEqual((first.quantity, second.state), (2, "cancel"))
        self.assertEqual(len(order.picking_ids), 1, "what will not come leaves no backorder")

    def test_the_order_is_complete_with_its_last_delivery(self):
        """003-27: 1 of 2: not complete; 2 of 2: complete, and flagged for exporters."""
        self.make_exporter(flag="complete")
        order = self.two_deliveries()
        self.assertEqual(sorted(order.picking_ids.mapped("state")), ["assigned", "done"])
        self.assertEqual(order.delivery_status, "partial")
        self.assertNotIn("complete", dict(self.flags(order)))
        update = self.receive(order=order.name, shipped=True, tracking="T-2")
        self.assertEqual(order.delivery_status, "full")
        self.assertIn("The order is complete.", update.result)
        self.assertIn("complete", dict(self.flags(order)))
        self.assertEqual(order.state, "sale")

    def test_an_update_of_a_done_delivery_changes_nothing(self):
        """003-24, 003-26: a late repetition under another key is applied without effect."""
        order = self.make_order()
        self.receive(order=order.name, shipped=True)
        update = self.receive(order=order.name, shipped=True)
        self.assertEqual(
            (update.state, update.result.splitlines()[0]),
            ("applied", "Nothing of it was open any more."),
        )
        self.assertEqual(len(order.picking_ids), 1)

    def test_a_feed_may_leave_the_validation_to_people(self):
        """003-26: the setting of the feed."""
        feed = self.make_feed("Careful", ships=False)
        order = self.make_order()
        update = self.receive(feed, order=order.name, shipped=True)
        self.assertIn("can be validated", update.result)
        self.assertNotEqual(order.picking_ids.state, "done")

    # === WHAT DOES NOT FIT === #

    def test_an_unknown_order_is_listed_and_applied_when_it_comes(self):
        """003-25: never lost, tried again by itself, and at once when the order is confirmed."""
        update = self.receive(order="PO-LATER", shipped=True)
        self.assertEqual((update.state, update.error_code), ("unknown", "update_unknown_order"))
        self.assertFalse(self.alerts(stage="update_orders"))
        self.assertTrue(update.retry_at)
        order = self.make_order(client_order_ref="PO-LATER")
        self.env.invalidate_all()
        self.assertFalse(update.retry_at)
        self.update()
        self.env.invalidate_all()
        self.assertEqual((update.state, order.delivery_status), ("applied", "full"))

    def test_an_update_without_an_order_is_reported_and_set_aside_by_a_person(self):
        """003-25: after some tries; nothing is deleted."""
        update = self.receive(order="NEVER", shipped=True)
        for hours in (2, 4):
            with self.later(hours=hours):
                self.update()
        self.assertTrue(self.alerts(stage="update_orders", code="update_unknown_order"))
        update.with_user(self.operator).action_drop()
        self.assertEqual(update.state, "dropped")
        self.assertIn("order_operator", update.result)

    def test_updates_that_a_person_has_to_decide(self):
        """003-25, 003-26: more than ordered, cancelled, or two orders at once: nothing is done."""
        order, other = self.make_order(), self.make_order()
        cancelled = self.make_order()
        cancelled._action_cancel()
        much = self.receive(order=order.name, lines=[{"sku": "SKU-1", "delivered": 3}])
        both = self.receive(order=order.name, delivery=other.picking_ids.name)
        gone = self.receive(order=cancelled.name, shipped=True)
        codes = [(one.state, one.error_code) for one in (much, both, gone)]
        wanted = ("update_too_much", "update_ambiguous", "update_order_cancelled")
        self.assertEqual(codes, [("error", code) for code in wanted])
        self.assertNotEqual(order.picking_ids.state, "done")
        self.assertFalse(order.picking_ids.move_ids.filtered("integrator_is_reported"))

    def test_rejected_pieces_leave_no_backorder(self):
        """003-26: one of two pieces comes, the other one never will."""
        order = self.make_order()
        lines = [
            {"sku": "SKU-1", "delivered": 1, "rejected": True},
            {"sku": "SKU-2", "delivered": 1},
        ]
        self.receive(order=order.name, lines=lines)
        self.assertEqual(order.picking_ids.mapped("state"), ["done"])
        self.assertEqual(order.picking_ids.move_ids.mapped("quantity"), [1, 1])

    def test_a_delivery_waits_for_the_step_before_it(self):
        """003-26: what was not picked has not left, whatever the carrier tells."""
        self.site.warehouse_id.delivery_steps = "pick_ship"
        order = self.make_order()
        update = self.receive(order=order.name, shipped=True)
        self.assertEqual((update.state, update.error_code), ("error", "update_earlier_step"))
        picking = order.picking_ids
        self.assertIn(picking.name, update.error_message)
        self.assertNotEqual(picking.state, "done")
        picking.move_ids.picked = True
        picking.button_validate()
        update.with_user(self.operator).action_retry()
        self.update()
        self.env.invalidate_all()
        self.assertEqual((update.state, order.delivery_status), ("applied", "full"))

    def test_an_order_of_another_company_is_not_meant(self):
        """003-25: it may have the same reference, and the user of the feed may see it."""
        other = self.env["res.company"].create({"name": "Other"})
        self.manager.company_ids |= other
        self.env["sale.order"].create(
            {"partner_id": self.customer.id, "company_id": other.id, "client_order_ref": "PO-1"}
        )
        order = self.make_order(client_order_ref="PO-1")
        update = self.receive(order="PO-1", shipped=True)
        self.assertEqual((update.state, update.order_id), ("applied", order))

    def test_a_feed_does_only_what_its_user_may(self):
        """003-25: a user without rights on orders moves none, and the reason is there."""
        weak = new_test_user(self.env, "order_weak", "integrator.group_integrator_manager")
        feed = (
            self.env["integrator.order.feed"]
            .with_user(weak)
            .create({"name": "Weak", "site_id": self.site.id})
        )
        order = self.make_order()
        update = self.receive(feed, order=order.name, shipped=True)
        self.assertEqual(update.state, "error")
        self.assertIn("AccessError", update.error_code)
        self.assertNotEqual(order.picking_ids.state, "done")
        with self.assertRaises(AccessError):
            feed.with_user(self.manager).name = "Mine"
