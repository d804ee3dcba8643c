# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.fields import Domain

from odoo.addons.integrator.models.monitoring.integrator_home import HomeFigure, HomeTile

SETTLEMENTS = "integrator_account.integrator_settlement_action"
DEFERRED = "integrator_account.integrator_settlement_deferred_action"


class IntegratorHome(models.AbstractModel):
    _inherit = "integrator.home"

    # === HOOKS === #

    @api.model
    def _home_tiles(self):
        """Override of `integrator`: what channels have paid out and what they keep, before it is
        in the bank."""
        tiles = super()._home_tiles()
        settlements = self.env["integrator.settlement"]
        if not settlements.has_access("read"):
            return tiles
        outstanding = Domain("payout_state", "=", "open") | Domain("state", "in", ("held", "ready"))
        outstanding &= Domain("amount_total", ">", 0)
        paid = self._sums("integrator.settlement", outstanding, "amount_total")
        kept = self._sums("integrator.settlement.deferred", Domain.TRUE, "amount")
        if not paid and not kept:
            return tiles
        own = self.env.company.currency_id
        figure = HomeFigure(self._money(paid or {own: 0}), SETTLEMENTS, list(outstanding))
        text = self.env._("%s paid out later", self._money(kept))
        parts = [HomeFigure(text, DEFERRED, [])] if kept else []
        return [*tiles, HomeTile(self.env._("Money on its way"), figure, parts, 50)]

    # === COUNTING === #

    @api.model
    def _sums(self, model, domain, field):
        """Sums of money that somebody may read.

        :return: dict currency -> amount
        """
        if not self.env[model].has_access("read"):
            return {}
        groups = self.env[model]._read_group(domain, ["currency_id"], [f"{field}:sum"])
        return {currency: amount for currency, amount in groups if amount}
