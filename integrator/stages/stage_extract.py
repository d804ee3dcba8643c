# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from ..exceptions import RejectedError


class StageExtract(models.AbstractModel):
    """Stage 3: read documents into remote orders, each all or nothing (000-18 … 000-21)."""

    _name = "integrator.stage.extract"
    _inherit = "integrator.stage"
    _description = "Stage: extract orders"
    _stage = "extract"
    _queue = "integrator.document"
    _errors = "integrator.document"
    _chunk = 1
    _next_stages = ("import",)

    def _domain(self, site):
        return [("site_id", "=", site.id), ("stage", "=", "extract")]

    def _work(self, site, documents):
        failed = {}
        for document in documents:
            error = self._guard(document, lambda document=document: self._extract(document))
            if error:
                document._fail(error)
                failed[document] = error
        return failed

    def _extract(self, document):
        """Take over what the document holds, all of it or nothing: whole orders, and the ids of
        orders that have to be fetched."""
        site = document.site_id
        values = site._adapter()._extract(document)
        if any(not value["remote_order_id"] for value in values):
            raise RejectedError(self.env._("An order without an id."), code="malformed_order")
        whole = [value for value in values if value["lines"] is not None]
        mentions = [value for value in values if value["lines"] is None]
        self.env["integrator.order"]._apply(site, whole, document)
        manual = document.window_id.manual
        wanted = self.env["integrator.window"]._request_mentioned(site, mentions, manual)
        if document.kind == "statement":
            self.env["integrator.statement"]._take(document, mentions)
        if wanted:
            self.env["integrator.site"]._wake("fetch")
        document._advance("done", extracted_at=self.env.cr.now())
