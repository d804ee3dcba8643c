# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from ast import literal_eval

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from ..exceptions import RejectedError, TransientError
from ..neutral import ListingIssue
from .listing_case import ListingCase
from .sale_case import SaleCase

CLERK = "integrator.group_integrator_user,stock.group_stock_user"


class TodoCase(SaleCase):
    """To do, as an operator who ships reads it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clerk = new_test_user(cls.env, "desk_clerk", CLERK)

    def todo(self, kind=None, user=None):
        """The rows that a user sees, read anew."""
        self.env.invalidate_all()
        rows = self.env["integrator.todo"].with_user(user or self.clerk).search([])
        return rows.filtered(lambda row: row.kind == kind) if kind else rows

    def opened(self, row):
        """The records that the button of a row shows, as its reader."""
        action = row.action_open()
        return self.env[action["res_model"]].with_user(self.clerk).search(action["domain"])


@tagged("post_install", "-at_install")
class TestTodo(TodoCase):
    """Everything that needs a person is listed once per cause (001-77, 001-88)."""

    def test_nothing_waits_at_first(self):
        """001-77: an order that goes its way is no work, but for its parcel."""
        self.assertFalse(self.todo())
        self.see()
        self.assertEqual(self.todo().mapped("kind"), ["ship"])

    def test_unknown_skus_are_one_row_with_the_orders_behind_them(self):
        """000-31, 001-88: neither the held orders nor their alert are further rows."""
        early = "2026-11-03 10:00:00"
        self.import_orders(
            self.remote.order("R-1", sku="A", ship_by="2026-11-05T10:00:00"),
            self.remote.order("R-2", sku="A", ship_by="2026-11-03T10:00:00"),
            self.remote.order("R-3", sku="B"),
        )
        self.assertEqual(self.env["integrator.alert"].search_count([("state", "=", "open")]), 1)
        row = self.todo()
        self.assertEqual((row.kind, row.count, row.waiting), ("sku", 2, 3))
        self.assertEqual((row.title, row.waiting_text), ("2 unknown SKUs", "Holds 3 orders"))
        self.assertEqual(row.due_at, fields.Datetime.to_datetime(early))
        self.assertEqual((row.urgency, row.step), ("3", "Choose the product"))
        questions = self.opened(row)
        self.assertEqual(set(questions.mapped("sku")), {"A", "B"})
        questions.filtered(lambda one: one.sku == "A").product_id = self.product
        self.run_stages("import")
        row = self.todo("sku")
        self.assertEqual((row.title, row.waiting_text), ("1 unknown SKU", "Holds 1 order"))

    def test_one_record_opens_at_once(self):
        """001-88: two presses from the list to the answer."""
        self.import_orders(self.remote.order("R-1", sku="A"))
        action = self.todo().action_open()
        question = self.env["integrator.sku.match"].search([])
        self.assertEqual((action["res_model"], action["res_id"]), (question._name, question.id))
        self.assertEqual([kind for _view, kind in action["views"]], ["form"])

    def test_a_held_order_says_why_and_what_to_do(self):
        """000-31."""
        order = self.import_orders(self.remote.order("R-1", status="unknown"))
        order.write({"state": "error", "error_code": "unknown_channel", "error_message": "Who?"})
        row = self.todo("order")
        self.assertEqual((row.title, row.reason), ("1 order held", "Who?"))
        self.assertEqual(row.step, order.with_user(self.clerk).next_step)
        self.assertEqual(self.opened(row), order)

    def test_a_refused_update_is_listed_once_until_it_is_sent_again(self):
        """001-77: by cause, however many products it hits, and without its alert."""
        self.remote.refusals["product"] = RejectedError("No brand.", code="brand")
        self.product.name = "Better"
        self.env["product.product"].create({"name": "Other"})
        self.run_stages("plan_products", *["send"] * 4)
        row = self.todo()
        self.assertEqual(
            (row.kind, row.title, row.reason), ("refused", "2 updates refused", "No brand.")
        )
        self.remote.refusals.clear()
        self.opened(row).action_retry()
        self.assertFalse(self.todo("refused"))

    def test_an_answered_cause_is_not_listed_as_its_alert(self):
        """001-36: the alert is closed by the next run; nobody is to look at it until then."""
        self.import_orders(self.remote.order("R-1", sku="A"))
        self.env["integrator.sku.match"].search([]).product_id = self.product
        self.assertEqual(self.env["integrator.alert"].search_count([("state", "=", "open")]), 1)
        self.assertFalse(self.todo())

    def test_an_alert_that_no_other_row_is_about_stays(self):
        """001-36."""
        self.env["integrator.alert"]._raise(
            self.site, "fetch", RejectedError("The key has expired.", code="expired")
        )
        self.assertEqual(
            self.todo().mapped(lambda row: (row.title, row.reason)),
            [("1 alert", "The key has expired.")],
        )

    def test_passing_failures_are_not_listed(self):
        """001-36: until the same cause needs somebody."""
        alerts = self.env["integrator.alert"]
        alerts._raise(self.site, "fetch", TransientError("The channel is down.", code="down"))
        self.assertFalse(self.todo())
        alerts._raise(self.site, "fetch", RejectedError("The channel is down.", code="down"))
        self.assertEqual(self.todo().title, "1 alert")

    def test_deliveries_on_hold_are_distinguished_by_their_reason(self):
        """000-04."""
        order = self.see(cancel_requested=True)
        row = self.todo()
        self.assertEqual((row.kind, row.reason), ("hold", "Buyer asks to cancel"))
        self.assertEqual(self.opened(row), order.sale_order_id.picking_ids)
        order.sale_order_id.picking_ids.with_user(self.clerk).action_integrator_release_hold()
        self.assertEqual(self.todo().mapped("kind"), ["ship"])

    def test_a_return_waits_until_it_is_closed(self):
        """001-26."""
        self.see()
        self.env["integrator.return"].create(
            {"site_id": self.site.id, "remote_return_id": "RMA-1", "remote_order_id": "R-9"}
        )
        row = self.todo("return")
        self.assertEqual((row.title, row.step), ("1 return", "Look for the order"))
        self.opened(row).action_close()
        self.assertFalse(self.todo("return"))

    def test_an_unknown_tax_is_one_row(self):
        """000-27."""
        self.env["integrator.tax.rule"].create(
            {"site_id": self.site.id, "collection": "seller", "rate": 19}
        )
        row = self.todo("tax")
        self.assertEqual((row.title, row.waiting_text), ("1 unknown tax", False))

    def test_the_most_urgent_comes_first(self):
        """001-24: what is late, before what holds orders."""
        self.import_orders(self.remote.order("R-2", sku="A"))
        self.see(ship_by="2026-11-03T10:00:00")
        self.assertEqual(self.todo().mapped("kind"), ["ship", "sku"])
        self.assertEqual(self.todo().mapped("urgency"), ["3", "2"])

    def test_an_offer_that_nobody_knows_has_time_until_it_is_sold(self):
        """001-24: both are one row, and one question."""
        offer = {"site_id": self.site.id, "sku": "A", "origin": "offered"}
        self.env["integrator.sku.match"].create(offer)
        row = self.todo("sku")
        self.assertEqual((row.urgency, row.title), ("0", "1 unknown SKU"))
        self.import_orders(self.remote.order("R-1", sku="A"))
        row = self.todo("sku")
        self.assertEqual((row.urgency, row.count, row.waiting_text), ("2", 1, "Holds 1 order"))

    def test_records_without_access_are_not_shown(self):
        """001-35: nobody is led into an access error."""
        operator = new_test_user(self.env, "no_stock", "integrator.group_integrator_user")
        self.import_orders(self.remote.order("R-1"), self.remote.order("R-2", sku="A"))
        self.assertEqual(self.todo(user=operator).mapped("kind"), ["sku"])
        self.assertEqual(set(self.todo().mapped("kind")), {"sku", "ship"})

    def test_outsiders_and_other_companies_see_nothing(self):
        """001-35, 002-04."""
        elsewhere = self.env["res.company"].create({"name": "Elsewhere"})
        stranger = new_test_user(
            self.env,
            "stranger",
            CLERK,
            company_id=elsewhere.id,
            company_ids=[(6, 0, elsewhere.ids)],
        )
        self.import_orders(self.remote.order("R-1", sku="A"))
        row = self.todo()
        self.assertTrue(row)
        self.assertFalse(self.todo(user=stranger))
        with self.assertRaises(AccessError):
            row.with_user(stranger).action_open()
        with self.assertRaises(AccessError):
            self.todo(user=new_test_user(self.env, "outsider", "stock.group_stock_user"))

    def test_every_entry_leads_to_its_own_records(self):
        """001-77: each kind once, with an action of its model and fields that exist."""
        entries = self.env["integrator.todo"]._todo_entries()
        self.assertEqual(len({entry.kind for entry in entries}), len(entries))
        for entry in entries:
            with self.subTest(kind=entry.kind):
                self.assertEqual(self.env.ref(entry.action).res_model, entry.model)
                model = self.env[entry.model]
                names = (entry.site, entry.cause, entry.reason, entry.due, entry.since)
                self.assertFalse([name for name in names if name and name not in model._fields])


@tagged("post_install", "-at_install")
class TestTodoOfListings(ListingCase):
    """Listings that need a person are in To do (001-77)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.clerk = new_test_user(cls.env, "desk_clerk", "integrator.group_integrator_user")

    def todo(self):
        self.env.invalidate_all()
        return self.env["integrator.todo"].with_user(self.clerk).search([])

    def test_drift_is_listed_until_it_is_decided(self):
        """001-77: what Odoo sends again is no question any more."""
        section = self.listings[0]._section("price")
        section._drift({"figure": "77.00"})
        row = self.todo()
        self.assertEqual((row.kind, row.title), ("drift", "1 listing was changed by somebody else"))
        section.with_user(self.clerk).action_odoo_wins()
        self.assertFalse(self.todo())

    def test_a_refused_part_and_its_issue_are_there_without_an_update(self):
        """001-77: a site refuses also what it had accepted."""
        section = self.listings[0]._section("price")
        section._mark_refused("Too high.")
        issue = ListingIssue(code="99", severity="error", message="No picture.")
        self.env["integrator.listing.issue"]._update_open(self.listings[1], [issue])
        rows = self.todo()
        self.assertCountEqual(
            rows.mapped(lambda row: (row.kind, row.reason)),
            [("section", "Too high."), ("issue", "No picture.")],
        )
        action = rows.filtered(lambda row: row.kind == "section").action_open()
        self.assertEqual(self.env[action["res_model"]].search(action["domain"]), section)

    def test_changes_to_approve_are_counted_by_their_limit(self):
        """001-77: the alert of the limit is not a row of its own."""
        held = {"site_id": self.site.id, "rule": "price", "reason": "Three times."}
        self.env["integrator.approval"].create([held, held])
        self.env["integrator.alert"]._raise(
            self.site, "send", RejectedError("Held.", code="held_price")
        )
        row = self.todo()
        self.assertEqual((row.title, row.reason), ("2 changes to approve", "Three times."))


