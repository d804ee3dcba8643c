# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields, models

from odoo.addons.integrator.exceptions import RejectedError

from .. import neutral_forms
from ..api.parsers.orders import parse_orders_document
from .source import INCLUDED_DATA

#: Amazon refuses an upper bound younger than this.
YOUNGEST_BOUND = timedelta(minutes=2, seconds=5)

#: Orders on a page; Amazon gives no more.
PAGE_SIZE = 100

#: Code of the API's error for a page token that is not taken any more.
TOKEN_REFUSED = "spapi_400_PageToken"  # noqa: S105 - the name of an error


class AmazonSourceChanges(models.AbstractModel):
    """Orders that changed in a span of time: searchOrders (Orders API 2026-01-01)."""

    _name = "integrator.amazon.source.changes"
    _inherit = "integrator.amazon.source"
    _description = "Amazon source: order changes"

    def _fetch(self, fetch_request):
        try:
            with self._gateway(fetch_request.site_id) as gateway:
                answer = gateway.call("searchOrders", query=self._prepare_query(fetch_request))
        except RejectedError as error:
            if fetch_request.next_token and error.code == TOKEN_REFUSED:
                raise RejectedError(error.message, code="page_token_refused") from error
            raise
        payload = answer.payload
        bound = payload.get("lastUpdatedBefore") or payload.get("createdBefore")
        return self._prepare_page(
            answer,
            next_token=(payload.get("pagination") or {}).get("nextToken"),
            watermark=bound and self._parse_time(bound),
            ids=tuple(order.get("orderId") for order in payload.get("orders") or ()),
        )

    def _prepare_query(self, fetch_request):
        """The query of a fetch request; a page token goes with the filters it was made for."""
        query = {
            "lastUpdatedAfter": self._format_time(fetch_request.date_from),
            "marketplaceIds": fetch_request.site_id.amazon_marketplace_ids.mapped("code"),
            "includedData": list(INCLUDED_DATA),
            "maxResultsPerPage": PAGE_SIZE,
        }
        if (
            fetch_request.date_to
            and fetch_request.date_to <= fields.Datetime.now() - YOUNGEST_BOUND
        ):
            # without an upper bound the answer reaches to the present, which a bound may not
            query["lastUpdatedBefore"] = self._format_time(fetch_request.date_to)
        if fetch_request.next_token:
            query["paginationToken"] = fetch_request.next_token
        return query

    def _read(self, document):
        return neutral_forms.orders(parse_orders_document(document._raw(), document.charset))


class AmazonSourceOrder(models.AbstractModel):
    """One order by its id: getOrder (Orders API 2026-01-01)."""

    _name = "integrator.amazon.source.order"
    _inherit = "integrator.amazon.source.changes"
    _description = "Amazon source: one order"

    def _fetch(self, fetch_request):
        with self._gateway(fetch_request.site_id) as gateway:
            answer = gateway.call(
                "getOrder",
                path={"orderId": fetch_request.remote_ref},
                query={"includedData": list(INCLUDED_DATA)},
            )
        return self._prepare_page(answer)
