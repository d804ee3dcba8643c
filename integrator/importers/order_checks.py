# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from ..const import IMPORTABLE
from ..exceptions import RejectedError


class OrderChecks(models.AbstractModel):
    """What has to be true of a remote order before anything is made of it; each reason says what
    happens next."""

    _name = "integrator.order.checks"
    _description = "Checks of remote orders"

    def _check_status(self, order):
        """A status that nobody has mapped is reported, not guessed (002-74).

        :param order: `integrator.order`
        :raise RejectedError: when the site's status is not known here
        """
        if order.remote_status not in IMPORTABLE:
            raise RejectedError(
                self.env._(
                    "%(site)s says “%(status)s” of this order, which is not known here. It is "
                    "imported once the site shows another status.",
                    site=order.site_id.name,
                    status=order.remote_status_text,
                ),
                code="unknown_status",
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
                    "at %(site)s; it is imported once the site shows pieces.",
                    site=order.site_id.name,
                ),
                code="no_pieces",
            )
        if not (order.amount_known or all(line.charges for line in sold)):
            raise RejectedError(
                self.env._(
                    "%(site)s shows this order without prices. It is imported once the site shows "
                    "them; to ask again now, use On the sites, Fetch an order.",
                    site=order.site_id.name,
                ),
                code="no_prices",
            )
