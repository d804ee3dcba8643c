# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from odoo.addons.integrator.operation_types import NotAsAskedError

from ..api.fulfillment import vocabulary as words
from ..sources import source_queue
from .fulfillment_case import FulfillmentCase


@tagged("post_install", "-at_install")
class TestFulfillment(FulfillmentCase):
    """Amazon ships a web order that Odoo exports, over real HTTP."""

    def test_an_order_is_exported_shipped_and_tracked(self):
        """002-43: the delivery is done with its tracking number, and the pieces have left
        the location that stands for Amazon's warehouse."""
        order = self.sell(2, 1)
        operation = self.export(order)
        self.assertEqual(operation.state, "done", operation.step_ids.mapped("text"))
        remote = self.remote(order)
        self.assertEqual((remote.state, remote.status), ("open", "pending"))
        # 2 + 1 pieces at 3.00, and 2.50 for the order
        self.assertEqual((remote.fee, remote.fee_currency), (11.5, "EUR"))
        [there] = self.amazon.fulfillments()
        self.assertEqual(there["fulfillmentOrder"]["displayableOrderId"], order.name)
        self.ship(remote)
        self.assertEqual((remote.state, remote.status), ("done", "shipped"))
        picking = order.picking_ids
        self.assertEqual(picking.state, "done")
        self.assertTrue(picking.carrier_tracking_ref.startswith("TRACK"))
        self.assertTrue(remote.parcel_ids.url.startswith("https://www.swiship"))
        self.assertEqual(order.order_line.mapped("qty_delivered"), [2, 1])
        quants = self.env["stock.quant"]
        left = quants._get_available_quantity(self.products[0], self.fba)
        self.assertEqual(left, 18)

    def test_of_a_partial_one_the_rest_is_a_backorder(self):
        """Exactly the rest, in our own warehouse again."""
        order = self.sell(3)
        self.export(order)
        remote = self.remote(order)
        self.amazon.plan_fulfillment(remote.remote_ref, unfulfillable={str(order.order_line.id): 1})
        self.ship(remote, "CompletePartialled")
        line = remote.line_ids
        self.assertEqual((line.shipped, line.cancelled, line.unfulfillable), (2, 0, 1))
        done = order.picking_ids.filtered(lambda one: one.state == "done")
        rest = order.picking_ids - done
        self.assertEqual(done.move_ids.mapped("quantity"), [2])
        self.assertEqual(rest.move_ids.mapped("product_uom_qty"), [1])
        self.assertEqual(rest.location_id, self.stock)
        self.assertFalse(rest.integrator_remote_order_id)

    def test_three_parcels_of_two_carriers_stand_on_the_delivery(self):
        order = self.sell(3)
        self.export(order)
        remote = self.remote(order)
        key = str(order.order_line.id)
        parcels = [
            {"items": {key: 1}, "shipment": 1, "carrier": "DHL", "tracking": "A"},
            {"items": {key: 1}, "shipment": 1, "carrier": "UPS", "tracking": "B"},
            {"items": {key: 1}, "shipment": 2, "carrier": "DHL", "tracking": "C"},
        ]
        self.amazon.plan_fulfillment(remote.remote_ref, parcels=parcels)
        self.ship(remote)
        found = remote.parcel_ids.sorted("number").mapped(lambda one: (one.carrier, one.tracking))
        self.assertEqual(found, [("DHL", "A"), ("UPS", "B"), ("DHL", "C")])
        refs = ", ".join(filter(None, order.picking_ids.mapped("carrier_tracking_ref")))
        self.assertEqual(refs, "A, B, C")

    def test_an_order_that_amazon_ships_is_no_second_sale(self):
        """000-22, 000-03: its copy comes with the orders, and is linked instead of imported."""
        order = self.sell(2)
        self.export(order)
        remote = self.remote(order)
        self.amazon.move_fulfillment(remote.remote_ref, "Processing")
        copy_id = self.amazon.fulfillment(remote.remote_ref)["copy_id"]
        before = self.env["sale.order"].search_count([])
        self.site.daily_order_check = True
        for minutes in range(4):
            with self.later(minutes=3 * minutes):
                self.run_stages("fetch", "acknowledge", "extract", "import")
        self.assertIn("searchOrders", [row["operation"] for row in self.amazon.calls()])
        known = self.env["integrator.order"].search([("remote_order_id", "=", copy_id)])
        self.assertFalse(known)
        self.assertEqual(self.env["sale.order"].search_count([]), before)
        self.assertEqual(remote.amazon_listed_as, copy_id)

    def test_a_hold_is_changed_and_released(self):
        """At most two weeks Amazon keeps the pieces, and takes a new address."""
        order = self.sell(2)
        self.export(order, hold=True)
        remote = self.remote(order)
        self.assertTrue(remote.is_held)
        self.assertEqual(self.amazon.fba_stock("SKU-1")["reserved"], 0)
        self.amazon.advance(60)
        self.assertEqual(self.amazon.fba_stock("SKU-1")["reserved"], 2)
        self.customer.write({"city": "Köln", "zip": "50667"})
        remote.with_user(self.operator).action_amazon_update()
        there = self.amazon.fulfillment(remote.remote_ref)["fulfillmentOrder"]
        self.assertEqual(there["destinationAddress"]["city"], "Köln")
        self.assertEqual(there["fulfillmentAction"], "Hold")
        remote.with_user(self.operator).action_release_remote()
        self.assertFalse(remote.is_held)
        with self.assertRaisesRegex(UserError, "not on hold"):
            remote.with_user(self.operator).action_amazon_update()
        self.ship(remote)
        self.assertEqual(order.order_line.qty_delivered, 2)

    def test_a_hold_that_expires_gives_the_pieces_back(self):
        order = self.sell(2)
        self.export(order, hold=True)
        remote = self.remote(order)
        self.amazon.advance(15 * 86400)
        self.synchronise()
        self.assertEqual((remote.state, remote.status), ("done", "cancelled"))
        self.assertEqual(order.picking_ids.location_id, self.stock)
        self.assertEqual(order.order_line.qty_delivered, 0)

    def test_cancelling_in_time_and_too_late(self):
        """A race with picking is lost without harm."""
        order, late = self.sell(1), self.sell(1)
        self.export(order)
        self.export(late)
        self.remote(order).with_user(self.operator).action_cancel_remote()
        self.assertEqual(self.remote(order).status, "cancelled")
        self.assertFalse(order.picking_ids.integrator_remote_order_id)
        self.amazon.fault("cancelFulfillmentOrder", "pick_first")
        answer = self.remote(late).with_user(self.operator).action_cancel_remote()
        self.assertIn("too late", answer["params"]["message"])
        self.assertEqual(self.remote(late).state, "open")
        self.ship(self.remote(late))
        self.assertEqual(late.order_line.qty_delivered, 1)

    def test_a_lost_answer_makes_no_second_order(self):
        """002-50: the number was kept before; the order is read by it, and found."""
        order = self.sell(2)
        self.amazon.fault("createFulfillmentOrder", "drop_after")
        operation, _joined = self.env["integrator.operation"]._start("export", self.site, order)
        self.go_on(operation)
        for minutes in (10, 60):
            with self.later(minutes=minutes):
                self.go_on(operation)
        self.assertEqual(operation.state, "done", operation.step_ids.mapped("text"))
        self.assertEqual(len(self.amazon.fulfillments()), 1)
        self.assertEqual(self.remote(order).state, "open")

    def test_the_same_number_is_compared(self):
        """The very order that we wanted is a success, another one is not."""
        order = self.sell(2)
        operation = self.export(order)
        remote = self.remote(order)
        adapter = self.site._adapter()
        request = self.env["integrator.operation.export"]._part(operation, remote)
        result = adapter._create_remote_order(self.site, request, remote.remote_ref)
        self.assertEqual(result.state.lines[0].quantity, 2)
        lines = tuple(replace(line, quantity=Decimal(1)) for line in request.lines)
        with self.assertRaises(NotAsAskedError):
            adapter._create_remote_order(
                self.site, replace(request, lines=lines), remote.remote_ref
            )
        self.assertEqual(len(self.amazon.fulfillments()), 1)

    def test_a_notification_is_only_a_hint(self):
        """Ten times, and late, it makes one synchronisation and one departure."""
        order = self.sell(2)
        self.export(order)
        remote = self.remote(order)
        self.amazon.move_fulfillment(remote.remote_ref, "Complete")
        self.amazon.settings.notification_copies = 10
        self.amazon.notify_fulfillment(remote.remote_ref)
        self.listen()
        read = self.env["integrator.operation"].search([("kind", "=", "synchronise")])
        self.assertEqual(len(read), 1)
        self.assertEqual((remote.state, order.order_line.qty_delivered), ("done", 2))

    def test_amazon_tells_what_was_subscribed(self):
        """One button; notifications then come by themselves, and their order is read. What Amazon
        has lost is subscribed again within a day; nothing is asked for twice."""
        self.take_queue()
        answer = self.site.action_amazon_subscribe()
        kinds = "ORDER_CHANGE, FULFILLMENT_ORDER_STATUS"
        self.assertEqual(answer["params"]["message"], f"Amazon sends {kinds} from now on.")
        self.assertTrue(self.site.action_amazon_subscribe()["params"]["message"])
        self.assertEqual(len(self.amazon.calls("createSubscription")), 2)
        self.assertEqual(len(self.amazon.calls("createDestination")), 1)
        order = self.sell(2)
        remote = self.export(order).remote_order_ids
        self.amazon.move_fulfillment(remote.remote_ref, "Complete")
        self.listen()
        self.assertEqual((remote.state, order.order_line.qty_delivered), ("done", 2))
        self.amazon.world.subscriptions.rows.clear()
        for days, calls in ((0, 2), (2, 4), (2, 4)):
            with self.subTest(days=days, calls=calls), self.later(days=days, minutes=30):
                self.run_stages("fetch")
                self.assertEqual(len(self.amazon.calls("createSubscription")), calls)
        # one that is refused is not tried at each look either
        self.amazon.world.subscriptions.rows.clear()
        self.amazon.fault("createSubscription", "forbidden", times=9)
        tried = []
        for minutes in (30, 60):
            with self.later(days=4, minutes=minutes), mute_logger(source_queue.__name__):
                self.run_stages("fetch")
            tried.append(len(self.amazon.calls("createSubscription")))
        self.assertGreater(tried[0], 4)
        self.assertEqual(tried[1], tried[0])

    def test_a_subscription_to_another_queue_is_reported(self):
        """It belongs to somebody who listens there."""
        self.take_queue()
        self.site.action_amazon_subscribe()
        for row in self.amazon.world.subscriptions.rows.values():
            row.destination_id = "another"
        answer = self.site.action_amazon_subscribe()
        self.assertIn("to another queue of this application", answer["params"]["message"])

    def test_only_administrators_subscribe(self):
        """As with the other settings of the queue."""
        self.take_queue()
        with self.assertRaises(AccessError):
            self.site.with_user(self.operator).action_amazon_subscribe()
        self.assertFalse(self.amazon.calls("getDestinations"))

    def listen(self):
        """Amazon's queue is looked into, and what its messages say is done."""
        self.take_queue()
        with self.later(minutes=3):
            self.run_stages("fetch", "acknowledge", "extract", *["operate"] * 3)

    def take_queue(self):
        self.site.write(
            {
                "amazon_queue_url": self.amazon.queue_url,
                "amazon_queue_region": "eu-west-1",
                "amazon_queue_key_id": "key",
                "amazon_queue_secret": "secret",
                "amazon_queue_endpoint": self.amazon.url,
            }
        )

    def test_an_order_with_a_notification_is_read_at_once(self):
        """Only the order that it names, although a synchronisation that has passed it already is
        under way, and rests."""
        orders = [self.sell(1), self.sell(1)]
        first, second = (self.export(order).remote_order_ids for order in orders)
        under_way, _joined = self.env["integrator.operation"]._start("synchronise", self.site)
        position = {"at": "read", "last_id": second.id, "read": 2, "total": 2}
        rests = {"state": "running", "retry_at": fields.Datetime.now() + timedelta(hours=1)}
        under_way.write({**rests, "position": position})
        for remote in (first, second):
            self.amazon.move_fulfillment(remote.remote_ref, "Complete")
        self.amazon.notify_fulfillment(first.remote_ref)
        self.listen()
        states = (first.state, second.state, under_way.state)
        self.assertEqual(states, ("done", "open", "running"))

    def test_a_word_that_nobody_knows_breaks_nothing(self):
        order = self.sell(1)
        self.export(order)
        remote = self.remote(order)
        state = self.site._adapter()._remote_state(
            words.Order(remote.remote_ref, words.UNKNOWN, "Teleported")
        )
        remote._apply_state(state)
        self.assertEqual((remote.status, remote.original_status), ("unknown", "Teleported"))
        self.assertEqual(remote.state, "open")

    def bring_back(self, remote, count):
        """Ask Amazon, as an operator, to take pieces back."""
        action = remote.with_user(self.operator).action_amazon_return()
        wizard = self.env[action["res_model"]].browse(action["res_id"])
        wizard = wizard.with_user(self.operator)
        reason = wizard.reason_ids.filtered(lambda one: one.code == "DEFECTIVE")
        wizard.line_ids.write({"quantity": count, "reason_id": reason.id})
        wizard.action_return()
        return remote.amazon_piece_ids.sorted("id")

    def test_two_of_three_pieces_come_back_one_damaged(self):
        """Receipt into the place that the condition says; the third piece stays sold."""
        damaged = self.fba.copy({"name": "Damaged"})
        self.site.amazon_damaged_location_id = damaged
        order = self.sell(3)
        self.export(order)
        remote = self.remote(order)
        self.ship(remote)
        pieces = self.bring_back(remote, 2)
        self.assertEqual(pieces.mapped("state"), ["new", "new"])
        self.assertTrue(all(pieces.mapped("page_url")))
        first, second = pieces.mapped("return_ref")
        conditions = {first: "Sellable", second: "CustomerDamaged"}
        self.amazon.receive_returns(remote.remote_ref, conditions)
        self.synchronise()
        self.synchronise()
        found = pieces.mapped(lambda one: (one.state, one.condition))
        expected = [("processed", "sellable"), ("processed", "customer_damaged")]
        self.assertEqual(found, expected)
        quants = self.env["stock.quant"]
        self.assertEqual(quants._get_available_quantity(self.products[0], self.fba), 18)
        self.assertEqual(quants._get_available_quantity(self.products[0], damaged), 1)
        self.assertEqual(order.order_line.qty_delivered, 1)
        with self.assertRaisesRegex(UserError, "Fewer pieces"):
            self.bring_back(remote, 2)

    def test_a_lost_answer_makes_no_second_return(self):
        """The number of a piece follows from the order: asked again, it is the same return."""
        order = self.sell(2)
        self.export(order)
        remote = self.remote(order)
        self.ship(remote)
        self.amazon.fault("createFulfillmentReturn", "drop_after")
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self.bring_back(remote, 2)
        self.assertFalse(remote.amazon_piece_ids)
        pieces = self.bring_back(remote, 2)
        self.assertEqual(pieces.mapped("state"), ["new", "new"])
        there = self.amazon.fulfillment(remote.remote_ref)["returnItems"]
        self.assertEqual(len(there), 2)


