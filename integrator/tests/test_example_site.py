# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import tempfile
from pathlib import Path

from odoo.tests import tagged

from .stage_case import StageCase

ORDERS = """id,at,sku,quantity,total,name,street,city,zip,country
A-1,2026-11-20T10:00:00,SKU-1,2,19.90,Ada,Way 1,Town,12345,DE
"""

ROOT = Path(__file__).resolve().parents[2]
GUIDE = ROOT / "docs" / "add-a-site.md"
EXAMPLE = ROOT / "tests" / "addons" / "test_integrator_folder" / "models" / "folder_site.py"


@tagged("post_install", "-at_install")
class TestExampleSite(StageCase):
    """The example of “Add your own site” works as it stands there."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.folder = Path(cls.enterClassContext(tempfile.TemporaryDirectory()))
        cls.site = cls.env["integrator.site"].create(
            {
                "name": "Folder",
                "site_type": "folder",
                "automatic": True,
                "folder": str(cls.folder),
                "product_domain": "[('default_code', '=', 'SKU-1')]",
            }
        )
        cls.product = cls.env["product.product"].create(
            {"name": "Thing", "default_code": "SKU-1", "is_storable": True}
        )
        stock = cls.site.warehouse_id.lot_stock_id
        cls.env["stock.quant"]._update_available_quantity(cls.product, stock, 7)

    def test_an_order_comes_in_once_and_stock_goes_out(self):
        """000-01, 000-05, 000-13, 001-04: the whole way in both directions."""
        (self.folder / "orders.csv").write_text(ORDERS)
        for _time in range(2):
            self.run_stages("fetch", "acknowledge", "extract", "import")
        order = self.env["sale.order"].search([("integrator_order_ref", "=", "A-1")])
        self.assertEqual(len(order), 1)
        self.assertEqual(order.amount_total, 19.9)
        self.run_stages("plan_orders", "plan_products", "send", "send")
        self.assertIn("SKU-1,5", (self.folder / "stock.csv").read_text())

    def test_a_file_that_cannot_be_read_says_why(self):
        """000-12."""
        (self.folder / "orders.csv").write_text("id,at\nA-1,yesterday\n")
        self.run_stages("fetch", "acknowledge", "extract")
        document = self.env["integrator.document"].search([("site_id", "=", self.site.id)])[:1]
        self.assertEqual((document.state, document.error_code), ("error", "malformed_document"))

    def test_the_connection_is_tried(self):
        """001-82."""
        self.site.action_test_connection()
        self.assertEqual(self.site.connection_state, "ok")
        self.site.folder = "/nowhere"
        self.site.action_test_connection()
        self.assertIn("no folder", self.site.connection_message)

    def test_the_guide_shows_this_very_code(self):
        """What stands in the documentation is what is tested."""
        if GUIDE.exists():
            source = EXAMPLE.read_text(encoding="utf-8")
            self.assertIn(source.strip(), GUIDE.read_text(encoding="utf-8"))
