# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models


class IntegratorPrivacyReport(models.Model):
    """Evidence of what was masked of one site on one day. It names orders and holds no personal
    data. It stays when its site is deleted."""

    _name = "integrator.privacy.report"
    _description = "Personal data masked"
    _order = "date desc, id desc"
    _rec_name = "date"

    site_id = fields.Many2one(
        "integrator.site", string="Channel here", readonly=True, ondelete="set null", index=True
    )
    site_name = fields.Char(
        string="Channel", readonly=True, help="Empty: what channels left behind that are deleted."
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True)
    date = fields.Date(required=True, readonly=True, help="The day on which it was masked.")
    orders = fields.Integer(readonly=True, help="Remote orders whose buyer is masked.")
    partners = fields.Integer(readonly=True, help="Customers whose data is erased.")
    documents = fields.Integer(readonly=True, help="Inbound documents whose bytes are removed.")
    counts = fields.Json(readonly=True, help="Place of the inventory, and records masked there.")
    details = fields.Text(
        compute="_compute_details", string="Where", help="How many records were masked where."
    )
    remote_order_ids = fields.Text(
        string="Remote orders", readonly=True, help="Ids of the orders that were masked."
    )

    _day_uniq = models.UniqueIndex(
        "(company_id, COALESCE(site_name, ''), date)", "There is a report of this day already."
    )

    # === COMPUTE METHODS === #

    @api.depends("counts")
    @api.depends_context("lang")
    def _compute_details(self):
        places = self.env["integrator.privacy.inventory"]._places()
        labels = {place.key: place.what for place in places}
        for report in self:
            report.details = "\n".join(
                f"{labels.get(key, key)}: {count}" for key, count in (report.counts or {}).items()
            )

    # === BUSINESS METHODS === #

    @api.model
    def _add(self, site, counts, orders=(), partners=(), documents=()):
        """Add to the day's report.

        :param site: `integrator.site`, none for what deleted ones left behind
        :param dict counts: place of the inventory -> how many records were masked there
        :param orders: `integrator.order` that were masked; `sale.order` where they are gone
        :param partners: `res.partner` that were masked
        :param documents: `integrator.document` whose bytes are removed
        """
        today = fields.Date.today()
        company = site.company_id or self.env.company
        key = {"company_id": company.id, "site_name": site.name, "date": today}
        report = self.search([(name, "=", value) for name, value in key.items()])
        report = report or self.create({**key, "site_id": site.id})
        names = [self._remote_order_id(order) for order in orders]
        known = report.counts or {}
        report.write(
            {
                "orders": report.orders + len(orders),
                "partners": report.partners + len(partners),
                "documents": report.documents + len(documents),
                "counts": {
                    place: known.get(place, 0) + counts.get(place, 0)
                    for place in (*known, *(one for one in counts if one not in known))
                },
                "remote_order_ids": "\n".join(filter(None, [report.remote_order_ids, *names])),
            }
        )

    def _remote_order_id(self, order):
        """The number at its site of an `integrator.order` or a `sale.order`."""
        field = "remote_order_id" if "remote_order_id" in order._fields else "integrator_order_ref"
        return order[field]
