# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.fields import Domain


class StageReconcile(models.AbstractModel):
    """Outbound: walk all listings of a site, and make a task of what Odoo says differently by now
    from what the site was last told. The rows that are locked are the passes
    (`integrator.reconcile`), not the listings: comparing writes nothing on them."""

    _name = "integrator.stage.reconcile"
    _inherit = "integrator.stage"
    _description = "Stage: compare listings with Odoo"
    _stage = "reconcile"
    _queue = "integrator.listing"
    _errors = "integrator.reconcile"
    # what is looked up costs the same for any number of listings
    _chunk = 1000
    _next_stages = ("send",)

    def _sites(self):
        """Nothing is compared by itself where nothing leaves by itself."""
        return super()._sites().filtered("automatic")

    def _begin(self, site):
        self.env["integrator.reconcile"]._begin_due(site)

    def _domain(self, site):
        current = self.env["integrator.reconcile"]._current(site)
        return current._listing_domain() if current else Domain.FALSE

    def _claim(self, site, last_id):
        """Take the pass whose turn it is, and its next listings. Each time in a new snapshot, that
        is, with everything that was committed when the pass had begun."""
        return self._uncrossed(self._claim_pass, site) or ([], self.env[self._queue])

    def _claim_pass(self, site):
        passes = self.env["integrator.reconcile"]
        while current := passes._current(site).try_lock_for_update(allow_referencing=True):
            if current.state == "ready":
                current._begin()
                self._commit(0)
                continue
            listings = self.env[self._queue].search(
                current._listing_domain(), order="id", limit=self._chunk
            )
            if listings:
                return listings.ids, listings
            current._end()
        return [], self.env[self._queue]

    def _work(self, site, listings):
        current = self.env["integrator.reconcile"]._current(site)
        failed = {}
        if self._guard(current, lambda: current._compare(listings)):
            for listing in listings:
                error = self._guard(listing, lambda listing=listing: current._compare(listing))
                if error:
                    failed[listing] = error
        current._advance(listings, failed)
        return failed
