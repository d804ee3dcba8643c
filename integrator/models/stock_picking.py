# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

#: Odoo's note “this transfer was created from …”.
ORIGIN_NOTE = "mail.message_origin_link"


class StockPicking(models.Model):
    _name = "stock.picking"
    _inherit = ["stock.picking", "integrator.readonly.mixin"]

    remote_order_id = fields.Char(
        related="sale_id.remote_order_id", string="Remote order", store=True, index="btree_not_null"
    )

    def write(self, vals):
        before = {}
        if "carrier_tracking_ref" in vals:
            before = {picking.id: picking.carrier_tracking_ref or "" for picking in self}
        result = super().write(vals)
        for picking in self.filtered(lambda picking: picking.id in before):
            if (picking.carrier_tracking_ref or "") != before[picking.id]:
                picking._note_tracking()
        return result

    def message_post_with_source(self, source_ref, **kwargs):
        """Override of `mail`: an import leaves no note of what was made from what on each of its
        deliveries; their source document says it."""
        if self.env.context.get("mail_create_nolog") and source_ref == ORIGIN_NOTE:
            return self.env["mail.message"]
        return super().message_post_with_source(source_ref, **kwargs)

    def _note_tracking(self):
        """Collect that the tracking number was set or changed, also when later (001-43)."""
        told = self.filtered(lambda picking: not picking.shipped_elsewhere)
        for order in told.sudo().move_ids.sale_line_id.order_id:
            self.env["order.integration"]._note(
                order, "tracking", source=self, tracking=self.carrier_tracking_ref or ""
            )
