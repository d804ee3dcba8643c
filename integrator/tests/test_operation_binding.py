# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from dataclasses import replace
from decimal import Decimal

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..exceptions import RejectedError, TransientError
from ..operation_types import RemoteOrderLine
from .operation_case import OperationCase


def at_site(sku="", quantity=5, **values):
    """A line of an order that was made at the site by hand."""
    values = {"remote_line_id": f"hand-{sku or values.get('barcode')}", **values}
    return RemoteOrderLine("", sku, Decimal(quantity), **values)


@tagged("post_install", "-at_install")
class TestOperationBinding(OperationCase):
    """Orders that a site ships are synchronised, bound and unbound."""

    def bind(self, order, *refs):
        return self.operation(self.api.bind_orders(self.site.id, order.id, list(refs)))

    def unbind(self, order, **values):
        return self.operation(self.api.unbind_orders(self.site.id, order.id, **values))

    def exported(self, *quantities):
        """An order at the site."""
        order = self.make_orders_of_two(*(quantities or (5, 3)))
        self.assertEqual(self.export(order).state, "done")
        return order

    def bound(self):
        """An order that was made there by hand, with the same goods."""
        order = self.make_orders_of_two(5, 3)
        ref = f"HAND-{order.id}"
        self.warehouse.make(ref, at_site("SKU-1"), at_site("SKU-2", 3))
        self.assertEqual(self.bind(order, ref).state, "done")
        return order

    # === SYNCHRONISING === #

    def test_exported_and_bound_orders_are_followed_alike(self):
        """002-45, 002-55, 002-56, 002-57, 002-60, 002-62, 002-63, 002-73, 002-76, 002-78: status,
        tracking, deliveries and the quantity that is delivered."""
        for make in (self.exported, self.bound):
            with self.subTest(how=make.__name__):
                order = make()
                remote = self.remote_orders(order)
                self.warehouse.ship(remote.remote_ref, tracking="1Z 999 AA1")
                operation = self.synchronise()
                self.assertEqual(operation.state, "done")
                self.assertEqual(
                    (remote.status, remote.original_status, remote.state),
                    ("shipped", "Complete", "done"),
                )
                self.assertEqual(order.order_line.mapped("qty_delivered"), [5, 3])
                self.assertEqual(order.picking_ids.mapped("state"), ["done"])
                self.assertEqual(order.picking_ids.carrier_tracking_ref, "1Z 999 AA1")
                self.assertFalse(remote.difference)
                self.assertIn("shipped", self.operations(order))

    def test_a_part_leaves_and_the_rest_is_a_backorder(self):
        """002-56, 002-57: two parcels, two deliveries, each with its own number."""
        order = self.exported()
        remote = self.remote_orders(order)
        self.warehouse.ship(remote.remote_ref, 2, "FIRST-1", word="Processing")
        self.synchronise()
        self.synchronise()
        self.assertEqual((remote.status, remote.state), ("partially_shipped", "open"))
        self.assertEqual(order.order_line.mapped("qty_delivered"), [2, 2])
        self.warehouse.ship(remote.remote_ref, tracking="SECOND-2")
        self.synchronise()
        self.assertEqual(order.order_line.mapped("qty_delivered"), [5, 3])
        done = order.picking_ids.sorted("id")
        self.assertEqual(done.mapped("state"), ["done", "done"])
        self.assertEqual(set(done.mapped("carrier_tracking_ref")), {"FIRST-1", "SECOND-2"})
        self.assertEqual(remote.tracking, "FIRST-1, SECOND-2")

    def test_pieces_that_the_site_cannot_ship_come_back_to_us(self):
        """002-56, 002-60: the rest can be exported again, or shipped from our warehouse."""
        order = self.exported()
        remote = self.remote_orders(order)
        self.warehouse.ship(remote.remote_ref, 2, word="Processing")
        self.warehouse.end(remote.remote_ref, "unfulfillable", "CompletePartialled")
        self.synchronise()
        self.assertEqual((remote.state, remote.status), ("done", "unfulfillable"))
        rest = order.picking_ids.filtered(lambda picking: picking.state != "done")
        self.assertFalse(rest.integrator_remote_order_id)
        self.assertEqual(rest.move_ids.mapped("product_uom_qty"), [3, 1])
        self.assertEqual(self.export(order).state, "done")
        self.assertEqual(self.remote_orders(order)[-1].line_ids.mapped("quantity"), [3, 1])

    def test_the_sites_location_is_where_it_leaves_from(self):
        """002-56: stock leaves the location that stands for the site's warehouse."""
        there = self.env["stock.location"].create({"name": "At the site", "usage": "internal"})
        self.env["stock.quant"]._update_available_quantity(self.product, there, 9)
        self.site.write({"site_stock": "location", "site_location_id": there.id})
        order = self.make_order()
        self.export(order)
        self.warehouse.ship(self.remote_orders(order).remote_ref)
        self.synchronise()
        left = self.env["stock.quant"]._get_available_quantity
        self.assertEqual((left(self.product, there), left(self.product, self.stock)), (4, 100))

    def test_a_second_synchronisation_joins_the_first(self):
        """002-53, 002-54: by hand beside the schedule; each order is read once."""
        self.site.export_verify = False
        self.exported()
        first = self.api.synchronise(self.site.id)
        second = self.api.synchronise(self.site.id)
        self.assertEqual((first["id"], first["joined"]), (second["id"], False))
        self.assertTrue(second["joined"])
        self.go_on()
        self.assertEqual(self.warehouse.count("read"), 1)

    def test_it_runs_by_itself_too(self):
        """002-54: every some minutes while something is followed."""
        self.site.write({"export_minutes": 15, "export_verify": False})
        self.go_on()
        self.assertEqual(self.warehouse.count("read"), 0)
        self.exported()
        self.go_on()
        self.assertEqual(self.warehouse.count("read"), 1)
        self.go_on()
        self.assertEqual(self.warehouse.count("read"), 1)
        with self.later(minutes=16):
            self.go_on()
        self.assertEqual(self.warehouse.count("read"), 2)

    def test_one_that_cannot_be_read_stops_no_other(self):
        """002-55: the reason stands in the steps; what passes by itself is tried again."""
        first, second = self.exported(), self.exported()
        refs = (self.remote_orders(first) | self.remote_orders(second)).mapped("remote_ref")
        for ref in refs:
            self.warehouse.ship(ref)
        self.warehouse.faults = [("read", RejectedError("Not yours.", code="foreign"))]
        operation = self.synchronise()
        self.assertIn("Not yours.", self.texts(operation, "error"))
        self.assertEqual(self.remote_orders(second).status, "shipped")
        self.warehouse.faults = [("read", TransientError("Works at the site."))]
        operation = self.synchronise()
        self.assertEqual(operation.state, "running")
        with self.later(minutes=10):
            self.go_on()
        self.assertEqual(operation.state, "done")
        self.assertEqual(self.remote_orders(first).status, "shipped")

    def test_it_never_cancels(self):
        """002-58, 002-59, 002-60: the user reads where to cancel by hand, and does so."""
        order = self.exported()
        order._action_cancel()
        remote = self.remote_orders(order)
        operation = self.synchronise()
        self.assertEqual(self.warehouse.count("cancel"), 0)
        self.assertIn("Cancel it there by hand", self.texts(operation, "warning"))
        self.assertIn("Cancel it there by hand", remote.difference)
        remote.with_user(self.operator).action_cancel_remote()
        self.assertEqual((remote.status, remote.state), ("cancelled", "done"))
        self.assertFalse(remote.difference)

    def test_cancelling_there_can_be_too_late(self):
        """002-59."""
        order = self.exported()
        remote = self.remote_orders(order)
        self.warehouse.ship(remote.remote_ref)
        answer = remote.with_user(self.operator).action_cancel_remote()
        self.assertEqual(answer["params"]["type"], "warning")
        self.assertIn("too late", answer["params"]["message"])

    def test_a_held_export_is_released(self):
        """002-43: reserved at the site until somebody lets it go."""
        order = self.make_order()
        self.export(order, options={"hold": True})
        remote = self.remote_orders(order)
        self.assertTrue(remote.is_held)
        remote.with_user(self.operator).action_release_remote()
        self.assertFalse(remote.is_held)

    def test_an_order_that_is_gone_is_reported(self):
        """002-55."""
        order = self.exported()
        self.warehouse.orders.clear()
        operation = self.synchronise()
        self.assertIn("does not know", self.texts(operation, "error"))
        self.assertEqual(self.remote_orders(order).state, "open")

    def test_a_word_that_nobody_knows_is_reported(self):
        """002-74: what a status means is a table per site; nothing is guessed."""
        remote = self.remote_orders(self.exported())
        state = replace(
            self.warehouse.orders[remote.remote_ref], status="odd", original_status="Strange"
        )
        self.warehouse.orders[remote.remote_ref] = state
        operation = self.synchronise()
        self.assertEqual((remote.status, remote.original_status), ("unknown", "Strange"))
        self.assertIn("“Strange”", self.texts(operation, "warning"))
        row = self.env["integrator.remote.status"].search([("name", "=", "Strange")])
        self.assertEqual((row.site_id, row.status), (self.site, False))
        row.status = "partially_shipped"
        operation = self.synchronise()
        self.assertEqual(remote.status, "partially_shipped")
        self.assertFalse(self.texts(operation, "warning"))

    # === BINDING === #

    def test_products_are_matched(self):
        """002-61, 002-64: by SKU, by barcode, by the site's own id, by quantity; two orders."""
        third = self.env["product.product"].create(
            {"name": "Third", "default_code": "SKU-3", "is_storable": True}
        )
        self.env["integrator.listing"].create(
            {
                "site_id": self.site.id,
                "product_id": third.id,
                "sku": "OFFER-3",
                "remote_id": "B00THIRD",
            }
        )
        order = self.make_orders_of_two(5, 3, 4, 6, third=third)
        self.warehouse.make("H-1", at_site("SKU-1"), at_site("other", 3, barcode="4006381333931"))
        self.warehouse.make("H-2", at_site("there", 6, remote_product_id="B00THIRD"))
        operation = self.bind(order, "H-1", "H-2")
        self.assertEqual(operation.state, "done", self.texts(operation))
        first, second = self.remote_orders(order)
        self.assertEqual(first.line_ids.sale_line_id, order.order_line[:2])
        self.assertEqual(second.line_ids.sale_line_id, order.order_line[3])
        self.assertIn("5 of SKU-1 are those of", self.texts(operation, "information"))

    def test_a_line_without_a_match_is_asked_about(self):
        """002-65: with candidates; it can also belong to none of them."""
        order = self.make_orders_of_two(5, 3)
        self.warehouse.make("H-1", at_site("STRANGE", 5), at_site("GIFT", 1))
        operation = self.bind(order, "H-1")
        self.assertEqual(operation.state, "waiting")
        step = operation._open_questions().sorted("id")[0]
        first, second = order.order_line
        self.assertEqual(
            step.choice_ids.mapped("action"),
            [f"line_{first.id}", f"line_{second.id}", "leave", "cancel"],
        )
        self.answer(operation, f"line_{first.id}")
        self.answer(operation, "leave")
        self.go_on()
        self.assertEqual(operation.state, "done")
        remote = self.remote_orders(order)
        self.assertEqual(remote.line_ids.mapped("sale_line_id"), first)
        self.assertEqual(len(remote.line_ids), 2)

    def test_more_pieces_than_were_sold_are_asked_about(self):
        """002-64, 002-65."""
        order = self.make_order(2)
        self.warehouse.make("H-1", at_site("SKU-1", 5))
        self.assertEqual(self.bind(order, "H-1").state, "waiting")

    def test_cancelling_binds_nothing(self):
        """002-65, 002-88."""
        order = self.make_order()
        self.warehouse.make("H-1", at_site("STRANGE"))
        operation = self.bind(order, "H-1")
        self.answer(operation, "cancel")
        self.assertEqual(operation.state, "cancelled")
        self.assertFalse(self.env["integrator.remote.order"].search([("remote_ref", "=", "H-1")]))

    def test_a_missing_order_is_not_bound(self):
        """002-61: one id is wrong, so nothing is."""
        order = self.make_order()
        self.warehouse.make("H-1", at_site("SKU-1"))
        operation = self.bind(order, "H-1", "H-2")
        self.assertEqual(operation.state, "failed")
        self.assertIn("“H-2”", operation.error_message)
        self.assertFalse(self.remote_orders(order))

    def test_one_that_is_bound_elsewhere_is_refused(self):
        """002-61, 002-69."""
        order = self.bound()
        ref = self.remote_orders(order).remote_ref
        with self.assertRaisesRegex(UserError, f"bound to {order.name}"):
            self.bind(self.make_order(), ref)

    # === UNBINDING === #

    def test_all_lines_are_unbound(self):
        """002-66, 002-67, 002-68, 002-70: it is never read again, and the lines can be exported."""
        order = self.exported()
        remote = self.remote_orders(order)
        operation = self.unbind(order)
        self.assertEqual((operation.state, remote.state), ("done", "unbound"))
        self.assertIn("Cancel it there by hand", self.texts(operation, "warning"))
        self.assertFalse(order.picking_ids.integrator_remote_order_id)
        reads = self.warehouse.count("read")
        self.warehouse.ship(remote.remote_ref)
        self.synchronise()
        self.assertEqual((self.warehouse.count("read"), remote.status), (reads, "unshipped"))
        self.assertEqual(order.order_line.mapped("qty_delivered"), [0, 0])
        with self.assertRaisesRegex(UserError, "not followed"):
            remote.with_user(self.operator).action_read()
        self.assertEqual(self.export(order).state, "done")
        self.assertNotEqual(self.remote_orders(order), remote)

    def test_one_line_is_unbound(self):
        """002-66, 002-67: the other is followed as before."""
        order = self.exported()
        first, second = order.order_line
        remote = self.remote_orders(order)
        self.unbind(order, line_ids=first.ids)
        self.assertEqual(remote.state, "open")
        self.warehouse.ship(remote.remote_ref)
        self.synchronise()
        self.assertEqual((first.qty_delivered, second.qty_delivered), (0, 3))
        self.assertEqual(self.export(order, line_ids=first.ids).state, "done")

    def test_a_wrong_order_is_unbound_and_another_bound(self):
        """002-69."""
        order = self.make_order()
        self.warehouse.make("WRONG", at_site("SKU-1"))
        self.warehouse.make("RIGHT", at_site("SKU-1"))
        self.bind(order, "WRONG")
        self.unbind(order, remote_order_ids=["WRONG"])
        self.assertEqual(self.bind(order, "RIGHT").state, "done")
        self.assertEqual(self.remote_orders(order).remote_ref, "RIGHT")
        with self.assertRaisesRegex(UserError, "Nothing of what you named"):
            self.unbind(order, remote_order_ids=["WRONG"])

    def test_pieces_shipped_before_the_binding_are_not_delivered_again(self):
        """002-60, 002-63, 002-69: shipped, unbound, and bound again."""
        order = self.exported()
        remote = self.remote_orders(order)
        self.warehouse.ship(remote.remote_ref)
        self.synchronise()
        self.unbind(order)
        self.assertEqual(self.bind(order, remote.remote_ref).state, "done")
        self.synchronise()
        self.assertEqual(order.order_line.mapped("qty_delivered"), [5, 3])
        self.assertEqual((len(order.picking_ids), len(self.remote_orders(order))), (1, 1))
        self.assertFalse(self.remote_orders(order).difference)

    def test_one_that_has_left_already_is_bound(self):
        """002-62, 002-63: its delivery is done with the binding."""
        order = self.make_order()
        self.warehouse.make("H-1", at_site("SKU-1"))
        self.warehouse.ship("H-1", 2, "T-1")
        self.assertEqual(self.bind(order, "H-1").state, "done")
        self.assertEqual(order.order_line.qty_delivered, 2)
        done = order.picking_ids.filtered(lambda picking: picking.state == "done")
        self.assertEqual(done.carrier_tracking_ref, "T-1")

    # === BY THE WIZARD === #

    def test_the_buttons_of_the_order(self):
        """002-33, 002-61, 002-66: export, unbind and bind by the wizard."""
        order = self.make_orders_of_two(5, 3)
        wizard = self.wizard(order, "export")
        wizard.line_ids = order.order_line[0]
        wizard.action_preview()
        self.assertEqual(wizard.preview_ids.mapped("fee"), [7.5, 12])
        wizard.preview_ids[1].action_take()
        self.assertEqual(wizard.speed, "Express")
        operation = self.env["integrator.operation"].browse(wizard.action_start()["res_id"])
        self.go_on()
        self.assertEqual((operation.state, operation.user_id), ("done", self.operator))
        request = next(call[2] for call in self.warehouse.calls if call[0] == "create")
        self.assertEqual((request.speed, len(request.lines)), ("Express", 1))
        ref = self.remote_orders(order).remote_ref
        self.assertEqual(order.with_user(self.operator).integrator_export_state, "part")
        self.wizard(order, "unbind").action_start()
        self.go_on()
        self.assertFalse(self.remote_orders(order))
        self.wizard(order, "bind", remote_refs=f"{ref}, ").action_start()
        self.go_on()
        self.assertEqual(self.remote_orders(order).remote_ref, ref)

    def wizard(self, order, kind, **values):
        action = getattr(order.with_user(self.operator), f"action_integrator_{kind}")()
        wizards = self.env[action["res_model"]].with_user(self.operator)
        return wizards.with_context(**action["context"]).create(values)

    def test_the_button_of_the_site(self):
        """002-53."""
        action = self.site.with_user(self.operator).action_synchronise_orders()
        self.go_on()
        operation = self.env["integrator.operation"].browse(action["res_id"])
        self.assertEqual((operation.kind, operation.state), ("synchronise", "done"))

    # === SEARCHING === #

    def test_lines_are_found_by_order_and_by_tracking(self):
        """002-71, 002-75, 002-77, 002-79, 002-80, 002-81: several at once, as lists and as XML."""
        first, second = self.exported(), self.exported(2)
        refs = [self.remote_orders(one).remote_ref for one in (first, second)]
        self.warehouse.ship(refs[0], tracking="1Z999AA10123456784")
        self.warehouse.ship(refs[1], tracking="JJD0002")
        self.synchronise()
        by_ref = self.api.search_lines(remote_order_ids=refs)
        self.assertEqual(
            sorted(line["line_id"] for line in by_ref), sorted((first | second).order_line.ids)
        )
        by_tracking = self.api.search_lines(tracking_numbers=["JJD0002", "nothing"])
        self.assertEqual([line["line_id"] for line in by_tracking], second.order_line.ids)
        line = by_tracking[0]
        self.assertEqual(line["account"], {"id": self.site.id, "name": "Dummy"})
        self.assertEqual(line["remote_order_id"], refs[1])
        self.assertEqual((line["item_id"], line["configuration_id"]), ("ASIN-SKU-1", "SKU-1"))
        self.assertEqual(line["promotion_ids"], ["PROMO-1"])
        self.assertEqual((line["status"]["id"], line["original_status"]), ("shipped", "Complete"))
        xml = (
            f"<Search><RemoteOrderId>{refs[1]}</RemoteOrderId>"
            "<TrackingNumber>1Z999AA10123456784</TrackingNumber></Search>"
        )
        by_xml = self.api.search_lines(search_xml=xml)
        self.assertEqual(len(by_xml), 3)
        for seller in ("Dummy", str(self.site.id)):
            mine = xml.replace("</Search>", f"<Seller>{seller}</Seller></Search>")
            self.assertEqual(self.api.search_lines(search_xml=mine), by_xml)
        other = self._make_site("Other").name
        theirs = xml.replace("</Search>", f"<Seller>{other}</Seller></Search>")
        self.assertEqual(self.api.search_lines(search_xml=theirs), [])
        with self.assertRaisesRegex(UserError, "no seller “Nobody”"):
            self.api.search_lines(search_xml=theirs.replace(other, "Nobody"))
        with self.assertRaisesRegex(UserError, "/Search/Wrong"):
            self.api.search_lines(search_xml="<Search><Wrong>1</Wrong></Search>")
        self.assertEqual(self.api.order_details(remote_order_id=refs[1])["order_id"], second.id)

    def test_a_scanned_label_is_found(self):
        """002-82: case, blanks, what a label adds in front, and a check character behind."""
        order = self.exported(5)
        self.warehouse.ship(
            self.remote_orders(order).remote_ref, tracking="9400 1000 0000 0000 0000 00"
        )
        self.synchronise()
        labels = [
            "9400100000000000000000",
            "9400 1000 0000 0000 0000 00\r\n",
            "420123459400100000000000000000",
            "94001000000000000000007",
        ]
        for label in labels:
            with self.subTest(label=label):
                scan = self.env["integrator.scan"].with_user(self.operator).create({"code": label})
                self.assertEqual(scan.picking_ids, order.picking_ids)
                self.assertEqual(scan.action_open()["res_id"], order.picking_ids.id)
                found = self.api.search_lines(tracking_numbers=[label])
                self.assertEqual([line["line_id"] for line in found], order.order_line.ids)
        scan = self.env["integrator.scan"].create({"code": "9400 no such"})
        self.assertTrue(scan.message)

    def test_orders_sold_at_the_site_are_found_too(self):
        """002-71, 002-80: orders that came from the site."""
        self.import_orders(self.remote.order("R-1"))
        found = self.api.search_lines(remote_order_ids=["R-1"])
        self.assertEqual([(line["sku"], line["quantity"]) for line in found], [("SKU-1", 2)])
        details = self.api.order_details(remote_order_id="R-1")
        self.assertEqual(details["lines"][0]["remote"][0]["original_status"], "UNSHIPPED")
