# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models

from .order_update import UNKNOWN_ORDER


class StageUpdateOrders(models.AbstractModel):
    """Inbound: take what feeds have, and tell orders what is new, one update per transaction."""

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
        """First have what is new at each feed, each a piece of work that takes its time; the one
        that was looked at longest ago comes first, so that slow ones keep nobody away."""
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
        # an order that is not here yet may come: only what stays unknown is told to the group
        return {
            update: error
            for update, error in failed.items()
            if error.code != UNKNOWN_ORDER or update.attempts >= site._max_attempts()
        }
