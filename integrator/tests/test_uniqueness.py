# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from psycopg2.errors import UniqueViolation

from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger

from .index_mixin import IndexMixin
from .sale_case import SaleCase


@tagged("post_install", "-at_install")
class TestUniqueness(SaleCase):
    """Unique records stay unique when two workers create them at the same moment: the database
    refuses the second."""

    def once(self, model, values, **closed):
        """A row is there once.

        :param dict values: of the row
        :param closed: values with which there may be any number beside it
        """
        records = self.env[model]
        if closed:
            records.create([{**values, **closed}, {**values, **closed}])
        records.create(values)
        with mute_logger("odoo.sql_db"), self.assertRaises(UniqueViolation, msg=model):
            records.create(values)

    def order(self, number=1):
        return self.env["integrator.order"].create(
            {"site_id": self.site.id, "remote_order_id": f"O-{number}", "state": "new"}
        )

    def test_documents_orders_and_returns_are_taken_over_once(self):
        """000-20: a document, an order, its lines and a return are taken over once."""
        self.once("integrator.document", {"site_id": self.site.id, "remote_id": "page/1"})
        order = self.order()
        self.once(
            "integrator.order",
            {"site_id": self.site.id, "remote_order_id": "O-2", "state": "new"},
        )
        self.once(
            "integrator.order.line",
            {"order_id": order.id, "remote_line_id": "L-1", "quantity": 1},
        )
        self.once(
            "integrator.return",
            {"site_id": self.site.id, "remote_order_id": "O-1", "remote_return_id": "R-1"},
        )

    def test_one_request_of_a_kind_is_open_at_a_time(self):
        """One look of a kind is under way at a time, and one question for an order; people may
        ask as often as they like."""
        looks = {"site_id": self.site.id, "date_from": "2026-11-01 00:00:00"}
        changes = {**looks, "source": "changes"}
        self.once("integrator.fetch.request", changes, state="done")
        self.env["integrator.fetch.request"].create({**changes, "manual": True})
        asked = {**looks, "source": "order", "remote_ref": "O-1", "manual": True}
        self.once("integrator.fetch.request", asked, state="done")

    def test_a_tax_has_one_answer(self):
        """A tax has one answer, whether the site names its rate or not."""
        place = {"site_id": self.site.id, "country_id": self.env.ref("base.de").id}
        self.once("integrator.tax.rule", {**place, "collection": "seller", "rate": 19})
        self.once("integrator.tax.rule", {**place, "collection": "seller", "is_unnamed": True})

    def test_an_order_line_is_sold_by_one_line_per_charge(self):
        """A line of an order is sold by one line, per kind of charge."""
        order, sale_order = self.order(), self.make_order()
        line = self.env["integrator.order.line"].create(
            {"order_id": order.id, "remote_line_id": "L-1", "quantity": 1}
        )
        link = {"sale_line_id": sale_order.order_line.id, "order_line_id": line.id}
        self.once("integrator.link", {**link, "kind": "item"})
        self.env["integrator.link"].create({**link, "kind": "shipping"})

    def test_one_task_waits_per_target(self):
        """004-24: of each thing one task waits; what is under way or done is beside it."""
        task = {"site_id": self.site.id, "kind": "product", "target_ref": "product.product,1"}
        submission = self.env["integrator.submission"].create(
            {"site_id": self.site.id, "lane": "all"}
        )
        self.once("integrator.task", {**task, "state": "waiting"}, state="success")
        self.env["integrator.task"].create(
            {**task, "state": "ready", "submission_id": submission.id}
        )
        # ready and waiting are one
        with mute_logger("odoo.sql_db"), self.assertRaises(UniqueViolation):
            self.env["integrator.task"].create({**task, "state": "ready"})

    def test_an_event_is_processed_once_per_site(self):
        """Each event is seen once by each site."""
        self.product.list_price += 1
        event = self.events()
        self.env["integrator.consumption"].search([]).unlink()
        self.once("integrator.consumption", {"site_id": self.site.id, "product_event_id": event.id})
        self.make_order()
        sale_event = self.events("order")[:1]
        self.env["integrator.consumption"].search([]).unlink()
        self.once(
            "integrator.consumption", {"site_id": self.site.id, "order_event_id": sale_event.id}
        )

    def test_a_refund_part_is_planned_once(self):
        """A part of a refund is planned once; earlier sent parts are kept."""
        order = self.order()
        task = self.env["integrator.task"].create(
            {"site_id": self.site.id, "kind": "refund", "target_ref": "account.move,1"}
        )
        part = {
            "site_id": self.site.id,
            "company_id": self.site.company_id.id,
            "task_id": task.id,
            "remote_order_id": order.remote_order_id,
            "remote_line_id": "L-1",
            "kind": "item",
            "net": 1,
        }
        self.once("integrator.refund.line", part, state="error")

    def test_a_parcel_number_is_given_once(self):
        """A number is given to one parcel of an order, and a package has one number."""
        order, picking = self.order(), self.make_order().picking_ids
        other = self.make_order().picking_ids
        parcel = {"order_id": order.id, "picking_id": picking.id, "number": 1}
        self.env["integrator.parcel"].create(parcel)
        for again in ({**parcel, "number": 2}, {**parcel, "picking_id": other.id}):
            with mute_logger("odoo.sql_db"), self.assertRaises(UniqueViolation):
                self.env["integrator.parcel"].create(again)

    def test_a_sku_is_one_listing_of_a_marketplace(self):
        """A SKU is one listing of a marketplace, and has each section once."""
        listing = {"site_id": self.site.id, "marketplace_code": "M", "sku": "SKU-9"}
        self.once("integrator.listing", listing)
        known = self.env["integrator.listing"].search([("sku", "=", "SKU-9")])
        self.env["integrator.listing"].create({**listing, "marketplace_code": "N"})
        self.once("integrator.listing.section", {"listing_id": known.id, "name": "price"})

    def test_a_cause_is_one_alert_and_a_task_has_one_approval(self):
        """A cause is one alert, and a task waits for one approval."""
        alert = {"site_id": self.site.id, "stage": "send", "code": "c"}
        self.once("integrator.alert", alert, state="closed")
        task = self.env["integrator.task"].create(
            {"site_id": self.site.id, "kind": "price", "target_ref": "integrator.listing,1"}
        )
        approval = {"site_id": self.site.id, "task_id": task.id, "rule": "price"}
        self.once("integrator.approval", approval, state="approved")


@tagged("post_install", "-at_install")
class TestIndexes(IndexMixin, TransactionCase):
    """The unique indexes of this addon cover empty values."""

    addon = "integrator"
