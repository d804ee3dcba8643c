# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

from odoo.addons.integrator.exceptions import OutcomeUnknownError, UnexpectedError
from odoo.addons.integrator.utils import try_lock

from .order_update import UNKNOWN_ORDER


class StageExportOrders(models.AbstractModel):
    """Outbound: find the exporters of what was flagged, and let orders leave, one export each."""

    _name = "integrator.stage.export_orders"
    _inherit = "integrator.stage"
    _description = "Stage: export orders"
    _stage = "export_orders"
    _queue = "integrator.order.export"
    _errors = "integrator.order.export"
    _chunk = 1

    def _serves(self, site):
        """Sites to which an exporter leads."""
        return bool(site.exporter_ids)

    def _domain(self, site):
        return self.env[self._queue]._queue_domain(site)

    def _has_work(self, site):
        flags = self.env["integrator.order.eligibility"]
        is_flagged = flags.search_count(flags._to_resolve(site.company_id), limit=1)
        return bool(is_flagged) or super()._has_work(site)

    def _pieces(self, turn):
        """First find the exporters of what was flagged in the company, also those of its other
        sites."""
        flags = self.env["integrator.order.eligibility"]._next_unresolved(turn.site.company_id)
        for flag in flags:
            if error := self._attempt(flag, flag._resolve):
                # what hinders it stands on no export, so its alert stays open
                turn.can_close_alerts = False
                self._note(turn, {flag: error})
        self._commit(0, remaining=1)
        yield from super()._pieces(turn)

    def _unfinished(self, records):
        """Return the exports that have left and whose chain goes on; where that fails, at the next
        run."""
        return records.filtered(
            lambda one: one._is_over() and not one.is_chained and not one.error_code
        )

    def _work(self, site, exports):
        export = exports
        if export._is_over():
            return self._go_on_with_chain(export)
        if export.state == "sending":
            with self._isolated(export) as outcome:
                export._recheck()
            if outcome.error:
                export._fail(outcome.error)
                return {export: outcome.error}
        with self._isolated(export) as outcome:
            export._build()
        if outcome.error:
            export.attempts += 1
            export._fail(outcome.error)
            return {export: outcome.error}
        return self._send_locked(export)

    def _go_on_with_chain(self, export):
        """Set the next flag of what is over.

        :return: dict export -> IntegratorError
        """
        with self._isolated(export) as outcome:
            export._chain()
            if export.state == "done":
                export.write({"error_code": False, "error_message": False})
        if error := outcome.error:
            export.write({"error_code": error.code, "error_message": error.message})
            return {export: error}
        return {}

    def _send_locked(self, export):
        """Commit the intent, then send under a lock on the row: a row with an intent and without a
        lock is one whose worker has died.

        :return: dict export -> IntegratorError
        """
        attempts = export.attempts
        self._commit(0)
        self.env.invalidate_all()
        if not try_lock(export):
            return {}
        if (export.state, export.attempts) != ("sending", attempts):
            return {}
        values = {}
        with self._isolated(export) as outcome:
            values = export._send()
        if outcome.error:
            unknown = isinstance(outcome.error, OutcomeUnknownError | UnexpectedError)
            export._fail(outcome.error, may_have_left=unknown)
            return {export: outcome.error}
        export._end(values)
        return {}


class StageUpdateOrders(models.AbstractModel):
    """Inbound: read the feeds, and apply their updates to orders, one update per transaction."""

    _name = "integrator.stage.update_orders"
    _inherit = "integrator.stage"
    _description = "Stage: update orders"
    _stage = "update_orders"
    _queue = "integrator.order.update"
    _errors = "integrator.order.update"
    _chunk = 1
    _next_stages = ("export_orders",)

    def _serves(self, site):
        """Sites that send updates."""
        return bool(site.feed_ids)

    def _domain(self, site):
        return self.env[self._queue]._queue_domain(site)

    def _pieces(self, turn):
        """First read each feed as a piece of work, the one with the oldest read first, so that slow
        feeds do not block others."""
        feeds = self._drained_feeds(turn.site)
        for feed in feeds.sorted(lambda feed: (str(feed.drained_at or ""), feed.id)):
            self._drain(turn, feed)
            turn.looked_at += 1
            # the scheduler takes a run for failed in which nothing was done and something is left
            self._commit(1, remaining=1)
            yield
        yield from super()._pieces(turn)

    def _drained_feeds(self, site):
        return site.feed_ids.filtered("active") if site.automatic else site.feed_ids.browse()

    def _drain(self, turn, feed):
        """Keep what a feed has, then put it away there; one that fails ends alone."""
        for step in (feed._drain, feed._put_away):
            error = self._attempt(feed, step)
            if error:
                # what hinders a feed stands on no record, so its alert stays open
                turn.can_close_alerts = False
                self._note(turn, {feed: error})
            feed.drained_at = fields.Datetime.now()
            self._commit(0, remaining=1)
            if error:
                return

    def _count_left(self, turn):
        """Also the feeds for which there was no time."""
        late = self._drained_feeds(turn.site)
        if turn.run:
            begun = turn.run.started_at
            late = late.filtered(lambda feed: not feed.drained_at or feed.drained_at < begun)
        return super()._count_left(turn) + len(late)

    def _work(self, site, updates):
        failed = {}
        for update in updates:
            with self._isolated(update) as outcome:
                update._apply()
            if outcome.error:
                update._fail(outcome.error)
                failed[update] = outcome.error
        # an order that is not here yet may come: only what stays unknown raises an alert
        return {
            update: error
            for update, error in failed.items()
            if error.code != UNKNOWN_ORDER or update.attempts >= site._max_attempts()
        }
