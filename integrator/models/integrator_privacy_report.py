# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class IntegratorPrivacyReport(models.Model):
    """What was masked of one site on one day, for whoever has to prove it. It names orders, and
    nobody's data."""

    _name = "integrator.privacy.report"
    _description = "Personal data masked"
    _order = "date desc, id desc"
    _rec_name = "date"

    site_id = fields.Many2one(
        "integrator.site", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="site_id.company_id", store=True)
    date = fields.Date(required=True, readonly=True, help="The day on which it was masked.")
    orders = fields.Integer(readonly=True, help="Remote orders whose buyer is masked.")
    partners = fields.Integer(readonly=True, help="Customers whose name and address are erased.")
    documents = fields.Integer(readonly=True, help="Inbound documents whose bytes are removed.")
    remote_order_ids = fields.Text(
        string="Remote orders", readonly=True, help="Ids of the orders that were masked."
    )

    _day_uniq = models.UniqueIndex("(site_id, date)", "There is a report of this day already.")

    @api.model
    def _add(self, site, orders, partners, documents):
        """Add to the day's report.

        :param orders: `integrator.order` that were masked
        """
        today = fields.Date.today()
        report = self.search([("site_id", "=", site.id), ("date", "=", today)])
        report = report or self.create({"site_id": site.id, "date": today})
        names = filter(None, [report.remote_order_ids, *orders.mapped("remote_order_id")])
        report.write(
            {
                "orders": report.orders + len(orders),
                "partners": report.partners + len(partners),
                "documents": report.documents + len(documents),
                "remote_order_ids": "\n".join(names),
            }
        )
