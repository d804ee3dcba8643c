# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class IntegratorSite(models.Model):
    """The marketplaces that are chosen are set up before anything is offered there."""

    # one file per concern: pylint: disable=consider-merging-classes-inherited
    _inherit = "integrator.site"

    @api.model_create_multi
    def create(self, vals_list):
        sites = super().create(vals_list)
        sites._amazon_add_marketplaces()
        return sites

    def write(self, vals):
        result = super().write(vals)
        if "amazon_marketplace_ids" in vals:
            self._amazon_add_marketplaces()
        return result

    def _amazon_add_marketplaces(self):
        """Make the rows on which pricelists and more are set per marketplace."""
        places = self.env["integrator.marketplace"].sudo()
        known = places.search([("site_id", "in", self.ids)])
        there = {(place.site_id, place.code) for place in known}
        places.create(
            [
                {"site_id": site.id, "code": place.code, "name": place.name}
                for site in self
                for place in site.amazon_marketplace_ids
                if (site, place.code) not in there
            ]
        )
