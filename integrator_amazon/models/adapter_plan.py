# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import models


class AmazonAdapter(models.AbstractModel):
    # one file per direction: pylint: disable=consider-merging-classes-inherited
    _inherit = "integrator.adapter.amazon"

    def _plan(self, site, events):
        planner = {
            "product.integration": self._plan_products,
            "order.integration": self._plan_orders,
        }[events._name]
        return planner(site, events)
