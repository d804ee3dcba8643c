# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo.tests import freeze_time

from .sale_case import SaleCase


class SyncCase(SaleCase):
    """A day on which somebody asks for a synchronisation."""

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
