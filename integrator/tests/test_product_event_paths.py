# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.service.model import call_kw
from odoo.tests import new_test_user, tagged

from .common import IntegratorCommon


@tagged("post_install", "-at_install")
class TestProductEventPaths(IntegratorCommon):
    """Every way to change a product makes the same events (001-40, 001-41)."""

    def test_an_imported_file_makes_one_event_per_product(self):
        """001-40: import."""
        rows = [["Cup", "CUP"], ["Jug", "JUG"]]
        self.env["product.template"].load(["name", "default_code"], rows)
        events = self.events(record_operation="create")
        self.assertCountEqual(events.mapped("record_name"), ["[CUP] Cup", "[JUG] Jug"])

    def test_a_remote_call_makes_the_event_too(self):
        """001-40, 001-41: RPC by a user who has no right on the integration."""
        user = new_test_user(
            self.env, "keeper", "product.group_product_manager,stock.group_stock_user"
        )
        products = self.env["product.product"].with_user(user)
        [product_id] = call_kw(products, "create", [[{"name": "Far"}]], {})
        created = self.events(record_id=product_id)
        self.assertEqual(created.record_operation, "create")
        call_kw(products, "write", [[product_id], {"name": "Near"}], {})
        self.assertEqual(self.events(record_operation="write").operation_data, {"name": "Near"})

    def test_a_variant_made_later_has_its_event_then(self):
        """001-40: a dynamic attribute makes variants when they are first wanted."""
        value = self._dynamic_value()
        template = self.env["product.template"].create(
            {
                "name": "Shirt",
                "attribute_line_ids": [
                    (0, 0, {"attribute_id": value.attribute_id.id, "value_ids": value.ids})
                ],
            }
        )
        template.name = "Better shirt"
        self.assertFalse(template.product_variant_ids)
        self.assertFalse(self.events())
        lines = template.attribute_line_ids
        variant = template._create_product_variant(lines.product_template_value_ids)
        self.assertEqual(self.events().record_id, variant.id)
        self.assertEqual(self.events().record_operation, "create")

    def _dynamic_value(self):
        attribute = self.env["product.attribute"].create(
            {"name": "Size", "create_variant": "dynamic", "value_ids": [(0, 0, {"name": "S"})]}
        )
        return attribute.value_ids

    def test_created_and_deleted_at_once_is_nothing(self):
        """001-40, 001-42: no site can have it."""
        self.env["product.product"].create({"name": "Mistake"}).unlink()
        self.assertFalse(self.events())

    def test_writes_of_one_transaction_are_one_event_with_the_last_values(self):
        """001-52."""
        self.product.list_price = 11
        self.product.write({"list_price": 12, "barcode": "4006381333931"})
        self.assertEqual(
            self.events().operation_data, {"list_price": 12.0, "barcode": "4006381333931"}
        )

    def test_a_write_after_the_create_was_flushed_is_an_event_of_its_own(self):
        """001-41."""
        product = self.env["product.product"].create({"name": "New"})
        self.env.cr.flush()
        product.name = "Newer"
        operations = self.events(record_id=product.id).mapped("record_operation")
        self.assertCountEqual(operations, ["create", "write"])

    def test_events_can_be_counted_and_grouped_in_their_own_transaction(self):
        """001-46: whoever looks, by whatever method, sees what has just happened."""
        table = self.env["product.integration"]
        self.product.name = "One"
        self.assertEqual(table.search_count([]), 1)
        self.env["product.product"].create({"name": "Two"})
        self.assertEqual(
            dict(table._read_group([], ["record_operation"], ["__count"])),
            {"write": 1, "create": 1},
        )

    def test_a_savepoint_rolled_back_takes_only_its_own_events(self):
        """001-46."""
        self.product.name = "Kept"
        with self.assertRaises(ZeroDivisionError), self.env.cr.savepoint():
            self.product.list_price = 99
            raise ZeroDivisionError
        self.assertEqual(self.events().operation_data, {"name": "Kept"})

    def test_values_of_every_type_are_kept_as_json(self):
        """001-52: relations by id, html as text, images by their checksum."""
        category = self.env["product.category"].create({"name": "Toys"})
        tag = self.env["product.tag"].create({"name": "Fragile"})
        self.product.write(
            {
                "categ_id": category.id,
                "product_tag_ids": [(6, 0, tag.ids)],
                "description": "<p>Soft</p>",
                "image_1920": b"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk"
                b"+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
            }
        )
        data = self.events().operation_data
        self.assertEqual(data["categ_id"], category.id)
        self.assertEqual(data["product_tag_ids"], tag.ids)
        self.assertEqual(data["description"], "<p>Soft</p>")
        self.assertEqual(len(data["image_1920"]), 64)
