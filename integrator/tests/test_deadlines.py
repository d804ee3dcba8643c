# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .sale_case import SaleCase


@tagged("post_install", "-at_install")
class TestDeadlines(SaleCase):
    """Orders near their latest ship date are reminded of (001-24)."""

    def setUp(self):
        super().setUp()
        self.site.digest_emails = "errors@example.com"
        self.ship_by = fields.Datetime.now().replace(microsecond=0) + timedelta(hours=48)

    def receive(self, **values):
        values = {"ship_by": self.ship_by.isoformat(), **values}
        return self.import_orders(self.remote.order("R-1", **values))

    def warnings(self, hours):
        """Mails that the scheduler makes so many hours before the deadline."""
        mails = self.env["mail.mail"]
        ours = [("subject", "like", "To ship soon")]
        known = mails.search(ours)
        with self.later(hours=48 - hours), self.running() as env:
            env["integrator.deadline"]._cron_deadlines()
        return mails.search(ours) - known

    def questions(self, order):
        activities = order.sale_order_id.activity_ids
        return activities.filtered(lambda activity: activity.summary == "Ship soon")

    def test_each_hour_warns_once(self):
        """001-24: an activity and a mail at the set hours."""
        order = self.receive()
        counts = {hours: len(self.warnings(hours)) for hours in (30, 23, 22, 5)}
        # the next warning is another one
        self.questions(order).action_feedback()
        counts |= {hours: len(self.warnings(hours)) for hours in (3, 2, -5)}
        self.assertEqual(counts, {30: 0, 23: 1, 22: 0, 5: 0, 3: 1, 2: 0, -5: 0})
        self.assertEqual(len(self.questions(order)), 1)

    def test_the_mail_names_the_order_and_what_to_do(self):
        """001-24."""
        order = self.receive()
        mail = self.warnings(20)
        self.assertEqual(mail.subject, "To ship soon on Dummy")
        self.assertIn(order.sale_order_id.name, mail.body_html)
        self.assertIn(f"/odoo/sale.order/{order.sale_order_id.id}", mail.body_html)
        self.assertIn("tracking number", mail.body_html)

    def test_other_orders_are_not_warned_of(self):
        """001-24: only orders that we ship and that are unconfirmed."""
        cases = [
            {"remote_status": "shipped"},
            {"remote_status": "pending"},
            {"fulfilled_by": "site"},
            {"ship_by": None},
        ]
        for values in cases:
            with self.subTest(values):
                self.env["integrator.order"].search([]).unlink()
                self.receive(**values)
                self.assertFalse(self.warnings(3))

    def test_an_order_with_a_sent_shipment_is_not_late(self):
        """001-24: also while the site has not shown it yet."""
        order = self.receive()
        picking = order.sale_order_id.picking_ids
        self.deliver(picking)
        self.assertTrue(self.warnings(23), "it has left, but the site does not know")
        task = self.env["integrator.task"].create(
            {
                "site_id": self.site.id,
                "kind": "shipment",
                "target_ref": f"stock.picking,{picking.id}",
                "order_id": order.id,
                "picking_id": picking.id,
            }
        )
        task._move("submitted")
        self.assertFalse(self.warnings(3))

    def test_a_new_date_warns_again(self):
        """001-24."""
        order = self.receive()
        self.assertTrue(self.warnings(20))
        order.ship_by += timedelta(hours=1)
        self.assertTrue(self.warnings(20))

    def test_the_date_stands_on_the_delivery(self):
        """001-24: field, filter and the site's own count."""
        self.ship_by = fields.Datetime.now().replace(microsecond=0) - timedelta(hours=1)
        order = self.receive()
        picking = order.sale_order_id.picking_ids
        self.assertEqual(picking.integrator_ship_by, self.ship_by)
        self.assertEqual(self.site.late_count, 1)
        action = self.site.action_view_late()
        self.assertEqual(self.env["stock.picking"].search(action["domain"]), picking)
        domain = [("integrator_ship_by", "<", "today +1d"), ("id", "=", picking.id)]
        self.assertTrue(self.env["stock.picking"].search(domain))

    def test_hours_that_are_none_are_refused(self):
        """001-24."""
        for text in ("soon", "24; 4", "0", "-1"):
            with self.subTest(text), self.assertRaises(ValidationError):
                self.site.deadline_hours = text
        self.site.deadline_hours = ""
        self.receive()
        self.assertFalse(self.warnings(1))
