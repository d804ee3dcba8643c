# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import Command
from odoo.tests import freeze_time

from .common import IntegratorCommon


class SaleCase(IntegratorCommon):
    """Steps that users take with sale orders in Odoo, and orders as the remote shows them."""

    def make_order(self, quantity=5, confirm=True, **values):
        """A sale order of the product, without taxes."""
        line = {"product_id": self.product.id, "product_uom_qty": quantity, "tax_ids": False}
        order = self.env["sale.order"].create(
            {"partner_id": self.partner.id, "order_line": [Command.create(line)], **values}
        )
        if confirm:
            order.action_confirm()
        return order

    def deliver(self, picking, quantity=None):
        """Validate a delivery; less than all of it leaves a backorder."""
        for move in picking.move_ids:
            move.quantity = quantity or move.product_uom_qty
            move.picked = True
        picking.with_context(skip_backorder=True).button_validate()
        return picking.backorder_ids

    def refund(self, order):
        """A posted credit note of the order's posted invoice."""
        self.product.invoice_policy = "order"
        invoice = order._create_invoices()
        invoice.action_post()
        wizard = self.env["account.move.reversal"].with_context(
            active_model="account.move", active_ids=invoice.ids
        )
        wizard = wizard.create({"journal_id": invoice.journal_id.id})
        note = self.env["account.move"].browse(wizard.refund_moves()["res_id"])
        note.action_post()
        return note

    def operations(self, order):
        """The operations of an order's events, oldest first."""
        return self.events("order", record_id=order.id).sorted("id").mapped("record_operation")

    def see(self, status="unshipped", hour=12, **values):
        """Import the remote order R-1 as it is in a status since an hour of the day.

        :param values: keys of the neutral order; those of its only line too
        :return: the `integrator.order`
        """
        updated_at = f"2026-11-01T{hour}:00:00"
        value = self.remote.order("R-1", status=status, updated_at=updated_at)
        line = value["lines"][0]
        for key in values.keys() & line.keys() - value.keys():
            line[key] = values.pop(key)
        self.remote.pages.clear()
        return self.import_orders({**value, **values})

    def sent_kinds(self):
        """Send what is due for the orders, without acknowledgements.

        :return: list of task kinds
        """
        self.run_stages("plan_orders", "send", "send")
        return [task.kind for task in self.tasks() if task.kind != "acknowledgement"]


class SyncCase(SaleCase):
    """Synchronisations by hand, on a fixed day."""

    TODAY = "2026-11-20 09:30:00"

    def setUp(self):
        super().setUp()
        self.startPatcher(freeze_time(self.TODAY))

    def synchronise(self, kind, sites=None, **values):
        """Press the button of the wizard; the operations make their records."""
        answer = self.wizard(kind, sites, **values).action_synchronise()
        self.run_stages("operate")
        self.env.invalidate_all()
        return answer

    def wizard(self, kind, sites=None, **values):
        sites = sites or self.site
        return self.env["integrator.sync"].create(
            {"kind": kind, "site_ids": [(6, 0, sites.ids)], **values}
        )

    def fetch_requests(self, site=None):
        domain = [("site_id", "=", (site or self.site).id), ("manual", "=", True)]
        return self.env["integrator.fetch.request"].search(domain, order="date_from")
