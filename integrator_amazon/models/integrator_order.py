# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class IntegratorOrder(models.Model):
    _inherit = "integrator.order"

    def _amazon_shipped_lines(self):
        """Lines with pieces whose shipment is confirmed: Amazon refunds no others.

        :return: `integrator.order.line`
        """
        self.ensure_one()
        parcels = self.env["integrator.parcel"].search([("order_id", "=", self.id)])
        shown = {key for parcel in parcels if parcel.confirmed_at for key in parcel.content or ()}
        return self.line_ids.filtered(
            lambda line: line._quantity_shipped_remotely() or line.remote_line_id in shown
        )

    @api.model
    def _link_elsewhere(self, site, values_list):
        """Override of `integrator`: Amazon lists our number with orders that it ships for us."""
        rows = [(value.seller_order_id, value.remote_order_id) for value in values_list]
        # without a number of Amazon's it is a change of the order, see `api.parsers.mentions`
        if unnumbered := {ours for ours, theirs in rows if ours and not theirs}:
            self.env["integrator.remote.order"]._amazon_request_read(site, unnumbered)
        listed = {ours: theirs for ours, theirs in rows if ours and theirs}
        domain = [("site_id", "=", site.id), ("remote_ref", "in", list(listed))]
        for order in self.env["integrator.remote.order"].search(domain):
            if order.amazon_listed_as != listed[order.remote_ref]:
                order.amazon_listed_as = listed[order.remote_ref]
        return super()._link_elsewhere(site, values_list)
