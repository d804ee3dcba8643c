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
        orders = self.env["integrator.order"]
        for value in document.site_id._adapter()._extract(document):
            if not value["remote_order_id"]:
                raise RejectedError(self.env._("An order without an id."), code="malformed_order")
            orders._apply(document.site_id, value, document)
        document._advance("done", extracted_at=self.env.cr.now())
