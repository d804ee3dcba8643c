# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class IntegratorDeliveryMap(models.Model):
    """The delivery method of a service level that buyers choose on the site."""

    _name = "integrator.delivery.map"
    _inherit = ["integrator.site.mixin", "integrator.rights.mixin"]
    _description = "Delivery method of a service level"
    _order = "service_level"
    _key_fields = frozenset({"site_id"})

    site_id = fields.Many2one(readonly=False)
    service_level = fields.Char(required=True, help="In the channel's words, for example STANDARD.")
    carrier_id = fields.Many2one(
        "delivery.carrier",
        string="Delivery method",
        required=True,
        check_company=True,
        ondelete="cascade",
        help="That deliveries of such orders get.",
    )

    _level_uniq = models.UniqueIndex(
        "(site_id, service_level)", "There is a delivery method for this service level already."
    )
