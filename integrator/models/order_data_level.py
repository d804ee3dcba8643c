# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

#: Without these a parcel cannot be addressed.
NEEDED = ("street", "city", "country")


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
            buyer, address = order.buyer or {}, order.address or {}
            given = [
                bool(buyer.get("name") or buyer.get("company") or address.get("name")),
                order._is_addressed(),
            ]
            order.data_level = "full" if all(given) else "partial" if any(given) else "none"

    def _is_addressed(self):
        """Whether a parcel can be sent to the address."""
        address = self.address or {}
        return all(address.get(key) for key in NEEDED)
