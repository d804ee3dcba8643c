# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

from odoo.addons.integrator.models.listing.integrator_guard import COUNTED_TIME


class IntegratorGuard(models.AbstractModel):
    """Guard rails also measure what is sent by files, which knows no listings."""

    _inherit = "integrator.guard"

    def _changes(self, tasks, name):
        """Override of `integrator`."""
        offers = self.env["integrator.file.offer"]
        return {**super()._changes(tasks, name), **offers._changes(tasks, name)}

    def _currency(self, task):
        """Override of `integrator`."""
        offers = self.env["integrator.file.offer"]._of_targets(task.site_id, [task.target_ref])
        return super()._currency(task) or offers._sent_currency()

    def _count_live(self, site):
        """Override of `integrator`: with what was just sold out, as listings are counted."""
        offers = self.env["integrator.file.offer"].search([("site_id", "=", site.id)])
        lately = offers.filtered(lambda offer: offer._is_emptied_since(self._since()))
        return super()._count_live(site) + len(offers._may_sell() | lately)

    def _emptied_lately(self, site):
        """Override of `integrator`."""
        since = self._since()
        offers = self.env["integrator.file.offer"].search(
            [("site_id", "=", site.id), ("emptied_at", ">=", since)]
        )
        approved = set(self._approved_zeros(site, since).task_id.mapped("target_ref"))
        left = offers.filtered(lambda offer: offer.target_ref not in approved)
        return super()._emptied_lately(site) + len(left)

    def _since(self):
        return fields.Datetime.now() - COUNTED_TIME
