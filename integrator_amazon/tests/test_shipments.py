# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from spapi_simulator.carriers import CARRIERS, FEED_CARRIERS

from .orders_case import ShipmentsCase


@tagged("post_install", "-at_install")
class TestShipments(ShipmentsCase):
    """Parcels are confirmed at Amazon as they really left, and read back (000-28, 001-23)."""

    # === PACKAGES === #

    def test_three_packages_of_one_delivery_are_three_packages_at_amazon(self):
        """000-28: each with its pieces, its tracking and a positive number of its own."""
        order = self.order("quantities")
        picking = order.sale_order_id.picking_ids
        total = int(sum(picking.move_ids.mapped("product_uom_qty")))
        self.assertGreaterEqual(total, 3)
        first = picking.move_ids[0]
        pieces = [[1], [1], [int(first.product_uom_qty) - 2]]
        rest = [int(move.product_uom_qty) for move in picking.move_ids[1:]]
        picking.carrier_id = self.carrier
        self.pack(
            picking,
            (pieces[0], "003404341610900001"),
            (pieces[1], "003404341610900002"),
            ([*pieces[2], *rest], "003404341610900003"),
        )
        self.send_updates()
        packages = self.amazon.shipments(order.remote_order_id)
        self.assertEqual([one["packageReferenceId"] for one in packages], ["1001", "1002", "1003"])
        self.assertEqual(
            [one["trackingNumber"] for one in packages],
            ["003404341610900001", "003404341610900002", "003404341610900003"],
        )
        sent = sum(item["quantity"] for one in packages for item in one["orderItems"])
        self.assertEqual((sent, self.status(order)), (total, "SHIPPED"))
        self.assertEqual(self.task(picking).state, "success")
        # those of the delivery are of one package each, unless there are more packages
        picking.move_line_ids.result_package_id.integrator_tracking = False
        numbers = ["003404341610900004", "003404341610900005", "003404341610900006"]
        for listed, expected in ((numbers, numbers), (numbers[1:], [numbers[1]] * 3)):
            picking.carrier_tracking_ref = ", ".join(listed)
            self.send_updates()
            packages = self.amazon.shipments(order.remote_order_id)
            self.assertEqual([one["trackingNumber"] for one in packages], expected)

    def test_a_backorder_is_a_parcel_of_its_own(self):
        """000-28, 001-23: first a part, then the rest; numbers go on."""
        order = self.order("quantities")
        picking = order.sale_order_id.picking_ids
        picking.carrier_tracking_ref = "003404341610900004"
        picking.move_ids[0].quantity = 1
        picking.move_ids[1:].quantity = 0
        picking.move_ids[0].picked = True
        picking.with_context(skip_sms=True, skip_backorder=True).button_validate()
        self.send_updates()
        self.assertEqual(self.status(order), "PARTIALLY_SHIPPED")
        rest = order.sale_order_id.picking_ids - picking
        rest.action_assign()
        self.deliver(order.sale_order_id, tracking="003404341610900005")
        self.send_updates()
        self.assertEqual(self.status(order), "SHIPPED")
        packages = self.amazon.shipments(order.remote_order_id)
        self.assertEqual([one["packageReferenceId"] for one in packages], ["1001", "1002"])

    def test_shipped_pieces_are_sent_although_the_rest_is_cancelled(self):
        """001-22, 001-23, 001-43: two parcels, one sent and one not; three pieces are cancelled,
        then all that is left, and then a tracking number is corrected."""
        order = self.order("business")
        sale_order = order.sale_order_id
        first = self.ship_part(order, 2, "003404341610900001")
        self.send_updates()
        sale_order.order_line.filtered(lambda one: one.product_uom_qty == 10).product_uom_qty = 7
        self.send_updates()
        second = self.ship_part(order, 1, "003404341610900002")
        sale_order._action_cancel()
        self.send_updates()
        self.assertEqual(self.sent_parcels(order), [("1001", 2), ("1002", 1)])
        self.assertEqual(self.task(second).state, "success", self.task(second).error_message)
        # of what has not left a person is asked
        task = self.tasks(kind="cancellation", target_ref=f"integrator.order,{order.id}")
        self.assertEqual((task.state, task.error_code), ("error", "cancelled_after_shipment"))
        self.assertIn("refused", sale_order.activity_ids[:1].summary)
        first.carrier_tracking_ref = "003404341610900003"
        self.send_updates()
        packages = self.amazon.shipments(order.remote_order_id)
        numbers = {one["packageReferenceId"]: one["trackingNumber"] for one in packages}
        self.assertEqual(numbers, {"1001": "003404341610900003", "1002": "003404341610900002"})
        self.assertEqual(sorted(self.sent_parcels(order)), [("1001", 2), ("1002", 1)])

    def test_another_tracking_number_corrects_the_parcel(self):
        """001-43: the same package is edited, none is added; also when it is ignored at first."""
        order = self.order("single")
        picking = self.deliver(order.sale_order_id, tracking="003404341610900006")
        self.send_updates()
        self.import_orders()
        self.amazon.fault("confirmShipment", "ignore")
        picking.carrier_tracking_ref = "003404341610900007"
        self.send_updates()
        with self.later(minutes=31):
            self.run_stages(*["send"] * 3)
        [package] = self.amazon.shipments(order.remote_order_id)
        self.assertEqual(package["trackingNumber"], "003404341610900007")
        parcel = self.env["integrator.parcel"].search([("picking_id", "=", picking.id)])
        self.assertEqual(parcel.tracking, "003404341610900007")
        self.assertTrue(parcel.confirmed_at)

    def test_a_call_that_breaks_off_between_two_parcels_loses_no_piece(self):
        """A14: 1 of 10 was sent, the network broke, the order was read meanwhile; then the 9."""
        order = self.order("business")
        picking = order.sale_order_id.picking_ids
        picking.carrier_id = self.carrier
        self.pack(picking, ([1], "003404341610900001"), ([9], "003404341610900002"))
        self.amazon.fault("confirmShipment", "refuse", after=1)
        self.run_stages("plan_orders", "send")
        self.import_orders()
        self.assertEqual(order.line_ids.quantity_shipped, 1)
        for minutes in (2, 4, 6):
            with self.later(minutes=minutes):
                self.run_stages("send")
        self.assertEqual(self.sent_parcels(order), [("1001", 1), ("1002", 9)])
        self.assertEqual((self.status(order), self.task(picking).state), ("SHIPPED", "success"))

    def test_a_throttled_delivery_goes_on_where_it_stood(self):
        """Many parcels: the ones that were sent cost no second call."""
        order = self.order("business")
        picking = order.sale_order_id.picking_ids
        picking.carrier_id = self.carrier
        parcels = [([1], f"0034043416109000{number:02}") for number in range(10)]
        self.pack(picking, *parcels)
        self.amazon.fault("confirmShipment", "throttle", after=7)
        self.run_stages("plan_orders", "send")
        self.assertEqual(len(self.sent_parcels(order)), 7)
        with self.later(minutes=2):
            self.run_stages("send", "send")
        self.assertEqual(len(self.amazon.calls("confirmShipment")), 11)
        self.assertEqual((self.status(order), self.task(picking).state), ("SHIPPED", "success"))

    def test_a_token_that_is_refused_for_a_while_needs_nobody(self):
        """000-17, 001-36: the parcel is sent at a later try."""
        order = self.order("single")
        picking = self.deliver(order.sale_order_id)
        self.amazon.fault("confirmShipment", "forbidden", times=4)
        self.run_stages("plan_orders", "send")
        self.assertEqual(self.task(picking).error_code, "spapi_403_token_refused")
        for minutes in (2, 10):
            with self.later(minutes=minutes):
                self.run_stages("send", "send")
        self.assertEqual((self.task(picking).state, self.status(order)), ("success", "SHIPPED"))

    def test_a_buyers_cancellation_during_a_refused_token_is_reported_as_such(self):
        """001-22: the parcel has left, and Amazon knows nothing of it."""
        order = self.order("single")
        picking = self.deliver(order.sale_order_id)
        self.amazon.fault("confirmShipment", "forbidden", times=4)
        self.run_stages("plan_orders", "send")
        self.amazon.cancel(order.remote_order_id)
        self.run_stages("fetch", "acknowledge", "extract", "import")
        with self.later(minutes=10):
            self.run_stages("send")
        task = self.task(picking)
        self.assertEqual(task.state, "obsolete", task.error_message)
        self.assertIn(f"Amazon has cancelled {order.remote_order_id}", task.error_message)
        self.assertIn("after delivery", order.sale_order_id.activity_ids[:1].summary)
        self.assertEqual(self.sent_parcels(order), [])

    def test_a_token_that_is_refused_at_every_try_needs_a_person(self):
        """000-17, 001-36."""
        order = self.order("single")
        picking = self.deliver(order.sale_order_id)
        self.amazon.fault("confirmShipment", "forbidden", times=20)
        self.run_stages("plan_orders", "send")
        for hours in range(1, 12):
            with self.later(hours=2 * hours):
                self.run_stages("send")
        task = self.task(picking)
        self.assertEqual((task.state, task.error_code), ("error", "spapi_403_token_refused"))
        self.assertIn("authorise the account again", task.error_message)
        self.assertEqual(self.alerts(stage="send").code, "spapi_403_token_refused")

    def test_a_refused_parcel_is_sent_again_and_the_others_are_not(self):
        """A14: the second of two is refused; the order is read before it is sent again."""
        order = self.order("business")
        picking = order.sale_order_id.picking_ids
        picking.carrier_id = self.carrier
        self.pack(picking, ([4], "003404341610900001"), ([6], "003404341610900002"))
        options = {"status": 400, "code": "InvalidInput"}
        self.amazon.fault("confirmShipment", "server_error", after=1, **options)
        self.send_updates()
        self.assertEqual((self.task(picking).state, len(self.sent_parcels(order))), ("error", 1))
        self.import_orders()
        self.task(picking).action_retry()
        self.run_stages("send", "send")
        self.assertEqual(self.sent_parcels(order), [("1001", 4), ("1002", 6)])
        self.assertEqual(len(self.amazon.calls("confirmShipment")), 3)
        self.assertEqual(self.task(picking).state, "success")

    def test_one_shown_parcel_of_two_is_not_enough(self):
        """The second is accepted and ignored; after half an hour only it is sent again."""
        order = self.order("business")
        picking = order.sale_order_id.picking_ids
        picking.carrier_id = self.carrier
        self.pack(picking, ([4], "003404341610900001"), ([6], "003404341610900002"))
        self.amazon.fault("confirmShipment", "ignore", after=1)
        self.send_updates()
        self.assertEqual(self.task(picking).state, "pending")
        with self.later(minutes=31):
            self.run_stages(*["send"] * 3)
        self.assertEqual(self.sent_parcels(order), [("1001", 4), ("1002", 6)])
        self.assertEqual(len(self.amazon.calls("confirmShipment")), 3)

    def test_pieces_are_sent_once_however_many_parcels_hold_the_product(self):
        """000-28: two lines would not do; the second parcel holds what the first one has not."""
        order = self.order("quantities")
        picking = order.sale_order_id.picking_ids
        picking.carrier_id = self.carrier
        first, second = picking.move_ids
        total = int(first.product_uom_qty)
        # one piece more than was ordered leaves with the second parcel
        self.pack(
            picking,
            ([total - 1, 0], "003404341610900001"),
            ([2, int(second.product_uom_qty)], "003404341610900002"),
        )
        self.send_updates()
        sent = {}
        for package in self.amazon.shipments(order.remote_order_id):
            for item in package["orderItems"]:
                sent[item["orderItemId"]] = sent.get(item["orderItemId"], 0) + item["quantity"]
        self.assertEqual(sent, {line.remote_line_id: line.quantity for line in order.line_ids})

    def test_repacked_pieces_are_sent_again(self):
        """000-28: the first package is sent without what the second one holds by now."""
        order = self.order("business")
        picking = order.sale_order_id.picking_ids
        picking.carrier_id = self.carrier
        self.pack(picking, ([10], "003404341610900001"))
        self.send_updates()
        self.assertEqual(self.sent_parcels(order), [("1001", 10)])
        package = self.env["stock.package"].create({"integrator_tracking": "003404341610900002"})
        line = picking.move_line_ids
        line.quantity = 6
        line.copy({"quantity": 4, "result_package_id": package.id})
        self.env["order.integration"]._request(self.site, order.sale_order_id)
        self.send_updates()
        self.assertEqual(self.sent_parcels(order), [("1001", 6), ("1002", 4)])

    def test_pieces_confirmed_in_seller_central_are_not_sent_again(self):
        """000-28: one of ten is confirmed there while our parcel of ten waits to be sent."""
        order = self.order("business")
        picking = self.deliver(order.sale_order_id)
        item = order.line_ids.remote_line_id
        self.amazon.ship_elsewhere(order.remote_order_id, quantities={item: 1})
        self.import_orders()
        self.assertEqual(order.line_ids.quantity_shipped, 1)
        self.send_updates()
        parcel = self.env["integrator.parcel"].search([("picking_id", "=", picking.id)])
        self.assertEqual((self.task(picking).state, parcel.content), ("success", {item: 9}))
        packages = self.amazon.shipments(order.remote_order_id)
        sent = [(one["packageReferenceId"], one["orderItems"][0]["quantity"]) for one in packages]
        self.assertEqual((sent, self.status(order)), ([("1", 1), ("1001", 9)], "SHIPPED"))

    def test_a_delivery_with_pieces_of_two_orders_is_sent_for_both(self):
        """F16b: each order has a task, its own pieces, and its own parcel number."""
        orders = [self.order("single"), self.order("several_lines")]
        pickings = [order.sale_order_id.picking_ids for order in orders]
        pickings[1].move_ids.picking_id = pickings[0]
        picking = pickings[0]
        picking.carrier_tracking_ref = "003404341610900060"
        picking.with_context(skip_sms=True).button_validate()
        self.send_updates()
        tasks = self.tasks(kind="shipment", picking_id=picking.id)
        self.assertEqual(len(tasks), 2)
        self.assertEqual(set(tasks.mapped("state")), {"success"})
        for order in orders:
            [package] = self.amazon.shipments(order.remote_order_id)
            items = {item["orderItemId"]: item["quantity"] for item in package["orderItems"]}
            self.assertEqual(items, {line.remote_line_id: line.quantity for line in order.line_ids})
            shown = (package["packageReferenceId"], self.status(order))
            self.assertEqual(shown, ("1001", "SHIPPED"))

    def leave_again(self, picking, tracking):
        """Let one piece of each product of a parcel come back and leave once more.

        :return: the second delivery
        """
        for number in (False, tracking):
            wizard = self.env["stock.return.picking"].create({"picking_id": picking.id})
            wizard.product_return_moves.quantity = 1
            picking = wizard._create_return()
            picking.carrier_tracking_ref = number
            picking.move_ids.picked = True
            picking.with_context(skip_sms=True).button_validate()
        return picking

    def test_a_part_that_came_back_and_leaves_again_asks_nobody(self):
        """O06: Amazon knows it, whatever else of the order and of its line is still to leave."""
        order = self.order("business")
        picking = order.sale_order_id.picking_ids
        picking.carrier_tracking_ref = "003404341610900064"
        # whoever packs it counts in dozens
        dozen = self.env.ref("uom.product_uom_dozen")
        picking.move_line_ids.write({"product_uom_id": dozen.id, "quantity": 0.25, "picked": True})
        picking.with_context(skip_sms=True, skip_backorder=True).button_validate()
        picking.backorder_ids.action_assign()
        self.send_updates()
        again = self.leave_again(picking, "003404341610900065")
        self.send_updates()
        self.assertEqual(self.task(again).state, "obsolete", self.task(again).error_message)
        self.assertEqual(self.sent_parcels(order), [("1001", 3)])
        # two more than were ordered
        self.ship_part(order, 9, "003404341610900066")
        self.send_updates()
        self.assertEqual(self.sent_parcels(order), [("1001", 3), ("1003", 7)])

    def test_a_parcel_that_came_back_and_leaves_again_is_not_sent_again(self):
        """O06: Amazon refuses it; the task is closed with the reason."""
        order = self.order("single")
        picking = self.deliver(order.sale_order_id, tracking="003404341610900061")
        self.send_updates()
        again = self.leave_again(picking, "003404341610900062")
        self.send_updates()
        self.assertEqual(self.task(again).state, "obsolete")
        self.assertIn("knows already that all pieces", self.task(again).error_message)
        self.assertEqual(self.sent_parcels(order), [("1001", 1)])

    def test_pieces_that_are_cancelled_after_they_left_are_said_as_they_are(self):
        """001-22: one is with the buyer, the buyer cancels the one in the second parcel; Amazon
        shows it as cancelled, or a smaller order. Told once more, the parcel that is known asks
        nobody."""
        for kind, zero in (("business", False), ("quantities", True)):
            with self.subTest(zero=zero):
                order = self.order(kind)
                line = order.line_ids.filtered(lambda one: one.quantity > 2)
                first = self.ship_part(order, line.quantity - 1, "003404341610900070")
                self.send_updates()
                if zero:
                    # one comes back and leaves once more: it is with the buyer again
                    self.leave_again(first, "003404341610900072")
                second = self.deliver(order.sale_order_id, tracking="003404341610900071")
                self.amazon.cancel_items(
                    order.remote_order_id, quantities={line.remote_line_id: 1}, zero=zero
                )
                self.import_orders()
                self.send_updates()
                task = self.task(second)
                self.assertEqual((task.state, task.error_code), ("error", "shipment_cancelled"))
                self.assertIn(f"1 × {line.sku}", task.error_message)
                self.assertEqual(self.sent_parcels(order)[0][0], "1001")
                self.assertEqual(len(self.sent_parcels(order)), 1)
                self.env["order.integration"]._request(self.site, order.sale_order_id)
                self.send_updates()
                self.assertEqual(self.task(first).state, "success")

    def test_a_number_that_is_taken_off_again_tells_nothing(self):
        """O07: Amazon keeps the one that it has; no task waits for a number."""
        order = self.order("single")
        picking = self.deliver(order.sale_order_id, tracking="003404341610900063")
        self.send_updates()
        tasks = self.tasks(kind="shipment", picking_id=picking.id)
        picking.carrier_tracking_ref = False
        self.send_updates()
        self.assertEqual(self.tasks(kind="shipment", picking_id=picking.id), tasks)
        self.assertEqual(tasks.state, "success")

    def test_a_shipment_waits_for_its_number_as_long_as_the_site_says(self):
        """004-04, 004-22: counted from the moment that it left."""
        self.site.tracking_delay = 900
        order = self.order("single")
        picking = self.deliver(order.sale_order_id, tracking=False)
        self.run_stages("plan_orders", "send")
        task = self.task(picking)
        event = self.events("order", record_operation="shipped")
        wait = task.update_at - event.operation_timestamp
        self.assertEqual((task.state, wait.total_seconds()), ("waiting", 900))

    # === CHECKED FIRST === #

    def test_a_date_in_the_future_is_sent_as_now(self):
        """000-28: Amazon refuses a parcel that has not left."""
        order = self.order("single")
        picking = self.deliver(order.sale_order_id)
        picking.date_done = fields.Datetime.now() + timedelta(days=2)
        self.send_updates()
        [package] = self.amazon.shipments(order.remote_order_id)
        self.assertEqual(self.task(picking).state, "success")
        self.assertLess(package["shipDate"][:10], picking.date_done.date().isoformat())

    def test_a_name_that_is_too_long_costs_its_own_delivery_only(self):
        """F7: in a file of three; the reason names the text."""
        self.site.amazon_shipment_bulk = 2
        long_name = self.carrier.copy({"amazon_carrier_code": False})
        long_name.name = "Spedition Mustermann International Premium Express Lieferung"
        orders = [self.order(kind) for kind in ("single", "several_lines", "quantities")]
        orders[1].sale_order_id.picking_ids.carrier_id = long_name
        pickings = [
            self.deliver(order.sale_order_id, tracking=f"00340434161090007{number}")
            for number, order in enumerate(orders)
        ]
        self.send_updates()
        with self.later(minutes=2):
            self.run_stages("send")
        states = [self.task(picking).state for picking in pickings]
        self.assertEqual(states, ["success", "error", "success"])
        self.assertIn("longer than 50", self.task(pickings[1]).error_message)
        self.assertIn("Spedition Mustermann", self.task(pickings[1]).error_message)

    def test_every_supplied_carrier_code_is_accepted_where_it_is_sent(self):
        """F7: letter by letter; what files do not take is sent by its name there."""
        carriers = self.env["integrator.amazon.carrier"].search([])
        self.assertLessEqual(set(carriers.mapped("code")), CARRIERS)
        by_feed = carriers.filtered("by_feed").mapped("code")
        self.assertEqual(set(by_feed), set(carriers.mapped("code")) & FEED_CARRIERS)
        self.carrier.write({"name": "Evri next day", "amazon_carrier_code": "Evri"})
        self.site.amazon_shipment_route = "feed"
        order = self.order("single")
        order.sale_order_id.picking_ids.carrier_id = self.carrier
        self.deliver(order.sale_order_id, tracking="T00ABC1234567890")
        self.send_updates()
        [package] = self.amazon.shipments(order.remote_order_id)
        self.assertEqual(
            (package["carrierCode"], package["carrierName"]), ("Other", "Evri next day")
        )

    def test_a_code_that_is_no_longer_there_is_refused_with_words(self):
        """F7: before Amazon refuses it."""
        self.env["integrator.amazon.carrier"].search([("code", "=", "DHL")]).unlink()
        order = self.order("single")
        picking = order.sale_order_id.picking_ids
        picking.carrier_id = self.carrier
        self.deliver(order.sale_order_id)
        self.send_updates()
        self.assertEqual(self.task(picking).error_code, "carrier_unknown")
        self.assertFalse(self.amazon.shipments(order.remote_order_id))

    def test_a_tracking_number_of_another_form_is_refused_here(self):
        """With the carrier and an example; corrected, it is sent at once."""
        order = self.order("single")
        picking = order.sale_order_id.picking_ids
        self.carrier.amazon_carrier_code = "UPS"
        picking.carrier_id = self.carrier
        self.deliver(order.sale_order_id, tracking="NONSENSE")
        self.send_updates()
        task = self.task(picking)
        self.assertEqual((task.state, task.error_code), ("error", "tracking_malformed"))
        self.assertIn("1Z999AA10123456784", task.error_message)
        self.assertFalse(self.amazon.shipments(order.remote_order_id))
        picking.carrier_tracking_ref = "1Z999AA10123456784"
        self.send_updates()
        [package] = self.amazon.shipments(order.remote_order_id)
        self.assertEqual(package["carrierCode"], "UPS")

    def test_a_carrier_that_amazon_does_not_know_is_refused_on_the_form(self):
        """Letter by letter."""
        with self.assertRaisesRegex(ValidationError, "It writes “DHL”"):
            self.carrier.amazon_carrier_code = "dhl"

    def test_a_date_before_the_order_is_refused_here(self):
        """000-28: what Amazon would refuse is refused here, with the field named."""
        order = self.order("single")
        picking = self.deliver(order.sale_order_id)
        picking.date_done = "2020-01-01 10:00:00"
        self.send_updates()
        task = self.task(picking)
        self.assertEqual((task.state, task.error_code), ("error", "shipment_before_order"))
        self.assertIn("effective date", task.error_message)

    # === ACCEPTED IS NOT SHOWN === #

    def test_accepted_and_ignored_is_noticed(self):
        """001-68: Amazon answers 204 and does nothing."""
        self.amazon.fault("confirmShipment", "ignore", times=2)
        order = self.order("single")
        picking = self.deliver(order.sale_order_id)
        self.send_updates()
        self.assertEqual(self.task(picking).state, "pending")
        with self.later(minutes=31):
            self.run_stages(*["send"] * 3)
        self.assertEqual(self.task(picking).state, "pending", "it was sent once more")
        with self.later(minutes=63):
            self.run_stages("send")
        task = self.task(picking)
        self.assertEqual((task.state, task.error_code), ("error", "accepted_but_not_shown"))
        task.action_retry()
        self.run_stages("send", "send")
        self.assertEqual(self.task(picking).state, "success")
        self.assertEqual(self.status(order), "SHIPPED")

    # === BY FEED === #

    def test_many_deliveries_go_by_one_feed(self):
        """000-28, 004-32: one ticket for all of them, by the volume that the site says."""
        self.site.amazon_shipment_bulk = 2
        orders = [self.order(kind) for kind in ("single", "several_lines", "quantities")]
        for number, order in enumerate(orders):
            order.sale_order_id.picking_ids.carrier_id = self.carrier
            self.deliver(order.sale_order_id, tracking=f"00340434161090001{number}")
        self.send_updates()
        with self.later(minutes=2):
            self.run_stages("send")
        tasks = self.tasks(kind="shipment")
        self.assertEqual(set(tasks.mapped("state")), {"success"})
        self.assertEqual(len(set(tasks.mapped("ticket"))), 1)
        for number, order in enumerate(orders):
            [package] = self.amazon.shipments(order.remote_order_id)
            self.assertEqual(package["trackingNumber"], f"00340434161090001{number}")
            self.assertEqual(package["source"], "POST_ORDER_FULFILLMENT_DATA")
            self.assertEqual(package["carrierCode"], "DHL")

    def test_a_file_of_deliveries_that_was_refused_can_be_sent_again(self):
        """A4: its report refuses it, or it ends without one; the task asks. Sent again, the parcel
        is the same one."""
        self.site.amazon_shipment_route = "feed"
        order = self.order("single")
        picking = self.deliver(order.sale_order_id)
        for minutes, fault, options in (
            (0, "report", {"processed": 0, "successful": 0}),
            (5, "fatal", {"effect": True}),
        ):
            self.amazon.fault("createFeed", fault, **options)
            for later in (minutes, minutes + 2):
                with self.later(minutes=later):
                    self.run_stages("plan_orders", "send", "send")
            self.assertEqual(self.task(picking).state, "error")
            self.task(picking).action_retry()
        with self.later(minutes=10):
            self.run_stages("send", "send")
        self.assertEqual(self.task(picking).state, "success")
        self.assertEqual(self.sent_parcels(order), [("1001", 1)])

    def test_a_service_without_tracking_goes_by_feed_without_waiting(self):
        """004-04: confirmShipment takes none without a number, the feed does."""
        self.carrier.integrator_no_tracking = True
        order = self.order("single")
        order.sale_order_id.picking_ids.carrier_id = self.carrier
        picking = self.deliver(order.sale_order_id, tracking=False)
        self.send_updates()
        with self.later(minutes=2):
            self.run_stages("send")
        self.assertEqual(self.task(picking).state, "success")
        self.assertEqual(self.status(order), "SHIPPED")

    def test_a_stuck_feed_leaves_the_other_lane_open(self):
        """004-35: shipments are confirmed one by one meanwhile."""
        self.site.write({"amazon_shipment_bulk": 0, "stuck_minutes": 60})
        self.amazon.fault("createFeed", "stuck")
        first, second = self.order("single"), self.order("several_lines")
        self.deliver(first.sale_order_id, tracking="003404341610900020")
        self.send_updates()
        self.assertIn(self.tasks(kind="shipment").state, ("submitted", "pending"))
        with self.later(minutes=61):
            self.deliver(second.sale_order_id, tracking="003404341610900021")
            self.send_updates()
        self.assertEqual(self.status(second), "SHIPPED")
        self.assertEqual(self.status(first), "UNSHIPPED")
