# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import float_repr

from ...access import check_operator
from ...importers.line_money import rate_error
from ..site.integrator_marketplace import COLLECTIONS


class IntegratorTaxRule(models.Model):
    """Assigns the taxes of remote orders to taxes of Odoo.

    A rule is created by the first order that needs it. The orders that need it are held until it
    has a tax, and are released together.
    """

    _name = "integrator.tax.rule"
    _inherit = ["integrator.site.mixin", "integrator.rights.mixin"]
    _description = "Tax of orders"
    _order = "state desc, country_id, rate, id"
    _key_fields = frozenset({"collection", "country_id", "rate", "site_id", "state_id"})

    site_id = fields.Many2one(readonly=False)
    collection = fields.Selection(
        COLLECTIONS, string="Collected by", required=True, help="Who pays the tax to the state."
    )
    country_id = fields.Many2one("res.country", help="Where the goods go; empty: not known.")
    state_id = fields.Many2one("res.country.state", help="Where taxes differ by state.")
    rate = fields.Float(string="Rate (%)", digits=(7, 4), help="Tax by price without tax.")
    tax_id = fields.Many2one(
        "account.tax",
        string="Tax in Odoo",
        check_company=True,
        domain="[('type_tax_use', '=', 'sale'), ('amount_type', '=', 'percent'), "
        "('country_id', 'in', tax_country_ids)]",
        help="The tax that sale order lines get.",
    )
    tax_country_ids = fields.Many2many(
        "res.country",
        compute="_compute_tax_country_ids",
        help="Countries whose taxes can be invoiced.",
    )
    is_unnamed = fields.Boolean(
        string="Not named",
        readonly=True,
        help="The channel does not name the tax that its prices hold: the chosen tax is taken out "
        "of them. Where there is none, choose one of 0 %.",
    )
    as_line = fields.Boolean(
        string="Line of its own",
        help="The money is not yours: it becomes a line of its own, without a tax of Odoo.",
    )
    automatic = fields.Boolean(readonly=True, help="Found by itself; change it as you like.")
    state = fields.Selection(
        [("mapped", "Answered"), ("to_map", "To answer")],
        string="Answer",
        compute="_compute_state",
        store=True,
        help="Orders wait while it is to answer.",
    )

    _key_uniq = models.UniqueIndex(
        "(site_id, collection, COALESCE(country_id, 0), COALESCE(state_id, 0), COALESCE(rate, 0), "
        "COALESCE(is_unnamed, FALSE))",
        "There is a rule for this already.",
    )

    # === COMPUTE METHODS === #

    @api.depends("tax_id", "as_line")
    def _compute_state(self):
        for rule in self:
            rule.state = "mapped" if rule.tax_id or rule.as_line else "to_map"

    @api.depends("company_id")
    def _compute_tax_country_ids(self):
        finder = self.env["integrator.tax.finder"]
        for company, rules in self.grouped("company_id").items():
            foreign = finder._foreign_positions(company).country_id
            rules.tax_country_ids = company.account_fiscal_country_id | foreign

    @api.depends("collection", "country_id", "state_id", "rate", "is_unnamed")
    def _compute_display_name(self):
        for rule in self:
            rule.display_name = rule._summary()

    # === CRUD METHODS === #

    def write(self, vals):
        result = super().write(vals)
        if {"tax_id", "as_line"} & vals.keys():
            self._release()
        return result

    # === ACTION METHODS === #

    def action_take_tax(self):
        """Button: the tax was chosen.

        :raise UserError: where none is
        """
        check_operator(self)
        if not all(rule.state == "mapped" for rule in self):
            raise UserError(self.env._("Choose the tax in Odoo first."))
        return self.env["integrator.todo"]._notify_done(
            self.env._("The orders that waited for this tax go on.")
        )

    # === BUSINESS METHODS === #

    def _release(self):
        """Let the orders that waited for an answer be imported."""
        self.env["integrator.order"].sudo().search(
            [
                ("site_id", "in", self.filtered(lambda rule: rule.state == "mapped").site_id.ids),
                "|",
                ("state", "=", "error"),
                ("has_changes", "=", True),
                ("error_code", "in", ("unknown_tax", "tax_not_invoiceable")),
            ]
        )._import_again()

    def _summary(self):
        """For example “19 % Germany, collected by you”."""
        rate = float_repr(self.rate, 4).rstrip("0").rstrip(".")
        place = self.state_id.name or self.country_id.name or self.env._("unknown country")
        if self.is_unnamed:
            return self.env._("Tax in prices, not named, %s", place)
        words = {
            "seller": self.env._("%(rate)s %% %(place)s, collected by you"),
            "marketplace": self.env._("%(rate)s %% %(place)s, collected by the marketplace"),
            "ioss": self.env._("%(rate)s %% %(place)s, IOSS"),
            "uoss": self.env._("%(rate)s %% %(place)s, UOSS"),
        }
        return words[self.collection] % {"rate": rate, "place": place}

    # === SEARCH === #

    def _fitting(self, part, allowed):
        """Of these rules, the one whose rate explains a tax best; none when none does.

        :param part: `Part` of `importers.line_money`
        :param Decimal allowed: how far rounding may take it
        """
        return min(
            self.filtered(lambda rule: rate_error(part, rule._decimal_rate()) <= allowed),
            key=lambda rule: rate_error(part, rule._decimal_rate()),
            default=self.browse(),
        )

    def _decimal_rate(self):
        return Decimal(float_repr(self.rate, 4))
