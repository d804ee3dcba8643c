# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""The calls of multi-channel fulfilment, with the classes of `vocabulary` for both versions.

Nothing is retried here: after a lost answer to a new order, `fetch_order` shows whether there is
one, and `vocabulary.differences` whether it is ours.
"""

from __future__ import annotations

from collections.abc import Sequence
from types import ModuleType

from ..errors.causes_fulfillment import MCF_ORDER_ID
from ..http.gateway import Gateway
from . import v2020, v2026
from .checks import is_order_id
from .vocabulary import (
    Created,
    Draft,
    Order,
    Preview,
    Reason,
    ReturnAnswer,
    ReturnRequest,
    Tracking,
)

#: Version of the API -> its translator.
VERSIONS: dict[str, ModuleType] = {"2020-07-01": v2020, "2026-07-04": v2026}
USUAL_VERSION = "2020-07-01"


class Fulfillment:
    """Multi-channel fulfilment of one account, by one version of the API.

    Returns and tracking are asked of 2020-07-01 whatever the version: the newer one has neither.

    :param gateway: of the account.
    :param version: key of `VERSIONS`.
    :raise KeyError: for a version that is not known.
    """

    def __init__(self, gateway: Gateway, version: str = USUAL_VERSION) -> None:
        self._gateway = gateway
        self._api = VERSIONS[version]

    def preview(self, draft: Draft) -> Preview:
        """Return what Amazon would do; it changes nothing, and promises nothing.

        :param draft: passed `checks.check_draft`; all its speeds are asked for.
        :raise SpapiError: when Amazon refuses or cannot be reached.
        """
        answer = self._gateway.call(
            self._api.OPERATIONS["preview"], body=self._api.build_preview(draft)
        )
        return self._api.parse_preview(answer.payload, draft)

    def create_order(self, draft: Draft) -> Created:
        """Send a new order.

        :param draft: passed `checks.check_draft`; its number is committed before.
        :raise Rejected: with the code `mcf_duplicate` when the number is taken, maybe by this very
            order.
        :raise SpapiError: when it is refused otherwise; with `outcome_unknown` when it may have
            been taken.
        """
        body = self._api.build_order(draft)
        answer = self._gateway.call(self._api.OPERATIONS["create"], body=body)
        return self._api.parse_created(answer.payload, answer.status, draft)

    def fetch_order(self, order_id: str) -> Order:
        """Return an order with all that is known of it.

        :raise Rejected: when there is none, or the number cannot be asked for.
        :raise SpapiError: when Amazon cannot be reached.
        """
        answer = self._gateway.call(
            self._api.OPERATIONS["get"], path=self._path(order_id), query=self._api.get_query()
        )
        return self._api.parse_order(answer.payload)

    def update(self, draft: Draft) -> None:
        """Let an order on hold be as the draft says.

        :raise Rejected: when it is not on hold any more, or the version cannot.
        :raise SpapiError: when Amazon refuses otherwise or cannot be reached.
        """
        self._change(draft.order_id, self._api.build_update(draft))

    def release(self, order_id: str) -> None:
        """Let Amazon ship an order on hold.

        :raise Rejected: when it is not on hold any more.
        :raise SpapiError: when Amazon refuses otherwise or cannot be reached.
        """
        self._change(order_id, self._api.build_release())

    def cancel(self, order_id: str) -> None:
        """Ask Amazon to ship nothing more of an order; the result is seen only by reading the
        order.

        :raise Rejected: with the code `mcf_too_late` when it is being picked.
        :raise SpapiError: when Amazon refuses otherwise or cannot be reached.
        """
        self._gateway.call(self._api.OPERATIONS["cancel"], path=self._path(order_id))

    # === ONLY IN 2020-07-01 === #

    def track(self, package_id: str) -> Tracking:
        """Return where a parcel is.

        :param package_id: as 2020-07-01 numbers packages.
        """
        query = {"packageNumber": package_id}
        answer = self._gateway.call("getPackageTrackingDetails", query=query)
        return v2020.parse_tracking(answer.payload)

    def reasons(self, sku: str, order_id: str, language: str = "") -> tuple[Reason, ...]:
        """Return the reasons that may be given for returning a SKU of an order.

        :param language: such as `de_DE`, in which they are given as well.
        """
        query = {"sellerSku": sku, v2020.ID_NAME: order_id, "language": language or None}
        answer = self._gateway.call("listReturnReasonCodes", query=query)
        return v2020.parse_reasons(answer.payload)

    def create_return(self, order_id: str, requests: Sequence[ReturnRequest]) -> ReturnAnswer:
        """Ask for permission to send pieces back; the buyer's refund is not Amazon's business.

        :param requests: one for each piece.
        :raise SpapiError: when Amazon refuses the whole or cannot be reached.
        """
        answer = self._gateway.call(
            "createFulfillmentReturn",
            path=_path(v2020, order_id),
            body=v2020.build_return(requests),
        )
        return v2020.parse_returns(answer.payload)

    def _change(self, order_id: str, body: dict[str, object]) -> None:
        operation = self._api.OPERATIONS["update"]
        self._gateway.call(operation, path=self._path(order_id), body=body)

    def _path(self, order_id: str) -> dict[str, str]:
        return _path(self._api, order_id)


def _path(api: ModuleType, order_id: str) -> dict[str, str]:
    """The number of an order as a part of a path.

    :raise Rejected: for one that Amazon answers with FORBIDDEN, which would say that a role lacks.
    """
    if not is_order_id(order_id):
        raise MCF_ORDER_ID.error(detail=order_id)
    return {api.ID_NAME: order_id}
