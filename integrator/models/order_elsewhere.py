# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, models


class IntegratorOrder(models.Model):
    """Orders that a site lists although it has not sold them: it only ships them for us."""

    _inherit = "integrator.order"

    @api.model
    def _without_elsewhere(self, site, values_list):
        """Leave out what was not sold on the site; imported, it would be a second sale of what
        Odoo has sold already.

        :param site: `integrator.site` that lists the orders
        :param list[dict] values_list: neutral orders, whole or only named
        :return: those that are sales
        """
        elsewhere = [value for value in values_list if value.get("sold_elsewhere")]
        if elsewhere:
            self._link_elsewhere(site, elsewhere)
        return [value for value in values_list if not value.get("sold_elsewhere")]

    @api.model
    def _link_elsewhere(self, site, values_list):
        """Hook: note which of our orders the site lists under a number of its own.

        :param site: `integrator.site`
        :param list[dict] values_list: neutral orders that were not sold on the site;
            `seller_order_id` is our own number where the site tells it
        """
