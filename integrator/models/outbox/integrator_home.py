# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models

from ..monitoring.integrator_home import HomeFigure


class IntegratorHome(models.AbstractModel):
    """Figures of what was sent to the channels."""

    # a subject registers its figures: pylint: disable=consider-merging-classes-inherited
    _inherit = "integrator.home"

    # === HOOKS === #

    @api.model
    def _home_links(self):
        """Override: all changes of products and orders, with their updates."""
        return [
            *super()._home_links(),
            HomeFigure(
                self.env._("All changes of products"), "integrator.product_integration_action", []
            ),
            HomeFigure(
                self.env._("All changes of orders"), "integrator.order_integration_action", []
            ),
        ]
