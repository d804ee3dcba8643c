# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models
from odoo.fields import Domain

from ..monitoring.integrator_home import HomeFigure, HomeTile

ACTION = "integrator.integrator_listing_action"


class IntegratorHome(models.AbstractModel):
    """Figures about listings."""

    # a subject registers its figures: pylint: disable=consider-merging-classes-inherited
    _inherit = "integrator.home"

    # === HOOKS === #

    @api.model
    def _home_tiles(self):
        """Override: listings that are live, those with problems, and those that are sold out."""
        listings = self.env["integrator.listing"]
        live = Domain("state", "=", "live")
        problems = listings._problem_domain()
        spans = (
            (self.env._("%s with problems"), problems),
            (self.env._("%s sold out"), live & Domain("is_sold_out", "=", True)),
            (self.env._("%s not sent yet"), Domain("state", "=", "new")),
        )
        parts = [
            HomeFigure(text % count, ACTION, list(domain))
            for text, domain in spans
            if (count := self._count("integrator.listing", domain))
        ]
        figure = HomeFigure(str(self._count("integrator.listing", live)), ACTION, list(live))
        tone = "warning" if self._count("integrator.listing", problems) else ""
        tile = HomeTile(self.env._("Listings live"), figure, parts, 40, tone)
        return [*super()._home_tiles(), tile]
