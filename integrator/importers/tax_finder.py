# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from decimal import Decimal

from odoo import models
from odoo.fields import Domain
from odoo.tools import float_repr

from ..exceptions import RejectedError
from .line_money import Part, nicest_rate, parts, rate_error, slack

#: Countries whose states have taxes of their own.
BY_STATE = ("US", "CA", "BR")


class TaxFinder(models.AbstractModel):
    """Finds the Odoo tax of each part of a remote order, by who collects it, where the goods go
    and at which rate (000-27; pains 12, 13)."""

    _name = "integrator.tax.finder"
    _description = "Tax finder"

    def _learn(self, orders):
        """Make the rules that orders need and nobody has made yet.

        :param orders: `integrator.order` of one site
        """
        for order in orders.filtered(lambda order: order.site_id.tax_mode == "map"):
            for line in order.line_ids.filtered("quantity"):
                for part in self._taxed_parts(line):
                    if not self._rule(line, part):
                        self._make_rule(line, part)

    def _split(self, line):
        """The parts of a line, each with the rule for its tax; a tax that is kept as a line is a
        part of its own.

        :param line: `integrator.order.line`
        :return: list of tuples (`Part`, `account.tax`)
        :raise RejectedError: when a rule has no answer yet
        """
        split, apart = [], Decimal(0)
        for part in parts(line.charges):
            tax = self._tax(line, part)
            split.append((part, tax))
            apart += Decimal(0) if tax else part.tax
        return [*split, (Part("tax", apart), self.env["account.tax"])] if apart else split

    def _tax(self, line, part):
        if not part.tax or not part.net or line.order_id.site_id.tax_mode != "map":
            return self.env["account.tax"]
        rule = self._rule(line, part)
        if rule.state != "mapped":
            raise RejectedError(
                self.env._(
                    "Nobody has said yet which tax in Odoo “%s” is. Answer it under "
                    "Configuration, Taxes of orders: every order that waits for it goes on.",
                    rule.display_name or self.env._("a new tax"),
                ),
                code="unknown_tax",
            )
        return rule.tax_id

    # === RULES === #

    def _taxed_parts(self, line):
        return [part for part in parts(line.charges) if part.tax and part.net]

    def _rule(self, line, part):
        """The rule for the tax of a part: by state where there is one, else by country."""
        key = self._key(line)
        rules = line.order_id.site_id.tax_rule_ids.filtered(
            lambda rule: all(rule[name].id == key[name].id for name in ("country_id", "state_id"))
            and rule.collection == key["collection"]
        )
        return rules._fitting(part, self._allowed(line))

    def _key(self, line):
        countries = self.env["integrator.partner.importer"]
        country = countries._country(line.order_id.address.get("country"))
        state = country.state_ids.browse()
        if country.code in BY_STATE:
            state = countries._state(country, line.order_id.address.get("state"))
        return {"collection": line._collection(), "country_id": country, "state_id": state}

    def _allowed(self, line):
        currency = line.currency_id or line.order_id.company_id.currency_id
        return slack(Decimal(float_repr(currency.rounding, 6)), line.quantity)

    def _make_rule(self, line, part):
        """A rule for a tax that is new; it answers itself where the answer is plain."""
        key = self._key(line)
        site = line.order_id.site_id
        rate = nicest_rate(part, self._allowed(line))
        # what the marketplace collects and pays was never ours
        as_line = bool(line.tax_model)
        tax = self._only_tax(site, key["country_id"], part, line) if not as_line else None
        self.env["integrator.tax.rule"].create(
            {
                **{name: getattr(value, "id", value) for name, value in key.items()},
                "site_id": site.id,
                "rate": float(tax.amount if tax else rate),
                "as_line": as_line,
                "tax_id": tax and tax.id,
                "automatic": bool(tax or as_line),
            }
        )

    def _only_tax(self, site, country, part, line):
        """The company's sale tax of this rate and country, when there is exactly one."""
        domain = Domain("company_id", "parent_of", site.company_id.id)
        domain &= Domain("type_tax_use", "=", "sale") & Domain("amount_type", "=", "percent")
        domain &= Domain("country_id", "=", country.id) if country else Domain.TRUE
        taxes = self.env["account.tax"].search(domain)
        allowed = self._allowed(line)
        errors = {tax: rate_error(part, Decimal(float_repr(tax.amount, 4))) for tax in taxes}
        fitting = [tax for tax, error in errors.items() if error <= allowed]
        best = [tax for tax in fitting if errors[tax] == min(errors[one] for one in fitting)]
        return best[0] if len(best) == 1 else None
