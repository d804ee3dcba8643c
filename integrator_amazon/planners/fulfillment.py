# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from collections import Counter
from dataclasses import replace
from decimal import Decimal
from types import MappingProxyType

from odoo import models

from odoo.addons.integrator.exceptions import RejectedError, TransientError
from odoo.addons.integrator.operation_types import (
    AddressRefusedError,
    ExportAddress,
    MissedDiscrepancyError,
    NotAsAskedError,
    RemoteOrderLine,
    RemoteOrderResult,
    RemoteOrderState,
    RemoteParcel,
)

from ..api.errors import causes_fulfillment as causes
from ..api.errors.exceptions import SpapiError
from ..api.fulfillment import vocabulary as words
from .fulfillment_offers import naive

#: State of an order at Amazon -> how a remote order stands.
STATUSES = {
    words.HELD: "unshipped",
    words.SENT: "pending",
    words.ACCEPTED: "unshipped",
    words.PICKING: "unshipped",
    words.PARTLY: "partially_shipped",
    words.DONE: "shipped",
    words.CANCELLED: "cancelled",
    words.UNFULFILLABLE: "unfulfillable",
    words.INVALID: "unfulfillable",
}

#: Parcels of one order whose place is asked for; an order has seldom more than two.
MAX_TRACKED = 10


