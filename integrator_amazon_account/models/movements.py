# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
"""All transactions of one settlement, as far as the quota goes, and then further."""

from collections import defaultdict
from datetime import timezone
from decimal import Decimal

from odoo.addons.integrator_amazon.api import finances
from odoo.addons.integrator_amazon.api.errors.exceptions import Throttled

#: The name by which transactions of one settlement are asked for.
GROUP = "FINANCIAL_EVENT_GROUP_ID"
#: Identifiers by which a deferred transaction and its release name each other.
COUNTERPARTS = ("RELEASE_TRANSACTION_ID", "DEFERRED_TRANSACTION_ID")


class Movements:
    """Amounts of the transactions of a settlement, order by order.

    :param head: `SettlementHead`
    :param str order_ref: an order that it pays
    :param dict progress: of an earlier reading; empty: from the beginning
    """

    def __init__(self, head, order_ref, progress):
        self._head = head
        self._order_ref = order_ref
        self._group = progress.get("group", "")
        self._token = progress.get("token", "")
        #: Deferred transactions and releases that were counted.
        self._counted = set(progress.get("counted", ()))
        #: Order on the site ("": none) -> Decimal.
        self.sums = defaultdict(Decimal)
        self.sums.update({ref: Decimal(text) for ref, text in progress.get("sums", {}).items()})
        #: Whether there are transactions that were not read.
        self.more = False

    def fetch(self, gateway):
        """Read until the end, or until the quota is used up.

        :raise SpapiError: when Amazon refuses or cannot be reached; also without quota before the
            first transaction
        """
        self._group = self._group or self._find_group(gateway)
        self.more = bool(self._group)
        while self.more:
            try:
                page = finances.list_transactions(gateway, group_id=self._group, token=self._token)
            except Throttled:
                return
            for row in page.rows:
                self._count(row)
            self._token, self.more = page.token, bool(page.token)

    def progress(self):
        """Return the data that is needed to go on."""
        return {
            "group": self._group,
            "token": self._token,
            "counted": sorted(self._counted),
            "sums": {ref: str(amount) for ref, amount in self.sums.items()},
        }

    def _find_group(self, gateway):
        """The financial event group of the settlement, as a transaction of the order names it;
        empty: none is named."""
        mine, token = [], ""
        while True:
            page = finances.list_transactions(gateway, order_id=self._order_ref, token=token)
            mine += [row for row in page.rows if self._is_mine(row)]
            token = page.token
            if not token:
                break
        # where no settlement is named, the time separates the sale from a later refund
        mine.sort(key=lambda row: "SETTLEMENT_ID" not in row.related)
        return next((one for row in mine for one in row.related.get(GROUP, ())), "")

    def _is_mine(self, row):
        named = row.related.get("SETTLEMENT_ID")
        if named:
            return self._head.remote_id in named
        posted = row.posted_at.astimezone(timezone.utc).replace(tzinfo=None)
        return self._head.start <= posted <= self._head.end

    def _count(self, row):
        """A deferred sale and its release are two transactions about one amount: one counts."""
        if self._head.remote_id not in row.related.get("SETTLEMENT_ID", (self._head.remote_id,)):
            return
        others = {one for name in COUNTERPARTS for one in row.related.get(name, ())}
        if row.status == finances.DEFERRED or others & self._counted:
            return
        if others:
            self._counted.add(row.transaction_id)
        self.sums[next(iter(row.related.get("ORDER_ID", ())), "")] += row.total.amount