@tagged("post_install", "-at_install")
class TestFulfillmentNew(FulfillmentCase):
    """Amazon ships a web order by version 2026-07-04."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.site.amazon_fulfillment_version = "2026-07-04"

    def test_accepted_and_then_refused(self):
        """202, then UNFULFILLABLE: the delivery is ours again and may be exported anew."""
        self.amazon.settings.mcf_accepts = True
        order = self.sell(2)
        self.amazon.plan_fulfillment(outcome="Unfulfillable")
        operation = self.export(order)
        self.assertEqual(operation.state, "done", operation.step_ids.mapped("text"))
        remote = self.remote(order)
        self.assertEqual(remote.status, "unshipped")
        self.amazon.advance(60 + 60 + 900)
        self.synchronise()
        self.assertEqual((remote.state, remote.status), ("done", "unfulfillable"))
        self.assertEqual(remote.line_ids.unfulfillable, 2)
        self.assertFalse(order.picking_ids.integrator_remote_order_id)
        again = self.export(order)
        self.assertEqual(again.state, "done", again.step_ids.mapped("text"))
        self.assertNotEqual(again.remote_order_ids.remote_ref, remote.remote_ref)

    def test_shipped_and_tracked(self):
        order = self.sell(2, 1)
        self.export(order)
        remote = self.remote(order)
        self.assertEqual(remote.fee, 11.5)
        self.ship(remote)
        self.assertEqual((remote.state, remote.status), ("done", "shipped"))
        self.assertTrue(order.picking_ids.carrier_tracking_ref.startswith("TRACK"))
        self.assertEqual(order.order_line.mapped("qty_delivered"), [2, 1])

    def test_cancelling_is_found_out_by_reading(self):
        order, late = self.sell(1), self.sell(1)
        self.export(order)
        self.export(late)
        self.remote(order).action_cancel_remote()
        self.assertEqual(self.remote(order).status, "cancelled")
        self.amazon.fault("outbound.cancelOrder", "pick_first")
        answer = self.remote(late).action_cancel_remote()
        self.assertIn("too late", answer["params"]["message"])

    def test_an_order_on_hold_is_only_released(self):
        order = self.sell(1)
        self.export(order, hold=True)
        remote = self.remote(order)
        with self.assertRaisesRegex(UserError, "Cancel the order, and send it anew"):
            remote.action_amazon_update()
        remote.action_release_remote()
        self.assertFalse(remote.is_held)