class AmazonFulfillment(models.AbstractModel):
    """Orders from elsewhere that Amazon ships: multi-channel fulfilment."""

    _name = "integrator.amazon.fulfillment"
    _inherit = "integrator.amazon.fulfillment.offers"
    _description = "Amazon: orders from elsewhere"

    # === ORDERS === #

    def _create_remote_order(self, site, request, remote_ref):
        offer = self._find_offer(site, request)
        draft = self._prepare_draft(site, request, remote_ref, offer.speed if offer else "")
        try:
            with self._fulfillment(site, repeatable=False) as amazon:
                created = amazon.create_order(draft)
        except RejectedError as error:
            state = self._handle_refusal(site, draft, error)
        else:
            state = created.order and self._remote_state(created.order)
        if state is None:
            state = RemoteOrderState(remote_ref, STATUSES[words.SENT], "", self._sent_lines(draft))
        if offer and offer.fulfillable and offer.total:
            state = replace(state, fees=self._fees(offer), currency=offer.total.currency)
        return RemoteOrderResult(remote_ref, state)

    def _handle_refusal(self, site, draft, error):
        """Handle the refusal of a new order.

        :return: `RemoteOrderState`, where Amazon has this very order already
        :raise RejectedError: of the kind that the core knows
        """
        if error.code == causes.MCF_DUPLICATE.code:
            with self._fulfillment(site) as amazon:
                order = amazon.fetch_order(draft.order_id)
            if unlike := words.differences(draft, order):
                raise NotAsAskedError(
                    self.env._(
                        "Amazon has another order under the number %(number)s: %(what)s differ. "
                        "Export it again; it then gets a new number.",
                        number=draft.order_id,
                        what=", ".join(unlike),
                    )
                ) from error
            return self._remote_state(order)
        if error.code == causes.MCF_DESTINATION.code:
            raise AddressRefusedError(error.message) from error
        if error.code in (causes.MCF_SKU_UNKNOWN.code, causes.MCF_NOT_ENOUGH.code):
            raise MissedDiscrepancyError(error.message) from error
        raise error

    def _sent_lines(self, draft):
        """The lines of an order of which Amazon has said nothing yet."""
        items = [words.Item(line.line_id, line.sku, int(line.quantity)) for line in draft.lines]
        return self._remote_lines(items, words.SENT)

    def _read_remote_order(self, site, remote_ref):
        try:
            with self._fulfillment(site) as amazon:
                order = amazon.fetch_order(remote_ref)
                tracks = self._track_parcels(amazon, order)
        except RejectedError as error:
            if error.code == causes.MCF_NOT_FOUND.code:
                return None
            raise
        return self._remote_state(order, tracks)

    def _track_parcels(self, amazon, order):
        """Return the places of parcels by number: Amazon's page is all that a customer may be
        given. Its absence is not a failure.

        :return: dict package id -> `Tracking`
        """
        found = {}
        for package in order.packages[:MAX_TRACKED]:
            if package.tracking_url or not package.package_id.isdigit():
                continue
            try:
                found[package.package_id] = amazon.track(package.package_id)
            except SpapiError:
                break
        return found

    def _update_remote_order(self, site, remote_ref, request):
        draft = self._prepare_draft(site, request, remote_ref)
        try:
            with self._fulfillment(site, repeatable=False) as amazon:
                amazon.update(draft)
        except RejectedError as error:
            if error.code == causes.MCF_NOT_HELD.code:
                raise RejectedError(error.message, code="export_too_late") from error
            raise
        return RemoteOrderResult(remote_ref, self._read_remote_order(site, remote_ref))

    def _cancel_remote_order(self, site, remote_ref):
        """The newer version only accepts the request; the order shows the result."""
        try:
            with self._fulfillment(site) as amazon:
                amazon.cancel(remote_ref)
                state = amazon.fetch_order(remote_ref).state
        except RejectedError as error:
            if error.code == causes.MCF_TOO_LATE.code:
                return "too_late"
            raise
        if state == words.CANCELLED:
            return "cancelled"
        if state in words.CANCELLABLE:
            raise TransientError(
                self.env._(
                    "Amazon has not decided yet whether %s can still be cancelled. Synchronise it "
                    "in some minutes.",
                    remote_ref,
                ),
                code="mcf_cancel_pending",
            )
        return "too_late"

    def _release_remote_order(self, site, remote_ref):
        try:
            with self._fulfillment(site) as amazon:
                amazon.release(remote_ref)
        except RejectedError as error:
            if error.code == causes.MCF_NOT_HELD.code:
                return "too_late"
            raise
        return "released"

    # === STATES === #

    def _remote_state(self, order, tracks=MappingProxyType({})):
        """An order at Amazon in the words of the core.

        :param Order order:
        :param tracks: dict package id -> `Tracking`
        """
        shipped = any(item.shipped for item in order.items)
        status = STATUSES.get(order.state, "unknown")
        if order.state == words.PICKING and shipped:
            status = "partially_shipped"
        return RemoteOrderState(
            remote_ref=order.order_id,
            status=status,
            original_status=order.state_text,
            lines=self._remote_lines(order.items, order.state),
            parcels=tuple(self._remote_parcels(order, tracks)),
            is_held=order.state == words.HELD,
            is_complete=order.is_final,
            address=self._remote_address(order.address),
            updated_at=naive(order.updated_at),
        )

    def _remote_lines(self, items, state):
        """The lines of an order; components of a kit are one line again.

        :param items: list of `Item`
        :param str state: of the order
        """
        groups = {}
        for item in items:
            groups.setdefault(self._line_ref(item.line_id), []).append(item)
        return tuple(self._remote_line(ref, rows, state) for ref, rows in groups.items())

    def _remote_line(self, ref, items, state):
        first = items[0]
        _ref, dot, rest = first.line_id.partition(".")
        if not dot:
            return RemoteOrderLine(
                ref=ref,
                sku=first.sku,
                quantity=Decimal(first.ordered),
                shipped=Decimal(first.shipped),
                cancelled=Decimal(first.cancelled),
                unfulfillable=Decimal(first.unfulfillable),
                remote_line_id=first.line_id,
            )
        kits = int(rest.partition(".")[0])
        # a kit has left when the last of its components has
        shipped = min(item.shipped * kits // item.ordered for item in items)
        lost = kits - shipped if state in words.FINAL else 0
        cancelled = lost if state == words.CANCELLED else 0
        return RemoteOrderLine(
            ref=ref,
            sku=" + ".join(item.sku for item in items),
            quantity=Decimal(kits),
            shipped=Decimal(shipped),
            cancelled=Decimal(cancelled),
            unfulfillable=Decimal(lost - cancelled),
            remote_line_id=ref,
        )

    def _remote_parcels(self, order, tracks):
        for shipment in order.shipments:
            if shipment.state != words.SHIPPED:
                continue
            for package in shipment.packages:
                track = tracks.get(package.package_id)
                yield RemoteParcel(
                    number=package.package_id,
                    carrier=package.carrier,
                    tracking=package.tracking or package.amazon_tracking,
                    lines=tuple(self._parcel_lines(shipment, package)),
                    shipped_at=naive(shipment.ships_at),
                    status=(track and track.state_text) or package.state_text,
                    url=(track and track.url) or package.tracking_url,
                )

    def _parcel_lines(self, shipment, package):
        pieces = Counter()
        for item in shipment.items:
            # with one parcel Amazon may leave out which it is
            if item.package_id == package.package_id or len(shipment.packages) == 1:
                pieces[self._line_ref(item.line_id)] += item.quantity
        return [(ref, Decimal(count)) for ref, count in pieces.items()]

    def _remote_address(self, address):
        if address is None:
            return None
        return ExportAddress(
            name=address.name,
            street=address.street,
            street2=address.street2,
            city=address.city,
            zip=address.zip,
            state=address.state,
            country=address.country,
            phone=address.phone,
        )
