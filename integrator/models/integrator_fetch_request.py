# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools.constants import GC_UNLINK_LIMIT

from ..exceptions import RejectedError

#: What can be asked for (see `docs/architecture.md`, "The way in").
SOURCES = [
    ("changes", "Order changes"),
    ("order", "One order"),
    ("report", "Order report"),
    ("queue", "Notifications"),
    ("order_check", "Order check of the day"),
]

#: Columns of a fetch request that nothing is wrong with.
MENDED = {"error_code": False, "error_message": False, "retry_at": False}

#: Pages without a new order in a row after which asking on is a loop.
MOST_STALE_PAGES = 2


class IntegratorFetchRequest(models.Model):
    """One request for orders: of a span of time, of one order, or of what is in a queue.

    The page token is kept with its query, and committed together with the page it came with, so
    a kill between two pages loses and doubles none (000-08, 000-12).
    """

    _name = "integrator.fetch.request"
    _description = "Request for orders"
    _order = "id desc"
    _rec_name = "date_from"

    site_id = fields.Many2one(
        "integrator.site", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="site_id.company_id", store=True)
    source = fields.Selection(
        SOURCES, default="changes", required=True, readonly=True, help="Where the orders come from."
    )
    remote_ref = fields.Char(
        string="Remote order", readonly=True, help="The order that is asked for by its id."
    )
    date_from = fields.Datetime(required=True, readonly=True, help="Start of the span of time.")
    date_to = fields.Datetime(readonly=True, help="Empty: until now.")
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
    next_token = fields.Char(readonly=True, help="What the site wants to hear for the next page.")
    restarts = fields.Integer(readonly=True, help="Times it began again from its first page.")
    seen_ids = fields.Json(readonly=True, help="Orders on the pages so far.")
    stale_pages = fields.Integer(readonly=True, help="Pages in a row without a new order.")
    watermark = fields.Datetime(
        readonly=True, help="The site's own time up to which its answer is complete."
    )
    retry_at = fields.Datetime(readonly=True, help="Not asked for again before this time.")
    error_code = fields.Char(readonly=True, help="Stable name of the cause.")
    error_message = fields.Text(string="Reason", readonly=True, help="What went wrong, in words.")
    document_ids = fields.One2many("integrator.document", "fetch_request_id", readonly=True)

    _automatic_uniq = models.UniqueIndex(
        "(site_id, source) WHERE state = 'ready' AND NOT manual AND source != 'order'",
        "This site is being looked at already.",
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

        :param dict page: what the adapter's `_fetch` gave
        :return: the document; none while there is nothing to keep
        """
        self.ensure_one()
        document = self.env["integrator.document"]
        if page["content"] is not None:
            document = self._keep_page(page)
        stale = self._count_stale(page, document)
        repeated = bool(page["next_token"]) and stale >= MOST_STALE_PAGES
        self.write(
            {
                **MENDED,
                "page": self.page + len(document),
                "next_token": page["next_token"],
                "watermark": self.watermark or page["watermark"],
                "state": "ready" if page["next_token"] and not repeated else "done",
                "stale_pages": stale,
                "retry_at": self._pause(page.get("retry_after")),
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
            kind=page.get("kind") or self.source,
        )

    def _try_name(self):
        return f"fetch_request/{self.id}/try/{self.restarts}/page"

    def _pause(self, seconds):
        """When the site wants to be asked again; at once without a number."""
        return seconds and fields.Datetime.now() + timedelta(seconds=seconds)

    def _count_stale(self, page, document):
        """How many pages in a row brought nothing new: the same token, the same bytes, or only
        orders that earlier pages had (pain 2)."""
        if not document:
            return 0
        if page["next_token"] and page["next_token"] == self.next_token:
            return MOST_STALE_PAGES
        same_try = self.document_ids.filtered(
            lambda one: one.remote_id.startswith(self._try_name())
        )
        checksums = (same_try - document).mapped("checksum")
        ids, seen = page.get("ids"), set(self.seen_ids or ())
        fresh = document.checksum not in checksums if ids is None else bool(set(ids) - seen)
        self.seen_ids = sorted(seen | set(ids or ()))
        return 0 if fresh else self.stale_pages + 1

    def _stop_repeating(self):
        """The remote gives the same page again and again: stop instead of looping (pain 2)."""
        self.write(
            {
                "state": "error",
                "error_code": "repeated_page",
                "error_message": self.env._(
                    "The site answered with the same page twice. What came is kept; the next run "
                    "asks for the whole time again."
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

    @api.autovacuum
    def _gc_fetch_requests(self):
        """Remove fetch requests that are fetched, or whose complaint is settled, after the retention;
        those that brought nothing go after a day."""
        settled = Domain("state", "=", "error") & Domain("error_code", "=", False)
        domain = Domain("state", "=", "done") | settled
        domain &= Domain("write_date", "<", self.env["integrator.site"]._retention_date())
        empty = Domain("state", "=", "done") & Domain("document_ids", "=", False)
        empty &= Domain("write_date", "<", fields.Datetime.now() - timedelta(days=1))
        domain |= empty
        old = self.search(domain, limit=GC_UNLINK_LIMIT)
        old.unlink()
        return len(old), self.search_count(domain, limit=GC_UNLINK_LIMIT)
