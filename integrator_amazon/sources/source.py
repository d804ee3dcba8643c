# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta, timezone
from typing import Any

from odoo import fields, models

from odoo.addons.integrator.exceptions import RejectedError
from odoo.addons.integrator.neutral import (
    Extracted,
    ListingMention,
    OrderMention,
    Page,
    Unreadable,
    UnreadableOrder,
    read_listing,
    read_order,
    read_return,
)

from ..api.parsers.orders import parse_orders_document

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


def _flaw(values: Mapping[str, Any]) -> Unreadable | UnreadableOrder:
    return UnreadableOrder(**values) if "remote_order_id" in values else Unreadable(**values)


def _line(values: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out the sum that Amazon gives for a line: the parser proves it from the charges."""
    return {key: value for key, value in values.items() if key != "amount_total"}


class AmazonSource(models.AbstractModel):
    """One way by which orders come from Amazon: how a page of it is fetched, and how the documents
    that it gave are read. A source is named as `integrator.fetch.request.source` is."""

    _name = "integrator.amazon.source"
    _description = "Amazon source"

    def _gateway(self, site):
        return self.env["integrator.adapter.amazon"]._gateway(site)

    # === HOOKS === #

    def _fetch(self, fetch_request):
        """Get the next page of a fetch request; see `integrator.adapter`.

        :param fetch_request: `integrator.fetch.request` of this source
        """
        raise NotImplementedError

    def _acknowledge(self, document):
        """Acknowledge a document; the Selling Partner API has no call for it."""

    def _read(self, document):
        """Read a document that this source gave into neutral forms.

        :param document: `integrator.document`
        :return: iterable of `neutral.Extracted`; see `_extract` of `integrator.adapter`
        :raise DocumentError: naming the place that cannot be read
        """
        raise NotImplementedError

    # === PAGES === #

    def _prepare_page(self, answer, headers=(), **values):
        """A page of an answer's bytes.

        :param answer: `Answer` of the gateway
        :param headers: what is kept beside its own head, a mapping
        :param values: other fields of `neutral.Page`
        """
        return Page(
            content=answer.raw,
            charset=answer.charset,
            headers={**answer.headers, **dict(headers)},
            request_id=answer.request_id,
            received_at=answer.received_at.replace(tzinfo=None, microsecond=0),
            **values,
        )

    def _prepare_nothing(self, next_token=None, retry_after=None):
        """A page without a document: nothing there, or nothing there yet."""
        return Page(next_token=next_token, retry_after=retry_after)

    # === NEUTRAL FORMS === #

    # from the values of the parsers of `api` to the neutral forms of the core

    def _as_orders(self, found: Iterable[Mapping[str, Any]]) -> Iterator[Extracted]:
        """Yield orders, those of which only the id is given, and what else notifications name."""
        for values in found:
            if "remote_listing" in values:
                marketplace_code, sku = values["remote_listing"]
                yield ListingMention(marketplace_code=marketplace_code, sku=sku)
            elif "unreadable" in values:
                yield _flaw(values)
            elif values["lines"] is None:
                names = ("remote_order_id", "updated_at", "seller_order_id", "sold_elsewhere")
                yield OrderMention(**{name: values[name] for name in names if name in values})
            else:
                yield read_order({**values, "lines": [_line(line) for line in values["lines"]]})

    def _as_returns(self, found: Iterable[Mapping[str, Any]]) -> Iterator[Extracted]:
        """Give returns."""
        for values in found:
            yield _flaw(values) if "unreadable" in values else read_return(values)

    def _as_listings(self, found: Iterable[Mapping[str, Any]]) -> Iterator[Extracted]:
        """Give listings as they are shown."""
        for values in found:
            yield _flaw(values) if "unreadable" in values else read_listing(values)

    # === TIMES === #

    def _format_time(self, value):
        return value.strftime("%Y-%m-%dT%H:%M:%SZ")

    def _parse_time(self, text):
        return fields.Datetime.to_datetime(text[:19].replace("T", " "))

    def _aware(self, value):
        return value.replace(tzinfo=timezone.utc, microsecond=0)


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
        return self._as_orders(parse_orders_document(document._raw(), document.charset))


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
