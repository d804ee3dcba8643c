# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields, models
from odoo.fields import Domain

from ..const import RETRY_MINUTES
from ..exceptions import RejectedError, TransientError
from ..models.look import LISTING_SOURCES


class StageFetch(models.AbstractModel):
    """Stage 1: fetch what changed at the remote and keep it as documents (000-01, 000-08)."""

    _name = "integrator.stage.fetch"
    _inherit = "integrator.stage"
    _description = "Stage: fetch orders"
    _stage = "fetch"
    _queue = "integrator.window"
    _errors = "integrator.window"
    _chunk = 1
    # a call that is made again costs quota
    _tries = 1
    _paced = True
    _next_stages = ("acknowledge",)

    def _begin(self, site):
        if site.automatic:
            self.env["integrator.window"]._open_automatic(site)

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
            self.env["integrator.window"].search_count(
                [*self._domain(site), ("manual", "=", True)], limit=1
            )
        )

    def _work(self, site, windows):
        failed = {}
        for window in windows:
            error = self._fetch_page(window)
            if error:
                self._fail(window, error)
                failed[window] = error
        return failed

    def _fetch_page(self, window):
        """Take one page; it is committed with the token of the next one, which may be asked for
        after something more urgent.

        :return: None or the IntegratorError that stopped it
        """
        adapter = window.site_id._adapter()
        error = self._guard(window, lambda: window._take_page(adapter._fetch(window)))
        if error and error.code == "page_token_refused" and window._restart():
            return None
        return error or window._complaint()

    def _unfinished(self, windows):
        return windows.filtered(lambda window: window.state == "ready" and not window.retry_at)

    def _fail(self, window, error):
        """What asking again cannot help ends; the rest is tried again in its time."""
        if window.source != "changes" and isinstance(error, RejectedError):
            window._give_up(error)
        elif window.state == "ready":
            window.write(self._prepare_failure(error))

    def _prepare_failure(self, error):
        """A failing window is tried again, soon when the cause is a passing one."""
        minutes = RETRY_MINUTES[0 if isinstance(error, TransientError) else -1]
        delay = error.retry_after or minutes * 60
        return {
            "error_code": error.code,
            "error_message": error.message,
            "retry_at": fields.Datetime.now() + timedelta(seconds=delay),
        }