@tagged("post_install", "-at_install")
class TestToShip(TodoCase):
    """Parcels that may leave, and those that left without a number, are listed (001-24, 001-43)."""

    def to_ship(self):
        self.env.invalidate_all()
        action = self.env.ref("integrator.integrator_to_ship_action")
        domain = literal_eval(action.domain)
        return self.env["stock.picking"].with_user(self.clerk).search(domain)

    def test_parcels_that_may_leave_are_there_with_their_items(self):
        """000-04, 001-24."""
        picking = self.see().sale_order_id.picking_ids
        self.assertEqual(self.to_ship(), picking)
        self.assertEqual(self.to_ship().integrator_items, "2 × Thing")
        picking._integrator_hold("address", "No street.")
        self.assertFalse(self.to_ship())

    def test_orders_of_odoos_own_are_not_there(self):
        """000-04."""
        self.make_order()
        self.assertFalse(self.to_ship())

    def test_several_are_validated_at_once(self):
        """001-43: each with its number."""
        self.import_orders(self.remote.order("R-1"), self.remote.order("R-2"))
        pickings = self.to_ship()
        self.assertEqual(len(pickings), 2)
        for number, picking in enumerate(pickings):
            picking.carrier_tracking_ref = f"T-{number}"
        pickings.button_validate()
        self.assertEqual(set(pickings.mapped("state")), {"done"})
        self.assertFalse(self.todo())

    def test_a_parcel_without_a_number_waits_for_it(self):
        """001-43: and is done when it has one."""
        self.site.tracking_delay = 300
        picking = self.see().sale_order_id.picking_ids
        picking.with_user(self.clerk).button_validate()
        self.sent_kinds()
        row = self.todo("tracking")
        self.assertEqual(row.title, "1 parcel has left without a tracking number")
        self.assertEqual(self.opened(row), picking)
        self.opened(row).carrier_tracking_ref = "T-1"
        self.assertFalse(self.todo())
