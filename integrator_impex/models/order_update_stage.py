# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

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
        """First have what is new at each feed, each a piece of work; one that fails ends alone."""
        for feed in turn.site.feed_ids.filtered("active") if turn.site.automatic else ():
            for step in (feed._drain, feed._put_away):
                error = self._attempt(feed, step)
                if error:
                    # what hinders a feed stands on no record, so its alert stays open
                    turn.is_mending = False
                    self._note(turn, {feed: error})
                self._commit(0, remaining=1)
                yield
                if error:
                    break
        yield from super()._pieces(turn)

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
