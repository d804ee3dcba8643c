# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError

from ...utils import choices_of

#: Values of a system parameter that mean no.
FALSE_WORDS = ("", "0", "false", "none")


class IntegratorOwnerRule(models.Model):
    """One account has one owner: which other modules connect to the same kind of site, and by which
    records it is seen that they do."""

    _name = "integrator.owner.rule"
    _inherit = ["integrator.cached.mixin", "integrator.rights.mixin"]
    _description = "Other connector"
    _order = "site_type, name"
    _key_fields = frozenset({"company_id"})

    name = fields.Char(string="Connector", required=True, help="What people call the other module.")
    company_id = fields.Many2one("res.company", help="Empty: every company.")
    site_type = fields.Selection(
        string="Type of channel",
        selection=choices_of("integrator.site", "site_type"),
        help="Kind of channel that it is about; empty: every kind.",
    )
    kind = fields.Selection(
        [
            ("excludes", "It must not synchronise the same account"),
            ("requires", "It has to be installed"),
        ],
        default="excludes",
        required=True,
        help="What the presence of the module means for our channels.",
    )
    module = fields.Char(required=True, help="Technical name, for example sale_connector.")
    setting = fields.Char(
        help="Where people switch its synchronisation off; it is named in our message."
    )
    parameter = fields.Char(
        string="System parameter",
        help="It synchronises only while this system parameter is set. Empty: always.",
    )
    account_table = fields.Selection(
        selection="_select_account_table",
        string="Its accounts",
        help="The table in which it keeps the accounts that it synchronises. Empty, or not there: "
        "every account of ours counts as being synchronised by it.",
    )

    # === CONSTRAINT METHODS === #

    @api.constrains("account_table")
    def _check_account_table(self):
        known = dict(self._select_account_table())
        for rule in self.filtered("account_table"):
            if rule.account_table not in known:
                raise ValidationError(
                    self.env._(
                        "“%s” is not a table of accounts that can be looked into. Choose one of "
                        "the list, or leave it empty.",
                        rule.account_table,
                    )
                )

    # === BUSINESS METHODS === #

    @api.model
    def _select_account_table(self):
        """The tables that site addons register. They are read as superuser, so they cannot be
        entered by hand."""
        kinds = self.env["integrator.site"]._fields["site_type"].get_values(self.env)
        adapters = [self.env[f"integrator.adapter.{kind}"] for kind in kinds]
        return [
            (name, table.label)
            for adapter in adapters
            for name, table in adapter._account_tables().items()
        ]

    # === READING === #

    @api.model
    @tools.ormcache("site_type", "company_id")
    def _rows_for(self, site_type, company_id):
        """Rules of a kind of site, kept because every order event asks for them.

        :return: tuple of (id, kind, module)
        """
        rules_sudo = self.sudo().search(
            [("site_type", "in", (False, site_type)), ("company_id", "in", (False, company_id))]
        )
        return tuple((rule.id, rule.kind, rule.module) for rule in rules_sudo)

    @api.model
    def _conflict(self, site):
        """Return the reason for which a site must not be synchronised by us at this moment.

        :return: a sentence that names the module and its setting; empty when nothing is against it
        """
        installed = self.env["ir.module.module"]._installed()
        for rule_id, kind, module in self._rows_for(site.site_type, site.company_id.id):
            if (module in installed) == (kind == "excludes"):
                rule_sudo = self.sudo().browse(rule_id)
                if reason := rule_sudo._reason(site):
                    return reason
        return ""

    def _reason(self, site):
        if self.kind == "requires":
            return self.env._(
                "%(site)s needs the module “%(name)s” (%(module)s), which is not installed. "
                "Install it, then switch the automatic integration on.",
                site=site.name,
                name=self.name,
                module=self.module,
            )
        if not self._synchronises(site):
            return ""
        return self.env._(
            "“%(name)s” (%(module)s) synchronises the account of %(site)s, too: two programs would "
            "update the same orders. Switch it off there (%(setting)s), or uninstall it.",
            name=self.name,
            module=self.module,
            site=site.name,
            setting=self.setting or self.parameter or self.env._("in its settings"),
        )

    def _synchronises(self, site):
        """Return whether the other module is set up for the account of this site; assumed where
        that is unknown."""
        if self.parameter:
            value = self.env["ir.config_parameter"].sudo().get_param(self.parameter)
            if str(value or "").strip().lower() in FALSE_WORDS:
                return False
        table = site._adapter()._account_tables().get(self.account_table)
        if not table or table.model not in self.env:
            return True
        accounts_sudo = self.env[table.model].sudo()
        names = {table.account_field, *(name for name, _operator, _value in table.switched_on)}
        known = {name for name, field in accounts_sudo._fields.items() if field.store}
        if not names <= known:
            # another version of the module; no order may fail over it
            return True
        own = fields.Domain(table.account_field, "=", site[table.site_field])
        switched_on = fields.Domain(list(table.switched_on))
        return bool(accounts_sudo.search_count(own & switched_on, limit=1))
