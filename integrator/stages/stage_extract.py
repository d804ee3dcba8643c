# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from itertools import islice

from odoo import models
from odoo.fields import Domain

from ..const import LISTING_SOURCES
from ..exceptions import RejectedError
from ..neutral import ListingMention, Order, OrderMention, Unreadable, UnreadableOrder

#: Orders that are taken over at once; all parts of a document are one transaction.
PART = 500

#: Parts that could not be read which the reason names.
MAX_FLAWS = 5


def _of(forms, values):
    """Those of the values that are of a form of `neutral`, or of one of several."""
    return [value for value in values if isinstance(value, forms)]


class StageExtract(models.AbstractModel):
    """Stage 3: read documents into remote orders, each all or nothing.

    All of a document means: an order in which something cannot be read is taken over as that, held
    with the reason, and so is what is no order noted on the document.
    """

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
            left_out = None
            with self._isolated(document) as outcome:
                left_out = self._extract(document)
            if outcome.error:
                document._fail(outcome.error)
            if error := outcome.error or left_out:
                failed[document] = error
        return failed

    def _extract(self, document):
        """Take over what the document holds, all of it or nothing: whole orders, and the ids of
        orders that have to be fetched."""
        mentions, flaws = [], []
        values = iter(document.site_id._adapter()._extract(document))
        while part := list(islice(values, PART)):
            flaws += [one.unreadable for one in part if isinstance(one, Unreadable)]
            part = [one for one in part if not isinstance(one, Unreadable)]
            mentions += self._take(document, part)
            # what is taken over need not stay in memory
            self.env.flush_all()
            self.env.invalidate_all()
        self._request_known(document, mentions)
        document._advance("done", extracted_at=self.env.cr.now())
        return self._note_flaws(document, flaws)

    def _note_flaws(self, document, flaws):
        """Say on a document what of it could not be read; the rest of it is taken.

        :param list[str] flaws: what and where
        :return: the error that says it, None without flaws
        """
        if not flaws:
            return None
        error = RejectedError(
            self.env._(
                "%(count)s parts of the document could not be read and were left out; the rest was "
                "taken. The bytes are kept. %(flaws)s",
                count=len(flaws),
                flaws="; ".join(flaws[:MAX_FLAWS]),
            ),
            code="part_unreadable",
        )
        document.write({"error_code": error.code, "error_message": error.message})
        return error

    def _take(self, document, values):
        """Take over a part of a document.

        :param values: list of `neutral.Extracted`
        :return: list of `neutral.OrderMention`, which may have to be fetched
        """
        if (taker := document._taker()) is not None:
            taker._take(document, values)
            return []
        named = [(one.marketplace_code, one.sku) for one in _of(ListingMention, values)]
        if named:
            self.env["integrator.drift.check"]._want(document.site_id, named)
        orders = self.env["integrator.order"]
        sales = orders._without_elsewhere(document.site_id, _of((Order, OrderMention), values))
        flawed = _of(UnreadableOrder, values)
        if any(not value.remote_order_id for value in (*sales, *flawed)):
            raise RejectedError(self.env._("An order without an id."), code="malformed_order")
        whole = _of(Order, sales)
        self._ask_status(document, whole)
        orders._apply(document.site_id, whole, document)
        flawed = orders._note_flaws(document.site_id, flawed, document)
        if document.kind != "order":
            flawed._ask_again(document.fetch_request_id.manual)
        return _of(OrderMention, sales)

    def _ask_status(self, document, values):
        """Some sources tell what an order is and not where it stands: one that is new may have
        been shipped long ago, so it is asked for by its id, too."""
        site = document.site_id
        ids = [one.remote_order_id for one in values if not one.status_known]
        known = self.env["integrator.order"]._known(site, ids)
        fresh = [one for one in ids if one not in known]
        if fresh and "source:order" in site._adapter()._capabilities(site):
            self.env["integrator.fetch.request"]._request_orders(
                site, fresh, manual=document.fetch_request_id.manual
            )
            self.env["integrator.site"]._wake("fetch")

    def _request_known(self, document, mentions):
        """Ask for the orders that a document names and that we do not have as they are now."""
        site, manual = document.site_id, document.fetch_request_id.manual
        fetch_requests = self.env["integrator.fetch.request"]
        if fetch_requests._request_mentioned(site, mentions, manual):
            self.env["integrator.site"]._wake("fetch")
        if document.kind == "order_check":
            self.env["integrator.order.check"]._take(document, mentions)
