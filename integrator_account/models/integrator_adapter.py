# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models

from ..neutral import SettlementReadingError


class IntegratorAdapter(models.AbstractModel):
    _inherit = "integrator.adapter"

    #: Whether the site says in advance what it would keep, see `_estimate_fees`.
    _estimates_fees = False

    def _find_settlement_documents(self, account, since):
        """Name the settlement documents that the site has. The same one may be named again.

        :param account: `integrator.site`
        :param since: naive UTC datetime; documents that were made before it are known; None: all
            that the site still has
        :return: iterable of tuples (remote document id, naive UTC datetime when it was made)
        """
        return ()

    def _fetch_settlement_document(self, account, remote_id):
        """Get one document.

        :return: bytes, as the site gave them
        """
        raise NotImplementedError

    def _open_settlement(self, content):
        """Read a document row by row, without keeping the rows.

        :param bytes content: of `_fetch_settlement_document`, or a file that a person uploaded
        :return: iterable of tuples (`SettlementHead`, iterator of `SettlementRow`); the rows of one
            are read before the next is asked for
        :raise SettlementReadingError: where something cannot be read, also while rows are read
        """
        raise SettlementReadingError(
            self.env._("This kind of channel has no settlements that can be read.")
        )

    def _settlement_sites(self, account):
        """All sites, also archived ones, that find the settlements of one account: what one of them
        has is not booked by another.

        :param account: `integrator.site`
        :return: `integrator.site`
        """
        return account

    def _settlement_site(self, account, head):
        """Return the site of a settlement, where several sites share an account: each of them finds
        the documents of all.

        :param account: `integrator.site` that found or got the document
        :param head: `SettlementHead`
        :return: `integrator.site`
        """
        return account

    def _fetch_settlement_control(self, account, head):
        """Ask the site for the total of the same settlement by another way.

        :param head: `SettlementHead`
        :return: `SettlementControl`, in the currency of the settlement; None: it cannot be asked,
            or does not know it yet
        """

    def _fetch_settlement_movements(self, account, head, order_ref, progress):
        """Ask the site for every movement of the same settlement by another way, a part at a time
        where there are many.

        :param head: `SettlementHead`
        :param str order_ref: an order that the settlement pays, by which it can be found
        :param dict progress: of the answer before; empty: from the beginning
        :return: `SettlementControl` with `by_order`, or with `progress` when there is more; None:
            it cannot be asked, or not yet
        """

    def _fetch_payout_trace(self, account, head):
        """The text by which the bank names the payout of a settlement.

        :param head: `SettlementHead`
        :return: text; None: unknown, or not known yet
        """

    def _fetch_deferred_money(self, account):
        """Money that the site has taken for the seller and does not pay out yet.

        :return: iterable of dicts with `remote_id` (of the transaction), `order_ref`, `amount`
            (Decimal), `currency` (ISO code), `posted_at`, `release_at` (naive UTC, or None) and
            `reason` (the site's word); None: the site cannot be asked
        """

    def _estimate_fees(self, account, questions):
        """Ask what the site would keep of one piece sold, in one call.

        :param list questions: dicts with `sku`, `marketplace_code`, `price` (Decimal, as buyers see
            it), `currency` (ISO code) and `fulfilled_by_site` (True: the site ships it); at most 20
        :return: list of dicts in the same order, with `fees` (list of tuples: key of
            `neutral.GROUPS`, Decimal, what the site keeps is positive) and `error` (why there is no
            estimate, for people; empty: there is one); None: the site does not allow the question
        """
        return

    def _settlement_rules(self):
        """The known meanings of the site's rows.

        :return: list of dicts with `transaction_type`, `amount_type`, `description` (compared
            without case; "*" matches everything), `group` (key of `neutral.GROUPS`), and where it
            matters `marketplace` (the site's word), `sign` (`positive`, `negative`), `refund`
            (True: the row gives money back to a buyer), `counts_quantity` (True: its quantity is
            that of the item; on one row per item). The first one that fits counts
        """
        return []
