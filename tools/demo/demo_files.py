# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""Files in and out: a catalogue by hand, prices from a folder, orders for the warehouse.

Part of `demo_scenario.py`; it runs inside Odoo as the rest does.
"""

import base64
import io
import json
import os
import zipfile
from pathlib import Path

from odoo.tools import file_open

#: In any order: the group knows which comes first.
CATALOGUE = ("skus.csv", "products.csv", "attributes.csv", "categories.csv")
PRICES = {
    "version": 1,
    "descriptors": [
        {
            "name": "prices",
            "model": "product.product",
            "mask": "prices*.csv",
            "mode": "update",
            "columns": [
                {"field": "default_code", "source": "sku", "key": True},
                {"field": "lst_price", "source": "price", "type": "decimal"},
            ],
        }
    ],
    "groups": [{"name": "Prices", "direction": "import", "descriptors": ["prices"]}],
}
#: SKU -> new price. The last one is ten times too high: the site's limit holds it.
NEW_PRICES = {"DEMO-004": "14.49", "DEMO-005": "15.49", "DEMO-006": "159.90"}
#: A letter instead of a zero: the row is refused, and comes back in the error file.
MISTYPED = ("DEMO-012", "21,9O")
#: The chief looks at orders above this before the warehouse gets them.
LIMIT = 500
#: The server opens this folder; the tools name it in the environment.
ROOT = "INTEGRATOR_IMPEX_ROOT"


class Files:
    """A zip by hand, a file from a folder of the server, orders by a chain with a gate.

    :param demo: `Demo` with products
    """

    def __init__(self, demo):
        self.demo = demo
        self.env = demo.person()
        self.catalogue = self.prices = self.env["integrator.impex.run"]
        self.group = self.env["integrator.impex.group"]
        self.exports = self.env["integrator.order.export"]

    def prepare(self):
        """A group that takes files from a folder. The file is there early: it is taken when it has
        not grown for some seconds."""
        folder = self.folder("purchasing")
        prices = [*NEW_PRICES.items(), MISTYPED]
        rows = "".join(f"{sku};{price}\n" for sku, price in prices)
        (folder / "prices-2026.csv").write_text(f"sku;price\n{rows}")
        self.env["integrator.impex.descriptor"]._load(json.dumps(PRICES))
        self.group = self.env["integrator.impex.group"].search([("name", "=", "Prices")])
        location = self.location("From purchasing", folder)
        self.group.write(
            {"automatic": True, "location_id": location.id, "user_id": self.env.user.id}
        )
        self.env.cr.commit()
        self.look()

    def play(self):
        self.import_catalogue()
        self.take_prices()
        self.set_up_chain()
        self.export_orders()
        self.demo.out(
            f"{self.catalogue.created} records came out of a zip, {self.prices.updated} prices "
            f"from a folder, {len(self.sent())} orders went to the warehouse"
        )

    # === FILES IN === #

    def import_catalogue(self):
        """The example of the addon: *Import or export…*, check, run."""
        self.env["integrator.impex.descriptor"]._load_example()
        group = self.env["integrator.impex.group"].search([("name", "=", "Catalog & PIM")])
        wizard = self.env["integrator.impex.start"].create(
            {"group_id": group.id, "content": self.zipped(), "file_name": "catalogue.zip"}
        )
        self.catalogue = self.catalogue.browse(wizard.action_start()["res_id"])
        self.catalogue.action_run()
        self.env.cr.commit()

    def zipped(self):
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w") as archive:
            for name in CATALOGUE:
                with file_open(f"integrator_impex/static/example/{name}", "rb") as file:
                    archive.writestr(name, file.read())
        return base64.b64encode(target.getvalue())

    def look(self):
        """A look of the scheduled actions: take files, and work on what was taken."""
        self.group.action_look()
        self.env.cr.commit()
        for name in ("ir_cron_run_files", "ir_cron_work"):
            self.env.ref(f"integrator_impex.{name}").method_direct_trigger()
            self.env.cr.commit()
        self.env.invalidate_all()

    def take_prices(self):
        self.look()
        self.prices = self.group.run_ids[:1]

    # === ORDERS OUT === #

    def set_up_chain(self):
        """The chief, then the warehouse."""
        site = self.env["integrator.site"].create(
            {"name": "Warehouse Leipzig", "site_type": "files", "automatic": True}
        )
        flag = self.env["integrator.order.flag"].create(
            {"name": "Released for the warehouse", "code": "released"}
        )
        confirmed = self.env["integrator.order.flag"]._get_sudo("confirmed")
        self.env["integrator.order.exporter"].create(
            [
                {
                    "name": "Large orders: the chief looks at them",
                    "site_id": site.id,
                    "flag_id": confirmed.id,
                    "kind": "gate",
                    "approval": "domain",
                    "approval_domain": f"[('amount_total', '>', {LIMIT})]",
                    "next_flag_id": flag.id,
                },
                {
                    "name": "Orders to the warehouse",
                    "site_id": site.id,
                    "flag_id": flag.id,
                    "kind": "file",
                    "location_id": self.location("To the warehouse", self.folder("warehouse")).id,
                },
            ]
        )
        self.env.cr.commit()

    def export_orders(self):
        """A small order goes by itself, of two large ones the chief approves the first."""
        orders = [self.sell(2), self.sell(50), self.sell(60)]
        self.demo.run_stage("export_orders", quiet=True)
        held = self.env["integrator.order.export"].search(
            [("order_id", "=", orders[1].id), ("state", "=", "held")]
        )
        held.action_approve()
        self.env.cr.commit()
        for _link in range(2):
            self.demo.run_stage("export_orders", quiet=True)
        self.exports = self.env["integrator.order.export"].search(
            [("order_id", "in", [order.id for order in orders])]
        )

    def sell(self, quantity):
        """A confirmed order of the web shop."""
        customer = self.env["res.partner"].search([("name", "=", "Hannah Beispiel")], limit=1)
        product = self.env["product.product"].search([("default_code", "=", "DEMO-010")])
        order = self.env["sale.order"].create(
            {
                "partner_id": customer.id,
                "order_line": [(0, 0, {"product_id": product.id, "product_uom_qty": quantity})],
            }
        )
        order.action_confirm()
        self.env.cr.commit()
        return order

    def sent(self):
        return self.exports.filtered(lambda one: one.file_name and one.state == "done").order_id

    # === PLACES === #

    def folder(self, name):
        """A folder below the one that the server opens."""
        folder = Path(os.environ[ROOT], name)
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def location(self, name, folder):
        return self.env["integrator.impex.location"].create(
            {"name": name, "kind": "folder", "folder": folder.name}
        )

    # === FIGURES === #

    def figures(self):
        """Return the figures of what came in and what went out: files are counted where they
        lie."""
        written = [file for file in self.folder("warehouse").iterdir() if file.is_file()]
        return {
            "catalogue_records": self.catalogue.created,
            "catalogue_refused": self.catalogue.refused,
            "prices_from_folder": self.prices.updated,
            "prices_refused": self.prices.refused,
            "orders_to_warehouse": len(self.sent()),
            "files_in_warehouse": len(written),
            "exports_to_approve": len(self.exports.filtered(lambda one: one.state == "held")),
        }
