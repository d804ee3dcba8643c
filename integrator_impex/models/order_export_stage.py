# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from odoo.addons.integrator.exceptions import OutcomeUnknownError, UnexpectedError
from odoo.addons.integrator.utils import try_lock


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
        flags = self.env["integrator.order.eligibility"]._take_some(turn.site.company_id)
        for flag in flags:
            if error := self._attempt(flag, flag._resolve):
                # what hinders it stands on no export, so its alert stays open
                turn.can_close_alerts = False
                self._note(turn, {flag: error})
        self._commit(0, remaining=1)
        yield from super()._pieces(turn)

    def _unfinished(self, records):
        """What has left has its chain to be gone on with; where that fails, at the next run."""
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
        return self._let_leave(export)

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

    def _let_leave(self, export):
        """Commit that it is about to leave, and let it leave under a lock on its row: whoever finds
        the row open and free knows that its worker has died.

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
