# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import base64

from odoo.tests import new_test_user

from odoo.addons.integrator.tests.stage_case import StageCase


class OrderCase(StageCase):
    """One system that gets orders and sends updates; its files are kept in Odoo."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env(context={**cls.env.context, "tracking_disable": False})
        cls.operator = new_test_user(
            cls.env,
            "order_operator",
            "integrator.group_integrator_user,sales_team.group_sale_manager",
        )
        cls.manager = new_test_user(
            cls.env,
            "order_manager",
            "integrator.group_integrator_manager,sales_team.group_sale_manager,"
            "stock.group_stock_manager",
        )
        cls.system = new_test_user(
            cls.env, "order_system", "integrator.group_integrator_manager,base.group_system"
        )
        cls.inbox, cls.outbox = cls.env["integrator.impex.location"].create(
            [{"name": "In", "kind": "attachment"}, {"name": "Out", "kind": "attachment"}]
        )
        cls.site = cls._make_site("Warehouse")
        cls.product, cls.other = cls.env["product.product"].create(
            [
                {"name": "Thing", "default_code": "SKU-1", "list_price": 10.0, "is_storable": True},
                {"name": "Other", "default_code": "SKU-2", "list_price": 5.0, "is_storable": True},
            ]
        )
        stock = cls.site.warehouse_id.lot_stock_id
        for product in cls.product | cls.other:
            cls.env["stock.quant"]._update_available_quantity(product, stock, 100)
        cls.customer = cls.env["res.partner"].create(
            {
                "name": "Ada",
                "street": "Way 1",
                "city": "Town",
                "zip": "12345",
                "country_id": cls.env.ref("base.de").id,
            }
        )
        cls._forget_events()

    @classmethod
    def _make_site(cls, name, **values):
        return cls.env["integrator.site"].create(
            {"name": name, "site_type": "files", "automatic": True, **values}
        )

    def make_exporter(self, name="To the warehouse", flag="confirmed", **values):
        """An exporter made by a manager, who lends it his rights."""
        return (
            self.env["integrator.order.exporter"]
            .with_user(self.manager)
            .create(
                {
                    "name": name,
                    "site_id": self.site.id,
                    "flag_id": self.flag(flag).id,
                    "kind": "file",
                    "location_id": self.outbox.id,
                    **values,
                }
            )
        )

    def make_order(self, confirm=True, **values):
        """A sale order of two things and one other: 10.00 × 2 + 5.00 × 1."""
        order = self.env["sale.order"].create(
            {
                "partner_id": self.customer.id,
                "order_line": [
                    (
                        0,
                        0,
                        {
                            "product_id": self.product.id,
                            "product_uom_qty": 2,
                            "price_unit": 10,
                            "tax_ids": False,
                        },
                    ),
                    (
                        0,
                        0,
                        {
                            "product_id": self.other.id,
                            "product_uom_qty": 1,
                            "price_unit": 5,
                            "tax_ids": False,
                        },
                    ),
                ],
                **values,
            }
        )
        if confirm:
            order.action_confirm()
        return order

    def flag(self, code):
        return self.env["integrator.order.flag"]._get_sudo(code)

    def files(self, location=None):
        """Names of files that wait in a location."""
        found = (location or self.outbox).file_ids.filtered(lambda file: not file.folder)
        return sorted(found.mapped("name"))

    def content(self, name, location=None):
        found = (location or self.outbox).file_ids.filtered(lambda file: file.name == name)
        return base64.b64decode(found.with_context(bin_size=False).content).decode()

    def put(self, name, text, location=None):
        """A file that waits in a location."""
        values = {"location_id": (location or self.inbox).id, "name": name}
        content = base64.b64encode(text.encode())
        return self.env["integrator.impex.file"].create({**values, "content": content})

    def exports(self, order):
        self.env.invalidate_all()
        return self.env["integrator.order.export"].search([("order_id", "=", order.id)], order="id")

    def flags(self, order):
        """Flags of an order and how they stand, oldest first."""
        self.env.invalidate_all()
        rows = self.env["integrator.order.eligibility"].search(
            [("order_id", "=", order.id)], order="id"
        )
        return [(row.flag_id.code, row.state) for row in rows]

    def export(self):
        self.run_stages("export_orders")

    def update(self):
        self.run_stages("update_orders")
