# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields, models
from odoo.fields import Domain

from ..const import RETRY_MINUTES


class StageImport(models.AbstractModel):
    """Stage 4: make sale orders of remote orders and follow their news, each order alone."""

    _name = "integrator.stage.import"
    _inherit = "integrator.stage"
    _description = "Stage: import orders"
    _stage = "import"
    _queue = "integrator.order"
    _errors = "integrator.order"
    _next_stages = ("plan_orders",)
    # an order costs a tenth less in a batch of this size than in one of 20
    _chunk = 100

    def _domain(self, site):
        now = fields.Datetime.now()
        fresh = Domain("state", "=", "new")
        news = Domain("has_changes", "=", True)
        news &= Domain("retry_at", "=", False) | Domain("retry_at", "<=", now)
        held = Domain("state", "=", "error") & Domain("retry_at", "<=", now)
        held &= Domain("attempts", "<", self.env["integrator.site"]._max_attempts())
        unpaid = self.env["integrator.pending.reservation"]._domain(now)
        return Domain("site_id", "=", site.id) & (fresh | news | held | unpaid)

    def _work(self, site, orders):
        news = orders.filtered("has_changes")
        importer = self.env["integrator.order.importer"]
        if changed := news.filtered(lambda order: order.state == "imported"):
            with self._isolated(changed):
                importer._learn(changed)
        failed = self._each(news, self.env["integrator.order.updater"]._follow)
        unpaid = orders.filtered(lambda order: order.state in ("pending", "cancelled"))
        failed |= self._each(unpaid, self.env["integrator.pending.reservation"]._settle)
        fresh = orders - news - unpaid
        if fresh:
            with self._isolated(fresh):
                importer._learn(fresh)
        failed |= self._import(fresh)
        for order, error in failed.items():
            order._fail(error, retry_at=self._retry_at(order))
        return failed

    def _import(self, orders):
        """Import all at once, which is several times cheaper; when that fails, by halves, down to
        the orders that are to blame.

        :return: dict order -> IntegratorError
        """
        if not orders:
            return {}
        failed = {}
        with self._isolated(orders) as outcome:
            failed = self.env["integrator.order.importer"]._import(orders)
        if not outcome.error:
            return failed
        half = len(orders) // 2
        if not half:
            return {orders: outcome.error}
        return self._import(orders[:half]) | self._import(orders[half:])

    def _each(self, orders, work):
        failed = {}
        for order in orders:
            with self._isolated(order) as outcome:
                work(order)
            if outcome.error:
                failed[order] = outcome.error
        return failed

    def _retry_at(self, order):
        minutes = RETRY_MINUTES[min(order.attempts, len(RETRY_MINUTES) - 1)]
        return fields.Datetime.now() + timedelta(minutes=minutes)
