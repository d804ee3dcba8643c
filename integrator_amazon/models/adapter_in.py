# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import re
from datetime import timedelta

from odoo import models

from odoo.addons.integrator.exceptions import IntegratorError, RejectedError

from ..api.parsers.document_error import DocumentError

ORDER_ID = re.compile(r"\d{3}-\d{7}-\d{7}", re.ASCII)

#: Longest span of one request, and how far back it goes, where Amazon says so (FACTS §1).
REACH = {
    "report": (timedelta(days=30), timedelta(days=30)),
    "return": (timedelta(days=60), None),
}


class AmazonAdapter(models.AbstractModel):
    """Inbound hooks: each source knows how its pages are fetched and read, see `sources/`."""

    # one file per direction: pylint: disable=consider-merging-classes-inherited
    _inherit = "integrator.adapter.amazon"

    def _source(self, name):
        return self.env[f"integrator.amazon.source.{name}"]

    def _fetch(self, fetch_request):
        return self._source(fetch_request.source)._fetch(fetch_request)

    def _acknowledge(self, documents):
        """Only a queue knows an acknowledgement: its messages are deleted. For everything else
        (000-02, adapted) taking over is noted here, and the fetch request's token and watermark keep it
        from being asked for again."""
        refused = {}
        for document in documents:
            try:
                self._source(document.kind)._acknowledge(document)
            except IntegratorError as error:
                refused[document] = error.message
        return refused

    def _extract(self, document):
        try:
            yield from self._source(document.kind)._read(document)
        except DocumentError as error:
            raise RejectedError(
                self.env._(
                    "The document cannot be read, and nothing of it was taken: %s. The bytes are "
                    "kept; it is tried again by itself.",
                    error,
                ),
                code="malformed_document",
            ) from error

    def _check_remote_order_id(self, site, text):
        if not ORDER_ID.fullmatch(text):
            raise RejectedError(
                self.env._(
                    "“%s” is no order id of Amazon's. It looks like 123-1234567-1234567; copy it "
                    "from Seller Central, Orders.",
                    text,
                ),
                code="malformed_order_id",
            )

    def _listings_source(self, site):
        return "listing_report" if site.amazon_listings_report else "listings"

    def _order_reach(self, site, source):
        return REACH.get(source, super()._order_reach(site, source))
