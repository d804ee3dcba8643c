# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from ..const import IMPORTABLE
from ..exceptions import RejectedError


class OrderChecks(models.AbstractModel):
    """What has to be true of a remote order before anything is made of it; each reason says what
    happens next."""

    _name = "integrator.order.checks"
    _description = "Checks of remote orders"

    def _check_readable(self, order):
        """What cannot be read, or is not all there, is not guessed.

        :param order: `integrator.order`
        :raise RejectedError: when it has to be asked for again
        """
        if order.flaw:
            raise RejectedError(
                self.env._(
                    "What %(site)s sent of this order %(flaw)s. It is asked for by its id; to ask "
                    "again now, press “Import again”. The document keeps the bytes as they came.",
                    site=order.site_id.name,
                    flaw=order.flaw,
                ),
                code="unreadable_order",
            )
        if not order.complete:
            raise RejectedError(
                self.env._(
                    "The document that named this order leaves open where it was sold, its prices "
                    "or its taxes. %(site)s is asked for the order by its id, and it goes on with "
                    "the answer; to ask again now, press “Import again”.",
                    site=order.site_id.name,
                ),
                code="incomplete_order",
            )

    def _check_status(self, order):
        """A status that nobody has mapped is reported, not guessed.

        :param order: `integrator.order`
        :raise RejectedError: when the site's status is not known here
        """
        if order.remote_status not in IMPORTABLE:
            raise RejectedError(self._unknown_status(order), code="unknown_status")
        if not order.fulfilled_by:
            raise RejectedError(
                self.env._(
                    "%(site)s does not show who ships this order. Look it up there; it is imported "
                    "once the channel shows it.",
                    site=order.site_id.name,
                ),
                code="unknown_channel",
            )

    def _unknown_status(self, order):
        """What to say of a status that nobody has mapped, or of none."""
        if not order.remote_status_text:
            return self.env._(
                "%(site)s gives no status of this order. Look it up there; it goes on once the "
                "channel shows one.",
                site=order.site_id.name,
            )
        return self.env._(
            "%(site)s shows “%(status)s” for this order, which is not known here. Look it up "
            "there; it goes on once the channel shows another status.",
            site=order.site_id.name,
            status=order.remote_status_text,
        )

    def _check_money(self, order):
        """An order without pieces is no sale, and one without prices is not sold for nothing.

        :param order: `integrator.order`
        :raise RejectedError: when there is nothing to sell, or nothing is known of its price
        """
        sold = order.line_ids.filtered("quantity")
        if not sold:
            raise RejectedError(
                self.env._(
                    "Nothing is left to sell: all lines of this order are of no pieces. Look it up "
                    "at %(site)s; it is imported once the channel shows pieces.",
                    site=order.site_id.name,
                ),
                code="no_pieces",
            )
        if not (order.replaces or self._is_priced(order, sold)):
            raise RejectedError(
                self.env._(
                    "%(site)s shows this order without prices. It is imported once the channel "
                    "shows them; to ask again now, use Orders, Fetch an order.",
                    site=order.site_id.name,
                ),
                code="no_prices",
            )

    def _is_priced(self, order, sold):
        """Whether the site says what each line costs; a line without a price costs nothing only
        where all the others make up the total.

        :param sold: the lines of `order` that have pieces
        """
        if all("item" in line._amounts() for line in sold):
            return True
        return order.amount_known and not (order.amount_unexplained and self._is_partly_told(order))

    def _is_partly_told(self, order):
        """Whether the site itemises one part of an order and not the other, or says nothing of a
        tax in its prices: then a sum that is left is not known for what it is."""
        return any(line.charges or not line.tax_known for line in order.line_ids)
