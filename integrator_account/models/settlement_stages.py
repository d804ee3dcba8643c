# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import time
from functools import partial

from odoo import fields, models

from odoo.addons.integrator.exceptions import ThrottledError

from ..neutral import SettlementReadingError


class StageSettle(models.AbstractModel):
    """Inbound: once a day look for the documents of settlements, then take over each of them, and
    post what nothing holds where the site says so."""

    _name = "integrator.stage.settle"
    _inherit = "integrator.stage"
    _description = "Stage: take over settlements"
    _stage = "settle"
    _queue = "integrator.document"
    _errors = "integrator.document"
    _chunk = 1
    # a call that is made again costs quota
    _tries = 1

    def _domain(self, site):
        return self.env[self._queue]._queue_domain(site, "settle")

    def _has_work(self, site):
        """A look begins by itself when its time has come, and goes on with what takes longer."""
        return self._is_asking(site) or super()._has_work(site)

    def _is_asking(self, site):
        """Return whether there is something to ask the channel for."""
        to_compare = self.env["integrator.settlement"]._to_compare
        return site.automatic and bool(
            site._settlement_is_due("settlement_looked_at")
            or site._settlement_is_due("settlement_asked_at")
            or to_compare(site)
        )

    def _trigger_later(self):
        """Override: a document that waits for the channel's quota is fetched when it may be; the
        scheduled action itself comes a quarter of an hour later."""
        result = super()._trigger_later()
        waiting = [("stage", "=", "settle"), ("retry_at", ">", fields.Datetime.now())]
        first = self.env[self._queue].search(waiting, order="retry_at", limit=1)
        if first:
            self.env["integrator.site"]._trigger_stages("settle", at=first.retry_at)
        return result

    def _begin(self, site):
        """Look for documents, and match what did not see each other."""
        if not (site.automatic and site._settlement_is_due("settlement_looked_at")):
            return
        found = site._adapter()._find_settlement_documents(site, site._settlement_search_since())
        self.env[self._queue]._expect_settlements(site, found)
        self.env["integrator.settlement.line"]._find_late_orders(site)
        self.env["integrator.settlement.matcher"]._match_concurrent(site)
        site.settlement_looked_at = fields.Datetime.now()

    def _pieces(self, turn):
        """Override: what else the channel knows of the money is asked for on its own, so that
        documents are found and read where it does not answer."""
        for ask in (self._ask_movements, self._ask_figures) if turn.site.automatic else ():
            error = self._attempt(turn.site, partial(ask, turn.site))
            if error:
                self._note(turn, {turn.site: error})
                turn.can_close_alerts = False
            self._commit(0, remaining=1)
        yield from super()._pieces(turn)

    def _ask_movements(self, site):
        """Compare settlements order by order, as far as that is due."""
        self.env["integrator.settlement"]._to_compare(site)._ask_movements()

    def _ask_figures(self, site):
        """Once a day: deferred money, and the figures that prove settlements."""
        if not site._settlement_is_due("settlement_asked_at"):
            return
        deferred = site._adapter()._fetch_deferred_money(site)
        self.env["integrator.settlement.deferred"]._replace(site, deferred)
        self.env["integrator.settlement"]._to_ask(site)._ask_site()
        site.settlement_asked_at = fields.Datetime.now()

    def _work(self, site, documents):
        """Get the bytes and keep them, then read them."""
        failed = {}
        for document in documents:
            with self._isolated(document) as outcome:
                document._fetch_settlement()
            if not outcome.error:
                with self._isolated(document) as outcome:
                    self._take_over(document)
            if error := outcome.error or self._complaint(document):
                document._fail(error)
                failed[document] = error
        return failed

    def _note(self, turn, failed):
        """Override of `integrator`: alerts and runs are read by people without accounting rights;
        the document itself has the sums, too."""
        plain = {
            record: error.without_sums() if isinstance(error, SettlementReadingError) else error
            for record, error in failed.items()
        }
        return super()._note(turn, plain)

    def _take_over(self, document):
        settlements = self.env["integrator.settlement"]._take_over(document)
        # the control figures are no condition: what the site does not say now is asked for later
        settlements._ask_site()
        waiting = settlements | settlements._next_settlements()
        waiting._check_and_post()
        document._advance("done", extracted_at=self.env.cr.now())

    def _complaint(self, document):
        """The reason why a document disagrees with the one before.

        :return: `IntegratorError`, or None
        """
        changed = self.env["integrator.settlement"].search(
            [("other_document_id", "=", document.id)], limit=1
        )
        if not changed:
            return None
        return SettlementReadingError(
            self.env._(
                "The channel gives settlement %s a second time, with other content. Nothing was "
                "changed. Open the settlement and choose which of the two files is right.",
                changed.remote_id,
            ),
            code="settlement_changed",
        )


#: Calls of one turn; what is left then is asked for in the next one.
MAX_CALLS = 10

#: Listings that are asked about in one call.
PIECE = 20


class StageEstimate(models.AbstractModel):
    """Inbound: fetch the fees of a piece sold, for listings whose price has changed. It is not
    urgent: a few calls each time, as the site's rate allows."""

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
        """Some calls, with the pauses that the site requires between them; an error ends the
        turn."""
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
            estimates._request_estimates()
        error = outcome.error
        if error and not isinstance(error, ThrottledError):
            estimates.error_code = error.code
        return dict.fromkeys(estimates, error) if error else {}
