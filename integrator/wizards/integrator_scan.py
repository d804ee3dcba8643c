# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ..access import check_operator


class IntegratorScan(models.TransientModel):
    """Find what belongs to a label: a field for a barcode scanner, which ends with Enter."""

    _name = "integrator.scan"
    _description = "Find by tracking number"

    code = fields.Char(
        string="Tracking number or order",
        help="Scan the label of a parcel, or type an order id of a channel.",
    )
    picking_ids = fields.Many2many(
        "stock.picking", string="Deliveries", compute="_compute_found", compute_sudo=True
    )
    order_ids = fields.Many2many(
        "sale.order", string="Sales orders", compute="_compute_found", compute_sudo=True
    )
    message = fields.Char(compute="_compute_found", compute_sudo=True)

    @api.depends("code")
    def _compute_found(self):
        for scan in self:
            scan.picking_ids, scan.order_ids = scan._find() if scan.code else (False, False)
            scan.message = (
                self.env._("Nothing has this number.")
                if scan.code and not (scan.picking_ids or scan.order_ids)
                else False
            )

    def _find(self):
        """Deliveries and sale orders that a number belongs to, in the user's companies.

        :return: tuple (`stock.picking`, `sale.order`)
        """
        api_model = self.env["integrator.api"]
        companies = Domain("company_id", "in", self.env.companies.ids)
        pickings = self.env["stock.picking"].search(
            api_model._tracking_domain("carrier_tracking_ref", self.code) & companies
        )
        parcels = self.env["integrator.remote.parcel"]._find(self.code)
        by_ref = self.env["integrator.remote.order"].search(
            Domain("remote_ref", "=", self.code.strip()) & companies
        )
        remote = (parcels.remote_order_id & parcels.remote_order_id.search(companies)) | by_ref
        links = api_model._search_links_sudo(api_model._tracking_domain("tracking", self.code))
        sold = self.env["sale.order"].search(
            Domain("integrator_order_ref", "=", self.code.strip()) & companies
        )
        orders = remote.sale_order_id | links.sale_line_id.order_id | pickings.sale_id | sold
        return pickings | remote.picking_ids, orders

    def action_open(self):
        """Button: what was found."""
        check_operator(self)
        pickings, orders = self.picking_ids, self.order_ids
        found = pickings or orders
        if not found:
            raise UserError(self.env._("Scan a label first."))
        return {
            "type": "ir.actions.act_window",
            "name": self.code,
            "res_model": found._name,
            "domain": [("id", "in", found.ids)],
            **(
                {"res_id": found.id, "view_mode": "form"}
                if len(found) == 1
                else {"view_mode": "list,form"}
            ),
        }
