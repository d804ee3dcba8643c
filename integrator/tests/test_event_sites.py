# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common import IntegratorCommon


@tagged("post_install", "-at_install")
class TestEventSites(IntegratorCommon):
    """Events reach the sites that they concern (001-54 … 001-57)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.other_site = cls._make_site("Other")

    def consumers(self, event):
        return event.consumption_ids.site_id

    def test_an_event_without_a_site_is_seen_by_every_site_once(self):
        """001-54, 001-61."""
        self.product.name = "For all"
        self.run_stages("plan_products", "plan_products")
        event = self.events()
        self.assertEqual(self.consumers(event), self.site + self.other_site)
        self.assertEqual(len(event.consumption_ids), 2)
        self.assertEqual(len(event.task_ids), 2)
        self.assertFalse(event.pending)

    def test_an_event_of_one_site_is_not_seen_by_another(self):
        """001-55."""
        self.env["product.integration"]._request(self.other_site, self.product)
        event = self.events()
        self.assertEqual(event.site_name, "Other")
        self.run_stages("plan_products", "plan_products")
        self.assertEqual(self.consumers(event), self.other_site)
        self.assertFalse(self.tasks())

    def test_an_event_waits_for_the_site_that_has_not_seen_it(self):
        """001-54: one site may plan long before the other."""
        self.product.name = "For all"
        self.other_site.automatic = False
        self.events().flush_recordset()
        self.run_stages("plan_products")
        self.product.name = "Again"
        self.other_site.automatic = True
        self.run_stages("plan_products")
        tasks = self.env["integrator.task"].search([("site_id", "=", self.other_site.id)])
        self.assertEqual(len(tasks), 1)
        last = self.events()[0]
        self.assertEqual(self.consumers(last), self.site + self.other_site)

    def test_a_site_that_is_not_automatic_sees_only_what_names_it(self):
        """001-57, 001-60, 001-84."""
        self.other_site.automatic = False
        self.product.name = "For all"
        self.env["product.integration"]._request(self.other_site, self.product)
        self.run_stages("plan_products")
        seen = self.env["integrator.consumption"].search([("site_id", "=", self.other_site.id)])
        self.assertEqual(seen.product_event_id.site_id, self.other_site)

    def test_the_product_of_another_company_is_not_offered_here(self):
        """001-54: a site sees its own company's products and those of no company."""
        company = self.env["res.company"].create({"name": "Elsewhere"})
        theirs = self.env["product.product"].create({"name": "T", "company_id": company.id})
        event = self.events(record_id=theirs.id)
        self.assertEqual(event.company_id, company)
        self.run_stages("plan_products")
        self.assertFalse(event.consumption_ids)

    def test_the_events_of_another_company_are_invisible(self):
        """001-35."""
        company = self.env["res.company"].create({"name": "Elsewhere"})
        self.env["product.product"].create({"name": "T", "company_id": company.id})
        self.product.name = "For all"
        user = new_test_user(self.env, "op", "integrator.group_integrator_user")
        seen = self.env["product.integration"].with_user(user).search([])
        self.assertEqual(seen.record_id, self.product.id)
        hidden = self.events(company_id=company.id).with_user(user)
        with self.assertRaises(AccessError):
            hidden.read(["record_name"])

    def test_an_event_remembers_its_moment_in_utc(self):
        """001-53: the time of the event, not of the processing."""
        self.env.cr.flush()
        self.product.name = "Now"
        buffered = self.env["product.integration"]._buffer()
        [row] = [row for row in buffered.values() if row["record_model"] == "product.product"]
        noted = row["operation_timestamp"].replace(microsecond=0)
        self.assertEqual(self.events().operation_timestamp, noted)
