# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import UserError
from odoo.tests import Form, new_test_user, tagged

from .sale_case import SyncCase


@tagged("post_install", "-at_install")
class TestSyncProducts(SyncCase):
    """Synchronisation by hand makes records and nothing else (001-31, 001-32, 001-56 … 001-60)."""

    def test_all_products_are_a_create_event_each(self):
        """001-32, 001-58, 001-86: eligible ones, for the chosen site."""
        products = self.env["product.product"].create(
            [{"name": name, "default_code": name} for name in ("A", "B")]
        )
        self.env["product.product"].create(
            [{"name": "no SKU"}, {"name": "S", "default_code": "S", "type": "service"}]
        )
        self._forget_events()
        eligible = self.env["product.product"].search(self.site._product_domain())
        self.assertLessEqual(products + self.product, eligible)
        wizard = self.wizard("send_products")
        self.assertEqual(wizard.count, len(eligible))
        wizard.action_synchronise()
        self.run_stages("operate")
        events = self.events()
        self.assertCountEqual(events.mapped("record_id"), eligible.ids)
        self.assertEqual(set(events.mapped("record_operation")), {"create"})
        self.assertEqual(set(events.mapped("site_name")), {"Dummy"})

    def test_only_the_chosen_sites_are_asked(self):
        """001-56: two of three."""
        second, third = self._make_site("Second"), self._make_site("Third")
        self.synchronise("send_products", self.site + second)
        self.assertEqual(self.events().site_id, self.site + second)
        self.synchronise("fetch_orders", second)
        self.assertTrue(self.fetch_requests(second))
        self.assertFalse(self.fetch_requests() or self.fetch_requests(third))

    def test_the_wizard_says_that_nothing_is_deleted(self):
        """001-59: in words, and no event deletes anything."""
        wizard = self.wizard("send_products")
        self.assertIn("Nothing is ever deleted", wizard.explanation)
        wizard.action_synchronise()
        self.run_stages("operate")
        self.run_stages("plan_products")
        self.assertFalse(self.tasks(kind="delist"))

    def test_by_hand_and_by_itself_come_to_the_same_end(self):
        """001-29, 001-60: the only difference is who makes the records."""
        create = self.env["product.product"].create
        by_itself = create({"name": "A", "default_code": "A"})
        self.run_stages("plan_products", *["send"] * 4)
        self.site.write({"automatic": False, "product_domain": "[('default_code', '=', 'B')]"})
        by_hand = create({"name": "B", "default_code": "B"})
        self.synchronise("send_products")
        self.run_stages("plan_products", *["send"] * 4)
        self.assertEqual(self.outcome(by_hand), self.outcome(by_itself))
        self.assertEqual(self.outcome(by_hand)[0], [("product", "success"), ("price", "success")])

    def outcome(self, product):
        """The tasks of a product with their states, and the kinds that the remote received."""
        target = f"product.product,{product.id}"
        tasks = self.tasks(target_ref=target).sorted("id")
        kinds = [kind for kind, ref in self.remote.received_rows() if ref == target]
        return tasks.mapped(lambda task: (task.kind, task.state)), kinds

    # === THE FORM === #

    def test_the_form_offers_all_sites_and_explains_each_choice(self):
        """001-31, 001-86."""
        operator = new_test_user(self.env, "operator", "integrator.group_integrator_user")
        with Form(self.env["integrator.sync"].with_user(operator)) as form:
            texts = set()
            for kind in ("send_products", "fetch_orders", "send_shipments", "send_order_status"):
                form.kind = kind
                texts.add(form.explanation)
            self.assertEqual(len(texts), 4)
            self.assertIn(self.site, form.site_ids[:])
        answer = form.record.action_synchronise()
        self.assertEqual(answer["tag"], "display_notification")

    def test_nothing_found_is_said_in_words(self):
        """Every press of a button has an outcome."""
        answer = self.synchronise("send_shipments")
        self.assertIn("nothing to synchronise", answer["params"]["message"])
        self.assertEqual(answer["params"]["type"], "warning")

    def test_without_a_site_it_is_refused(self):
        """001-56."""
        wizard = self.wizard("send_products")
        wizard.site_ids = False
        with self.assertRaisesRegex(UserError, "at least one channel"):
            wizard.action_synchronise()
        self.run_stages("operate")

    def test_while_a_run_is_under_way_the_second_request_joins(self):
        """001-31, 002-54: no doubled effect."""
        self.synchronise("send_products")
        self.run_stages("plan_products")
        count = len(self.tasks())
        self.synchronise("send_products")
        self.run_stages("plan_products")
        self.assertEqual(len(self.tasks()), count)
