# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import time

from odoo import models

from odoo.addons.integrator.exceptions import ThrottledError

#: Calls of one turn; what is left then is asked for in the next one.
MAX_CALLS = 10

#: Listings that are asked about in one call.
PIECE = 20


class StageEstimate(models.AbstractModel):
    """Inbound: ask what a site would keep of a piece sold, for listings whose price has changed.
    Nobody waits for it: it takes what the site's rate allows, a few calls each time."""

    _name = "integrator.stage.estimate"
    _inherit = "integrator.stage"
    _description = "Stage: estimate fees"
    _stage = "estimate"
    _queue = "integrator.fee.estimate"
    _errors = "integrator.fee.estimate"
    _chunk = PIECE
    # a call that is made again costs quota
    _tries = 1

    def _serves(self, site):
        return site.automatic and site.fee_estimates and site._adapter()._estimates_fees

    def _domain(self, site):
        return self.env[self._queue]._queue_domain(site)

    def _begin(self, site):
        self.env[self._queue]._expect(site)

    def _pieces(self, turn):
        """Some calls, with the pauses that the site wants between them; an error ends the turn."""
        domain = self._domain(turn.site)
        for _call in range(MAX_CALLS):
            found, _estimates = self._piece(turn, domain, 0)
            turn.looked_at += len(found)
            self._commit(len(found), remaining=1)
            if not found or turn.errors:
                return
            yield

    def _count_left(self, turn):
        """The scheduler does not come at once for what is left: it has time."""
        return 0

    def _note(self, turn, failed):
        """A call that comes too early is made again after the pause that the site has named."""
        waits = [one.retry_after for one in failed.values() if isinstance(one, ThrottledError)]
        if waits:
            turn.free_at = time.monotonic() + max(wait or 0 for wait in waits)
        return super()._note(turn, failed)

    def _work(self, site, estimates):
        with self._isolated(site) as outcome:
            estimates._ask()
        error = outcome.error
        if error and not isinstance(error, ThrottledError):
            estimates.error_code = error.code
        return dict.fromkeys(estimates, error) if error else {}
