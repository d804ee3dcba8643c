# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .sale_case import SaleCase

PERSONAL = ("Ada Lovelace", "ada.l@example.com", "Secret Way 1", "Happy birthday, Ada")


@tagged("post_install", "-at_install")
class TestPrivacy(SaleCase):
    """Personal data is kept as long as the site says, then masked (pain 14, leap 17)."""

    def bring_order(self, name="R-1", deliver=True):
        """An imported order of Ada's, delivered."""
        value = self.remote.order(name)
        value["buyer"] |= {"name": PERSONAL[0], "email": PERSONAL[1]}
        value["address"] |= {"name": PERSONAL[0], "street": PERSONAL[2]}
        value["lines"][0]["gift_message"] = PERSONAL[3]
        self.remote.pages.clear()
        order = self.import_orders(value).filtered(lambda one: one.remote_order_id == name)
        if deliver:
            self.deliver(order.sale_order_id.picking_ids)
        return order

    def mask(self, days=31):
        """The scheduled action, so many days later."""
        with self.later(days=days), self.running() as env:
            env["integrator.masking"]._cron_mask()
        self.env.invalidate_all()

    def remains(self, order):
        """Which personal texts can still be found anywhere near an order."""
        sale_order = order.sale_order_id
        places = [order.buyer, order.address, order.line_ids.mapped("gift_message")]
        for partner in sale_order.partner_id | sale_order.partner_shipping_id:
            places += partner.read(["name", "email", "street", "phone", "zip"])
        places += [document._raw() for document in order.document_id]
        text = repr(places)
        return [one for one in PERSONAL if one in text]

    def reports(self):
        return self.env["integrator.privacy.report"].search([("site_id", "=", self.site.id)])

    def test_thirty_days_after_delivery_the_buyer_is_masked_and_reported(self):
        order = self.bring_order()
        self.assertEqual(self.site.privacy_days, 30)
        self.assertTrue(self.remains(order))
        self.mask()
        self.assertEqual(self.remains(order), [])
        report = self.reports()
        self.assertEqual((report.orders, report.partners, report.documents), (1, 2, 1))
        self.assertEqual(report.remote_order_ids, "R-1")
        self.assertEqual(order.address["country"], "DE")

    def test_an_address_that_was_replaced_is_masked_as_well(self):
        """The site, or a person, had given another one before."""
        order = self.bring_order()
        sale_order = order.sale_order_id
        before = sale_order.partner_shipping_id
        sale_order.partner_shipping_id = sale_order.partner_id
        self.mask()
        self.assertFalse(before.street)
        self.assertNotIn(PERSONAL[0], before.name)

    def test_nothing_is_masked_twice(self):
        self.bring_order()
        self.mask()
        self.mask(days=40)
        self.assertEqual(len(self.reports()), 1)

    def test_before_its_time_nothing_changes(self):
        order = self.bring_order()
        self.mask(days=29)
        self.assertEqual(len(self.remains(order)), 4)
        self.assertFalse(self.reports())

    def test_what_is_not_delivered_is_not_masked(self):
        order = self.bring_order(deliver=False)
        self.mask(days=90)
        self.assertEqual(len(self.remains(order)), 4)

    def test_a_site_may_keep_data_for_ever(self):
        self.site.privacy_days = 0
        order = self.bring_order()
        self.mask(days=400)
        self.assertEqual(len(self.remains(order)), 4)

    def test_an_order_in_dispute_is_kept_with_a_reason_until_it_is_released(self):
        order = self.bring_order()
        operator = new_test_user(self.env, "operator", "integrator.group_integrator_user")
        wizard = self.env["integrator.keep.data"].with_user(operator)
        wizard = wizard.with_context(active_ids=order.ids)
        with self.assertRaises(UserError):
            wizard.create({"reason": " "}).action_keep()
        wizard.create({"reason": "Claim 4711"}).action_keep()
        self.assertIn("Claim 4711", order.sale_order_id.message_ids[:1].body)
        self.mask()
        self.assertEqual(len(self.remains(order)), 4)
        order.with_user(operator).action_release_personal_data()
        self.mask(days=60)
        self.assertEqual(self.remains(order), [])

    def test_nobody_else_keeps_or_releases(self):
        order = self.bring_order()
        plain = new_test_user(self.env, "plain", "base.group_user")
        with self.assertRaises(AccessError):
            order.with_user(plain)._keep_personal_data("mine")
        with self.assertRaises(AccessError):
            order.with_user(plain).action_release_personal_data()

    def test_a_customer_with_another_open_order_keeps_his_name(self):
        old = self.bring_order()
        new = self.bring_order("R-2", deliver=False)
        self.assertEqual(old.sale_order_id.partner_id, new.sale_order_id.partner_id)
        self.mask()
        self.assertEqual(old.buyer["name"], "")
        self.assertEqual(new.sale_order_id.partner_id.name, PERSONAL[0])

    def test_a_posted_invoice_keeps_the_name_that_it_carries(self):
        order = self.bring_order()
        order.sale_order_id._create_invoices().action_post()
        self.mask()
        self.assertEqual(order.buyer["name"], "")
        self.assertEqual(order.sale_order_id.partner_id.name, PERSONAL[0])

    def test_a_masked_buyer_who_comes_back_is_a_new_customer(self):
        old = self.bring_order()
        self.mask()
        new = self.bring_order("R-2")
        self.assertNotEqual(old.sale_order_id.partner_id, new.sale_order_id.partner_id)
        self.assertEqual(new.sale_order_id.partner_id.name, PERSONAL[0])
