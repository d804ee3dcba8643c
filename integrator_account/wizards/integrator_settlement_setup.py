# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from odoo import Command, api, fields, models

from ..models.integrator_settlement import MANAGERS, check_accountant
from ..models.integrator_settlement_group import TREATMENTS


class IntegratorSettlementSetup(models.TransientModel):
    """Where the rows of a site's settlements go: accounts of the company's chart are proposed, each
    beside a real row, and confirmed once."""

    _name = "integrator.settlement.setup"
    _description = "Set up settlements"
    _check_company_auto = True

    site_id = fields.Many2one(
        "integrator.site",
        required=True,
        default=lambda self: self.env["integrator.site"].search([], limit=1),
    )
    company_id = fields.Many2one(related="site_id.company_id")
    journal_id = fields.Many2one(
        "account.journal",
        required=True,
        compute="_compute_proposals",
        store=True,
        readonly=False,
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
    )
    partner_id = fields.Many2one(
        "res.partner",
        string="Buyers without an order",
        compute="_compute_proposals",
        store=True,
        readonly=False,
    )
    carried_account_id = fields.Many2one(
        "account.account",
        string="Carried forward",
        check_company=True,
        compute="_compute_proposals",
        store=True,
        readonly=False,
    )
    by_month = fields.Boolean(
        string="One entry per month", compute="_compute_proposals", store=True, readonly=False
    )
    automatic = fields.Boolean(
        string="Post by themselves", compute="_compute_proposals", store=True, readonly=False
    )
    line_ids = fields.One2many(
        "integrator.settlement.setup.line",
        "setup_id",
        compute="_compute_proposals",
        store=True,
        readonly=False,
    )

    @api.depends("site_id")
    def _compute_proposals(self):
        for setup in self:
            site_sudo = setup.site_id.sudo()
            setup.mode = site_sudo.settlement_mode
            setup.partner_id = site_sudo.settlement_partner_id
            setup.carried_account_id = site_sudo.settlement_carried_account_id
            setup.by_month = site_sudo.settlement_by_month
            setup.automatic = site_sudo.settlement_automatic
            setup.journal_id = site_sudo.settlement_journal_id or setup._propose_journal()
            if site_sudo:
                site_sudo._ensure_settlement_rules()
            setup.line_ids = [Command.clear()] + [
                Command.create(setup._prepare_line(group))
                for group in site_sudo.settlement_group_ids
                if group.key != "ask"
            ]

    def _propose_journal(self):
        return self.env["account.journal"].search(
            [("type", "=", "general"), ("company_id", "=", self.site_id.company_id.id)], limit=1
        )

    def _prepare_line(self, group):
        return {
            "group_id": group.id,
            "treatment": group.treatment,
            "account_id": (group.account_id or group._propose_account()).id,
            "tax_id": group.tax_id.id,
            "example_id": group._example().id,
        }

    def action_confirm(self):
        """Button: keep it, and look at the settlements that waited for it."""
        check_accountant(self, MANAGERS)
        check_accountant(self.site_id, MANAGERS)
        site_sudo = self.site_id.sudo()
        site_sudo.write(
            {
                "settlement_journal_id": self.journal_id.id,
                "settlement_mode": self.mode,
                "settlement_partner_id": self.partner_id.id,
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
                    "confirmed": True,
                }
            )
        held = self.env["integrator.settlement"].sudo()
        held.search([("site_id", "=", site_sudo.id), ("state", "!=", "posted")])._check_again()


class IntegratorSettlementSetupLine(models.TransientModel):
    _name = "integrator.settlement.setup.line"
    _description = "Where the rows of one group go"

    setup_id = fields.Many2one(
        "integrator.settlement.setup", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(related="setup_id.company_id")
    group_id = fields.Many2one("integrator.settlement.group", required=True, string="Rows")
    treatment = fields.Selection(TREATMENTS, string="Booked as", required=True)
    account_id = fields.Many2one(
        "account.account", domain="[('company_ids', 'parent_of', company_id)]"
    )
    tax_id = fields.Many2one(
        "account.tax", string="Tax inside", domain="[('company_id', 'parent_of', company_id)]"
    )
    example_id = fields.Many2one("integrator.settlement.line", readonly=True)
    currency_id = fields.Many2one(related="example_id.currency_id")
    example = fields.Char(compute="_compute_example", string="A real row")

    @api.depends("example_id")
    def _compute_example(self):
        for line in self:
            row = line.example_id
            line.example = row and f"{row._triple_text()}: {row.currency_id.format(row.amount)}"
