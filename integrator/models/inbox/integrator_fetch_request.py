# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import datetime, time, timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from ...const import SOURCES
from ...exceptions import RejectedError
from ...reason import Reason

#: Columns of a fetch request that nothing is wrong with.
RESET_VALUES = {"error_code": False, "error_message": False, "retry_at": False}
#: Pages without a new order in a row after which asking on is a loop.
MAX_STALE_PAGES = 2
#: Days of returns that each fetch covers, because their outcome is known later.
RETURN_DAYS = 30
#: Days that a missed order check goes back.
CHECK_DAYS = 14


class IntegratorFetchRequest(models.Model):
    """One request for orders: of a span of time, of one order, or of what is in a queue.

    The page token is kept with its query, and committed together with the page it came with, so
    a kill between two pages loses and doubles none.
    """

    _name = "integrator.fetch.request"
    _inherit = ["integrator.digest.mixin", "integrator.site.mixin", "integrator.retention.mixin"]
    _description = "Request for orders"
    _order = "id desc"
    _rec_name = "date_from"
    _digest_sequence = 50

    source = fields.Selection(
        SOURCES, default="changes", required=True, readonly=True, help="Where the orders come from."
    )
    remote_ref = fields.Char(
        string="Order on the channel", readonly=True, help="The order that is asked for by its id."
    )
    date_from = fields.Datetime(
        string="From", required=True, readonly=True, help="Start of the span of time."
    )
    date_to = fields.Datetime(string="Until", readonly=True, help="Empty: until now.")
    manual = fields.Boolean(readonly=True, help="A person asked for it.")
    state = fields.Selection(
        [("ready", "Ready"), ("done", "Done"), ("error", "Error")],
        default="ready",
        required=True,
        readonly=True,
        index=True,
        help="Ready: there is something left to ask for.",
    )
    page = fields.Integer(readonly=True, help="Pages fetched so far.")
    next_token = fields.Char(readonly=True, help="What the channel asks for with the next page.")
    restarts = fields.Integer(readonly=True, help="Times it began again from its first page.")
    seen_ids = fields.Json(readonly=True, help="Orders on the pages so far.")
    stale_pages = fields.Integer(readonly=True, help="Pages in a row without a new order.")
    watermark = fields.Datetime(
        readonly=True, help="The channel's own time up to which its answer is complete."
    )
    retry_at = fields.Datetime(
        string="Next try on", readonly=True, help="Not asked for again before this time."
    )
    error_code = fields.Char(string="Cause", readonly=True, help="Stable name of the cause.")
    error_message = Reason(string="Reason", readonly=True, help="What went wrong, in words.")
    document_ids = fields.One2many("integrator.document", "fetch_request_id", readonly=True)

    _automatic_uniq = models.UniqueIndex(
        "(site_id, source) WHERE state = 'ready' AND manual IS NOT TRUE AND source != 'order'",
        "This channel is being looked at already.",
    )
    _order_uniq = models.UniqueIndex(
        "(site_id, remote_ref) WHERE state = 'ready' AND source = 'order'",
        "This order is being asked for already.",
    )
    _latest_idx = models.Index("(site_id, source, create_date)")
    _queue_idx = models.Index("(site_id, id) WHERE state = 'ready'")
    _error_idx = models.Index("(site_id, error_code) WHERE error_code IS NOT NULL")

    # === PAGES === #

    def _take_page(self, page):
        """Keep one fetched page as a document and move on.

        :param neutral.Page page: what the adapter's `_fetch` gave
        :return: the document; none while there is nothing to keep
        """
        self.ensure_one()
        document = self.env["integrator.document"]
        if page.content is not None:
            document = self._keep_page(page)
        stale = self._count_stale(page, document)
        repeated = bool(page.next_token) and stale >= MAX_STALE_PAGES
        self.write(
            {
                **RESET_VALUES,
                "page": self.page + len(document),
                "next_token": page.next_token,
                "watermark": self.watermark or page.watermark,
                "state": "ready" if page.next_token else "done",
                "stale_pages": stale,
                "retry_at": self._pause(page.retry_after),
            }
        )
        if repeated:
            self._stop_repeating()
        elif self.state == "done":
            self._finish()
        return document

    def _keep_page(self, page):
        return self.env["integrator.document"]._keep(
            self.site_id,
            f"{self._try_name()}/{self.page}",
            page,
            fetch_request_id=self.id,
            kind=page.kind or self.source,
        )

    def _try_name(self):
        return f"fetch_request/{self.id}/try/{self.restarts}/page"

    def _pause(self, seconds):
        """Return the time at which the site is asked again; now where it gives no number of
        seconds."""
        return seconds and fields.Datetime.now() + timedelta(seconds=seconds)

    def _count_stale(self, page, document):
        """Return the number of pages in a row that brought nothing new: the same token, the same
        bytes, or only orders of earlier pages."""
        if not document:
            return 0
        if page.next_token and page.next_token == self.next_token:
            return MAX_STALE_PAGES
        same_try = self.document_ids.filtered(
            lambda one: one.remote_id.startswith(self._try_name())
        )
        checksums = (same_try - document).mapped("checksum")
        ids, seen = page.ids, set(self.seen_ids or ())
        fresh = document.checksum not in checksums if ids is None else bool(set(ids) - seen)
        self.seen_ids = sorted(seen | set(ids or ()))
        return 0 if fresh else self.stale_pages + 1

    def _stop_repeating(self):
        """The remote gives the same page again and again: stop instead of looping."""
        self.write(
            {
                "state": "error",
                "error_code": "repeated_page",
                "error_message": self.env._(
                    "The channel answered with the same page twice. What came is kept; the next "
                    "run asks for the whole time again."
                ),
            }
        )

    def _restart(self):
        """The site takes the page token no more: begin again from the first page, once; orders
        that came twice are known by their id.

        :return: whether it begins again
        """
        self.ensure_one()
        if self.restarts:
            return False
        self.write(
            {"restarts": 1, "page": 0, "next_token": False, "seen_ids": False, "stale_pages": 0}
        )
        return True

    def _complaint(self):
        """The error that ended the fetch request, if one did.

        :return: `RejectedError` or None
        """
        if self.state != "error":
            return None
        return RejectedError(self.error_message, code=self.error_code)

    def _give_up(self, error):
        """End a request that asking again cannot help, such as one for an unknown order."""
        self.write({"state": "error", "error_code": error.code, "error_message": error.message})

    def _finish(self):
        """Every page is here: the site's orders are complete until the remote's own time."""
        self.search(
            [
                ("site_id", "=", self.site_id.id),
                ("source", "=", self.source),
                ("remote_ref", "=", self.remote_ref),
                ("manual", "=", False),
                ("error_code", "!=", False),
            ]
        ).error_code = False
        if self.source == "changes" and not self.manual and self.watermark:
            self.site_id.order_watermark = max(
                self.watermark, self.site_id.order_watermark or self.watermark
            )

    # === AUTOMATIC REQUESTS === #

    @api.model
    def _open_automatic(self, site):
        """The fetch requests of the next automatic look, made where there is none under way."""
        makers = {
            "orders": self._open_changes,
            "source:queue": self._open_queue,
            "source:order_check": self._open_order_check,
        }
        if site.daily_returns:
            makers["source:return"] = self._open_returns
        for capability, make in makers.items():
            if site._can(capability):
                make(site)

    def _open_changes(self, site):
        if not self._next_poll(site, "changes"):
            self._open(site, "changes", date_from=site._next_fetch_start())

    def _next_poll(self, site, source):
        """Return the time from which the site may be polled again; False: now.

        :param str source: a value of the field
        """
        pause = timedelta(seconds=site._adapter()._poll_pause(site, source))
        last = [("site_id", "=", site.id), ("source", "=", source), ("manual", "=", False)]
        last = self.search(last, order="id DESC", limit=1)
        # times are kept to the second
        is_paused = last and pause >= timedelta(seconds=1)
        next_at = last.create_date + pause if is_paused else False
        if last.state == "ready" and last.retry_at:
            next_at = max(next_at or last.retry_at, last.retry_at)
        return next_at and next_at > fields.Datetime.now() and next_at

    def _open_queue(self, site):
        self._open(site, "queue", date_from=fields.Datetime.now())

    def _open_order_check(self, site):
        """The order check of a day that is over, once; also of the days of which none was asked
        for, such as those on which nothing ran. Without any before it is that of yesterday."""
        if not site.daily_order_check:
            return
        yesterday, _end = self._day(fields.Date.today() - timedelta(days=1))
        domain = [("site_id", "=", site.id), ("source", "=", "order_check")]
        domain += [("manual", "=", False)]
        last = self.search(domain, order="date_from desc", limit=1).date_from
        earliest = yesterday - timedelta(days=CHECK_DAYS)
        day = max(last + timedelta(days=1), earliest) if last else yesterday
        if day <= yesterday:
            start, end = self._day(day)
            self._open(site, "order_check", date_from=start, date_to=end)

    def _open(self, site, source, **values):
        domain = [("site_id", "=", site.id), ("source", "=", source)]
        domain += [("manual", "=", False), ("state", "=", "ready")]
        return self.search(domain) or self.create({"site_id": site.id, "source": source, **values})

    @api.model
    def _day(self, day):
        """Start and end of a day as UTC times."""
        start = datetime.combine(day, time.min)
        return start, start + timedelta(days=1)

    # === MANUAL REQUESTS === #

    @api.model
    def _request(self, site, spans, source="changes"):
        """Fetch requests that a person asked for.

        :param list spans: tuples (start, end) of UTC times
        :param str source: `changes`, `report` or `order_check`
        :return: how many
        """
        self.create(
            [
                {
                    "site_id": site.id,
                    "source": source,
                    "date_from": start,
                    "date_to": end,
                    "manual": True,
                }
                for start, end in spans
            ]
        )
        return len(spans)

    # === REQUESTS BY ID === #

    @api.model
    def _request_orders(self, site, remote_order_ids, manual=False):
        """Ask for orders by their ids, each once.

        :param remote_order_ids: ids as the site writes them
        :param bool manual: whether a person asked
        :return: the fetch requests, those that were open already among them
        """
        wanted = sorted(set(remote_order_ids))
        domain = [("site_id", "=", site.id), ("source", "=", "order"), ("state", "=", "ready")]
        known = self.search([*domain, ("remote_ref", "in", wanted)])
        if manual:
            known.write({"manual": True, "retry_at": False})
        missing = [one for one in wanted if one not in known.mapped("remote_ref")]
        values = {"site_id": site.id, "source": "order", "manual": manual}
        values["date_from"] = fields.Datetime.now()
        return known | self.create([{**values, "remote_ref": one} for one in missing])

    # === BUSINESS METHODS === #

    def _open_returns(self, site):
        """The returns of the last weeks, once a day."""
        start, _end = self._day(fields.Date.today() - timedelta(days=RETURN_DAYS))
        domain = [("site_id", "=", site.id), ("source", "=", "return"), ("date_from", "=", start)]
        if not self.search_count([*domain, ("manual", "=", False)], limit=1):
            self._open(site, "return", date_from=start)

    def _ask_again(self):
        """Begin anew with what could not be fetched, because a person asks for it; the next look of
        the scheduler may be under way beside it."""
        failed = self.filtered(lambda fetch_request: fetch_request.state == "error")
        failed.write({"state": "ready", "manual": True, "retry_at": False, "next_token": False})

    def _stop_asking(self):
        """A person does not want the rest any more; what came is kept."""
        untouched = self.filtered(lambda one: one.state == "ready" and not one.document_ids)
        (self - untouched).filtered(lambda one: one.state == "ready").write(
            {"state": "error", "error_message": self.env._("Cancelled.")}
        )
        untouched.unlink()

    # === CLEAN-UP === #

    @api.model
    def _retention_domain(self):
        """Fetch requests that are fetched, or whose failure a person has closed, go after the
        retention; those that brought nothing after a day."""
        closed = Domain("state", "=", "error") & Domain("error_code", "=", False)
        domain = Domain("state", "=", "done") | closed
        domain &= Domain("write_date", "<", self.env["integrator.site"]._retention_date())
        empty = Domain("state", "=", "done") & Domain("document_ids", "=", False)
        empty &= Domain("write_date", "<", fields.Datetime.now() - timedelta(days=1))
        return domain | empty
