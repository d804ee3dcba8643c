# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from itertools import islice

from odoo import models
from odoo.fields import Domain

from ..exceptions import RejectedError
from ..models.look import LISTING_SOURCES

#: Orders that are taken over at once; all parts of a document are one transaction.
PART = 500


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
        return self.env[self._queue]._queue_domain(site, "extract")

    def _domains(self, site):
        """Orders before looks at the catalogue."""
        domain, looks = self._domain(site), Domain("kind", "in", LISTING_SOURCES)
        return [domain & ~looks, domain & looks]

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
        mentions = []
        values = iter(document.site_id._adapter()._extract(document))
        while part := list(islice(values, PART)):
            mentions += self._take(document, part)
            # what is taken over need not stay in memory
            self.env.flush_all()
            self.env.invalidate_all()
        self._ask(document, mentions)
        document._advance("done", extracted_at=self.env.cr.now())

    def _take(self, document, values):
        """Take over whole orders.

        :param list[dict] values: neutral orders
        :return: those that only name an order
        """
        if (taker := document._taker()) is not None:
            taker._take(document, values)
            return []
        named = [value["remote_listing"] for value in values if "remote_listing" in value]
        if named:
            self.env["integrator.look"]._want(document.site_id, named)
            values = [value for value in values if "remote_listing" not in value]
        if any(not value["remote_order_id"] for value in values):
            raise RejectedError(self.env._("An order without an id."), code="malformed_order")
        whole = [value for value in values if value["lines"] is not None]
        self._ask_status(document, whole)
        self.env["integrator.order"]._apply(document.site_id, whole, document)
        return [value for value in values if value["lines"] is None]

    def _ask_status(self, document, values):
        """Some sources tell what an order is and not where it stands: one that is new may have
        been shipped long ago, so it is asked for by its id, too."""
        site = document.site_id
        ids = [one["remote_order_id"] for one in values if not one.get("status_known", True)]
        known = self.env["integrator.order"]._known(site, ids)
        fresh = [one for one in ids if one not in known]
        if fresh and "source:order" in site._adapter()._capabilities(site):
            self.env["integrator.window"]._request_orders(
                site, fresh, manual=document.window_id.manual
            )
            self.env["integrator.site"]._wake("fetch")

    def _ask(self, document, mentions):
        """Ask for the orders that a document names and that we do not have as they are now."""
        site, manual = document.site_id, document.window_id.manual
        windows = self.env["integrator.window"]
        if windows._request_mentioned(site, mentions, manual):
            self.env["integrator.site"]._wake("fetch")
        if document.kind == "statement":
            self.env["integrator.statement"]._take(document, mentions)
