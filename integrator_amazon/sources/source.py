# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timezone

from odoo import fields, models

from odoo.addons.integrator.neutral import Page

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
        """Tell Amazon that a document is kept; the Selling Partner API knows no such thing."""

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

    # === TIMES === #

    def _format_time(self, value):
        return value.strftime("%Y-%m-%dT%H:%M:%SZ")

    def _parse_time(self, text):
        return fields.Datetime.to_datetime(text[:19].replace("T", " "))

    def _aware(self, value):
        return value.replace(tzinfo=timezone.utc, microsecond=0)
