# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from ..exceptions import RejectedError


class StageAcknowledge(models.AbstractModel):
    """Stage 2: tell the remote which documents were taken over."""

    _name = "integrator.stage.acknowledge"
    _inherit = "integrator.stage"
    _description = "Stage: acknowledge documents"
    _stage = "acknowledge"
    _queue = "integrator.document"
    _errors = "integrator.document"
    _next_stages = ("extract",)

    def _domain(self, site):
        return self.env[self._queue]._queue_domain(site, "acknowledge")

    def _work(self, site, documents):
        failed, refused = {}, {}
        with self._isolated(documents) as outcome:
            refused = site._adapter()._acknowledge(documents)
        if outcome.error:
            documents._fail(outcome.error)
            return dict.fromkeys(documents, outcome.error)
        for document, message in refused.items():
            failed[document] = RejectedError(message, code="acknowledge_refused")
            document._fail(failed[document])
        accepted = documents - self.env[self._queue].union(*refused)
        accepted._advance("extract", acknowledged_at=self.env.cr.now())
        return failed
