# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json
from dataclasses import replace
from datetime import timedelta

from odoo import models

from ..api import reports
from ..api.errors.exceptions import Rejected
from ..api.parsers.shown_listings import parse_listings_table, parse_shown_listings
from .source_reports import CHECK_SECONDS

#: Listings on a page; Amazon gives no more.
PAGE_SIZE = 20

#: The status of a request that Amazon does not understand.
BAD_REQUEST = 400

#: Parts of a listing that are asked for.
INCLUDED = ("summaries", "attributes", "issues")


class AmazonSourceListings(models.AbstractModel):
    """All listings, marketplace by marketplace: searchListingsItems.

    The page token names the marketplace, too: one request goes over all of them.
    """

    _name = "integrator.amazon.source.listings"
    _inherit = "integrator.amazon.source"
    _description = "Amazon source: all listings"

    def _fetch(self, fetch_request):
        code, _bar, token = self._position(fetch_request)
        query, rest = self._prepare_query(fetch_request.site_id, code, token)
        if query is None:
            return self._prepare_nothing(self._next_place(fetch_request, code))
        answer = self._query(fetch_request.site_id, code, query)
        if answer is None:
            return self._prepare_nothing(self._next(fetch_request, code, rest))
        following = rest or (answer.payload.get("pagination") or {}).get("nextToken")
        names = [f"{code}/{item['sku']}" for item in answer.payload.get("items") or ()]
        return self._prepare_page(
            answer,
            headers={"marketplace": code, "asked": json.dumps(query.get("identifiers", []))},
            next_token=self._next(fetch_request, code, following),
            # what is empty is new, too: the next marketplace may be empty as well
            ids=tuple(names or (f"{code}/",)),
        )

    def _query(self, site, code, query):
        """The answer to one question; None when Amazon refuses the only SKU that it names, which
        must not stop the others."""
        asked = {"marketplaceIds": [code], "includedData": list(INCLUDED), "pageSize": PAGE_SIZE}
        with self._gateway(site) as gateway:
            try:
                return gateway.call(
                    "searchListingsItems",
                    path={"sellerId": site.amazon_merchant_id},
                    query={**asked, **query},
                )
            except Rejected as error:
                if error.status != BAD_REQUEST or len(query.get("identifiers", ())) != 1:
                    raise
        return None

    def _prepare_query(self, site, code, token):
        """Return the parameters beside the marketplace.

        :param str token: what followed the page before; empty on the first
        :return: tuple (query; None: nothing to ask here, what follows by our own count)
        """
        query = {"sortBy": "sku", "sortOrder": "ASC"}
        return {**query, "pageToken": token} if token else query, None

    # === POSITION === #

    def _position(self, fetch_request):
        first = fetch_request.site_id.amazon_marketplace_ids[:1].code or ""
        return (fetch_request.next_token or first).partition("|")

    def _next(self, fetch_request, code, token):
        return f"{code}|{token}" if token else self._next_place(fetch_request, code)

    def _next_place(self, fetch_request, code):
        codes = fetch_request.site_id.amazon_marketplace_ids.mapped("code")
        following = codes[codes.index(code) + 1 :] if code in codes else []
        return f"{following[0]}|" if following else None

    def _read(self, document):
        headers = document.headers or {}
        asked = json.loads(headers.get("asked") or "[]")
        found = parse_shown_listings(document._raw(), headers.get("marketplace", ""), asked)
        return self._as_listings(found)


class AmazonSourceListing(models.AbstractModel):
    """Single listings that were requested: after a notification, or as the sample of a night."""

    _name = "integrator.amazon.source.listing"
    _inherit = "integrator.amazon.source.listings"
    _description = "Amazon source: some listings"

    def _prepare_query(self, site, code, token):
        listings = self.env["integrator.listing"].search(
            [
                ("site_id", "=", site.id),
                ("marketplace_code", "=", code),
                ("drift_check_requested", "=", True),
                ("id", ">", int(token or 0)),
            ],
            order="id",
            limit=PAGE_SIZE,
        )
        if not listings:
            return None, None
        together = self._together(listings)
        more = len(together) < len(listings) or len(listings) == PAGE_SIZE
        query = {"identifiers": together.mapped("sku"), "identifiersType": "SKU"}
        return query, str(together[-1].id) if more else None

    def _together(self, listings):
        """The first listings that can be asked for with one question."""
        for number, listing in enumerate(listings):
            # Amazon splits the list at commas
            if "," in listing.sku:
                return listings[: max(number, 1)]
        return listings


class AmazonSourceIssue(models.AbstractModel):
    """The listings that have issues: few, and asked for every hour."""

    _name = "integrator.amazon.source.issue"
    _inherit = "integrator.amazon.source.listings"
    _description = "Amazon source: listings with issues"

    def _prepare_query(self, site, code, token):
        query, rest = super()._prepare_query(site, code, token)
        return {**query, "withIssueSeverity": ["ERROR", "WARNING"]}, rest


#: Any span will do.
SPAN = timedelta(days=1)


class AmazonSourceListingReport(models.AbstractModel):
    """All listings of each marketplace, from a report: for accounts with very many.

    A row does not name its marketplace, so each has a report of its own, one after the other; the
    page token is marketplace and report id.
    """

    _name = "integrator.amazon.source.listing_report"
    _inherit = ["integrator.amazon.source.listings", "integrator.amazon.source.reports"]
    _description = "Amazon source: listings report"

    def _report_type(self, fetch_request):
        return "GET_MERCHANT_LISTINGS_ALL_DATA"

    def _report_options(self, fetch_request):
        # else heads are in the language of the marketplace
        return {"preferredReportDocumentLocale": "en_US"}

    def _fetch(self, fetch_request):
        code, _bar, report_id = self._position(fetch_request)
        kind = self._report_type(fetch_request)
        with self._gateway(fetch_request.site_id) as gateway:
            if not report_id:
                # it shows the present for any span; Amazon requires one all the same
                end = self._aware(self._end(fetch_request))
                options = self._report_options(fetch_request)
                report_id = reports.create_report(gateway, kind, [code], end - SPAN, end, options)
                return self._prepare_nothing(f"{code}|{report_id}", CHECK_SECONDS)
            report = reports.get_report(gateway, report_id)
            if report.status in reports.RUNNING:
                return self._prepare_nothing(fetch_request.next_token, CHECK_SECONDS)
            following = self._next_place(fetch_request, code)
            if report.status == reports.CANCELLED:
                # Amazon cancels a report that would be empty
                return self._prepare_nothing(following)
            self._check_done(report)
            found = reports.download_report(gateway, kind, report.document_id)
        page = self._prepare_content(found)
        headers = {**page.headers, "marketplace": code}
        return replace(page, next_token=following, headers=headers, ids=(f"{code}/",))

    def _read(self, document):
        code = (document.headers or {}).get("marketplace", "")
        with document._open() as source:
            found = parse_listings_table(source, document.charset or "utf-8", code)
            yield from self._as_listings(found)
