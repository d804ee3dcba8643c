# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class IntegratorSite(models.Model):
    # one file per concern: pylint: disable=consider-merging-classes-inherited
    _inherit = "integrator.site"

    amazon_shipment_route = fields.Selection(
        [
            ("auto", "By volume"),
            ("api", "One by one"),
            ("feed", "In bulk, by feed"),
        ],
        string="Tell shipments",
        default="auto",
        required=True,
        help="One by one is confirmed within a minute, two in a second. A feed takes thousands at "
        "once, and some minutes. By volume: by feed when many wait, unless feeds are stuck.",
    )
    amazon_shipment_bulk = fields.Integer(
        string="Many are more than",
        default=120,
        help="Deliveries that wait at once from which a feed is quicker: Amazon takes two calls a "
        "second and one feed in two minutes.",
    )
