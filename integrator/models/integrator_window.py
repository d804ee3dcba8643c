# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools.constants import GC_UNLINK_LIMIT

from ..exceptions import RejectedError


class IntegratorWindow(models.Model):
    """A span of time whose order changes are to be fetched, page by page.

    The page token is kept with its query, and committed together with the page it came with, so
    a kill between two pages loses and doubles none (000-08, 000-12).
    """

    _name = "integrator.window"
    _description = "Order window"
    _order = "id desc"
    _rec_name = "date_from"

    site_id = fields.Many2one(
        "integrator.site", required=True, readonly=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="site_id.company_id", store=True)
    date_from = fields.Datetime(required=True, readonly=True)
    date_to = fields.Datetime(readonly=True, help="Empty: until now.")
    manual = fields.Boolean(readonly=True)
    state = fields.Selection(
        [("ready", "Ready"), ("done", "Done"), ("error", "Error")],
        default="ready",
        required=True,
        readonly=True,
        index=True,
    )
    page = fields.Integer(readonly=True)
    next_token = fields.Char(readonly=True)
    watermark = fields.Datetime(readonly=True)
    retry_at = fields.Datetime(readonly=True)
    error_code = fields.Char(readonly=True)
    error_message = fields.Text(readonly=True)
    document_ids = fields.One2many("integrator.document", "window_id", readonly=True)

    _automatic_uniq = models.UniqueIndex(
        "(site_id) WHERE state = 'ready' AND NOT manual", "This site is being looked at already."
    )

    @api.model
    def _open_automatic(self, site):
        """The window of the next automatic look, made when there is none under way."""
        domain = [("site_id", "=", site.id), ("manual", "=", False), ("state", "=", "ready")]
        return self.search(domain) or self.create(
            {"site_id": site.id, "date_from": site._next_window_start()}
        )

    @api.model
    def _request(self, site, spans):
        """Windows that a person asked for.

        :param list spans: tuples (start, end) of UTC times
        :return: how many
        """
        self.create(
            [
                {"site_id": site.id, "date_from": start, "date_to": end, "manual": True}
                for start, end in spans
            ]
        )
        return len(spans)

    def _take_page(self, page):
        """Keep one fetched page as a document and move on.

        :param dict page: what the adapter's `_fetch` gave
        :return: the document
        """
        self.ensure_one()
        document = self.env["integrator.document"]._keep(
            self.site_id, f"window/{self.id}/page/{self.page}", page, window_id=self.id
        )
        repeated = page["next_token"] and page["next_token"] == self.next_token
        self.write(
            {
                "page": self.page + 1,
                "next_token": page["next_token"],
                "watermark": self.watermark or page["watermark"],
                "state": "ready" if page["next_token"] and not repeated else "done",
                "error_code": False,
                "error_message": False,
                "retry_at": False,
            }
        )
        if repeated:
            self._stop_repeating()
        elif self.state == "done":
            self._finish()
        return document

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

    def _complaint(self):
        """The error that ended the window, if one did.

        :return: `RejectedError` or None
        """
        if self.state != "error":
            return None
        return RejectedError(self.error_message, code=self.error_code)

    def _finish(self):
        """Every page is here: the site's orders are complete until the remote's own time."""
        self.search(
            [
                ("site_id", "=", self.site_id.id),
                ("manual", "=", False),
                ("error_code", "!=", False),
            ]
        ).error_code = False
        if not self.manual and self.watermark:
            self.site_id.order_watermark = max(
                self.watermark, self.site_id.order_watermark or self.watermark
            )

    @api.autovacuum
    def _gc_windows(self):
        """Remove windows that are fetched, or whose complaint is settled, after the retention."""
        settled = Domain("state", "=", "error") & Domain("error_code", "=", False)
        domain = Domain("state", "=", "done") | settled
        domain &= Domain("write_date", "<", self.env["integrator.site"]._retention_date())
        old = self.search(domain, limit=GC_UNLINK_LIMIT)
        old.unlink()
        return len(old), self.search_count(domain, limit=GC_UNLINK_LIMIT)
