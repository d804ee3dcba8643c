# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models
from odoo.exceptions import ValidationError

#: The pattern that matches every text.
ANY = "*"

#: Place of the rules that come with a kind of site; those of people are before them.
SHIPPED_SEQUENCE = 100


def _fits(pattern, text):
    """Return whether a text is what a rule names; a star at its end stands for any ending."""
    pattern, text = (pattern or "").strip().casefold(), (text or "").strip().casefold()
    if pattern.endswith(ANY):
        return text.startswith(pattern[:-1])
    return pattern == text


class IntegratorSettlementRule(models.Model):
    """The meaning of rows of a site's settlements. The first rule that fits counts. There is no
    default rule: an unknown row holds its settlement."""

    _name = "integrator.settlement.rule"
    _inherit = ["integrator.site.mixin", "analytic.mixin", "integrator.rights.mixin"]
    _description = "Rule for settlement rows"
    _order = "site_id, sequence, id"
    _key_fields = frozenset({"site_id"})

    site_id = fields.Many2one(readonly=False)
    sequence = fields.Integer(default=10)
    transaction_type = fields.Char(
        string="Transaction type", required=True, default=ANY, help="A star fits any text."
    )
    amount_type = fields.Char(string="Amount type", required=True, default=ANY)
    description = fields.Char(required=True, default=ANY)
    marketplace_ref = fields.Char(
        string="Marketplace", help="As the channel writes it. Empty: any marketplace."
    )
    sign = fields.Selection(
        [("any", "Any"), ("positive", "Money to you"), ("negative", "Money from you")],
        default="any",
        required=True,
    )
    group_id = fields.Many2one(
        "integrator.settlement.group",
        required=True,
        ondelete="restrict",
        index=True,
        check_company=True,
        domain="[('site_id', '=', site_id)]",
    )
    treatment = fields.Selection(related="group_id.treatment")
    account_id = fields.Many2one(
        "account.account",
        check_company=True,
        ondelete="restrict",
        help="Instead of the account of the group.",
    )
    tax_id = fields.Many2one(
        "account.tax",
        check_company=True,
        ondelete="restrict",
        help="Instead of the tax of the group.",
    )
    is_refund = fields.Boolean(string="Refund", help="The row gives money back to a buyer.")
    counts_quantity = fields.Boolean(
        string="Counts quantity",
        help="The quantity on the row is that of the item. It stands on one row per item.",
    )
    is_shipped = fields.Boolean(readonly=True, string="Comes with the channel")

    _rule_uniq = models.UniqueIndex(
        "(site_id, transaction_type, amount_type, description, "
        "COALESCE(marketplace_ref, ''), sign)",
        "There is a rule for these rows already. Change that one.",
    )

    # === COMPUTE METHODS === #

    @api.depends("transaction_type", "amount_type", "description")
    def _compute_display_name(self):
        for rule in self:
            rule.display_name = " / ".join(
                (rule.transaction_type or "", rule.amount_type or "", rule.description or "")
            )

    # === CONSTRAINT METHODS === #

    @api.constrains("group_id", "site_id")
    def _check_group(self):
        for rule in self.filtered(lambda rule: rule.group_id.site_id != rule.site_id):
            raise ValidationError(
                self.env._(
                    "“%(rule)s” is a rule of %(site)s: choose one of the groups of this channel.",
                    rule=rule.display_name,
                    site=rule.site_id.name,
                )
            )

    # === BUSINESS METHODS === #

    @api.model
    def _add_shipped(self, site):
        """Make the rules that come with a kind of site and are not there yet."""
        groups = {group.key: group.id for group in site.settlement_group_ids}
        known = {rule._pattern() for rule in site.settlement_rule_ids}
        fresh = {}
        for number, one in enumerate(site._adapter()._settlement_rules()):
            values = self._prepare_shipped(site, one, groups)
            values["sequence"] = SHIPPED_SEQUENCE + number
            pattern = self.new(values)._pattern()
            if pattern not in known:
                fresh.setdefault(pattern, values)
        return self.create(list(fresh.values()))

    @api.model
    def _prepare_shipped(self, site, one, groups):
        return {
            "site_id": site.id,
            "transaction_type": one["transaction_type"] or ANY,
            "amount_type": one["amount_type"] or ANY,
            "description": one["description"] or ANY,
            "marketplace_ref": one.get("marketplace") or False,
            "sign": one.get("sign") or "any",
            "group_id": groups[one["group"]],
            "is_refund": one.get("refund", False),
            "counts_quantity": one.get("counts_quantity", False),
            "is_shipped": True,
        }

    def _pattern(self):
        """The values that make a rule unique within its site."""
        texts = (
            self.transaction_type,
            self.amount_type,
            self.description,
            self.marketplace_ref or "",
        )
        return (*(text.strip().casefold() for text in texts), self.sign)

    def _find(self, transaction_type, amount_type, description, marketplace_ref, sign):
        """The rule for a row.

        :param self: the rules of a site, in their order
        :param int sign: of the row's amount; 0 fits any
        :return: the first rule that fits; empty: the row is unknown
        """
        for rule in self:
            if (
                _fits(rule.transaction_type, transaction_type)
                and _fits(rule.amount_type, amount_type)
                and _fits(rule.description, description)
                and (not rule.marketplace_ref or _fits(rule.marketplace_ref, marketplace_ref))
                and (not sign or rule.sign in ("any", "positive" if sign > 0 else "negative"))
            ):
                return rule
        return self.browse()

    def _account(self):
        """Return the account of the rows; that of the group without one of its own."""
        return self.account_id or self.group_id.account_id

    def _lacks_account(self):
        """Return whether rows cannot be booked: there is no account, or it was archived."""
        self.ensure_one()
        group = self.group_id
        return not (group._is_receivable() or group.treatment == "ask" or self._account().active)

    def _tax(self):
        return self.tax_id or self.group_id.tax_id

    def _analytic(self):
        return self.analytic_distribution or self.group_id.analytic_distribution or False
