# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models, tools

from ..importers.places import Places

#: Countries whose addresses have no city: what is written there is the state, or the country.
WITHOUT_CITY = frozenset({"JP", "SG", "HK", "MO", "MC", "GI", "VA"})


class IntegratorOrder(models.Model):
    """How much a site tells of the buyer; it depends on the roles of the application (pain 14)."""

    # one file per concern: pylint: disable=consider-merging-classes-inherited
    _inherit = "integrator.order"

    data_level = fields.Selection(
        [("none", "Withheld"), ("partial", "In part"), ("full", "Complete")],
        string="Buyer's data",
        compute="_compute_data_level",
        store=True,
        help="How much the site told of the buyer and the address.",
    )

    @api.depends("buyer", "address")
    def _compute_data_level(self):
        for order in self:
            given = [order._is_named(order.buyer, order.address), order._is_addressed()]
            order.data_level = "full" if all(given) else "partial" if any(given) else "none"

    def _is_addressed(self):
        """Whether a parcel can be sent to the address."""
        return self._is_place(self.address)

    @api.model
    def _is_named(self, buyer, address):
        """Whether a name of the buyer is known.

        :param dict buyer: of a neutral order
        :param dict address: of a neutral order
        """
        buyer, address = buyer or {}, address or {}
        return bool(buyer.get("name") or buyer.get("company") or address.get("name"))

    @api.model
    def _is_place(self, address):
        """Whether a parcel can be sent to an address, by what its country needs.

        :param dict address: of a neutral order
        """
        address = address or {}
        code = self._country_code(address.get("country") or "")
        return bool(
            address.get("street") and code and (address.get("city") or code in WITHOUT_CITY)
        )

    @api.model
    @tools.ormcache("text", "self.env.lang")
    def _country_code(self, text):
        """The code of a country that is written somehow; empty for one that nobody knows."""
        return Places(self.env).country(text).code or ""
