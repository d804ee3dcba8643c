# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ..exceptions import RejectedError
from .sale_case import SaleCase


@tagged("post_install", "-at_install")
class TestTimeline(SaleCase):
    """The timeline shows everything about a record in one place, and decisions with their reasons
    (001-77)."""

    def setUp(self):
        super().setUp()
        groups = "integrator.group_integrator_user,sales_team.group_sale_salesman_all_leads"
        self.operator = new_test_user(self.env, "clerk", f"{groups},stock.group_stock_user")

    def timeline(self, record):
        action = record.with_user(self.operator).action_integrator_timeline()
        return self.env[action["res_model"]].browse(action["res_id"])

    def decide(self, records, decision, reason=""):
        wizard = self.env["integrator.decide"].with_user(self.operator)
        wizard = wizard.with_context(active_model=records._name, active_ids=records.ids)
        return wizard.create({"decision": decision, "reason": reason}).action_decide()

    def refuse(self):
        """A product that the site refuses."""
        self.remote.refusals["product"] = RejectedError("No brand.", code="brand")
        listing = {"site_id": self.site.id, "product_id": self.product.id, "sku": "SKU-1"}
        self.env["integrator.listing"].create(listing)
        self.product.name = "Better"
        self.run_stages()
        return self.tasks().filtered(lambda task: task.state == "error")

    def test_an_order_shows_its_timeline(self):
        """Events, sent updates and results, in the order of time."""
        self.import_orders(self.remote.order("R-1"))
        order = self.env["sale.order"].search([("integrator_order_ref", "=", "R-1")])
        self.run_stages()
        self.deliver(order.picking_ids)
        self.run_stages()
        timeline = self.timeline(order)
        kinds = set(timeline.line_ids.mapped("kind"))
        self.assertLessEqual({"event", "request", "answer"}, kinds)
        times = timeline.line_ids.mapped("at")
        self.assertEqual(times, sorted(times, reverse=True))
        self.assertIn("Acknowledgement: Success", timeline.line_ids.mapped("what"))

    def test_a_held_delivery_tells_who_lifted_the_hold(self):
        """001-77, 000-04: the timeline is there before anything was sent, with hold, correction and
        person."""
        self.import_orders(self.remote.order("R-1"))
        order = self.env["sale.order"].search([("integrator_order_ref", "=", "R-1")])
        picking = order.picking_ids
        self.assertTrue(picking.with_user(self.operator).integrator_has_timeline)
        picking._integrator_hold("address", "No street. Ask the buyer.")
        dialog = picking.with_user(self.operator).action_integrator_correct_address()
        dialog = self.env[dialog["res_model"]].with_user(self.operator).browse(dialog["res_id"])
        dialog.write({"street": "Way 7"})
        dialog.action_save()
        for record in (picking, order):
            with self.subTest(record=record._name):
                rows = self.timeline(record).line_ids
                held = rows.filtered(lambda row: row.what.startswith("On hold"))
                self.assertIn("No street", held.what)
                corrected = rows.filtered(lambda row: "was corrected" in row.what)
                self.assertEqual((corrected.kind, corrected.who), ("decision", self.operator.name))
                lifted = rows.filtered(lambda row: row.what.startswith("Hold lifted"))
                self.assertEqual(lifted.who, self.operator.name)

    def test_issues_of_a_listing_are_in_the_timeline_of_its_product(self):
        """001-77: in its own words."""
        listing = {"site_id": self.site.id, "product_id": self.product.id, "sku": "SKU-1"}
        listing = self.env["integrator.listing"].create(listing)
        issue = {"severity": "error", "code": "90220", "message": "“brand” is required."}
        self.env["integrator.listing.issue"].create({**issue, "listing_id": listing.id})
        rows = self.timeline(self.product).line_ids
        self.assertEqual(
            rows.filtered(lambda row: row.code == "90220").detail, "“brand” is required."
        )

    def test_an_error_is_there_with_its_reason(self):
        """001-69."""
        self.refuse()
        rows = self.timeline(self.product).line_ids.filtered(lambda row: row.kind == "error")
        self.assertIn("No brand.", rows[:1].detail)
        self.assertEqual(rows[:1].code, "brand")

    def test_the_text_for_support_has_no_names(self):
        """001-81: versions, steps and reasons; no person."""
        self.refuse()
        text = self.timeline(self.product).support_text
        content = json.loads(text)
        self.assertIn("integrator", content["addons"])
        self.assertTrue(content["steps"])
        self.assertNotIn(self.env.user.name, text)

    def test_the_text_for_support_of_an_order_has_no_buyer(self):
        """001-81: free texts of sites and people quote names, streets and phones."""
        value = self.remote.order("R-1")
        value["buyer"] |= {"name": "Erika Mustermann", "email": "erika@example.com"}
        street = {"street": "Musterstraße 12", "zip": "80331", "phone": "+49 30 123456"}
        value["address"] |= street | {"name": "Erika Mustermann"}
        self.import_orders(value)
        order = self.env["sale.order"].search([("integrator_order_ref", "=", "R-1")])
        said = (
            "The address of Mrs. MUSTERMANN (Erika  Mustermann), Musterstraße 12, 80331, "
            "phone 030/123456, mail erika@example.com, is unknown."
        )
        for kind in ("acknowledgement", "shipment"):
            self.remote.refusals[kind] = RejectedError(said, code="address")
        # holds and what a channel has changed are noted in the logs
        order.message_post(body=said)
        order.picking_ids.message_post(body=said)
        order.picking_ids.carrier_tracking_ref = "TRACK-1"
        self.deliver(order.picking_ids)
        self.run_stages()
        for record in (order, order.picking_ids):
            text = self.timeline(record).support_text
            self.assertIn("is unknown.", text)
            for personal in ("mustermann", "erika", "musterstra", "80331", "123456"):
                self.assertNotIn(personal, text.lower())

    def test_giving_up_needs_a_reason_and_keeps_it(self):
        """001-77: who decided what, and why."""
        tasks = self.refuse()
        with self.assertRaisesRegex(UserError, "Write why"):
            self.decide(tasks, "dismiss")
        self.decide(tasks, "dismiss", "Sold out for good")
        self.assertEqual(set(tasks.mapped("state")), {"obsolete"})
        self.assertEqual(set(tasks.decided_by), set(self.operator))
        rows = self.timeline(self.product).line_ids.filtered(lambda row: row.kind == "decision")
        self.assertIn("Sold out for good", rows[:1].detail)
        self.assertEqual(rows[:1].who, self.operator.name)

    def test_many_events_are_tried_again_at_once(self):
        """001-77, 001-85."""
        tasks = self.refuse()
        self.remote.refusals.clear()
        events = self.events().filtered(lambda event: event.task_state == "error")
        self.decide(events, "retry")
        self.run_stages()
        self.assertEqual(set(tasks.mapped("state")), {"success"})

    def test_a_finished_task_is_not_decided_again(self):
        """Bad input gets a clear error and changes nothing."""
        self.product.name = "Better"
        self.run_stages()
        with self.assertRaisesRegex(UserError, "left to decide"):
            self.decide(self.tasks().filtered(lambda task: task.state == "success"), "retry")

    def test_outsiders_read_no_timeline(self):
        """001-35."""
        outsider = new_test_user(self.env, "outsider", "base.group_user")
        with self.assertRaises(AccessError):
            self.product.with_user(outsider).action_integrator_timeline()

    def test_a_product_of_two_companies_shows_each_its_own_timeline(self):
        """002-04: what another company tells its sites is not for us."""
        company = self.env["res.company"].create({"name": "Elsewhere"})
        theirs = self._make_site("Theirs", company_id=company.id, warehouse_id=False)
        for site in (self.site, theirs):
            listing = {"site_id": site.id, "product_id": self.product.id, "sku": "SKU-1"}
            listing = self.env["integrator.listing"].create(listing)
            task = {"site_id": site.id, "kind": "price", "listing_id": listing.id}
            self.env["integrator.task"].create({**task, "target_ref": "x"})
        product = self.product.with_user(self.operator)
        rows = self.timeline(self.product).line_ids
        self.assertEqual(set(rows.mapped("site_name")), {"Dummy"})
        self.assertEqual(product.integrator_timeline_count, 1)
