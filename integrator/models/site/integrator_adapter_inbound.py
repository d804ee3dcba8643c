# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from odoo import models
from odoo.models import BaseModel

from ...neutral import Extracted, Page, Reach


class IntegratorAdapterInbound(models.AbstractModel):
    """How documents come from a site, and what they hold."""

    _name = "integrator.adapter.inbound"
    _description = "Adapter: inbound"

    # === BUSINESS METHODS === #

    def _check_remote_order_id(self, site: BaseModel, text: str) -> None:
        """Say whether a text can be an order id of the site.

        :raise RejectedError: with what an order id looks like
        """

    def _order_reach(self, site: BaseModel, source: str) -> Reach:
        """How much a source gives.

        :param str source: a value of `integrator.fetch.request.source`
        :return: `neutral.Reach`
        """
        return Reach(timedelta(days=30))

    def _poll_pause(self, site: BaseModel, source: str) -> float:
        """How often a source may be asked by itself, so that what the site allows is not used up
        and a reserve stays for people.

        :param str source: a value of `integrator.fetch.request.source`
        :return: seconds between two looks; 0: as often as the site's interval says
        """
        return 0

    def _fetch(self, fetch_request: BaseModel) -> Page:
        """Get the next page of a request for orders.

        A request of another source than `changes` is made only when `_capabilities` names it, as
        `source:report` and so on.

        :param fetch_request: `integrator.fetch.request`: source, remote_ref, date_from, date_to,
            page, next_token
        :return: `neutral.Page`; without `content` there is nothing to keep yet, and `next_token`
            is what the adapter wants to know when it is asked again
        :raise RejectedError: with the code `page_token_refused` when the page token is not taken
        """
        raise NotImplementedError

    def _acknowledge(self, documents: BaseModel) -> dict[BaseModel, str]:
        """Tell the remote that documents were taken over.

        :return: dict document -> error message; documents without one were accepted
        """
        return {}

    def _extract(self, document: BaseModel) -> Iterable[Extracted]:
        """Read a stored document.

        :return: what it holds, in the forms of `neutral`; for large documents an iterator
        :raise RejectedError: when nothing of it can be read
        """
        raise NotImplementedError
