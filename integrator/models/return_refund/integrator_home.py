# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.fields import Domain

from ..monitoring.integrator_home import HomeFigure, HomeRow
from .integrator_refund_line import COUNTING

ACTION = "integrator.integrator_refund_line_action"


class IntegratorHome(models.AbstractModel):
    """Money that was given back."""

    # a subject registers its figures: pylint: disable=consider-merging-classes-inherited
    _inherit = "integrator.home"

    # === HOOKS === #

    @api.model
    def _home_rows(self, days):
        """Override: refunds, by when they were sent."""
        figures = [self._refunds_figure(day) for day in days]
        return [*super()._home_rows(days), HomeRow(self.env._("Refunds"), figures)]

    # === COUNTING === #

    @api.model
    def _refunds_figure(self, day):
        """Refunds of a day: how many credit notes, and their money.

        :param day: `HomeDay`
        """
        domain = Domain("state", "in", COUNTING) & Domain("kind", "!=", "units")
        domain &= day.domain("sent_at")
        lines = self.env["integrator.refund.line"]
        count = lines._read_group(domain, [], ["remote_order_id:count_distinct"])[0][0]
        groups = lines._read_group(domain, ["currency_id"], ["net:sum", "tax:sum"])
        sums = {currency: net + tax for currency, net, tax in groups}
        return HomeFigure(self._count_and_money(count, sums), ACTION, list(domain))
