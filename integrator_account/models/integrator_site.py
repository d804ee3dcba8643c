# License LGPL-3.0 or later (https://www.gnu.org/licenses/lgpl).
from datetime import timedelta

from odoo import api, fields, models

from ..access import ACCOUNTANTS, MANAGERS
from ..concurrency import create_once
from ..neutral import GROUPS

#: Stages of this addon; each has a scheduled action `ir_cron_<stage>`.
STAGES = ("settle", "estimate")

#: Hours between two looks for settlements.
LOOK_HOURS = 24

#: Days that a look reaches back before the one before it: what became visible late is missed by
#: none.
LOOK_OVERLAP_DAYS = 7


class IntegratorSite(models.Model):
    _inherit = "integrator.site"

    settlement_mode = fields.Selection(
        [
            ("orders", "One item per order: invoices close by themselves"),
            ("summary", "Summary: sales go to income, there are no invoices per order"),
        ],
        string="Sales in settlements",
        default="orders",
        required=True,
        tracking=True,
        help="How the money of orders and refunds is booked.",
    )
    settlement_journal_id = fields.Many2one(
        "account.journal",
        string="Settlement journal",
        check_company=True,
        domain="[('type', '=', 'general')]",
        help="Holds the entries of the channel's settlements.",
    )
    settlement_partner_id = fields.Many2one(
        "res.partner",
        string="Buyers without an order",
        check_company=True,
        help="Stands in the books for buyers whose order Odoo does not have.",
    )
    settlement_automatic = fields.Boolean(
        string="Post settlements by themselves",
        tracking=True,
        help="On: a settlement that nothing holds is posted when it comes in.",
    )
    settlement_user_id = fields.Many2one(
        "res.users",
        string="Accountant",
        domain="[('share', '=', False), ('company_ids', 'in', company_id)]",
        help="Is asked when a settlement is held. Empty: the responsible of the channel, or an "
        "administrator of accounting.",
    )
    settlement_by_month = fields.Boolean(
        string="One entry per month",
        help="A settlement over the end of a month makes one entry for each; what the first one "
        "leaves open stands on the account for amounts carried forward.",
    )
    settlement_carried_account_id = fields.Many2one(
        "account.account",
        string="Carried forward",
        check_company=True,
        help="Between the entries of one settlement.",
    )
    settlement_locked = fields.Selection(
        [("hold", "Hold the settlement"), ("next", "Book in the next open period")],
        string="In a locked period",
        default="hold",
        required=True,
    )
    settlement_days = fields.Integer(
        string="Money expected after",
        default=30,
        help="Days after its date from which an unpaid invoice of the channel is listed.",
    )
    fee_estimates = fields.Boolean(
        string="Ask for fees in advance",
        default=True,
        help="What the channel would keep of a piece is asked for when the price has changed, and "
        "is shown as an estimate until a settlement says it.",
    )
    settlement_looked_at = fields.Datetime(
        string="Settlements looked for on", readonly=True, copy=False
    )
    settlement_asked_at = fields.Datetime(
        string="Channel asked about money on",
        readonly=True,
        copy=False,
        help="About deferred money, and for what proves settlements.",
    )
    settlement_group_ids = fields.One2many("integrator.settlement.group", "site_id")
    settlement_rule_ids = fields.One2many("integrator.settlement.rule", "site_id")

    def _release_for_uninstall(self):
        """Override of `integrator`: settlements go with their channel; what they have booked stays
        in the books."""
        settlements = self.env["integrator.settlement"].search([("site_id", "in", self.ids)])
        settlements.move_ids.integrator_settlement_id = False
        settlements.unlink()
        return super()._release_for_uninstall()

    def _settlement_is_due(self, name):
        """Return whether it is time again for something that is done once a day.

        :param str name: of the field that has when it was done last
        """
        self.ensure_one()
        limit = fields.Datetime.now() - timedelta(hours=LOOK_HOURS)
        return not self[name] or self[name] <= limit

    def _settlement_search_since(self):
        """From when on documents are asked for; None: all that the site still has."""
        if not self.settlement_looked_at:
            return None
        return self.settlement_looked_at - timedelta(days=LOOK_OVERLAP_DAYS)

    def _ensure_settlement_rules(self):
        """Make the groups, and the rules that come with the kind of site, where they are missing.
        What people changed stays."""
        self.ensure_one()
        groups = self.env["integrator.settlement.group"]
        known = set(self.settlement_group_ids.mapped("key"))
        values_list = [
            {"site_id": self.id, "key": key, "sequence": number, "treatment": GROUPS[key][1]}
            for number, key in enumerate(GROUPS)
            if key not in known
        ]
        with create_once(self.env):
            groups.create(values_list)
            self.env["integrator.settlement.rule"]._add_shipped(self)

    def _settlement_accountant(self):
        """The user who is asked about settlements, and may answer.

        :return: `res.users`; empty where no user of the company has accounting rights
        """
        self.ensure_one()
        users = self.settlement_user_id | self.user_id | self.env.ref(MANAGERS).all_user_ids
        return users.filtered(
            lambda user: user.active
            and not user.share
            and self.company_id in user.company_ids
            and user.has_group(ACCOUNTANTS)
        )[:1]

    def _settlement_group(self, key):
        """One group of the site; empty before the site has rules."""
        return self.settlement_group_ids.filtered(lambda group: group.key == key)

    @api.model
    def _stages(self):
        """Override of `integrator`: with the stages of this addon."""
        return (*super()._stages(), *STAGES)

    @api.model
    def _stage_cron(self, stage):
        """Override of `integrator`: the stages of this addon have their actions here."""
        if stage in STAGES:
            return self.env.ref(f"integrator_account.ir_cron_{stage}")
        return super()._stage_cron(stage)
