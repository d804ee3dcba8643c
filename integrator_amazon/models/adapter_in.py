# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import fields, models

from odoo.addons.integrator.exceptions import RejectedError

from ..api.parsers.orders import DocumentError, parse_orders_document

#: Sections of an order that we ask for; without the role for one, Amazon leaves it out.
INCLUDED_DATA = (
    "BUYER",
    "RECIPIENT",
    "PROCEEDS",
    "PROMOTION",
    "CANCELLATION",
    "FULFILLMENT",
    "PACKAGES",
    "TAX",
)

#: Amazon refuses an upper bound younger than this.
YOUNGEST_BOUND = timedelta(minutes=2, seconds=5)


class AmazonAdapter(models.AbstractModel):
    # one file per direction: pylint: disable=consider-merging-classes-inherited
    _inherit = "integrator.adapter.amazon"

    def _fetch(self, window):
        """One page of searchOrders (Orders API 2026-01-01)."""
        with self._gateway(window.site_id) as gateway:
            answer = gateway.call("searchOrders", query=self._prepare_search(window))
        payload = answer.payload
        bound = payload.get("lastUpdatedBefore") or payload.get("createdBefore")
        return {
            "content": answer.raw,
            "charset": answer.charset,
            "headers": dict(answer.headers),
            "request_id": answer.request_id,
            "received_at": answer.received_at.replace(tzinfo=None, microsecond=0),
            "next_token": (payload.get("pagination") or {}).get("nextToken"),
            "watermark": bound and self._parse_time(bound),
        }

    def _prepare_search(self, window):
        """The query of a window; a page token goes with the filters it was made for."""
        query = {
            "lastUpdatedAfter": self._format_time(window.date_from),
            "marketplaceIds": window.site_id.amazon_marketplace_ids.mapped("code"),
            "includedData": list(INCLUDED_DATA),
            "maxResultsPerPage": 100,
        }
        if window.date_to and window.date_to <= fields.Datetime.now() - YOUNGEST_BOUND:
            # without an upper bound the answer reaches to the present, which a bound may not
            query["lastUpdatedBefore"] = self._format_time(window.date_to)
        if window.next_token:
            query["paginationToken"] = window.next_token
        return query

    def _format_time(self, value):
        return value.strftime("%Y-%m-%dT%H:%M:%SZ")

    def _parse_time(self, text):
        return fields.Datetime.to_datetime(text[:19].replace("T", " "))

    def _acknowledge(self, documents):
        """The Selling Partner API knows no acknowledgement of documents (000-02, adapted): taking
        them over is noted here, and the window's token and watermark keep them from being asked
        for again."""
        return {}

    def _extract(self, document):
        try:
            return parse_orders_document(document._raw(), document.charset)
        except DocumentError as error:
            raise RejectedError(
                self.env._(
                    "The document cannot be read, and nothing of it was taken: %s. The bytes are "
                    "kept; it is tried again at each run.",
                    error,
                ),
                code="malformed_document",
            ) from error
