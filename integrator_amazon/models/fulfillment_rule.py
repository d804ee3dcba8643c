# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.fields import Domain

from ..api.fulfillment import vocabulary as words
from ..planners.fulfillment_draft import CHEAPEST
from ..planners.fulfillment_offers import BY_ITSELF, NEVER

#: Column -> feature of Amazon's that it asks for.
FEATURE_COLUMNS = {"plain_box": words.BLANK_BOX, "other_carrier": words.BLOCK_AMZL}


class AmazonFulfillmentRule(models.Model):
    """Rule by which Amazon ships an order that was not sold on Amazon, or not: by sales team,
    country and product. The first rule that fits an order counts."""

    _name = "integrator.amazon.fulfillment.rule"
    _inherit = "integrator.rights.mixin"
    _description = "Rule for orders that Amazon ships"
    _order = "sequence, id"
    _key_fields = frozenset({"site_id"})

    name = fields.Char(required=True, help="For people, such as “eBay, no Amazon boxes”.")
    sequence = fields.Integer(default=10, help="The first rule that fits counts.")
    active = fields.Boolean(default=True)
    site_id = fields.Many2one(
        "integrator.site",
        string="Channel",
        ondelete="cascade",
        index=True,
        domain=[("site_type", "=", "amazon")],
        help="The account that ships. Empty: every Amazon account.",
    )
    company_id = fields.Many2one(related="site_id.company_id", store=True)
    team_ids = fields.Many2many(
        "crm.team", string="Sales teams", help="Which sold the order. Empty: any."
    )
    country_ids = fields.Many2many(
        "res.country", string="Countries", help="To which it goes. Empty: any."
    )
    product_ids = fields.Many2many(
        "product.product",
        string="Products",
        help="The rule fits when all products of the order are among these. Empty: any.",
    )
    use = fields.Selection(
        [
            ("ask", "When somebody asks for it"),
            (BY_ITSELF, "By itself, when the order is confirmed"),
            (NEVER, "Never"),
        ],
        required=True,
        default="ask",
        help="When Amazon ships orders that fit.",
    )
    speed = fields.Selection(
        [
            (CHEAPEST, "The cheapest that arrives in time"),
            (words.STANDARD, "Standard"),
            (words.EXPEDITED, "Expedited"),
            (words.PRIORITY, "Priority"),
        ],
        required=True,
        default=words.STANDARD,
        help="Where nobody chooses a speed. In time means: by the delivery date of the order.",
    )
    plain_box = fields.Boolean(
        string="No Amazon box",
        help="Packages must not show Amazon's name, as eBay and Walmart demand. What cannot be "
        "sent like that is not sent.",
    )
    other_carrier = fields.Boolean(
        string="Not by Amazon Logistics",
        help="Another carrier must deliver, as Walmart demands. It costs more and takes longer.",
    )
    ship_what_is_there = fields.Boolean(
        string="Ship what is there",
        help="When Amazon finds fewer pieces than ordered it ships those; the rest stays a "
        "backorder. Off: it ships all or nothing.",
    )

    @api.model
    def _find_sudo(self, site, team, country_code, products):
        """The first rule that fits.

        :param site: `integrator.site` that ships
        :param str team: name of the sales team; "": none
        :param str country_code: to which it goes, two letters
        :param products: `product.product` of the order
        :return: the rule, or none
        """
        domain = Domain("site_id", "in", [site.id, False])
        # a site and a country say which: no rule is anybody's secret
        rules_sudo = self.sudo().search(domain)
        return rules_sudo.filtered(lambda rule: rule._fits(team, country_code, products))[:1]

    def _fits(self, team, country_code, products):
        self.ensure_one()
        teams, countries = self.team_ids.mapped("name"), self.country_ids.mapped("code")
        return (
            (not teams or team in teams)
            and (not countries or country_code in countries)
            and (not self.product_ids or (bool(products) and products <= self.product_ids))
        )

    def _features(self):
        """Return the required features of the way of sending, by Amazon's names.

        :return: tuple of `Feature`; none without a rule
        """
        return tuple(
            words.Feature(feature) for column, feature in FEATURE_COLUMNS.items() if self[column]
        )
