# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models
from odoo.fields import Domain

#: Listings of one piece of work; what is looked up costs the same for any number.
PIECE = 1000


class StageReconcile(models.AbstractModel):
    """Outbound: compare all listings of a site with what was last sent, and make tasks of the
    differences. What is claimed are the passes (`integrator.reconcile`), piece by piece, not the
    listings: comparing writes nothing on them."""

    _name = "integrator.stage.reconcile"
    _inherit = "integrator.stage"
    _description = "Stage: compare listings with Odoo"
    _stage = "reconcile"
    _queue = "integrator.reconcile"
    _errors = "integrator.reconcile"
    _chunk = 1
    _next_stages = ("send",)

    def _serves(self, site):
        """Nothing is compared by itself where nothing leaves by itself."""
        return site.automatic

    def _begin(self, site):
        self.env[self._queue]._begin_due(site)

    def _domains(self, site):
        """The passes that take turns."""
        return [Domain("id", "=", one.id) for one in self.env[self._queue]._current(site)]

    def _unfinished(self, records):
        """A pass is gone on with until it is done."""
        return records.filtered(lambda current: current.state != "done")

    def _has_work(self, site):
        """A pass begins by itself when its time has come."""
        passes = self.env[self._queue]
        return bool(passes._current(site) or passes._find_due(site))

    def _work(self, site, current):
        """Do the next piece of a pass, or begin it. The comparison runs in a transaction that is
        younger than the pass, so that it sees every change before it."""
        if current.state == "ready":
            current._begin()
            return {}
        # nothing of the piece before is needed, and others may have changed what is shared
        self.env.invalidate_all()
        listings = current._next_listings(PIECE)
        failed = self._compare(current, listings)
        current._advance(listings, failed)
        if len(listings) < PIECE:
            current._end()
        return dict.fromkeys(current, next(iter(failed.values()))) if failed else {}

    def _compare(self, current, listings):
        """Compare all at once; when that fails, one by one.

        :return: dict listing -> `IntegratorError`
        """
        with self._isolated(current) as outcome:
            current._compare(listings)
        return self._each(listings, current._compare) if outcome.error else {}
