# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json
import os
from pathlib import Path

from odoo import fields
from odoo.tests import tagged

from odoo.addons.integrator.neutral import Page

from .common import AmazonCommon

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = Path(os.environ.get("SPAPI_SAMPLES", ROOT.parent / "shared" / "spapi" / "samples"))


@tagged("post_install", "-at_install")
class TestSamples(AmazonCommon):
    """Sample documents from public sources are extracted and imported (000-03, 000-04, 000-21)."""

    def answers(self, name):
        """The sandbox answers of a sample file, as bytes."""
        cases = json.loads((SAMPLES / name).read_text())["static"]
        return [json.dumps(case["response"]).encode() for case in cases]

    def keep(self, contents):
        """Documents as a fetch would have kept them."""
        documents = self.env["integrator.document"]
        for number, content in enumerate(contents):
            page = Page(content=content, charset="utf-8", received_at=fields.Datetime.now())
            documents |= documents._keep(self.site, f"sample/{number}", page)
        return documents

    def test_the_sandbox_orders_are_extracted_and_imported(self):
        """000-03, 000-04, 000-13."""
        if not SAMPLES.is_dir():
            self.fail(f"The samples are not at {SAMPLES}; set SPAPI_SAMPLES to their folder.")
        contents = self.answers("sandbox_orders2026_searchOrders_200.json")
        contents += self.answers("sandbox_orders2026_getOrder_200.json")
        documents = self.keep(contents)
        self.run_stages("acknowledge", "extract")
        self.assertEqual(
            set(documents.mapped("stage")), {"done"}, documents.mapped("error_message")
        )
        orders = documents.order_ids
        for sku in set(orders.line_ids.mapped("sku")):
            self.env["product.product"].create({"name": sku, "default_code": sku})
        # nobody has answered the taxes of the samples
        self.site.tax_mode = "lines"
        self.run_stages("import")
        self.assertEqual(set(orders.mapped("state")), {"imported"}, orders.mapped("error_message"))
        for order in orders:
            self.assertEqual(order.sale_order_id.amount_total, order.amount_total)

    def test_a_refusal_kept_as_a_document_is_held_with_its_reason(self):
        """000-13: the 400 sample is no page of orders."""
        documents = self.keep(self.answers("sandbox_orders2026_searchOrders_400.json"))
        self.run_stages("acknowledge", "extract")
        self.assertEqual(documents.state, "error")
        self.assertTrue(documents._raw())
        self.assertFalse(documents.order_ids)
