# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta
from itertools import islice

from odoo import fields, models
from odoo.fields import Domain

from ..const import LISTING_SOURCES, RETRY_MINUTES
from ..exceptions import RejectedError, TransientError
from ..neutral import ListingMention, Order, OrderMention, Unreadable, UnreadableOrder


class StageFetch(models.AbstractModel):
    """Stage 1: fetch what changed at the remote and keep it as documents."""

    _name = "integrator.stage.fetch"
    _inherit = "integrator.stage"
    _description = "Stage: fetch orders"
    _stage = "fetch"
    _queue = "integrator.fetch.request"
    _errors = "integrator.fetch.request"
    _chunk = 1
    # a call that is made again costs quota
    _tries = 1
    _paced = True
    _next_stages = ("acknowledge",)

    def _begin(self, site):
        if site.automatic:
            self.env["integrator.fetch.request"]._open_automatic(site)

    def _domain(self, site):
        return [
            ("site_id", "=", site.id),
            ("state", "=", "ready"),
            "|",
            ("manual", "=", True),
            ("site_id.automatic", "=", True),
            "|",
            ("retry_at", "=", False),
            ("retry_at", "<=", fields.Datetime.now()),
        ]

    def _domains(self, site):
        """Orders before looks at the catalogue, however many pages those have."""
        domain, looks = Domain(self._domain(site)), Domain("source", "in", LISTING_SOURCES)
        return [domain & ~looks, domain & looks]

    def _is_urgent(self, site):
        return bool(
            self.env["integrator.fetch.request"].search_count(
                [*self._domain(site), ("manual", "=", True)], limit=1
            )
        )

    def _work(self, site, fetch_requests):
        failed = {}
        for fetch_request in fetch_requests:
            error = self._fetch_page(fetch_request)
            if error:
                self._fail(fetch_request, error)
                failed[fetch_request] = error
        return failed

    def _fetch_page(self, fetch_request):
        """Take one page; it is committed with the token of the next one, which may be asked for
        after something more urgent.

        :return: None or the IntegratorError that stopped it
        """
        with self._isolated(fetch_request) as outcome:
            page = fetch_request.site_id._adapter()._fetch(fetch_request)
            fetch_request._take_page(page)
        error = outcome.error
        if error and error.code == "page_token_refused" and fetch_request._restart():
            return None
        return error or fetch_request._complaint()

    def _unfinished(self, fetch_requests):
        return fetch_requests.filtered(
            lambda fetch_request: fetch_request.state == "ready" and not fetch_request.retry_at
        )

    def _fail(self, fetch_request, error):
        """End requests that a retry cannot help; the others are tried again in their time."""
        if fetch_request.source != "changes" and isinstance(error, RejectedError):
            fetch_request._give_up(error)
        elif fetch_request.state == "ready":
            fetch_request.write(self._prepare_failure(error))

    def _prepare_failure(self, error):
        """A failing fetch request is tried again, soon when the cause is a passing one."""
        minutes = RETRY_MINUTES[0 if isinstance(error, TransientError) else -1]
        delay = error.retry_after or minutes * 60
        return {
            "error_code": error.code,
            "error_message": error.message,
            "retry_at": fields.Datetime.now() + timedelta(seconds=delay),
        }


class StageAcknowledge(models.AbstractModel):
    """Stage 2: acknowledge the stored documents at the remote."""

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


#: Orders that are taken over at once; all parts of a document are one transaction.
PART = 500

#: Parts that could not be read which the reason names.
MAX_FLAWS = 5


def _of(forms, values):
    """Return those of the values that are of a form of `neutral`, or of one of several."""
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
            mentions += self._handle_part(document, part)
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

    def _handle_part(self, document, values):
        """Take over a part of a document.

        :param values: list of `neutral.Extracted`
        :return: list of `neutral.OrderMention`, which may have to be fetched
        """
        if (handler := document._get_handler()) is not None:
            handler._handle_document(document, values)
            return []
        named = [(one.marketplace_code, one.sku) for one in _of(ListingMention, values)]
        if named:
            self.env["integrator.drift.check"]._request(document.site_id, named)
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
        """Some sources give an order without its status: a new one may have been shipped long ago,
        so it is also fetched by its id."""
        site = document.site_id
        ids = [one.remote_order_id for one in values if not one.status_known]
        known = self.env["integrator.order"]._known(site, ids)
        fresh = [one for one in ids if one not in known]
        if fresh and site._can("source:order"):
            self.env["integrator.fetch.request"]._request_orders(
                site, fresh, manual=document.fetch_request_id.manual
            )
            self.env["integrator.site"]._trigger_stages("fetch")

    def _request_known(self, document, mentions):
        """Ask for the orders that a document names and that we do not have as they are now."""
        site, manual = document.site_id, document.fetch_request_id.manual
        if self.env["integrator.order"]._request_mentioned(site, mentions, manual):
            self.env["integrator.site"]._trigger_stages("fetch")
        if document.kind == "order_check":
            self.env["integrator.order.check"]._compare_mentions(document, mentions)


class StageImport(models.AbstractModel):
    """Stage 4: make sale orders of remote orders and follow their changes, each order alone."""

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
        changed = Domain("has_changes", "=", True)
        changed &= Domain("retry_at", "=", False) | Domain("retry_at", "<=", now)
        held = Domain("state", "=", "error") & Domain("retry_at", "<=", now)
        held &= Domain("attempts", "<", self.env["integrator.site"]._max_attempts())
        unpaid = self.env["integrator.pending.reservation"]._domain(now)
        return Domain("site_id", "=", site.id) & (fresh | changed | held | unpaid)

    def _work(self, site, orders):
        changed = orders.filtered("has_changes")
        importer = self.env["integrator.order.importer"]
        if imported := changed.filtered(lambda order: order.state == "imported"):
            with self._isolated(imported):
                importer._register_unknown(imported)
        failed = self._each(changed, self.env["integrator.order.updater"]._apply_changes)
        unpaid = orders.filtered(lambda order: order.state in ("pending", "cancelled"))
        failed |= self._each(
            unpaid, self.env["integrator.pending.reservation"]._update_reservations
        )
        if cancelled := unpaid.filtered(lambda order: order.state == "cancelled"):
            self.env["integrator.task"]._drop_moot(cancelled)
        fresh = orders - changed - unpaid
        if fresh:
            with self._isolated(fresh):
                importer._register_unknown(fresh)
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

    def _retry_at(self, order):
        minutes = RETRY_MINUTES[min(order.attempts, len(RETRY_MINUTES) - 1)]
        return fields.Datetime.now() + timedelta(minutes=minutes)
