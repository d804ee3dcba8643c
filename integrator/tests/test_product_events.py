# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import tagged

from .common import IntegratorCommon


@tagged("post_install", "-at_install")
class TestProductEvents(IntegratorCommon):
    """Changes of products become events, each once (001-39 … 001-42)."""

    def test_creating_a_product_makes_one_event(self):
        """001-39, 001-40, 001-51, 001-53, 001-63."""
        product = self.env["product.product"].create({"name": "New"})
        product.write({"list_price": 3.0})
        event = self.events(record_id=product.id)
        self.assertEqual(event.record_operation, "create")
        self.assertEqual(event.record_model, "product.product")
        self.assertEqual(event.record_name, "New")
        self.assertEqual(event.operation_data["id"], product.id)
        self.assertFalse(event.site_id)

    def test_each_variant_has_its_own_event(self):
        """001-40."""
        attribute = self.env["product.attribute"].create(
            {"name": "Size", "value_ids": [(0, 0, {"name": name}) for name in "SML"]}
        )
        template = self.env["product.template"].create(
            {
                "name": "Shirt",
                "attribute_line_ids": [
                    (0, 0, {"attribute_id": attribute.id, "value_ids": attribute.value_ids.ids})
                ],
            }
        )
        events = self.events(record_operation="create")
        self.assertCountEqual(events.mapped("record_id"), template.product_variant_ids.ids)

    def test_a_write_keeps_fields_and_new_values(self):
        """001-41, 001-52."""
        self.product.write({"name": "Better", "list_price": 12.0, "default_code": "SKU-1"})
        event = self.events()
        self.assertEqual(event.record_operation, "write")
        self.assertEqual(event.operation_data, {"name": "Better", "list_price": 12.0})

    def test_a_write_that_changes_nothing_makes_none(self):
        """001-41."""
        self.product.write({"name": self.product.name, "list_price": self.product.list_price})
        self.assertFalse(self.events())

    def test_a_template_write_reaches_each_variant(self):
        """001-41."""
        self.product.product_tmpl_id.write({"description_sale": "Shiny"})
        self.assertEqual(self.events().record_id, self.product.id)
        self.assertEqual(self.events().operation_data, {"description_sale": "Shiny"})

    def test_an_unlinked_product_is_still_known_by_its_event(self):
        """001-42, 001-48."""
        product = self.env["product.product"].create({"name": "Gone", "default_code": "GONE"})
        listing = self.env["integrator.listing"].create(
            {"site_id": self.site.id, "product_id": product.id, "sku": "GONE", "remote_id": "R1"}
        )
        self._forget_events()
        product_id = product.id
        product.unlink()
        event = self.events(record_id=product_id)
        self.assertEqual(event.record_operation, "unlink")
        self.assertEqual(event.operation_data["default_code"], "GONE")
        self.assertEqual(event.operation_data["listings"][0]["listing_id"], listing.id)
        self.assertEqual(listing.sku, "GONE")

    def test_archiving_is_an_event_of_its_own(self):
        """001-42."""
        self.product.write({"name": "Old thing", "active": False})
        data = self.events(record_id=self.product.id).mapped("operation_data")
        self.assertCountEqual(data, [{"name": "Old thing"}, {"active": False}])

    def test_a_rollback_leaves_no_event(self):
        """001-46."""
        with self.assertRaises(ZeroDivisionError), self.env.cr.savepoint():
            self.product.name = "Never"
            raise ZeroDivisionError
        self.assertFalse(self.events())

    def test_a_transaction_writes_all_its_events_by_one_insert(self):
        """One INSERT for a whole transaction, not one per record."""
        self.env.flush_all()
        self.env["product.product"].create([{"name": f"P{index}"} for index in range(250)])
        self.env.flush_all()
        buffered = self.env["product.integration"]._buffer()
        self.assertEqual(len(buffered), 250)
        with self.assertQueryCount(3):
            # the names of the products, then the insert
            self.env["product.integration"]._write_buffer()
        self.assertEqual(len(self.events(record_operation="create")), 250)

    def test_silence_by_setting_only_while_no_site_is_automatic(self):
        """001-57."""
        self.env["ir.config_parameter"].set_param("integrator.silent", "True")
        self.product.name = "Noted"
        self.assertEqual(len(self.events()), 1)
        self.site.automatic = False
        self.product.name = "Not noted"
        self.assertEqual(len(self.events()), 1)
