# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from ..access import MANAGERS, check_accountant
from ..models.integrator_settlement_group import TREATMENTS


class IntegratorSettlementSetup(models.TransientModel):
    """Sets up the accounts for the rows of a site's settlements: they are proposed from the
    company's chart, each beside a real row, and confirmed once."""

    _name = "integrator.settlement.setup"
    _description = "Set up settlements"
    _check_company_auto = True

    site_id = fields.Many2one(
        "integrator.site",
        string="Channel",
        required=True,
        default=lambda self: self.env["integrator.site"].search([], limit=1),
    )
    company_id = fields.Many2one(related="site_id.company_id", related_sudo=False)
    journal_id = fields.Many2one(
        "account.journal",
        compute="_compute_proposals",
        store=True,
        readonly=False,
        precompute=True,
        check_company=True,
        domain="[('type', '=', 'general')]",
    )
    mode = fields.Selection(
        [("orders", "One item per order"), ("summary", "Summary without invoices per order")],
        string="Sales",
        required=True,
        compute="_compute_proposals",
        store=True,
        readonly=False,
        precompute=True,
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Buyers without an order",
        help="Stands in the books for buyers whose order Odoo does not have.",
        compute="_compute_proposals",
        store=True,
        readonly=False,
        precompute=True,
    )
    user_id = fields.Many2one(
        "res.users",
        string="Accountant",
        compute="_compute_proposals",
        store=True,
        readonly=False,
        precompute=True,
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        help="Is asked when a settlement is held.",
    )
    carried_account_id = fields.Many2one(
        "account.account",
        string="Carried forward",
        help="Between the entries of one settlement.",
        check_company=True,
        compute="_compute_proposals",
        store=True,
        readonly=False,
        precompute=True,
    )
    by_month = fields.Boolean(
        string="One entry per month",
        help="A settlement over the end of a month makes one entry for each; what the first one "
        "leaves open stands on the account for amounts carried forward.",
        compute="_compute_proposals",
        store=True,
        readonly=False,
        precompute=True,
    )
    automatic = fields.Boolean(
        string="Post by themselves",
        help="On: a settlement that nothing holds is posted when it comes in.",
        compute="_compute_proposals",
        store=True,
        readonly=False,
        precompute=True,
    )
    line_ids = fields.One2many(
        "integrator.settlement.setup.line",
        "setup_id",
        compute="_compute_line_ids",
        store=True,
        readonly=False,
    )

    @api.depends("site_id")
    def _compute_proposals(self):
        for setup in self:
            setup.site_id.check_access("read")
            site_sudo = setup.site_id.sudo()
            setup.mode = site_sudo.settlement_mode
            setup.partner_id = site_sudo.settlement_partner_id
            setup.carried_account_id = site_sudo.settlement_carried_account_id.filtered("active")
            setup.by_month = site_sudo.settlement_by_month
            setup.automatic = site_sudo.settlement_automatic
            setup.user_id = site_sudo.settlement_user_id or self.env.user
            journal_sudo = site_sudo.settlement_journal_id.filtered("active")
            setup.journal_id = journal_sudo or setup._propose_journal()

    @api.depends("site_id")
    def _compute_line_ids(self):
        """Groups with rows come first."""
        for setup in self:
            setup.site_id.check_access("read")
            site_sudo = setup.site_id.sudo()
            if site_sudo:
                site_sudo._ensure_settlement_rules()
            groups = site_sudo.settlement_group_ids.filtered(lambda group: group.key != "ask")
            lines = [setup._prepare_line(group) for group in groups]
            lines.sort(key=lambda line: not line["example_id"])
            setup.line_ids = [Command.clear(), *map(Command.create, lines)]

    def _propose_journal(self):
        return self.env["account.journal"].search(
            [("type", "=", "general"), ("company_id", "=", self.site_id.company_id.id)], limit=1
        )

    def _prepare_line(self, group):
        return {
            "group_id": group.id,
            "treatment": group.treatment,
            "account_id": (group.account_id.filtered("active") or group._propose_account()).id,
            "tax_id": group.tax_id.id,
            "tax_place": group.tax_place,
            "example_id": group._example().id,
        }

    def action_confirm(self):
        """Button: keep it, and look at the settlements that waited for it.

        :raise UserError: without a journal
        """
        check_accountant(self, MANAGERS)
        check_accountant(self.site_id, MANAGERS)
        if not self.journal_id:
            raise UserError(
                self.env._(
                    "Choose the journal of the entries. If there is none, make one of the type "
                    "“Miscellaneous” under Invoicing, Configuration, Journals."
                )
            )
        site_sudo = self.site_id.sudo()
        site_sudo.write(
            {
                "settlement_journal_id": self.journal_id.id,
                "settlement_mode": self.mode,
                "settlement_partner_id": self.partner_id.id,
                "settlement_user_id": self.user_id.id,
                "settlement_carried_account_id": self.carried_account_id.id,
                "settlement_by_month": self.by_month,
                "settlement_automatic": self.automatic,
            }
        )
        for line in self.line_ids:
            line.group_id.sudo().write(
                {
                    "treatment": line.treatment,
                    "account_id": line.account_id.id,
                    "tax_id": line.tax_id.id,
                    "tax_place": line.tax_place,
                    "confirmed": True,
                }
            )
        settlements_sudo = self.env["integrator.settlement"].sudo()
        waiting = settlements_sudo.search(
            [("site_id", "=", site_sudo.id), ("state", "!=", "posted")]
        )
        held = waiting.filtered(lambda settlement: settlement.state == "held")
        # what could be posted before is left to a person, who may have reversed it
        (waiting - held)._check_again()
        held._check_and_post()
        return True


class IntegratorSettlementSetupLine(models.TransientModel):
    _name = "integrator.settlement.setup.line"
    _description = "Where the rows of one group go"

    setup_id = fields.Many2one(
        "integrator.settlement.setup", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="setup_id.company_id", related_sudo=False)
    group_id = fields.Many2one("integrator.settlement.group", required=True, string="Rows")
    treatment = fields.Selection(TREATMENTS, string="Booked as", required=True)
    account_id = fields.Many2one(
        "account.account", domain="[('company_ids', 'parent_of', company_id)]"
    )
    tax_id = fields.Many2one("account.tax", domain="[('company_id', 'parent_of', company_id)]")
    tax_place = fields.Selection(
        [("inside", "Inside the amounts"), ("beside", "In rows of its own")],
        string="Tax is",
        required=True,
        default="inside",
    )
    example_id = fields.Many2one("integrator.settlement.line", readonly=True)
    currency_id = fields.Many2one(related="example_id.currency_id", related_sudo=False)
    example = fields.Char(compute="_compute_example", string="A real row")

    @api.depends("example_id", "group_id")
    def _compute_example(self):
        """The latest row; the name that it would have where there was none yet."""
        for line in self:
            row = line.example_id
            if row:
                line.example = f"{row._triple_text()}: {row.currency_id.format(row.amount)}"
            else:
                rule = line.group_id._first_rule()
                line.example = rule and self.env._("None yet, for instance %s", rule.display_name)
