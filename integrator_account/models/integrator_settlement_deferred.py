# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from ..concurrency import create_once


class IntegratorSettlementDeferred(models.Model):
    """Money that a site has taken for the seller and pays out later. It is as of the last look;
    nothing of it is in the books yet."""

    _name = "integrator.settlement.deferred"
    _inherit = "integrator.site.mixin"
    _description = "Deferred money"
    _order = "release_at, id"
    _rec_name = "order_ref"

    remote_id = fields.Char(string="Transaction", required=True, readonly=True)
    order_ref = fields.Char(string="Order on the channel", readonly=True)
    currency_id = fields.Many2one("res.currency", required=True, readonly=True)
    amount = fields.Monetary(readonly=True)
    posted_at = fields.Datetime(string="Since", readonly=True)
    release_at = fields.Datetime(string="Paid out from", readonly=True)
    reason = fields.Char(readonly=True, help="In the word of the channel.")

    _remote_uniq = models.UniqueIndex("(site_id, remote_id)", "This is known already.")

    @api.model
    def _replace(self, site, found):
        """Keep what the site defers now, in the place of what it did before.

        :param found: of the adapter's `_fetch_deferred_money`; None: the site cannot be asked
        """
        if found is None:
            return
        self.search([("site_id", "=", site.id)]).unlink()
        currencies = self.env["res.currency"].with_context(active_test=False)
        ids = {currency.name: currency.id for currency in currencies.search([])}
        rows = {one["remote_id"]: one for one in found if one["currency"] in ids}
        values_list = [
            {
                **{name: one[name] for name in ("remote_id", "order_ref", "reason")},
                "posted_at": one["posted_at"] or False,
                "release_at": one["release_at"] or False,
                "site_id": site.id,
                "currency_id": ids[one["currency"]],
                "amount": float(one["amount"]),
            }
            for one in rows.values()
        ]
        with create_once(self.env):
            self.create(values_list)
