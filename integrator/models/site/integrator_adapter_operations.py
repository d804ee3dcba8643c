# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from __future__ import annotations

from odoo import models
from odoo.models import BaseModel

from ...operation_types import (
    Discrepancy,
    ExportPreview,
    ExportRequest,
    RemoteOrderResult,
    RemoteOrderState,
)


class IntegratorAdapterOperations(models.AbstractModel):
    """What a site brings that ships orders which were sold elsewhere.

    No hook writes anything in Odoo. A call that has left and was not answered is an
    `OutcomeUnknownError`; the core then reads the order by its reference before it goes on.
    """

    _name = "integrator.adapter.operations"
    _description = "Adapter: orders that were sold elsewhere"

    # === BUSINESS METHODS === #

    def _supports_order_export(self, site: BaseModel) -> bool:
        """Whether the site ships orders that were sold elsewhere."""
        return False

    def _split_order_export(self, site: BaseModel, request: ExportRequest) -> list[ExportRequest]:
        """Divide a request into as many orders as the site needs for it, for example because it
        takes only so many lines.

        :param ExportRequest request: with everything that was answered
        :return: list of `ExportRequest`, each with some of the lines; no line is in two of them
        """
        return [request]

    def _prepare_remote_ref(self, site: BaseModel, order_ref: str, number: int) -> str:
        """The reference by which the site will know an order, within the site's limits of length
        and letters. It is kept before the call and never used for another order.

        :param str order_ref: as in the request, or of the delivery
        :param int number: of the remote order; no two have the same in this database
        """
        return f"{order_ref}-{number}"

    def _check_order_export(self, site: BaseModel, request: ExportRequest) -> list[Discrepancy]:
        """Look for everything in which the site would not do as asked: availability, variants,
        price or fee beyond the limit, address, limits of orders. Nothing changes at the site.

        What is in `request.accepted` is not found again.

        :param ExportRequest request:
        :return: list of `Discrepancy`, each of which becomes a question
        :raise TransientError: when the site cannot be asked now
        """
        return []

    def _preview_order_export(self, site: BaseModel, request: ExportRequest) -> list[ExportPreview]:
        """Ask how the site would ship, without any effect there.

        :param ExportRequest request:
        :return: list of `ExportPreview`, one per speed
        """
        return []

    def _create_remote_order(
        self, site: BaseModel, request: ExportRequest, remote_ref: str
    ) -> RemoteOrderResult:
        """Make an order at the site. The reference is committed in Odoo already; where the site
        has an order of this reference with the same content, that is success.

        :param ExportRequest request: one of `_split_order_export`
        :param str remote_ref: of `_prepare_remote_ref`
        :return: `RemoteOrderResult`
        :raise AddressRefusedError: for what is wrong with the address
        :raise OrderLimitError: when the account may not make more orders now
        :raise MissedDiscrepancyError: for something that the check has not found
        :raise OutcomeUnknownError: when the site may have it
        :raise TransientError: when it certainly has not, and may be asked again
        :raise RejectedError: for anything else that a person has to mend
        """
        raise NotImplementedError

    def _read_remote_order(self, site: BaseModel, remote_ref: str) -> RemoteOrderState | None:
        """How an order stands at the site, also one that was made there by hand.

        :param str remote_ref: of `_prepare_remote_ref`, or as a person has read it there
        :return: `RemoteOrderState`; None: the site does not know it
        """
        raise NotImplementedError

    def _check_bound_ref(self, site: BaseModel, remote_ref: str) -> None:
        """Say whether a text that a person typed can be the reference of an order at the site.

        :raise RejectedError: with what a reference looks like
        """

    def _update_remote_order(
        self, site: BaseModel, remote_ref: str, request: ExportRequest
    ) -> RemoteOrderResult:
        """Change what may be changed of an order that is held there.

        :return: `RemoteOrderResult`
        :raise RejectedError: with the code `export_too_late` when it is not held any more
        """
        raise NotImplementedError

    def _cancel_remote_order(self, site: BaseModel, remote_ref: str) -> str:
        """Ask the site not to ship an order.

        :return: `cancelled`, or `too_late` when it is being picked or has left
        """
        raise NotImplementedError

    def _release_remote_order(self, site: BaseModel, remote_ref: str) -> str:
        """Let the site ship an order that it holds.

        :return: `released`, or `too_late` when it is not held any more
        """
        raise NotImplementedError

    def _remote_order_page(self, site: BaseModel, remote_ref: str) -> str:
        """Where a person sees an order at the site, for example to cancel it by hand.

        :return: address of the page; "": there is none
        """
        return ""
