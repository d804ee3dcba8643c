# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models
from odoo.fields import Domain

from ..models.operation.integrator_operation import REQUEST_KINDS


class StageOperate(models.AbstractModel):
    """Operations: do the next piece of each, see `integrator.operation`. One that waits for an
    answer is not in the queue."""

    _name = "integrator.stage.operate"
    _inherit = "integrator.stage"
    _description = "Stage: operations"
    _stage = "operate"
    _queue = "integrator.operation"
    _errors = "integrator.operation"
    _chunk = 1

    def _domain(self, site):
        due = Domain("retry_at", "=", False) | Domain("retry_at", "<=", fields.Datetime.now())
        return Domain("site_id", "=", site.id) & Domain("state", "in", ("queued", "running")) & due

    def _begin(self, site):
        self.env["integrator.operation.synchronise"]._begin_due(site)
        self.env["integrator.operation"]._stop_unwanted(site)
        self._complete(site).retry_at = False

    def _has_work(self, site):
        """A synchronisation begins by itself when its time has come."""
        synchronise = self.env["integrator.operation.synchronise"]
        return self._has_new_work(site) or synchronise._is_due(site)

    def _has_new_work(self, site):
        """An operation that follows records goes on with the last of them."""
        return self._has_queue(site) or bool(self._complete(site))

    def _complete(self, site):
        """Operations that rest although the records they follow have come to their end."""
        resting = self.env[self._queue].search(
            [
                ("site_id", "=", site.id),
                ("state", "=", "running"),
                ("kind", "in", [kind for kind, _label in REQUEST_KINDS]),
                ("retry_at", "!=", False),
            ]
        )
        return resting.filtered(lambda one: one._worker(one.kind)._is_complete(one))

    def _unfinished(self, operations):
        """Pieces are done one after the other while nothing has to be waited for."""
        return operations.filtered(
            lambda operation: operation.state == "running" and not operation.retry_at
        )

    def _work(self, site, operations):
        failed = self._each(operations, lambda operation: operation._advance())
        for operation, error in failed.items():
            operation._note_failure(error)
        return failed
