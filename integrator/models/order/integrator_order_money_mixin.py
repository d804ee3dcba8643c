# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
import json
from decimal import Decimal
from hashlib import sha256

from odoo import models

#: Whose fiscal position counts when the lines of an order differ.
COLLECTION_ORDER = ("marketplace", "ioss", "uoss", "seller")


def _digest(value):
    """A short text that is another one for another JSON value."""
    return sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()


class IntegratorOrderMoneyMixin(models.AbstractModel):
    """What an order costs by what the site says, and what tells one state of its money from
    another. It stands apart because it computes from fields and changes none but what was
    followed."""

    _name = "integrator.order.money.mixin"
    _description = "Money of remote orders"

    # === BUSINESS METHODS === #

    def _collection(self):
        """Who collects the taxes of the order, where its lines differ: a key of
        `integrator_marketplace.COLLECTIONS`."""
        found = {line._collection() for line in self.line_ids}
        return next((one for one in COLLECTION_ORDER if one in found), "seller")

    def _expected_total(self):
        """What the buyer pays: the site's total, or without one the sum of all charges; of pieces
        that are cancelled, what is left."""
        self.ensure_one()
        if self.amount_known and not self._has_cancelled():
            return self.amount_total
        return float(self._open_total()) + self._remainder()

    def _has_money(self):
        """Whether the site shows an amount that is not nothing."""
        charges = [charge for line in self.line_ids for charge in line._open_charges()]
        return bool(self.amount_total or any(Decimal(charge["amount"]) for charge in charges))

    def _open_total(self):
        """The charges of what the buyer is to get."""
        charges = [charge for line in self.line_ids for charge in line._open_charges()]
        return sum((Decimal(charge["amount"]) for charge in charges), Decimal(0))

    def _has_cancelled(self):
        return any(line._quantity_open() != line.quantity for line in self.line_ids)

    def _remainder(self):
        """The part of what the buyer pays that no charge explains.

        Sites that take pieces off an order go on showing the money of what was ordered, or show
        what is left: when the total is that of the pieces that are left, nothing is unexplained.
        """
        self.ensure_one()
        left = self.amount_unexplained
        if not self._has_cancelled() or left >= 0:
            return left
        rest = Decimal(str(self.amount_total)) - self._open_total()
        return float(rest) if self.amount_known else left

    def _money_version(self):
        """What tells one state of the pieces and the money of the order from another."""
        self.ensure_one()
        rows = [
            (line.remote_line_id, line._product_key(), line._quantity_open(), line._open_charges())
            for line in self.line_ids.sorted("remote_line_id")
        ]
        total = (self.amount_known, self.amount_total, self.amount_unexplained)
        return _digest([rows, total, self.currency_id.name])

    def _buyer_version(self):
        """What tells one state of the buyer's data from another."""
        self.ensure_one()
        return _digest([self.buyer, self.address])

    def _note_followed(self, told):
        """Note what the lines of the sale order were brought in line with.

        :param dict told: key -> product, pieces, price, taxes, total, SKU
        """
        self.write({"followed": told, "followed_money": self._money_version()})
