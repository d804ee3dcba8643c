# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class SaleOrderLine(models.Model):
    # one file per concern: pylint: disable=consider-merging-classes-inherited
    _inherit = "sale.order.line"

    def _priced_by_us(self):
        """The lines whose price is ours to say: not those that the site has sold (pain 12)."""
        return self - self.sudo().filtered("integrator_link_ids").with_env(self.env)

    def _compute_price_unit(self):
        """Override of `sale`: the buyer has paid the site's price, whatever pricelists say when
        the quantity changes."""
        return super(SaleOrderLine, self._priced_by_us())._compute_price_unit()

    def _compute_discount(self):
        """Override of `sale`: as for the price."""
        return super(SaleOrderLine, self._priced_by_us())._compute_discount()
