# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields, models
from odoo.fields import Domain

from ..const import LISTING_SOURCES, RETRY_MINUTES
from ..exceptions import RejectedError, TransientError


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
    _next_stages = ("acknowledge", "operate")

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
        """What asking again cannot help ends; the rest is tried again in its time."""
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
