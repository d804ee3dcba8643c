# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import fields, models


class IntegratorSite(models.Model):
    """How a site's orders become sale orders (000-25)."""

    # one file per concern: pylint: disable=consider-merging-classes-inherited
    _inherit = "integrator.site"

    order_prefix = fields.Char(
        string="Number of sale orders begins with",
        help="The sale order is named so and by the site's order id. Empty: Odoo's own numbers.",
    )
    confirm_orders = fields.Boolean(
        string="Confirm orders",
        default=True,
        help="Off: orders stay quotations until somebody confirms them.",
    )
    journal_id = fields.Many2one(
        "account.journal",
        string="Invoicing journal",
        check_company=True,
        domain="[('type', '=', 'sale')]",
        help="Of the invoices of its orders. Empty: the first sale journal.",
    )
    tax_mode = fields.Selection(
        [("map", "Taxes of Odoo"), ("lines", "Lines of their own")],
        string="Taxes",
        default="map",
        required=True,
        help="Taxes of Odoo: each tax of an order is found by its rate and country. Lines of their "
        "own: the tax is a line without a tax of Odoo, for who does the taxes elsewhere.",
    )
    untold_tax = fields.Selection(
        [("ask", "Asked for each country"), ("none", "There is none")],
        string="Tax that is not told",
        default="ask",
        required=True,
        help="Of orders whose prices hold a tax of which the site says nothing. Asked for each "
        "country: such an order waits until the tax is chosen under Taxes of orders. There is "
        "none: you charge no tax, for example as a small business.",
    )
    total_tolerance = fields.Integer(
        string="Rounding per line",
        default=1,
        help="Smallest coins per line by which Odoo's total may differ from the site's. So much "
        "becomes a line “Rounding difference”; an order that differs by more is held.",
    )
    marketplace_ids = fields.One2many(
        "integrator.marketplace",
        "site_id",
        string="Marketplaces of the orders",
        help="Each marketplace that orders came from, with what is special about it.",
    )
    tax_rule_ids = fields.One2many("integrator.tax.rule", "site_id", string="Taxes of orders")
    delivery_map_ids = fields.One2many(
        "integrator.delivery.map", "site_id", string="Delivery methods"
    )

    _tolerance_positive = models.Constraint(
        "CHECK(total_tolerance >= 0)", "The rounding per line cannot be negative."
    )

    def _carrier(self, service_level):
        """The delivery method of a service level of the site; none when none is chosen."""
        return self.delivery_map_ids.filtered(
            lambda row: row.service_level.strip().lower() == (service_level or "").strip().lower()
        )[:1].carrier_id


class IntegratorDeliveryMap(models.Model):
    """The delivery method of a service level that buyers choose on the site."""

    _name = "integrator.delivery.map"
    _inherit = "integrator.rights.mixin"
    _description = "Delivery method of a service level"
    _order = "service_level"
    _check_company_auto = True
    _key_fields = frozenset({"site_id"})

    site_id = fields.Many2one("integrator.site", required=True, ondelete="cascade", index=True)
    company_id = fields.Many2one(related="site_id.company_id", store=True)
    service_level = fields.Char(required=True, help="In the site's words, for example STANDARD.")
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
