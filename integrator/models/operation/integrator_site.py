# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models

from ...access import check_operator


class IntegratorSite(models.Model):
    """Settings of the export of orders to a site, and of orders that are added over the API."""

    _inherit = "integrator.site"

    export_verify = fields.Boolean(
        string="Verify exports",
        default=True,
        help="After an export the order is read back from the channel and compared with what was "
        "asked for.",
    )
    export_paid_only = fields.Boolean(
        string="Export paid orders only",
        help="An order is exported only when deposits and payments cover it. Leave it off where "
        "customers pay at the channel.",
    )
    export_fee_limit = fields.Float(
        string="Highest fee",
        digits=(16, 2),
        help="A person is asked when the channel wants more than this for shipping an order. 0: no "
        "limit.",
    )
    export_price_tolerance = fields.Float(
        string="Price tolerance (%)",
        help="A person is asked when a price at the channel differs by more than this.",
    )
    export_speed = fields.Char(
        string="Usual shipping speed",
        help="In the channel's word; taken where nobody chooses one. Empty: the channel's slowest.",
    )
    export_minutes = fields.Integer(
        string="Read exported orders every",
        default=15,
        help="Minutes between two looks at the orders that the channel ships. 0: only by hand.",
    )
    can_ship = fields.Boolean(
        string="Can ship",
        compute="_compute_can_ship",
        help="The channel has warehouses that ship what is sold.",
    )
    order_gaps = fields.Selection(
        [("remove", "Leave them out"), ("refuse", "Refuse the order")],
        string="Lines that cannot be ordered",
        default="remove",
        required=True,
        help="What becomes of an order that is added over the programming interface when a part of "
        "it cannot be ordered. The answer has the reason of each line either way.",
    )

    _export_limits = models.Constraint(
        "CHECK(export_fee_limit >= 0 AND export_price_tolerance >= 0 AND export_minutes >= 0)",
        "Limits of exports cannot be negative.",
    )

    @api.depends("capabilities")
    def _compute_can_ship(self):
        for site in self:
            site.can_ship = "warehouse" in (site.capabilities or ())

    def _export_listings(self, product):
        """The offers of a product on this site; those that the site ships come first."""
        listings = self.env["integrator.listing"].search(
            [("site_id", "=", self.id), ("product_id", "=", product.id)]
        )
        return listings.sorted(lambda one: (one.channel != "site", one.state != "live", one.id))

    def _export_sku(self, product):
        """The SKU by which the site knows a product; "" where there is none."""
        return self._export_listings(product)[:1].sku or product.default_code or ""

    def _export_skus(self, product):
        """Every SKU by which the site may know a product."""
        return {*self._export_listings(product).mapped("sku"), product.default_code} - {False}

    def _export_remote_ids(self, product):
        """The site's own ids of a product."""
        return set(self._export_listings(product).mapped("remote_id")) - {False}

    def action_synchronise_orders(self):
        """Button: read all orders that the site ships; one that is under way is joined."""
        check_operator(self)
        self.ensure_one()
        operations_sudo = self.env["integrator.operation"].sudo()
        operation_sudo, _joined = operations_sudo._start(
            "synchronise", self.sudo(), user_id=self.env.uid
        )
        return operation_sudo._open_form()
