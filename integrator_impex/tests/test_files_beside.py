# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import base64

from odoo.tests import tagged

from odoo.addons.integrator.neutral import Update
from odoo.addons.integrator.tests.common import IntegratorCommon

ORDER = """\
order,date,currency,total,shipping,name,street,zip,city,country,email,sku,title,quantity,amount
F-9,2026-11-20T10:00:00Z,USD,,,Ada,Way 1,1,Town,DE,,SKU-1,Thing,3,30.00
"""


@tagged("post_install", "-at_install")
class TestFilesBesideAnotherSite(IntegratorCommon):
    """Two kinds of sites share a database, its products and its stock."""

    def test_each_site_has_its_own_orders_and_both_the_stock(self):
        """001-37: nothing of the other is sent, but what is left for both."""
        folder = {"kind": "attachment", "company_id": self.site.company_id.id}
        inbox, outbox = self.env["integrator.impex.location"].create(
            [{"name": "In", **folder}, {"name": "Out", **folder}]
        )
        files = self.env["integrator.site"].create(
            {
                "name": "Files",
                "site_type": "files",
                "automatic": True,
                "stock_since": "2026-01-01 00:00:00",
                "unnamed_tax": "none",
                "files_in_location_id": inbox.id,
                "files_out_location_id": outbox.id,
                "product_domain": "[('default_code', '=', 'SKU-1')]",
            }
        )
        content = base64.b64encode(ORDER.encode())
        self.env["integrator.impex.file"].create(
            {"location_id": inbox.id, "name": "orders.csv", "content": content}
        )
        self.put_orders(self.remote.order("R-1"))
        self.run_stages()
        sales = self.env["sale.order"].search([("integrator_site_id", "!=", False)])
        found = {(sale.integrator_order_ref, sale.integrator_site_id) for sale in sales}
        self.assertEqual(found, {("R-1", self.site), ("F-9", files)})
        tasks = self.env["integrator.task"].search(
            [("site_id", "=", files.id), ("order_id", "!=", False)]
        )
        self.assertEqual(tasks.order_id.mapped("remote_order_id"), ["F-9"])
        self.assertEqual(set(tasks.mapped("state")), {"success"})
        sent = outbox.file_ids.filtered(lambda file: file.name.startswith("orders"))
        content = base64.b64decode(sent.with_context(bin_size=False).content).decode()
        self.assertIn("F-9,accepted", content)
        self.assertNotIn("R-1", content)
        stock = outbox.file_ids.filtered(lambda file: file.name.startswith("stock"))
        newest = stock.sorted("id")[-1].with_context(bin_size=False)
        # 100 in stock, 2 are promised to one site's buyer and 3 to the other's
        self.assertIn("SKU-1,95", base64.b64decode(newest.content).decode())
        # what is given up of one site is no matter of the other's files
        update = Update(kind="inventory", target_ref=f"product.product,{self.product.id}")
        task = self.env["integrator.task"]._enqueue(self.site, update)
        task._give_up()
        self.assertEqual(task.state, "obsolete")
